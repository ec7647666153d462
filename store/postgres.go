package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/hearline/hearline/hotline"
)

var postgres = &dialect{
	name:       "postgres",
	open:       openPostgres,
	goose:      gooseLocked,
	forUpdate:  func(aliases string) string { return " FOR UPDATE OF " + aliases },
	skipLocked: func(aliases string) string { return " FOR UPDATE OF " + aliases + " SKIP LOCKED" },
	wholeTables: func() []stmt {
		return []stmt{do("SET LOCAL enable_seqscan = on"), do("SET LOCAL jit = off"), do("SET LOCAL work_mem = '128MB'")}
	},
	alone: "SELECT pg_advisory_xact_lock(7316190502)",
	in: func(a *args, column string, values []string) string {
		return column + " = ANY (" + a.add(values) + ")"
	},
	inNumbers: func(a *args, column string, values []int64) string {
		return column + " = ANY (" + a.add(values) + ")"
	},
	insert: insertUnnested,
	change: changeUnnested,
	begin: func(_ context.Context, w *writer) error {
		w.begins = true
		return nil
	},
	run: func(ctx context.Context, w *writer, statements []stmt) error {
		return runPipelined(ctx, w, statements, false)
	},
	commit: func(ctx context.Context, w *writer, statements []stmt) error {
		return runPipelined(ctx, w, statements, true)
	},
	rollback: rollbackPipelined,
	classify: classifyPostgres,
	backup: func(context.Context, *Store, string) error {
		return hotline.Errorf(hotline.Invalid, "a Postgres database is backed up with pg_dump, not by this program")
	},
	scrub: func(context.Context, *writer) (bool, error) { return true, nil }, // vacuum and the archive are the server's
}

// rollbackWithin bounds the wait for a server that has stopped answering.
const rollbackWithin = 5 * time.Second

// postgresConns is enough to keep two cores busy; more only queue inside
// Postgres.
const postgresConns = 8

func openPostgres(ctx context.Context, c Config) (*sql.DB, writers, error) {
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		// The error of pgx would repeat the URL, and with it the password.
		return nil, nil, hotline.Errorf(hotline.Invalid, "the database URL cannot be read")
	}
	// Statements are planned once, often while the tables are still empty; a
	// plan that scans a small table would stay when it has grown large.
	config.RuntimeParams["enable_seqscan"] = "off"
	db := stdlib.OpenDB(*config)
	conns := c.MaxConns
	if conns == 0 {
		conns = postgresConns
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, pooled{db}, nil
}

// pooled lends any free connection of the pool.
type pooled struct{ db *sql.DB }

func (p pooled) take(ctx context.Context) (*writer, error) {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &writer{conn: conn, release: func() { _ = conn.Close() }}, nil
}

func (p pooled) close() error { return nil } // the pool is closed by its owner

// gooseLocked lets one process at a time migrate.
func gooseLocked() ([]goose.ProviderOption, goose.Dialect, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 30))
	if err != nil {
		return nil, "", err
	}
	return []goose.ProviderOption{goose.WithSessionLocker(locker)}, goose.DialectPostgres, nil
}

// runPipelined sends all statements at once, BEGIN before the first and COMMIT
// behind the last of a transaction, and then reads all results: one round trip,
// and one more where a statement follows a COPY.
func runPipelined(ctx context.Context, w *writer, statements []stmt, commit bool) error {
	if w.begins && commit && len(statements) == 0 {
		return nil // nothing was done
	}
	if w.begins {
		statements = append([]stmt{do("BEGIN")}, statements...)
		w.begins = false
	}
	return w.conn.Raw(func(raw any) error {
		conn := raw.(*stdlib.Conn).Conn()
		for {
			copies := firstWhere(statements, func(s *stmt) bool { return s.copying != nil })
			rest := copies + firstWhere(statements[copies:], func(s *stmt) bool { return s.copying == nil })
			last := rest == len(statements)
			if err := send(ctx, conn, statements[:copies], statements[copies:rest], commit && last); err != nil || last {
				return err
			}
			statements = statements[rest:]
		}
	})
}

// rollbackPipelined leaves a connection that it cannot clean to the pool, which
// takes none back in a transaction.
func rollbackPipelined(w *writer) {
	_ = w.conn.Raw(func(raw any) error {
		conn := raw.(*stdlib.Conn).Conn()
		if conn.PgConn().TxStatus() == 'I' {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), rollbackWithin)
		defer cancel()
		_, err := conn.Exec(ctx, "ROLLBACK")
		return err
	})
}

