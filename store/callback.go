package store

import (
	"context"
	"slices"

	"github.com/hearline/hearline/hotline"
)

// UpdateDelivery records status callbacks, in their order. A message never goes
// back to an earlier state, and unknown ids are passed over. Whoever did not get
// an answer of staff waits again. It returns the conversations whose ticks
// changed.
//
// A callback that names our message while that is still in the outbox has
// overtaken Settle, or tells what no answer told: the carrier has the message,
// and nothing is left to send. One that says that the person opted out locks
// the contact, unless the person has written since the message was: the next
// refusal would tell then.
func (s *Store) UpdateDelivery(ctx context.Context, updates []hotline.StatusUpdate) (moved []hotline.ConversationID, err error) {
	b := callbacks{s: s}
	for _, u := range updates {
		if u.ProviderID == "" || !hotline.Clean(u.ProviderID) || !hotline.Clean(string(u.MessageID)) {
			continue
		}
		b.updates = append(b.updates, u)
		b.providers = append(b.providers, u.ProviderID)
		if u.MessageID != "" {
			b.messages = append(b.messages, string(u.MessageID))
		}
	}
	if len(b.updates) == 0 {
		return nil, nil
	}
	err = s.update(ctx, func(t *tx) error { return b.run(ctx, t) })
	return b.moved, err
}

// callbacks is one batch of status callbacks.
type callbacks struct {
	s                   *Store
	updates             []hotline.StatusUpdate
	providers, messages []string

	conversations []string
	byProvider    map[string]*tick
	byMessage     map[string]*tick // those in the outbox
	heard         map[string]heardFrom
	moved         []hotline.ConversationID
}

// heardFrom is what of a conversation decides what a callback does.
type heardFrom struct {
	contact string
	erased  bool
	last    int64 // when the person last wrote
}

func (b *callbacks) run(ctx context.Context, t *tx) error {
	b.moved = nil
	if err := b.find(ctx, t); err != nil || len(b.conversations) == 0 {
		return err
	}
	if err := b.s.lockContactsOf(ctx, t, b.conversations); err != nil {
		return err
	}
	if err := b.load(ctx, t); err != nil {
		return err
	}
	changes := b.apply()
	now := b.s.now()
	rows, moved := tickRows(changes.ticks, now)
	b.moved = moved
	w := writes{d: b.s.d}
	w.change(deliveries, rows)
	w.change(optOuts, changes.optOut)
	if w.err != nil {
		return w.err
	}
	w.statements = append(w.statements, b.s.waitAgain(unreached(changes.ticks), now)...)
	if err := t.run(ctx, append(w.statements, b.s.leaveOutbox(changes.left)...)...); err != nil {
		return err
	}
	for _, id := range changes.erased {
		if err := b.s.finishErasure(ctx, t, hotline.ConversationID(id)); err != nil {
			return err
		}
	}
	return nil
}

// find reads, without a lock, which conversations the callbacks are about.
func (b *callbacks) find(ctx context.Context, t *tx) error {
	b.conversations = nil
	add := func(r row) error {
		var id string
		err := r.Scan(&id)
		b.conversations = append(b.conversations, id)
		return err
	}
	var a args
	statements := []stmt{query(add, "SELECT conversation_id FROM messages WHERE direction = 'out' AND provider_id <> '' AND "+
		b.s.d.in(&a, "provider_id", b.providers), a...)}
	if len(b.messages) > 0 {
		var a args
		statements = append(statements, query(add, "SELECT conversation_id FROM outbox WHERE "+anyKind+b.s.d.in(&a, "message_id", b.messages), a...))
	}
	return t.run(ctx, statements...)
}

// load reads what the callbacks change, under the lock of the contacts.
func (b *callbacks) load(ctx context.Context, t *tx) error {
	b.byProvider, b.byMessage, b.heard = map[string]*tick{}, map[string]*tick{}, map[string]heardFrom{}
	scanTick := func(r row) error {
		k := &tick{}
		if err := k.scan(r); err != nil {
			return err
		}
		if k.provider == "" {
			b.byMessage[k.id] = k
		} else {
			b.byProvider[k.provider] = k
		}
		return nil
	}
	var forProviders, forConversations args
	statements := []stmt{
		query(scanTick, tickColumns+"provider_id <> '' AND "+b.s.d.in(&forProviders, "provider_id", b.providers), forProviders...),
		query(func(r row) error {
			var id, state string
			var h heardFrom
			err := r.Scan(&id, &h.contact, &state, &h.last)
			h.erased = state == string(hotline.Erased)
			b.heard[id] = h
			return err
		}, "SELECT id, contact_id, state, last_inbound_at FROM conversations WHERE "+b.s.d.in(&forConversations, "id", b.conversations), forConversations...),
	}
	if len(b.messages) > 0 {
		var a args
		statements = append(statements, query(scanTick, tickColumns+"provider_id = '' AND "+b.s.d.in(&a, "conversation_id", b.conversations)+
			" AND "+b.s.d.in(&a, "id", b.messages), a...))
	}
	return t.run(ctx, statements...)
}

// consequences are what a batch of callbacks leads to.
type consequences struct {
	ticks  []*tick
	left   []string // messages that leave the outbox
	optOut [][]any
	erased []string // conversations that waited for their last message to leave
}

func (b *callbacks) apply() (all consequences) {
	for _, u := range b.updates {
		k := b.byProvider[u.ProviderID]
		if k == nil {
			if k = b.byMessage[string(u.MessageID)]; k == nil {
				continue
			}
			delete(b.byMessage, k.id)
			b.byProvider[u.ProviderID] = k
			k.provider, k.changed = u.ProviderID, true
			all.left = append(all.left, k.id)
			if b.heard[k.conversation].erased {
				all.erased = append(all.erased, k.conversation)
			}
		}
		k.move(u.Delivery, u.ErrorCode)
		if !slices.Contains(all.ticks, k) {
			all.ticks = append(all.ticks, k)
		}
		if from := b.heard[k.conversation]; u.OptedOut && from.contact != "" && from.last <= k.at {
			all.optOut = append(all.optOut, []any{from.contact, true})
		}
	}
	return all
}
