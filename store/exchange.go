package store

import (
	"context"
	"slices"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

// kept is an exchange with what its rows were when it was loaded.
type kept struct {
	x       hotline.Exchange
	contact contactRow
	row     stored
	key     *seal.Key
}

func (k *kept) isNew() bool { return k.row.c.ID == "" }

// load prepares the exchange of a contact and its stored conversation.
func (s *Store) load(k *kept) (err error) {
	k.x.Contact = k.contact.noun()
	if k.isNew() {
		return nil
	}
	if k.key, err = s.open(&k.row); err != nil {
		return err
	}
	k.x.Conversation = k.row.c
	k.x.Conversation.Answers = slices.Clone(k.row.c.Answers) // rules may change them in place
	return nil
}

// Change loads a conversation under a lock, lets decide change it, and saves
// all of it or nothing. An error of decide comes back as it is; decide may run
// again when the transaction lost a race. The errors are NotFound, Conflict
// when a closed conversation would open beside a newer open one, Invalid,
// Unavailable, Internal.
func (s *Store) Change(ctx context.Context, id hotline.ConversationID, decide func(*hotline.Exchange) error) error {
	return s.update(ctx, func(t *tx) error { return s.changeLocked(ctx, t, id, decide) })
}

func (s *Store) changeLocked(ctx context.Context, t *tx, id hotline.ConversationID, decide func(*hotline.Exchange) error) error {
	k, err := s.lock(ctx, t, id)
	if err != nil {
		return err
	}
	if err := decide(&k.x); err != nil {
		return err
	}
	all, err := s.meetOthers(ctx, t, k, []*kept{k})
	if err != nil {
		return err
	}
	return s.save(ctx, t, all)
}

// meetOthers lets the rule of k see the contact's other conversations, when it
// wants to: those in all, as they have become, and the stored ones. It returns
// all with the latter, whose seals stay closed: a rule may only erase them.
func (s *Store) meetOthers(ctx context.Context, t *tx, k *kept, all []*kept) ([]*kept, error) {
	meet := k.x.Others
	if k.x.Others = nil; meet == nil {
		return all, nil
	}
	loaded := map[hotline.ConversationID]bool{}
	var others []*hotline.Conversation
	for _, o := range all {
		c := &o.x.Conversation
		loaded[c.ID] = true
		if o != k && o.contact.index == k.contact.index && c.ID != "" && c.State != hotline.Erased {
			others = append(others, c)
		}
	}
	err := t.run(ctx, query(func(r row) error {
		o := &kept{contact: k.contact}
		if err := o.row.scan(r); err != nil || loaded[o.row.c.ID] {
			return err
		}
		o.x.Contact, o.x.Conversation = o.contact.c, o.row.c
		all, others = append(all, o), append(others, &o.x.Conversation)
		return nil
	}, "SELECT "+conversationColumns+" FROM conversations v WHERE v.address_index = $1 AND v.state <> 'erased' ORDER BY v.id", k.contact.index))
	if err != nil {
		return nil, err
	}
	meet(others)
	return all, nil
}

// lock loads the exchange of a conversation under the lock of its contact.
func (s *Store) lock(ctx context.Context, t *tx, id hotline.ConversationID) (*kept, error) {
	k := &kept{}
	var last []byte
	err := t.run(ctx,
		query(func(r row) error { return r.Scan(k.contact.fields()...) },
			"SELECT "+contactColumns+" FROM contacts c WHERE c.id = (SELECT contact_id FROM conversations WHERE id = $1)"+s.d.forUpdate("c"), string(id)),
		query(k.row.scan, "SELECT "+conversationColumns+" FROM conversations v WHERE v.id = $1"+s.d.forUpdate("v"), string(id)),
		query(func(r row) error { return r.Scan(&last) }, `SELECT p.text_sealed FROM conversations v
			JOIN messages p ON p.conversation_id = v.id AND p.id = v.last_inbound_id WHERE v.id = $1`, string(id)))
	if err != nil {
		return nil, err
	}
	if k.isNew() {
		return nil, noConversation()
	}
	if err := s.load(k); err != nil {
		return nil, err
	}
	k.x.Conversation.Preview, err = preview(k.key, last, k.row.lastInbound)
	return k, err
}

// batchRows are the rows that a number of exchanges lead to.
type batchRows struct {
	contacts, light, changed, fresh, messages, links, outbox, audit [][]any

	words []stmt // about campaigns
}

// save writes what became of exchanges, which are locked. It is the last step of
// a transaction.
func (s *Store) save(ctx context.Context, t *tx, all []*kept) error {
	var rows batchRows
	var erased []*kept
	now := s.now()
	for _, k := range all {
		if k.x.Conversation.State == hotline.Erased && k.row.c.State != hotline.Erased {
			if err := s.beginErasure(ctx, t, k); err != nil {
				return err
			}
			erased = append(erased, k)
		}
		if err := s.gather(&rows, k, now); err != nil {
			return err
		}
	}
	w := writes{d: s.d}
	w.change(contactChanges, lastOfEach(rows.contacts))
	w.change(lightChanges, rows.light)
	w.change(conversationChanges, rows.changed)
	w.insertNew(links, rows.links)
	w.insert(conversations, rows.fresh)
	w.insert(outbox, rows.outbox)
	w.insert(audits, rows.audit)
	w.statements = append(w.statements, rows.words...)
	w.insert(messages, rows.messages) // last: see runPipelined
	if w.err != nil {
		return w.err
	}
	if len(erased) == 0 {
		return t.finish(ctx, w.statements...)
	}
	if err := t.run(ctx, w.statements...); err != nil {
		return err
	}
	for _, k := range erased {
		if err := s.finishErasure(ctx, t, k.x.Conversation.ID); err != nil {
			return err
		}
	}
	return nil
}

// lastOfEach keeps the newest row of each key, the first column: one UPDATE that
// meets a row twice may take either.
func lastOfEach(rows [][]any) [][]any {
	place := make(map[any]int, len(rows))
	kept := rows[:0]
	for _, r := range rows {
		if at, ok := place[r[0]]; ok {
			kept[at] = r
			continue
		}
		place[r[0]] = len(kept)
		kept = append(kept, r)
	}
	return kept
}

// gather turns one exchange into rows.
func (s *Store) gather(rows *batchRows, k *kept, now time.Time) error {
	x := &k.x
	if x.Contact != k.contact.c && x.Contact.ID == k.contact.c.ID {
		rows.contacts = append(rows.contacts, []any{string(x.Contact.ID), string(x.Contact.Language), x.Contact.OptedOut, x.Contact.Unsafe, planText(x.Contact.Plan), micros(x.Contact.CalledAt)})
	}
	if x.Campaigns != "" {
		rows.words = append(rows.words, s.campaignWord(k.contact.index, x, now)...)
	}
	for i := range x.Audit {
		rows.audit = append(rows.audit, s.auditRow(&x.Audit[i]))
	}
	if x.Conversation.ID == "" {
		if len(x.Written) > 0 {
			return hotline.Errorf(hotline.Internal, "messages were written into no conversation")
		}
		return nil
	}
	if !k.isNew() && x.Conversation.ID != k.row.c.ID {
		return hotline.Errorf(hotline.Internal, "a conversation changed its id")
	}
	if k.isNew() {
		if err := s.begin(k, now); err != nil {
			return err
		}
	}
	lastInbound, err := s.gatherMessages(rows, k, now)
	if err != nil {
		return err
	}
	return s.gatherConversation(rows, k, lastInbound, now)
}

// begin gives a new conversation its key and what the rule left out.
func (s *Store) begin(k *kept, now time.Time) (err error) {
	c := &k.x.Conversation
	c.ContactID, c.Channel = k.contact.c.ID, k.contact.c.Channel
	if c.State == "" {
		c.State = hotline.Open
	}
	if c.Safety == "" {
		c.Safety = hotline.NotAsked
	}
	if c.CreatedAt.IsZero() {
		c.CreatedAt = now
	}
	if k.key, k.row.wrapped, err = s.keys.NewKey(); err != nil {
		return err
	}
	k.row.address, err = k.key.Seal([]byte(c.Address.Reveal()), addressPlace(c.ID))
	return err
}

// gatherMessages adds what was written and returns the id of the last message
// from the person. Unread grows here, unless the rule counted itself.
func (s *Store) gatherMessages(rows *batchRows, k *kept, now time.Time) (lastInbound string, err error) {
	x := &k.x
	if len(x.Written) > 0 && k.key == nil {
		return "", hotline.Errorf(hotline.Internal, "messages were written into an erased conversation")
	}
	lastInbound = k.row.lastInbound
	counts := x.Conversation.Unread == k.row.c.Unread
	for i := range x.Written {
		m := &x.Written[i]
		s.complete(m, x.Conversation.ID, now)
		r, err := messageRow(k.key, m)
		if err != nil {
			return "", err
		}
		rows.messages = append(rows.messages, r)
		for _, c := range m.Clues {
			rows.links = append(rows.links, []any{s.clueMark(c), string(m.ConversationID)})
		}
		switch {
		case m.Direction == hotline.In:
			lastInbound = string(m.ID)
			if m.At.After(x.Conversation.LastInboundAt) {
				x.Conversation.LastInboundAt = m.At
			}
			if counts {
				x.Conversation.Unread++
			}
		case m.Direction == hotline.Out && m.Delivery == hotline.Queued:
			rows.outbox = append(rows.outbox, outboxRow(m, now))
		}
	}
	if x.Read {
		x.Conversation.Unread = 0
	}
	return lastInbound, nil
}

// gatherConversation adds the row of the conversation when anything changed.
func (s *Store) gatherConversation(rows *batchRows, k *kept, lastInbound string, now time.Time) error {
	c := &k.x.Conversation
	answers := k.row.answers
	sealedAnew := !sameAnswers(c.Answers, k.row.c.Answers)
	if sealedAnew {
		var err error
		if answers, err = sealAnswers(k.key, c.Answers, c.ID); err != nil {
			return err
		}
	}
	light, heavy := lightOf(c, lastInbound), heavyOf(c)
	sameHeavy := heavy == heavyOf(&k.row.c)
	if !k.isNew() && !sealedAnew && sameHeavy && light == lightOf(&k.row.c, k.row.lastInbound) {
		return nil
	}
	c.UpdatedAt = now
	row := make([]any, 0, len(conversations.columns))
	row = light.append(append(row, string(c.ID), micros(now), bytesOf(answers)))
	switch {
	case k.isNew():
		row = append(heavy.append(row), string(c.ContactID), k.contact.index, string(c.Channel), micros(c.CreatedAt), k.row.wrapped, k.row.address)
		rows.fresh = append(rows.fresh, row)
	case sameHeavy:
		rows.light = append(rows.light, row)
	default:
		rows.changed = append(rows.changed, heavy.append(row))
	}
	return nil
}