func firstWhere(statements []stmt, is func(*stmt) bool) int {
	for i := range statements {
		if is(&statements[i]) {
			return i
		}
	}
	return len(statements)
}

// send sends statements and, behind them, COPYs and COMMIT. When one has failed,
// so do those behind it, and the first error is the one to tell.
func send(ctx context.Context, conn *pgx.Conn, statements, copies []stmt, commit bool) error {
	batch := &pgx.Batch{}
	for i := range statements {
		batch.Queue(statements[i].sql, statements[i].args...)
	}
	results := conn.SendBatch(ctx, batch)
	answers, unsent := writeTail(conn, copies, commit)
	err := readResults(results, statements)
	tail := unsent
	if unsent == nil {
		tail = readTail(ctx, conn, answers)
	}
	if unread(err) || unread(tail) {
		hangUp(conn)
	}
	return cmp.Or(err, tail)
}

// unread says that answers may still be on their way: the wait was given up, rather
// than ended by what the server said. Whoever used the connection next would take them
// for theirs.
func unread(err error) bool {
	var said *pgconn.PgError
	return err != nil && !errors.As(err, &said) && !errors.Is(err, errRolledBack)
}

// hangUp closes a connection, upon which the pool makes another.
func hangUp(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), rollbackWithin)
	defer cancel()
	_ = conn.Close(ctx)
}

func readResults(results pgx.BatchResults, statements []stmt) error {
	for i := range statements {
		if err := readResult(results, &statements[i]); err != nil {
			_ = results.Close() // the first error is the one to tell
			return err
		}
	}
	return results.Close()
}

func readResult(results pgx.BatchResults, s *stmt) error {
	if s.scan == nil {
		tag, err := results.Exec()
		if s.changed != nil {
			*s.changed = tag.RowsAffected()
		}
		return err
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := s.scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func insertUnnested(t *table, rows [][]any, suffix string) []stmt {
	if len(rows) == 0 {
		return nil
	}
	if t.copied && suffix == "" {
		return []stmt{{copying: &copying{t, rows}}}
	}
	values, places := t.unnest(rows)
	return []stmt{{sql: "INSERT INTO " + t.name + " (" + t.names(", ") + ") SELECT * FROM unnest(" + places + ")" + suffix, args: values}}
}

func changeUnnested(t *table, rows [][]any) []stmt {
	if len(rows) == 0 {
		return nil
	}
	values, places := t.unnest(rows)
	var set, where []string
	for i, c := range t.columns {
		if i < t.keys {
			where = append(where, "t."+c.name+" = u."+c.name)
		} else {
			set = append(set, c.name+" = u."+c.name)
		}
	}
	return []stmt{{sql: "UPDATE " + t.name + " AS t SET " + strings.Join(set, ", ") + " FROM unnest(" + places + ") AS u (" + t.names(", ") +
		") WHERE " + strings.Join(where, " AND "), args: values}}
}

// unnest turns rows into one typed array for each column.
func (t *table) unnest(rows [][]any) (values []any, places string) {
	var b strings.Builder
	for i, c := range t.columns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("$" + strconv.Itoa(i+1) + "::" + c.kind + "[]")
		values = append(values, c.array(rows, i))
	}
	return values, b.String()
}

func (c column) array(rows [][]any, i int) any {
	switch c.kind {
	case bigint:
		return arrayOf[int64](rows, i)
	case boolean:
		return arrayOf[bool](rows, i)
	case bytea:
		return arrayOf[[]byte](rows, i)
	}
	return arrayOf[string](rows, i)
}

func arrayOf[T any](rows [][]any, i int) []T {
	out := make([]T, len(rows))
	for n, r := range rows {
		out[n] = r[i].(T)
	}
	return out
}

func classifyPostgres(err error) (code hotline.Code, raced bool) {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		var netErr net.Error
		var connect *pgconn.ConnectError
		if errors.As(err, &netErr) || errors.As(err, &connect) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
			errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err) {
			return hotline.Unavailable, false
		}
		return hotline.Internal, false
	}
	switch e.Code {
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return hotline.Unavailable, true
	case "23505": // unique_violation
		return hotline.Conflict, false
	case "22021", "22P05", "54000": // character_not_in_repertoire, untranslatable_character, program_limit_exceeded
		return hotline.Invalid, false
	}
	switch e.Code[:2] {
	case "08", "53", "55", "57", "58": // connection, resources, object state, operator intervention, system
		return hotline.Unavailable, false
	}
	return hotline.Internal, false
}
