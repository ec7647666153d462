package store

import (
	"context"
	"slices"
	"time"

	"github.com/hearline/hearline/hotline"
)

var (
	deliveries = &table{
		name: "messages", keys: 2,
		columns: columnsOf("conversation_id text, id text, provider_id text, delivery text, error_code bigint, updated_at bigint"),
	}
	retries = &table{name: "outbox", keys: 2, columns: columnsOf("kind bigint, message_id text, state text, due_at bigint")}
	optOuts = &table{name: "contacts", keys: 1, columns: columnsOf("id text, opted_out boolean")}
)

// tick is the delivery state of one outbound message.
type tick struct {
	conversation, id, provider string
	delivery                   hotline.Delivery
	errorCode                  int
	author                     hotline.Author
	at                         int64
	changed                    bool // anything
	moved                      bool // what staff see
}

func (k *tick) scan(r row) error {
	return r.Scan(&k.conversation, &k.id, &k.provider, (*string)(&k.delivery), &k.errorCode, (*string)(&k.author), &k.at)
}

const tickColumns = "SELECT conversation_id, id, provider_id, delivery, error_code, author, at FROM messages WHERE direction = 'out' AND "

// move applies a state if it does not lead backwards.
func (k *tick) move(d hotline.Delivery, errorCode int) {
	if d.Follows(k.delivery) {
		k.delivery, k.errorCode, k.changed, k.moved = d, errorCode, true, true
	}
}

// unreached lists the conversations in which an answer of staff did not arrive.
func unreached(ticks []*tick) (ids []string) {
	for _, k := range ticks {
		failed := k.delivery == hotline.Failed || k.delivery == hotline.Undelivered
		if k.moved && failed && k.author == hotline.FromStaff {
			ids = append(ids, k.conversation)
		}
	}
	return ids
}

// waitAgain puts people whose answer did not arrive back among the waiting.
func (s *Store) waitAgain(conversations []string, now time.Time) []stmt {
	if len(conversations) == 0 {
		return nil
	}
	var a args
	return []stmt{do("UPDATE conversations SET waiting_since = "+a.add(micros(now))+" WHERE state = 'open' AND waiting_since = "+a.add(never)+
		" AND "+s.d.in(&a, "id", conversations), a...)}
}

func tickRows(ticks []*tick, now time.Time) (rows [][]any, moved []hotline.ConversationID) {
	for _, k := range ticks {
		if k.changed {
			rows = append(rows, []any{k.conversation, k.id, k.provider, string(k.delivery), int64(k.errorCode), micros(now)})
		}
		if id := hotline.ConversationID(k.conversation); k.moved && !slices.Contains(moved, id) {
			moved = append(moved, id)
		}
	}
	return rows, moved
}

// Settle records what came of claimed messages: what is done or given up leaves
// the outbox, the rest is tried again at its RetryAt. Messages no longer in the
// outbox are passed over, and so is the result of a lease that ran out and was
// taken by somebody else, unless it says that the carrier has the message: that
// stays true, and keeps the other from sending it again. Whoever did not get an
// answer of staff waits again. Once nothing of an erased conversation is left to
// send, the rest of it goes. It returns the conversations whose ticks changed.
func (s *Store) Settle(ctx context.Context, results []hotline.SendResult) (moved []hotline.ConversationID, err error) {
	if len(results) == 0 {
		return nil, nil
	}
	err = s.update(ctx, func(t *tx) error {
		b := settlement{s: s, results: map[string]hotline.SendResult{}}
		for _, r := range results {
			b.add(r)
		}
		err := b.run(ctx, t)
		moved = b.moved
		return err
	})
	return moved, err
}

// settlement is one batch of results.
type settlement struct {
	s       *Store
	ids     []string
	results map[string]hotline.SendResult

	conversations []string
	leases        map[string]leased // the outbox rows, by message
	ticks         []*tick
	contacts      map[string]string // of the conversations
	erased        []string
	moved         []hotline.ConversationID
}

// add takes in a result. Of two tries of one message the one counts that
// arrived, else the later.
func (b *settlement) add(r hotline.SendResult) {
	id := string(r.MessageID)
	before, twice := b.results[id]
	if !twice {
		b.ids = append(b.ids, id)
	}
	if before.State == hotline.Done || r.State != hotline.Done && before.Attempts > r.Attempts {
		return
	}
	b.results[id] = r
}

// leased is a row of the outbox as its lease stands.
type leased struct {
	kind     int64
	state    hotline.OutboxState
	attempts int // the one under way included
}

