package store

import (
	"context"
	"slices"

	"github.com/hearline/hearline/hotline"
)

// arrival is an inbound message with the keys by which its contact and an
// earlier copy of it are found.
type arrival struct {
	in    hotline.Inbound
	index string
	mark  string // of the carrier's id, should the message have been erased; "" without id
}

// duplicate is where an earlier copy of a message went.
type duplicate struct {
	conversation, message string
	priority              int
}

// Receive stores a batch of inbound messages in one transaction. Contacts are
// found or made, the open conversation of each is loaded, and advance is called
// once for every message whose carrier id is new, in order; messages of one
// sender share an Exchange. A message that was known comes back as a duplicate
// with the ids of the first copy (no message id when that has been erased).
//
// advance may run again, on fresh exchanges, when the transaction lost a race.
// Invalid means that a row can never be stored: retry the batch one by one.
// Unavailable means that nothing was stored and the same may work later.
func (s *Store) Receive(ctx context.Context, batch []hotline.Inbound, advance func(*hotline.Exchange, hotline.Inbound)) ([]hotline.Receipt, error) {
	arrivals := make([]arrival, len(batch))
	for i, in := range batch {
		if !hotline.Clean(in.ProviderID) || !slices.Contains(hotline.Channels, in.Channel) {
			return nil, hotline.Errorf(hotline.Invalid, "an inbound message has a bad id or channel")
		}
		arrivals[i] = arrival{in: in, index: s.indexOf(in.Channel, in.From)}
		if in.ProviderID != "" {
			arrivals[i].mark = s.markOf(in.ProviderID)
		}
	}
	r := reception{s: s, arrivals: arrivals, advance: advance}
	if err := s.update(ctx, func(t *tx) error { return r.run(ctx, t) }); err != nil {
		return nil, err
	}
	s.known.add(r.indexes)
	return r.receipts, nil
}

// reception is one batch on its way in.
type reception struct {
	s        *Store
	arrivals []arrival
	advance  func(*hotline.Exchange, hotline.Inbound)

	indexes  []string // of the senders, sorted, each once
	byIndex  map[string]*kept
	seen     map[string]duplicate // by carrier id or its mark
	all      []*kept              // in the order they are saved
	receipts []hotline.Receipt
}

func (r *reception) run(ctx context.Context, t *tx) error {
	if len(r.arrivals) == 0 {
		return nil
	}
	if err := r.load(ctx, t); err != nil {
		return err
	}
	r.receipts = make([]hotline.Receipt, len(r.arrivals))
	for i := range r.arrivals {
		var err error
		if r.receipts[i], err = r.hear(ctx, t, &r.arrivals[i]); err != nil {
			return err
		}
	}
	err := r.s.save(ctx, t, r.all)
	if hotline.CodeOf(err) == hotline.Conflict {
		return again(err) // another sender brought the same carrier id; now it can be seen
	}
	return err
}

// load locks the senders and reads their conversations and earlier copies, in
// one round trip. The locks come first and in order; see the package comment.
func (r *reception) load(ctx context.Context, t *tx) error {
	s := r.s
	r.byIndex, r.seen, r.all = map[string]*kept{}, map[string]duplicate{}, nil
	r.indexes = r.indexes[:0]
	one := make(map[string]*hotline.Inbound, len(r.arrivals))
	var providers, marks []string
	for i := range r.arrivals {
		a := &r.arrivals[i]
		r.indexes = append(r.indexes, a.index)
		one[a.index] = &a.in
		if a.in.ProviderID != "" {
			providers, marks = append(providers, a.in.ProviderID), append(marks, a.mark)
		}
	}
	slices.Sort(r.indexes)
	r.indexes = slices.Compact(r.indexes)
	w := writes{d: s.d}
	var fresh [][]any
	for _, index := range s.known.unknown(r.indexes) {
		in := one[index]
		fresh = append(fresh, []any{s.newID(), string(in.Channel), index, string(in.Language), false, micros(s.now())})
	}
	w.insertNew(contacts, fresh)
	if w.err != nil {
		return w.err
	}
	statements := append(w.statements, r.lockQuery(), r.openQuery())
	if len(providers) > 0 {
		statements = append(statements, s.seenQuery(providers, marks, func(id string, d duplicate) { r.seen[id] = d }))
	}
	if err := t.run(ctx, statements...); err != nil {
		return err
	}
	return r.ready(one)
}

func (r *reception) lockQuery() stmt {
	var a args
	text := "SELECT " + contactColumns + " FROM contacts c WHERE " + r.s.d.in(&a, "c.address_index", r.indexes) +
		" ORDER BY c.address_index" + r.s.d.forUpdate("c")
	var c contactRow
	fields := c.fields()
	return query(func(row row) error {
		if err := row.Scan(fields...); err != nil {
			return err
		}
		r.byIndex[c.index] = &kept{contact: c}
		return nil
	}, text, a...)
}

