package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

var (
	contacts = &table{
		name: "contacts", keys: 1,
		columns: columnsOf("id text, channel text, address_index text, language text, opted_out boolean, created_at bigint"),
	}
	contactChanges = &table{name: "contacts", keys: 1, columns: columnsOf("id text, language text, opted_out boolean, not_safe boolean")}
)

const (
	contactColumns = "c.id, c.channel, c.address_index, c.language, c.opted_out, c.not_safe, c.created_at"
	contactOrNone  = "COALESCE(c.id, ''), COALESCE(c.channel, ''), COALESCE(c.address_index, ''), COALESCE(c.language, ''), " +
		"COALESCE(c.opted_out, FALSE), COALESCE(c.not_safe, FALSE), COALESCE(c.created_at, 0)"
)

// contactRow is a contact as it stands in its row.
type contactRow struct {
	c       hotline.Contact
	index   string
	created int64
}

func (r *contactRow) fields() []any {
	return []any{(*string)(&r.c.ID), (*string)(&r.c.Channel), &r.index, (*string)(&r.c.Language), &r.c.OptedOut, &r.c.Unsafe, &r.created}
}

func (r *contactRow) noun() hotline.Contact {
	r.c.CreatedAt = timeOf(r.created)
	return r.c
}

// indexOf is the keyed index by which the contact of an address is found. The
// channel is part of it: the same number on two channels cannot be linked.
func (s *Store) indexOf(ch hotline.Channel, address hotline.Address) string {
	return s.keys.Index("contact/"+string(ch), address.Reveal())
}

// lockContactsOf locks the contacts of conversations, in the one order that all
// transactions keep.
func (s *Store) lockContactsOf(ctx context.Context, t *tx, ids []string) error {
	return t.run(ctx, s.lockContactsQuery(ids))
}

func (s *Store) lockContactsQuery(ids []string) stmt {
	var a args
	return query(func(r row) error { return r.Scan(new(string)) },
		"SELECT c.id FROM contacts c WHERE c.id IN (SELECT v.contact_id FROM conversations v WHERE "+s.d.in(&a, "v.id", ids)+
			") ORDER BY c.address_index"+s.d.forUpdate("c"), a...)
}
