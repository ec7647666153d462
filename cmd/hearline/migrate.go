package main

import (
	"context"
	"fmt"
	"time"
)

type migrateCmd struct{ storage }

// Run brings the schema up to date; it is safe to run from several nodes.
func (c *migrateCmd) Run(ctx context.Context) error {
	if err := c.mustExist(); err != nil {
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
	have, _, err := db.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("Schema %d, up to date.\n", have)
	return nil
}