func (r *reception) openQuery() stmt {
	var a args
	text := "SELECT " + conversationColumns + " FROM conversations v WHERE " + r.s.d.in(&a, "v.address_index", r.indexes) + " AND v.state = 'open'"
	var v stored
	fields := v.fields()
	return query(func(row row) error {
		v = stored{} // bytes are not to be written into those of the row before
		if err := row.Scan(fields...); err != nil {
			return err
		}
		v.done()
		if k := r.byIndex[v.index]; k != nil {
			k.row = v
		}
		return nil
	}, text, a...)
}

// seenQuery finds earlier copies by carrier ids, or by the marks of erased ones.
func (s *Store) seenQuery(providerIDs, marks []string, found func(id string, d duplicate)) stmt {
	var a args
	text := "SELECT provider_id, conversation_id, id, priority FROM messages WHERE provider_id <> '' AND " + s.d.in(&a, "provider_id", providerIDs) +
		" UNION ALL SELECT mark, conversation_id, '', 0 FROM forgotten WHERE " + s.d.in(&a, "mark", marks)
	return query(func(r row) error {
		var id string
		var d duplicate
		if err := r.Scan(&id, &d.conversation, &d.message, &d.priority); err != nil {
			return err
		}
		found(id, d)
		return nil
	}, text, a...)
}

// markOf is the keyed mark that remains of an erased message's carrier id.
func (s *Store) markOf(providerID string) string { return s.keys.Index("provider", providerID) }

// ready opens what was loaded; one has a message of each sender. A sender who is
// missing was erased by another process after we had come to know the contact.
func (r *reception) ready(one map[string]*hotline.Inbound) error {
	if len(r.byIndex) < len(r.indexes) {
		r.s.known.remove(r.indexes...)
		return again(hotline.Errorf(hotline.Unavailable, "store: a contact was erased in between"))
	}
	for _, index := range r.indexes {
		k := r.byIndex[index]
		k.row.c.Address = one[index].From
		k.x.Written = make([]hotline.Message, 0, 2) // what was said, and one answer
		if err := r.s.load(k); err != nil {
			return err
		}
		r.all = append(r.all, k)
	}
	return nil
}

// hear lets the rule take in one message.
func (r *reception) hear(ctx context.Context, t *tx, a *arrival) (receipt hotline.Receipt, err error) {
	if d, ok := r.copyOf(a); ok {
		return hotline.Receipt{
			ConversationID: hotline.ConversationID(d.conversation), MessageID: hotline.MessageID(d.message),
			Duplicate: true, Priority: hotline.Priority(d.priority),
		}, nil
	}
	k := r.current(a.index)
	c := &k.x.Conversation
	if c.ID == "" {
		*c = hotline.Conversation{ContactID: k.contact.c.ID, Channel: a.in.Channel, Address: a.in.From, To: a.in.To}
	}
	start := len(k.x.Written)
	r.advance(&k.x, a.in)
	if c.Address == "" {
		c.Address = a.in.From
	}
	if r.all, err = r.s.meetOthers(ctx, t, k, r.all); err != nil {
		return receipt, err
	}
	receipt = hotline.Receipt{ConversationID: c.ID, Priority: c.Priority}
	for i := start; i < len(k.x.Written); i++ {
		m := &k.x.Written[i]
		if m.Direction != hotline.In {
			continue
		}
		r.s.complete(m, c.ID, r.s.now())
		if m.ProviderID == "" {
			m.ProviderID = a.in.ProviderID
		}
		receipt.MessageID = m.ID
		break
	}
	if a.in.ProviderID != "" {
		r.seen[a.in.ProviderID] = duplicate{string(c.ID), string(receipt.MessageID), int(c.Priority)}
	}
	return receipt, nil
}

func (r *reception) copyOf(a *arrival) (duplicate, bool) {
	if a.in.ProviderID == "" {
		return duplicate{}, false
	}
	if d, ok := r.seen[a.in.ProviderID]; ok {
		return d, true
	}
	d, ok := r.seen[a.mark]
	return d, ok
}

// current returns the sender's exchange. When an earlier message of the batch
// closed or erased the conversation, the next begins another.
func (r *reception) current(index string) *kept {
	k := r.byIndex[index]
	if c := &k.x.Conversation; c.ID == "" || c.State == hotline.Open || c.State == "" {
		return k
	}
	next := &kept{contact: k.contact}
	next.contact.c = k.x.Contact // as changed so far; saved with the first
	next.x.Contact = k.x.Contact
	r.byIndex[index] = next
	r.all = append(r.all, next)
	return next
}
