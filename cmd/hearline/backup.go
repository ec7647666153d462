package main

import (
	"context"
	"fmt"
	"time"
)

type backupCmd struct {
	storage
	To string `arg:"" help:"File to write; it must not exist."`
}

// Run copies the database while it is in use.
func (c *backupCmd) Run(ctx context.Context) error {
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Backup(ctx, c.To); err != nil {
		return err
	}
	fmt.Printf("Wrote %s. It is of use only together with the keys, which are not in it.\n", c.To)
	return nil
}
