package main

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/store"
)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// mustExist refuses a SQLite file that is not there. To open it would make an
// empty one, and a mistyped path would look like a service that nobody ever
// wrote to.
func (s storage) mustExist() error {
	if strings.Contains(s.Database, "://") {
		return nil
	}
	if _, err := os.Stat(s.Database); err != nil {
		return hotline.Errorf(hotline.Invalid, "no database at %s: correct --database (HEARLINE_DATABASE), or make one with 'hearline init'", s.Database)
	}
	return nil
}

// open opens the database with the keys. It makes a SQLite file that is not
// there; see mustExist.
func (s storage) open(ctx context.Context, now func() time.Time) (*store.Store, error) {
	keys, err := s.keyring()
	if err != nil {
		return nil, err
	}
	return s.openWith(ctx, keys, now)
}

func (s storage) openWith(ctx context.Context, keys *seal.Keyring, now func() time.Time) (*store.Store, error) {
	db, err := store.Open(ctx, store.Config{URL: s.Database, Keys: keys, Now: now, NewID: newID})
	if err != nil {
		return nil, hotline.Errorf(hotline.CodeOf(err), "--database: %w", err)
	}
	return db, nil
}

// openCurrent opens a database that must be there and have this version's schema.
func (s storage) openCurrent(ctx context.Context, now func() time.Time) (*store.Store, error) {
	keys, err := s.keyring()
	if err != nil {
		return nil, err
	}
	return s.openCurrentWith(ctx, keys, now)
}

func (s storage) openCurrentWith(ctx context.Context, keys *seal.Keyring, now func() time.Time) (*store.Store, error) {
	if err := s.mustExist(); err != nil {
		return nil, err
	}
	db, err := s.openWith(ctx, keys, now)
	if err != nil {
		return nil, err
	}
	if err := checkSchema(ctx, db); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

func checkSchema(ctx context.Context, db *store.Store) error {
	have, want, err := db.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	if have != want {
		return hotline.Errorf(hotline.Invalid, "the database has schema %d and this version needs %d: run 'hearline migrate'", have, want)
	}
	return nil
}
