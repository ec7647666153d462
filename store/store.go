// Package store is the memory: contacts, conversations, messages, the outbox,
// cases, staff and audit, on SQLite or Postgres with one SQL text.
//
// It keeps what the rules decide and decides nothing itself: a change that
// depends on what is stored comes down as a function, and the store loads under
// a lock, lets it decide, and saves, in one transaction. All that a person told
// us is sealed before it reaches the database (internal/seal); phone numbers are
// found by a keyed index. It knows nothing of carriers, screens or rules.
//
// Locks. The row of a contact is the lock for everything that is this
// contact's: conversations, messages, outbox. Whoever writes any of these locks
// the contacts first, in the order of address_index, then reads again in a
// second statement (under READ COMMITTED the first may have waited on a stale
// snapshot), then writes.
//
// Errors carry a hotline.Code: Invalid for content no retry will make right,
// NotFound, Conflict, Unavailable for trouble with the database that may pass,
// Internal for our own mistakes (a row that breaks a rule of the schema is one:
// nobody outside may be told that their message is wrong, nor may it be given
// up) and for sealed data that do not open.
package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

// Config is what a store needs.
type Config struct {
	URL      string // a path for SQLite, or postgres://…
	Keys     *seal.Keyring
	Now      func() time.Time
	NewID    hotline.NewID // time-ordered
	MaxConns int           // connections to Postgres, or readers of SQLite; 0 for the default, 8 and 4
}

// Store is the memory. It is safe for concurrent use.
type Store struct {
	d     *dialect
	pool  *sql.DB // reads; on Postgres writes too
	write writers
	keys  *seal.Keyring
	now   func() time.Time
	newID hotline.NewID
	known *known // indexes of contacts that exist
	bulk  bulkKey

	numberKeys sync.Map // of *seal.Key, by the id of its row

	// scrubbed is false while the log may still hold keys of what was erased. A
	// process before this one may have been killed, so that it begins false.
	scrubbed atomic.Bool
}

// Open connects to the database. It does not migrate, and refuses a schema that
// is newer than the program (hotline.Invalid). A database that cannot be
// reached is hotline.Unavailable.
func Open(ctx context.Context, c Config) (*Store, error) {
	d := dialectOf(c.URL)
	pool, write, err := d.open(ctx, c)
	if err != nil {
		return nil, d.explain("open the database", err)
	}
	s := &Store{d: d, pool: pool, write: write, keys: c.Keys, now: c.Now, newID: c.NewID, known: newKnown()}
	if err := s.refuseFuture(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close waits for what is under way and closes the connections.
func (s *Store) Close() error {
	return errors.Join(s.write.close(), s.pool.Close())
}

// Engine returns "sqlite" or "postgres".
func (s *Store) Engine() string { return s.d.name }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.PingContext(ctx); err != nil {
		return s.d.explain("reach the database", err)
	}
	return nil
}

// Backup writes a copy of a SQLite database to a new file while the service
// runs. On Postgres it is hotline.Invalid and says to use pg_dump.
func (s *Store) Backup(ctx context.Context, path string) error {
	return s.d.backup(ctx, s, path)
}

// maxTries bounds how often a transaction is tried that lost a race against
// another one (a deadlock, a row that vanished in between).
const maxTries = 5

// errAgain marks an error after which the whole transaction may be tried again
// at once.
var errAgain = errors.New("lost a race")

// again marks err so that update tries once more.
func again(err error) error {
	return &hotline.Error{Code: hotline.Unavailable, Message: err.Error(), Err: errors.Join(errAgain, err)}
}

// update runs fn in a writing transaction. What fn returns comes back as it is,
// after a rollback. fn runs again when it lost a race.
func (s *Store) update(ctx context.Context, fn func(*tx) error) error {
	for try := 1; ; try++ {
		err := s.updateOnce(ctx, fn)
		if try == maxTries || !errors.Is(err, errAgain) {
			return err
		}
	}
}

func (s *Store) updateOnce(ctx context.Context, fn func(*tx) error) error {
	w, err := s.write.take(ctx)
	if err != nil {
		return s.d.explain("get a connection", err)
	}
	defer w.release()
	if ctx.Err() != nil {
		return s.d.explain("begin", ctx.Err())
	}
	if err := s.d.begin(ctx, w); err != nil {
		return s.d.explain("begin", err)
	}
	// Also when a rule panics: the only writer of SQLite, or a lock of Postgres,
	// would else be held for ever. After a commit it does nothing.
	defer s.d.rollback(w)
	t := &tx{d: s.d, w: w}
	if err := fn(t); err != nil {
		return err
	}
	if err := t.finish(ctx); err != nil {
		return err
	}
	for _, after := range t.after {
		after()
	}
	if t.erased {
		_ = s.scrub(ctx, w) // Scrub tries again
	}
	return nil
}

// read runs one query outside of any transaction.
func (s *Store) read(ctx context.Context, q stmt) error {
	rows, err := s.pool.QueryContext(ctx, q.sql, q.args...)
	if err == nil {
		err = scanAll(rows, q.scan)
	}
	if err != nil {
		return s.d.explain("read", err)
	}
	return nil
}

// readWhole is read for a query that goes through a whole table: where the planner
// is told to avoid that, it is not told so here.
func (s *Store) readWhole(ctx context.Context, q stmt) error {
	if len(s.d.wholeTables()) == 0 {
		return s.read(ctx, q)
	}
	return s.update(ctx, func(t *tx) error { return t.run(ctx, append(s.d.wholeTables(), q)...) })
}

// exec runs one small statement in a transaction of its own and returns how
// many rows it changed.
func (s *Store) exec(ctx context.Context, text string, args ...any) (changed int64, err error) {
	err = s.update(ctx, func(t *tx) error {
		return t.run(ctx, stmt{sql: text, args: args, changed: &changed})
	})
	return changed, err
}
