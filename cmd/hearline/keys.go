package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/store"
)

type keysCmd struct {
	Rotate keysRotateCmd `cmd:"" help:"Make a new master key and put everything under it. Safe to interrupt and run again."`
	Retire keysRetireCmd `cmd:"" help:"Remove the old master key from the key file, once nothing is under it any more."`
}

type keysRotateCmd struct {
	storage
	Prepare bool `help:"Only add the new key to the file, not yet in use: for several nodes, which must all have it first."`
}

// Run changes the file before the database: a value may only go under a key that
// is safe on disk.
func (c *keysRotateCmd) Run(ctx context.Context) error {
	unlock, err := c.lockKeys()
	if err != nil {
		return err
	}
	defer unlock()
	keys, err := c.next()
	if err != nil {
		return err
	}
	db, err := c.openCurrentWith(ctx, keys, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := c.save(keys); err != nil {
		return err
	}
	if c.Prepare {
		fmt.Printf("A second master key is in %s, not in use yet.\nNext       give the file to every node and restart them, then run 'hearline keys rotate'\n", c.KeysFile)
		return nil
	}
	if err := db.Rewrap(ctx, printProgress); err != nil {
		return err
	}
	fmt.Printf("Everything is under the new master key. The old one is still in %s.\nNext       keep a copy of the file, restart every server, then run 'hearline keys retire'\n", c.KeysFile)
	return nil
}

// next is the state of the keyring to go on with: where a rotation was begun,
// no further key is made.
func (c *keysRotateCmd) next() (*seal.Keyring, error) {
	keys, err := c.keyring()
	if err != nil {
		return nil, err
	}
	n, newestInUse := keys.Masters()
	switch {
	case n == 1:
		if keys, err = keys.Prepare(); err != nil {
			return nil, err
		}
	case c.Prepare && newestInUse:
		return nil, hotline.Errorf(hotline.Conflict, "the new master key is in use already: run 'hearline keys rotate'")
	default:
		fmt.Println("Going on with the rotation that was begun.")
	}
	if c.Prepare {
		return keys, nil
	}
	return keys.Promote()
}

func printProgress(table string, seen, changed int) {
	fmt.Printf("%-14s %d looked at, %d put under the new key\n", table, seen, changed)
}

type keysRetireCmd struct {
	storage
	Restarted bool `help:"Every server was restarted since the rotation, or none runs."`
}

// settled is how old the newest key must be before the old one goes. Running
// servers look at the file every five minutes; one that still used the old key
// would write what could never be opened again.
const settled = 15 * time.Minute

// Run refuses while anything needs the old key.
func (c *keysRetireCmd) Run(ctx context.Context) error {
	unlock, err := c.lockKeys()
	if err != nil {
		return err
	}
	defer unlock()
	db, keys, err := c.openForRetirement(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	left, err := db.OldKeys(ctx)
	if err != nil {
		return err
	}
	if left > 0 {
		return hotline.Errorf(hotline.Conflict, "%d values are still under the old master key: run 'hearline keys rotate' again, then this", left)
	}
	if keys, err = keys.Retire(); err != nil {
		return err
	}
	if err := c.save(keys); err != nil {
		return err
	}
	fmt.Printf("The old master key is gone from %s. Backups made before the rotation need the file as it was.\n", c.KeysFile)
	return nil
}

func (c *keysRetireCmd) openForRetirement(ctx context.Context) (*store.Store, *seal.Keyring, error) {
	keys, err := c.keyring()
	if err != nil {
		return nil, nil, err
	}
	db, err := c.openCurrentWith(ctx, keys, time.Now)
	if err != nil {
		return nil, nil, err
	}
	info, err := os.Stat(c.KeysFile)
	n, newestInUse := keys.Masters()
	switch {
	case err != nil:
		err = hotline.Errorf(hotline.Invalid, "--keys-file: %w", err)
	case n == 1:
		err = hotline.Errorf(hotline.Conflict, "there is one master key only: run 'hearline keys rotate' first")
	case !newestInUse:
		err = hotline.Errorf(hotline.Conflict, "the new master key is not in use yet: run 'hearline keys rotate' first")
	case !c.Restarted && time.Since(info.ModTime()) < settled:
		err = hotline.Errorf(hotline.Conflict, "a server may still use the old key: restart every server and add --restarted, or run this %s after the rotation", settled)
	default:
		return db, keys, nil
	}
	return nil, nil, errors.Join(err, db.Close())
}

// lockKeys keeps two rotations from making a key each: the file of one would
// overwrite the key of the other. Keys in the environment cannot be changed.
func (s storage) lockKeys() (unlock func(), err error) {
	if s.Keys != "" {
		return nil, hotline.Errorf(hotline.Invalid, "the keys are in HEARLINE_KEYS: put them into a file (--keys-file), rotate there, and give every server the new text")
	}
	if _, err := s.keyring(); err != nil {
		return nil, err
	}
	folder, err := os.Open(filepath.Dir(s.KeysFile))
	if err != nil {
		return nil, hotline.Errorf(hotline.Invalid, "--keys-file: %w", err)
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(hotline.Errorf(hotline.Conflict, "another 'hearline keys' is at work on this file: wait until it has ended"), folder.Close())
	}
	return func() { _ = folder.Close() }, nil
}

// save writes the key file in place of the old one, for the same owner, and reads
// it back: after a power cut either of the two stands there, whole.
func (s storage) save(keys *seal.Keyring) error {
	text, err := keys.Export()
	if err != nil {
		return err
	}
	file, err := filepath.EvalSymlinks(s.KeysFile)
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "--keys-file: %w", err)
	}
	fresh := file + ".new"
	if err := os.Remove(fresh); err != nil && !os.IsNotExist(err) { // of a run that was cut off
		return hotline.Errorf(hotline.Invalid, "cannot write the keys: %w", err)
	}
	if err := writeOnce(fresh, text); err != nil {
		return err
	}
	err = sameOwner(fresh, file)
	if err == nil {
		err = os.Rename(fresh, file)
	}
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "cannot write the keys: %w", err)
	}
	if err := syncFolder(file); err != nil {
		return err
	}
	_, err = s.keyring()
	return err
}

// sameOwner gives a file to the owner of another: an administrator rotates what
// the service must be able to read.
func sameOwner(file, as string) error {
	info, err := os.Stat(as)
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok {
		return os.Chown(file, int(owner.Uid), int(owner.Gid))
	}
	return nil
}