// counts says whether a result may change anything.
func (l leased) counts(r hotline.SendResult) bool {
	if l.kind == 0 {
		return false
	}
	holds := l.state == hotline.Claimed && l.attempts == r.Attempts+1
	return holds || r.State == hotline.Done && r.ProviderID != ""
}

func (b *settlement) run(ctx context.Context, t *tx) error {
	if err := b.load(ctx, t); err != nil || len(b.leases) == 0 {
		return err
	}
	now := b.s.now()
	var retry, optOut [][]any
	var done []string
	for _, k := range b.ticks {
		r := b.results[k.id]
		if !b.leases[k.id].counts(r) {
			continue
		}
		settleTick(k, r)
		if r.OptedOut && b.contacts[k.conversation] != "" {
			optOut = append(optOut, []any{b.contacts[k.conversation], true})
		}
	}
	for _, id := range b.ids {
		r, row := b.results[id], b.leases[id]
		switch {
		case !row.counts(r):
		case r.State == hotline.Done || r.State == hotline.GivenUp:
			done = append(done, id)
		default:
			state := hotline.Pending
			if r.State == hotline.Unknown {
				state = hotline.Unknown
			}
			retry = append(retry, []any{row.kind, id, string(state), max(micros(r.RetryAt), micros(now))})
		}
	}
	rows, moved := tickRows(b.ticks, now)
	b.moved = moved
	w := writes{d: b.s.d}
	w.change(deliveries, rows)
	w.change(retries, retry)
	w.change(optOuts, optOut)
	if w.err != nil {
		return w.err
	}
	w.statements = append(w.statements, b.s.waitAgain(unreached(b.ticks), now)...)
	if err := t.run(ctx, append(w.statements, b.s.leaveOutbox(done)...)...); err != nil {
		return err
	}
	for _, id := range b.erased {
		if err := b.s.finishErasure(ctx, t, hotline.ConversationID(id)); err != nil {
			return err
		}
	}
	return nil
}

// leaveOutbox takes messages out of the outbox.
func (s *Store) leaveOutbox(messageIDs []string) []stmt {
	if len(messageIDs) == 0 {
		return nil
	}
	var a args
	return []stmt{do("DELETE FROM outbox WHERE "+anyKind+s.d.in(&a, "message_id", messageIDs), a...)}
}

func settleTick(k *tick, r hotline.SendResult) {
	if r.ProviderID != "" && k.provider == "" {
		k.provider, k.changed = r.ProviderID, true
	}
	delivery := r.Delivery
	if delivery == "" && r.State == hotline.GivenUp {
		delivery = hotline.Failed
	}
	k.move(delivery, r.ErrorCode)
}

// load locks the contacts, and then the rows of the outbox against a claim, and
// reads what is to be settled.
func (b *settlement) load(ctx context.Context, t *tx) error {
	var a args
	err := t.run(ctx, query(func(r row) error {
		var id string
		err := r.Scan(&id)
		b.conversations = append(b.conversations, id)
		return err
	}, "SELECT DISTINCT conversation_id FROM outbox WHERE "+anyKind+b.s.d.in(&a, "message_id", b.ids), a...))
	if err != nil || len(b.conversations) == 0 {
		return err
	}
	if err := b.s.lockContactsOf(ctx, t, b.conversations); err != nil {
		return err
	}
	b.leases, b.contacts = map[string]leased{}, map[string]string{}
	var forOutbox, forTicks, forConversations args
	return t.run(ctx,
		query(func(r row) error {
			var id string
			var l leased
			err := r.Scan(&l.kind, &id, (*string)(&l.state), &l.attempts)
			b.leases[id] = l
			return err
		}, "SELECT kind, message_id, state, attempts FROM outbox WHERE "+anyKind+b.s.d.in(&forOutbox, "message_id", b.ids)+b.s.d.forUpdate("outbox"), forOutbox...),
		query(func(r row) error {
			k := &tick{}
			b.ticks = append(b.ticks, k)
			return k.scan(r)
		}, tickColumns+b.s.d.in(&forTicks, "conversation_id", b.conversations)+" AND "+b.s.d.in(&forTicks, "id", b.ids)+" ORDER BY id", forTicks...),
		query(func(r row) error {
			var id, contact, state string
			err := r.Scan(&id, &contact, &state)
			b.contacts[id] = contact
			if state == string(hotline.Erased) {
				b.erased = append(b.erased, id)
			}
			return err
		}, "SELECT id, contact_id, state FROM conversations WHERE "+b.s.d.in(&forConversations, "id", b.conversations), forConversations...))
}
