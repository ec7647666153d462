package main

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// secret derives 32 bytes for one use from the keys. They are the same on every
// node and do not change when a key is rotated.
func (s storage) secret(use string) ([]byte, error) {
	keys, err := s.keyring()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(keys.Index(use, "secret")))
	return sum[:], nil
}

// open opens the database with the keys.
func (s storage) open(ctx context.Context, now func() time.Time) (*store.Store, error) {
	keys, err := s.keyring()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, store.Config{URL: s.Database, Keys: keys, Now: now, NewID: newID})
	if err != nil {
		return nil, hotline.Errorf(hotline.CodeOf(err), "--database: %w", err)
	}
	return db, nil
}

// openCurrent opens a database that must already have this version's schema.
func (s storage) openCurrent(ctx context.Context, now func() time.Time) (*store.Store, error) {
	db, err := s.open(ctx, now)
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
