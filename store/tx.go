package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/hearline/hearline/hotline"
)

// row is what a scan function reads from; both database/sql and pgx have it.
type row interface{ Scan(...any) error }

// stmt is one statement. scan is called for each row of a query and is nil for
// any other statement; changed, when set, receives how many rows were touched.
type stmt struct {
	sql     string
	args    []any
	scan    func(row) error
	changed *int64
	copying *copying // instead of all the others, on Postgres
}

// tx is a writing transaction.
type tx struct {
	d     *dialect
	w     *writer
	after []func() // once committed

	finished bool // committed
	erased   bool // keys were deleted
}

// run executes statements in order: on Postgres in one round trip.
func (t *tx) run(ctx context.Context, statements ...stmt) error {
	if len(statements) == 0 {
		return nil
	}
	if err := t.d.run(ctx, t.w, statements); err != nil {
		return t.d.explain("run a statement", err)
	}
	return nil
}

// finish executes the last statements of the transaction and commits it: on
// Postgres in one round trip. Nothing can run after it; a second time it does
// nothing.
func (t *tx) finish(ctx context.Context, statements ...stmt) error {
	if t.finished {
		return nil
	}
	if err := t.d.commit(ctx, t.w, statements); err != nil {
		return t.d.explain("commit", err)
	}
	t.finished = true
	return nil
}

// writer is a connection on which one transaction at a time runs.
type writer struct {
	conn     *sql.Conn
	stx      *sql.Tx              // on SQLite, the transaction
	begins   bool                 // on Postgres, BEGIN is still to be sent
	prepared map[string]*sql.Stmt // by text; nil where the driver caches itself
	release  func()
}

// writers hands out writers.
type writers interface {
	take(context.Context) (*writer, error)
	close() error
}

// runEach executes statements one by one through the connection. Watching for
// cancellation would cost a goroutine for each of many short statements.
func runEach(ctx context.Context, w *writer, statements []stmt) error {
	ctx = context.WithoutCancel(ctx)
	for i := range statements {
		if err := w.runOne(ctx, &statements[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) runOne(ctx context.Context, s *stmt) error {
	if s.scan != nil {
		rows, err := w.query(ctx, s)
		if err != nil {
			return err
		}
		return scanAll(rows, s.scan)
	}
	result, err := w.exec(ctx, s)
	if err != nil || s.changed == nil {
		return err
	}
	*s.changed, err = result.RowsAffected()
	return err
}

func (w *writer) query(ctx context.Context, s *stmt) (*sql.Rows, error) {
	p, err := w.prepare(ctx, s.sql)
	if p == nil || err != nil {
		if err != nil {
			return nil, err
		}
		return w.conn.QueryContext(ctx, s.sql, s.args...)
	}
	return p.QueryContext(ctx, s.args...)
}

func (w *writer) exec(ctx context.Context, s *stmt) (sql.Result, error) {
	p, err := w.prepare(ctx, s.sql)
	if p == nil || err != nil {
		if err != nil {
			return nil, err
		}
		return w.conn.ExecContext(ctx, s.sql, s.args...)
	}
	return p.ExecContext(ctx, s.args...)
}

func (w *writer) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if w.prepared == nil {
		return nil, nil
	}
	if p, ok := w.prepared[text]; ok {
		return p, nil
	}
	p, err := w.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	w.prepared[text] = p
	return p, nil
}

func scanAll(rows *sql.Rows, scan func(row) error) error {
	defer func() { _ = rows.Close() }() // Err has told all that matters
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// keepCode returns err itself when it already carries a code, so that it is
// not classified twice.
func keepCode(err error) (error, bool) {
	var e *hotline.Error
	if errors.As(err, &e) {
		return err, true
	}
	return nil, false
}
