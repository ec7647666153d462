package store

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

var outbox = &table{name: "outbox", keys: 2, columns: columnsOf(`kind bigint, message_id text, conversation_id text, state text,
	due_at bigint, attempts bigint, last_tried_at bigint, created_at bigint, last_word boolean`)}

// anyKind lets a message be found by the outbox's key, which begins with kind.
const anyKind = "kind IN (1, 2, 3) AND "

func outboxRow(m *hotline.Message, now time.Time) []any {
	return []any{
		int64(hotline.ReplyDelivery), string(m.ID), string(m.ConversationID), string(hotline.Pending),
		micros(now), int64(0), int64(0), micros(now), m.LastWord,
	}
}

// A row can be claimed when it is due (the lease of an earlier claim has run
// out), nothing of the same conversation goes before it, and nothing of it is
// under way. A last word waits for nothing that is only to be tried again later:
// what was written before it may not go out any more.
const claimWhere = `o.due_at <= $1 AND NOT EXISTS (SELECT 1 FROM outbox p
	WHERE p.conversation_id = o.conversation_id AND p.message_id <> o.message_id
	AND (((p.kind, p.message_id) < (o.kind, o.message_id) AND (p.due_at <= $1 OR NOT o.last_word)) OR (p.state = 'claimed' AND p.due_at > $1)))`

// claimed is a row of the outbox with what is needed to send it.
type claimed struct {
	o              hotline.Outgoing
	state          hotline.OutboxState
	created, tried int64
	text           []byte
	v              *addressed
}

func (c *claimed) scan(r row) error {
	o := &c.o
	return r.Scan((*int)(&o.Kind), (*string)(&o.MessageID), (*string)(&o.ConversationID), (*string)(&c.state), &o.Attempts,
		&c.tried, &c.created, &o.LastWord)
}

// addressed is a conversation with its contact.
type addressed struct {
	stored
	contact contactRow
}

func (a *addressed) scan(r row) error {
	if err := r.Scan(append(a.fields(), a.contact.fields()...)...); err != nil {
		return err
	}
	a.done()
	return nil
}

// Claim leases up to limit messages that are due, replies first and oldest
// first, never two of one conversation at once. A lease that runs out without
// Settle makes the outcome of that try unknown. One that cannot be unsealed, or
// whose text is gone, comes back Unreadable.
func (s *Store) Claim(ctx context.Context, limit int, lease time.Duration) ([]hotline.Outgoing, error) {
	var found []*claimed
	err := s.update(ctx, func(t *tx) (err error) {
		found, err = s.claim(ctx, t, limit, lease)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]hotline.Outgoing, len(found))
	for i, c := range found {
		out[i] = s.outgoing(c)
	}
	return out, nil
}

func (s *Store) claim(ctx context.Context, t *tx, limit int, lease time.Duration) ([]*claimed, error) {
	now := s.now()
	var found []*claimed
	var statements []stmt
	if s.d.alone != "" {
		statements = append(statements, do(s.d.alone))
	}
	statements = append(statements, s.claimQuery(now, limit, func(r row) error {
		c := &claimed{}
		found = append(found, c)
		return c.scan(r)
	}))
	if err := t.run(ctx, statements...); err != nil || len(found) == 0 {
		return nil, err
	}
	return found, s.lease(ctx, t, found, now, now.Add(lease))
}

// claimQuery reads the outbox alone: joined with the rest, Postgres thinks that
// so few rows match that it would rather begin with the messages.
func (s *Store) claimQuery(now time.Time, limit int, scan func(row) error) stmt {
	return query(scan, `SELECT o.kind, o.message_id, o.conversation_id, o.state, o.attempts, o.last_tried_at, o.created_at, o.last_word
		FROM outbox o WHERE `+claimWhere+" ORDER BY o.kind, o.message_id LIMIT $2"+s.d.skipLocked("o"), micros(now), int64(limit))
}

// lease marks rows as claimed and loads what is needed to send them.
func (s *Store) lease(ctx context.Context, t *tx, found []*claimed, now, until time.Time) error {
	var messageIDs, ids []string
	byMessage, byID := map[string]*claimed{}, map[string]*addressed{}
	for _, c := range found {
		messageIDs, ids = append(messageIDs, string(c.o.MessageID)), append(ids, string(c.o.ConversationID))
		byMessage[string(c.o.MessageID)] = c
	}
	var a args
	text := "UPDATE outbox SET state = 'claimed', attempts = attempts + 1, due_at = " + a.add(micros(until)) +
		", last_tried_at = " + a.add(micros(now)) + " WHERE " + anyKind + s.d.in(&a, "message_id", messageIDs)
	err := t.run(ctx, do(text, a...), s.addressedQuery(ids, byID), s.textsQuery(ids, messageIDs, func(id string, sealed []byte) {
		byMessage[id].text = sealed
	}))
	for _, c := range found {
		c.v = byID[string(c.o.ConversationID)]
	}
	return err
}

func (s *Store) addressedQuery(ids []string, into map[string]*addressed) stmt {
	var a args
	return query(func(r row) error {
		v := &addressed{}
		err := v.scan(r)
		into[string(v.c.ID)] = v
		return err
	}, "SELECT "+conversationColumns+", "+contactOrNone+" FROM conversations v LEFT JOIN contacts c ON c.id = v.contact_id WHERE "+
		s.d.in(&a, "v.id", ids), a...)
}

// textsQuery reads the sealed texts of messages in conversations.
func (s *Store) textsQuery(ids, messageIDs []string, found func(id string, sealed []byte)) stmt {
	var a args
	return query(func(r row) error {
		var id string
		var sealed []byte
		err := r.Scan(&id, &sealed)
		found(id, sealed)
		return err
	}, "SELECT id, text_sealed FROM messages WHERE "+s.d.in(&a, "conversation_id", ids)+" AND "+s.d.in(&a, "id", messageIDs), a...)
}

// outgoing is a claimed row with what it takes to send it, if it can be read.
func (s *Store) outgoing(c *claimed) hotline.Outgoing {
	o := &c.o
	o.Unknown = c.state != hotline.Pending
	o.CreatedAt, o.LastTriedAt = timeOf(c.created), timeOf(c.tried)
	text, err := s.unseal(c)
	if err != nil {
		o.Unreadable = true
		return *o
	}
	conversation := &c.v.c
	o.Channel, o.To, o.From, o.Text = conversation.Channel, conversation.Address, conversation.To, text
	o.Held = conversation.HardLock(c.v.contact.noun())
	return *o
}

// unseal opens the address, into the conversation, and the text.
func (s *Store) unseal(c *claimed) (hotline.Text, error) {
	if c.v == nil || c.text == nil {
		return "", hotline.Errorf(hotline.Internal, "a message to be sent is not there")
	}
	key, err := s.open(&c.v.stored)
	if err != nil {
		return "", err
	}
	if key == nil {
		return "", hotline.Errorf(hotline.Internal, "a message of an erased conversation is still to be sent")
	}
	plain, err := key.Open(c.text, textPlace(string(c.o.MessageID)))
	return hotline.Text(plain), err
}

// Outstanding counts what waits in the outbox, whatever its state.
func (s *Store) Outstanding(ctx context.Context) (n int, err error) {
	err = s.read(ctx, query(func(r row) error { return r.Scan(&n) }, "SELECT COUNT(*) FROM outbox"))
	return n, err
}
