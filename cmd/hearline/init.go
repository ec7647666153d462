package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

// initCmd makes everything a new installation needs. It never overwrites keys.
type initCmd struct {
	storage
	Login string `help:"Login of the first administrator." default:"admin"`
	Name  string `help:"Name shown to colleagues." default:"Administrator"`
}

// Run makes the keys, the database and the first administrator, and says where
// they are.
func (c *initCmd) Run(ctx context.Context) error {
	if err := makeFolder(c.Database); err != nil {
		return err
	}
	if err := c.makeKeys(ctx); err != nil {
		return err
	}
	db, err := c.open(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	users, err := db.Users(ctx)
	if err != nil {
		return err
	}
	if len(users) > 0 {
		fmt.Println("Database is ready; it already has staff accounts.")
		return nil
	}
	password, err := addUser(ctx, db, hotline.User{Login: c.Login, Name: c.Name, Role: hotline.Administrator}, "")
	if err != nil {
		return err
	}
	fmt.Printf("Database   %s\nSign in as %s\nPassword   %s   (shown once; write it down)\nNext       hearline serve\n", redactURL(c.Database), c.Login, password)
	return nil
}

// makeKeys makes none for a database that is there already: with other keys than
// its own nothing in it could be read, nor would anybody who asked us to stop be
// known.
func (c *initCmd) makeKeys(ctx context.Context) error {
	if c.Keys != "" {
		return nil
	}
	if _, err := os.Stat(c.KeysFile); err == nil {
		fmt.Printf("Keys       %s (kept)\n", c.KeysFile)
		return nil
	}
	used, err := c.inUse(ctx)
	if err != nil {
		return err
	}
	if used {
		return hotline.Errorf(hotline.Invalid, "the database at %s is in use, but its keys are not at %s: put the key file there (--keys-file), or choose another --database",
			redactURL(c.Database), c.KeysFile)
	}
	if err := writeKeys(c.KeysFile); err != nil {
		return err
	}
	fmt.Printf("Keys       %s\n           Keep a copy somewhere safe and apart from the database: without it nothing can be read.\n", c.KeysFile)
	return nil
}

// inUse says whether the database has a schema.
func (c *initCmd) inUse(ctx context.Context) (bool, error) {
	keys, err := seal.Generate()
	if err != nil {
		return false, err
	}
	db, err := c.openWith(ctx, keys, time.Now)
	if err != nil {
		return false, err
	}
	defer db.Close()
	have, _, err := db.SchemaVersion(ctx)
	return have > 0, err
}

func writeKeys(file string) error {
	keys, err := seal.Generate()
	if err != nil {
		return err
	}
	text, err := keys.Export()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return hotline.Errorf(hotline.Invalid, "cannot make the folder for the keys: %w", err)
	}
	if err := writeOnce(file, text); err != nil {
		return err
	}
	return syncFolder(file)
}

// writeOnce writes a file that is not there yet, for its owner only, and to the
// disk itself: keys that a power cut takes are lost for good.
func writeOnce(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "cannot write the keys: %w", err)
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return hotline.Errorf(hotline.Unavailable, "write the keys: %w", err)
	}
	return nil
}

// syncFolder makes the name of a new file last.
func syncFolder(file string) error {
	folder, err := os.Open(filepath.Dir(file))
	if err == nil {
		err = errors.Join(folder.Sync(), folder.Close())
	}
	if err != nil {
		return hotline.Errorf(hotline.Unavailable, "write the keys: %w", err)
	}
	return nil
}

// makeFolder makes the folder of a SQLite file; a Postgres URL needs none.
func makeFolder(database string) error {
	if strings.Contains(database, "://") {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(database), 0o700); err != nil {
		return hotline.Errorf(hotline.Invalid, "cannot make the folder for the database: %w", err)
	}
	return nil
}

// redactURL hides user and password of a database URL.
func redactURL(database string) string {
	scheme, rest, ok := strings.Cut(database, "://")
	if !ok {
		return database
	}
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		rest = "…@" + rest[at+1:]
	}
	return scheme + "://" + rest
}
