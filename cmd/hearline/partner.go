package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/api"
)

type partnerCmd struct {
	Add    partnerAddCmd    `cmd:"" help:"Let a partner's program hand over reports, and print its key."`
	List   partnerListCmd   `cmd:"" help:"List partners and when they last used their key."`
	Revoke partnerRevokeCmd `cmd:"" help:"End a partner's key, at once and for good."`
}

// longestName is how long a partner's name may be, in bytes.
const longestName = 80

type partnerAddCmd struct {
	storage
	Name string `arg:"" help:"Name of the partner, such as 'Harbour shelter'."`
}

// Run adds the partner. The key is shown this once: only its hash is kept.
func (c *partnerAddCmd) Run(ctx context.Context) error {
	name := strings.TrimSpace(c.Name)
	if name == "" || len(name) > longestName {
		return hotline.Errorf(hotline.Invalid, "the name must have 1 to %d bytes", longestName)
	}
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	key, err := api.NewKey(rand.Reader)
	if err != nil {
		return err
	}
	if err := db.AddPartner(ctx, hotline.PartnerKey{ID: newID(), Name: name, KeyHash: api.HashKey(key), CreatedAt: time.Now()}); err != nil {
		return err
	}
	fmt.Printf("Added %s. Its key is shown only now:\n%s\n", name, key)
	return nil
}

type partnerListCmd struct{ storage }

// Run lists the partners.
func (c *partnerListCmd) Run(ctx context.Context) error {
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := db.Partners(ctx)
	if err != nil {
		return err
	}
	for _, p := range list {
		state := "never used"
		switch {
		case !p.RevokedAt.IsZero():
			state = "revoked " + p.RevokedAt.Format(time.DateOnly)
		case !p.LastUsedAt.IsZero():
			state = "last used " + p.LastUsedAt.Format("2006-01-02 15:04")
		}
		fmt.Printf("%-32s added %s  %s\n", p.Name, p.CreatedAt.Format(time.DateOnly), state)
	}
	return nil
}

type partnerRevokeCmd struct {
	storage
	Name string `arg:"" help:"Name of the partner."`
}

// Run ends the key. Reports that came with it stay.
func (c *partnerRevokeCmd) Run(ctx context.Context) error {
	db, err := c.openCurrent(ctx, time.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.RevokePartner(ctx, strings.TrimSpace(c.Name))
}
