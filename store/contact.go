package store

import (
	"context"
	"encoding/json"

	"github.com/hearline/hearline/hotline"
)

var (
	contacts = &table{
		name: "contacts", keys: 1,
		columns: columnsOf("id text, channel text, address_index text, language text, opted_out boolean, created_at bigint"),
	}
	contactChanges = &table{name: "contacts", keys: 1, columns: columnsOf("id text, language text, opted_out boolean, not_safe boolean, plan text, called_at bigint")}
)

const (
	contactColumns = "c.id, c.channel, c.address_index, c.language, c.opted_out, c.not_safe, c.plan, c.called_at, c.created_at"
	contactOrNone  = "COALESCE(c.id, ''), COALESCE(c.channel, ''), COALESCE(c.address_index, ''), COALESCE(c.language, ''), " +
		"COALESCE(c.opted_out, FALSE), COALESCE(c.not_safe, FALSE), COALESCE(c.plan, ''), COALESCE(c.called_at, 0), COALESCE(c.created_at, 0)"
)

// contactRow is a contact as it stands in its row.
type contactRow struct {
	c       hotline.Contact
	index   string
	plan    string
	called  int64
	created int64
}

func (r *contactRow) fields() []any {
	return []any{(*string)(&r.c.ID), (*string)(&r.c.Channel), &r.index, (*string)(&r.c.Language), &r.c.OptedOut, &r.c.Unsafe, &r.plan, &r.called, &r.created}
}

func (r *contactRow) noun() hotline.Contact {
	r.c.CreatedAt, r.c.CalledAt, r.c.Plan = timeOf(r.created), timeOf(r.called), planOf(r.plan)
	return r.c
}

// plan is how a person's plan is kept.
type plan struct {
	Later  string `json:"later,omitempty"`
	From   int    `json:"from,omitempty"`
	To     int    `json:"to,omitempty"`
	Safe   string `json:"safe,omitempty"`
	Back   string `json:"back,omitempty"`
	Alarm  string `json:"alarm,omitempty"`
	Decoy  bool   `json:"decoy,omitempty"`
	Paused bool   `json:"paused,omitempty"`
	Duress bool   `json:"duress,omitempty"`
}

// planText is what of a plan is stored; "" for an empty one.
func planText(p hotline.Plan) string {
	if p == (hotline.Plan{}) {
		return ""
	}
	text, _ := json.Marshal(plan{string(p.Later), p.From, p.To, p.SafeWord, p.BackWord, p.AlarmWord, p.Decoy, p.Paused, p.Duress}) // cannot fail
	return string(text)
}

// planOf is the inverse of planText. A plan that cannot be read locks: nothing is
// sent to a person whose wish we do not know.
func planOf(text string) hotline.Plan {
	if text == "" {
		return hotline.Plan{}
	}
	var p plan
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return hotline.Plan{Paused: true}
	}
	return hotline.Plan{
		Later: hotline.Later(p.Later), From: p.From, To: p.To, SafeWord: p.Safe, BackWord: p.Back, AlarmWord: p.Alarm,
		Decoy: p.Decoy, Paused: p.Paused, Duress: p.Duress,
	}
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
