package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hearline/hearline/hotline"
)

var sqlite = &dialect{
	name:        "sqlite",
	open:        openSQLite,
	goose:       func() ([]goose.ProviderOption, goose.Dialect, error) { return nil, goose.DialectSQLite3, nil },
	forUpdate:   func(string) string { return "" },
	skipLocked:  func(string) string { return "" },
	wholeTables: func() []stmt { return nil },
	in:          inList[string],
	inNumbers:   inList[int64],
	insert:      insertChunks,
	change:      changeEach,
	begin: func(ctx context.Context, w *writer) (err error) {
		// With a context that can end, database/sql would roll back on its own,
		// and the statements after that would stand alone.
		w.stx, err = w.conn.BeginTx(context.WithoutCancel(ctx), nil)
		return err
	},
	run: runEach,
	commit: func(ctx context.Context, w *writer, statements []stmt) error {
		if err := runEach(ctx, w, statements); err != nil {
			return err
		}
		return w.stx.Commit()
	},
	rollback: func(w *writer) { _ = w.stx.Rollback() },
	classify: classifySQLite,
	backup:   backUp,
	scrub:    emptyLog,
}

// The pragmas stand in the name, so that every pooled connection has them:
// FULL makes a commit durable, secure_delete overwrites what is deleted. The
// writer's cache is small because most commits look at all of it: since SQLite
// 3.43 a page that is split passes through a number far behind the end, and a
// commit then looks for pages to cut off. What does not fit is in the system's
// cache.
const (
	sqlitePragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_pragma=temp_store(MEMORY)"
	sqliteWriter = "&_txlock=immediate&_pragma=cache_size(-16000)&_pragma=wal_autocheckpoint(8000)"
	sqliteReader = "&_pragma=cache_size(-8000)"
)

const sqliteReaders = 4

func openSQLite(ctx context.Context, c Config) (*sql.DB, writers, error) {
	if err := touch(c.URL); err != nil {
		return nil, nil, hotline.Errorf(hotline.Unavailable, "make the database file: %w", err)
	}
	name := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(c.URL) + sqlitePragmas
	db, err := sql.Open("sqlite", name+sqliteWriter)
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	pool, err := sql.Open("sqlite", name+sqliteReader)
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close(), db.Close())
	}
	readers := c.MaxConns
	if readers == 0 {
		readers = sqliteReaders
	}
	pool.SetMaxOpenConns(readers)
	pool.SetMaxIdleConns(readers)
	one := &oneWriter{db: db, turn: make(chan struct{}, 1)}
	one.w = &writer{conn: conn, prepared: map[string]*sql.Stmt{}, release: func() { <-one.turn }}
	return pool, one, nil
}

// backUp writes into an empty file that it makes first, for its owner only.
func backUp(ctx context.Context, s *Store, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "make the backup file: %w", err)
	}
	_, err = s.pool.ExecContext(ctx, "VACUUM INTO $1", path)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(s.d.explain("back up", err), os.Remove(path))
	}
	return nil
}

// emptyLog moves the write-ahead log into the database and cuts it to nothing.
// Who reads an older state is waited for only shortly, since nobody can write
// meanwhile.
func emptyLog(ctx context.Context, w *writer) (done bool, err error) {
	if _, err := w.conn.ExecContext(ctx, "PRAGMA busy_timeout(200)"); err != nil {
		return false, err
	}
	var busy, pages, moved int
	err = w.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	_, after := w.conn.ExecContext(ctx, "PRAGMA busy_timeout(10000)")
	return busy == 0 && err == nil, errors.Join(err, after)
}

// touch makes the file for its owner only; SQLite gives its companions the same
// permissions.
func touch(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// oneWriter lends SQLite's only writer, whose prepared statements outlive the
// transactions.
type oneWriter struct {
	db   *sql.DB
	w    *writer
	turn chan struct{}
}

func (o *oneWriter) take(ctx context.Context) (*writer, error) {
	select {
	case o.turn <- struct{}{}:
		return o.w, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (o *oneWriter) close() error {
	o.turn <- struct{}{} // and never given back
	for _, p := range o.w.prepared {
		_ = p.Close()
	}
	return errors.Join(o.w.conn.Close(), o.db.Close())
}

// inList expands to a power of two of placeholders, so that few texts are
// prepared; the last value fills up. SQLite looks for the name of each
// placeholder in a list, so that many names are slow: these have none. They
// count on from the last placeholder before them, which must be the highest.
func inList[T any](a *args, column string, values []T) string {
	size := 1
	for size < len(values) {
		size *= 2
	}
	var b strings.Builder
	b.WriteString(column + " IN (")
	for i := range size {
		if i > 0 {
			b.WriteByte(',')
		}
		a.add(values[min(i, len(values)-1)])
		b.WriteByte('?')
	}
	b.WriteByte(')')
	return b.String()
}

// insertChunk is how many rows one statement inserts at most: 16 measured a
// fifth faster than one row by row, and more no better.
const insertChunk = 16

// insertChunks inserts in powers of two, so that few texts are prepared.
func insertChunks(t *table, rows [][]any, suffix string) []stmt {
	var out []stmt
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(t.columns)), ",") + ")"
	head := "INSERT INTO " + t.name + " (" + t.names(", ") + ") VALUES "
	for size := insertChunk; size > 0; size /= 2 {
		if len(rows) < size {
			continue
		}
		text := head + strings.TrimSuffix(strings.Repeat(one+",", size), ",") + suffix
		for ; len(rows) >= size; rows = rows[size:] {
			out = append(out, do(text, slices.Concat(rows[:size]...)...))
		}
	}
	return out
}

func changeEach(t *table, rows [][]any) []stmt {
	var set, where []string
	for i, c := range t.columns {
		if i < t.keys {
			where = append(where, c.name+" = ?")
		} else {
			set = append(set, c.name+" = ?")
		}
	}
	text := "UPDATE " + t.name + " SET " + strings.Join(set, ", ") + " WHERE " + strings.Join(where, " AND ")
	out := make([]stmt, len(rows))
	for i, r := range rows {
		out[i] = do(text, slices.Concat(r[t.keys:], r[:t.keys])...)
	}
	return out
}

func classifySQLite(err error) (code hotline.Code, raced bool) {
	var e *driver.Error
	if !errors.As(err, &e) {
		if errors.Is(err, sql.ErrConnDone) {
			return hotline.Unavailable, false
		}
		return hotline.Internal, false
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return hotline.Conflict, false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_TOOBIG:
		return hotline.Invalid, false
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL:
		return hotline.Unavailable, false
	}
	return hotline.Internal, false
}
