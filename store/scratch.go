package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Scratch makes an empty database beside the one at url, for a benchmark or a
// trial: a file in a folder of its own, or a database on the same Postgres
// server. drop removes it, also while others are still connected. The error is
// hotline.Invalid when url cannot be used.
func Scratch(ctx context.Context, address string) (scratch string, drop func() error, err error) {
	if dialectOf(address) != postgres {
		folder, err := os.MkdirTemp(filepath.Dir(address), "hearline-scratch-")
		if err != nil {
			return "", nil, hotline.Errorf(hotline.Invalid, "cannot make a scratch database: %w", err)
		}
		return filepath.Join(folder, "hearline.db"), func() error { return os.RemoveAll(folder) }, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", nil, hotline.Errorf(hotline.Invalid, "the database URL cannot be read")
	}
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails
	name := "hearline_scratch_" + hex.EncodeToString(random[:])
	if err := runOn(ctx, address, "CREATE DATABASE "+name); err != nil {
		return "", nil, hotline.Errorf(hotline.Invalid, "cannot make a scratch database: %w", err)
	}
	u.Path = "/" + name
	return u.String(), func() error {
		// The caller's context may have ended already; the database must go all the same.
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		return runOn(ctx, address, fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", name))
	}, nil
}

func runOn(ctx context.Context, address, statement string) error {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}
