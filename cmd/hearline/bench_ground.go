package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/store"
)

// benchGround is a database of a benchmark's own, with its keys.
type benchGround struct {
	database, keysFile string
	drop               func()
}

// newBenchGround makes one beside url; clear removes it.
func newBenchGround(ctx context.Context, url string) (g benchGround, err error) {
	folder, err := os.MkdirTemp("", "hearline-bench-")
	if err != nil {
		return g, err
	}
	database, drop, err := store.Scratch(ctx, url)
	if err != nil {
		_ = os.RemoveAll(folder)
		return g, err
	}
	g = benchGround{database: database, keysFile: filepath.Join(folder, "keys"), drop: func() {
		drop()
		_ = os.RemoveAll(folder)
	}}
	if err := writeKeys(g.keysFile); err != nil {
		g.drop()
		return g, err
	}
	return g, nil
}

// open opens the database, with this version's schema.
func (g benchGround) open(ctx context.Context) (*store.Store, error) {
	text, err := os.ReadFile(g.keysFile)
	if err != nil {
		return nil, err
	}
	keys, err := seal.Parse(text)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, store.Config{URL: g.database, Keys: keys, Now: time.Now, NewID: newID})
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}
