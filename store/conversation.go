package store

import (
	"context"
	"math"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

// never stands in waiting_since while nobody waits: it sorts behind all times.
const never = math.MaxInt64

// previewLength is how much of the last message a list shows, in characters.
const previewLength = 160

// The columns of a conversation that a rule may change. The light ones change with nearly every message and stand in
// no index: a row in which only they changed is written without touching any
// (on SQLite an index is rewritten when its column is named, changed or not; on
// Postgres fewer values travel).
const (
	lightColumns = `id text, updated_at bigint, answers_sealed bytea, language text, step text, asked bigint, re_asked boolean,
	kind text, unread bigint, last_inbound_id text, last_inbound_at bigint, answered_at bigint`
	heavyColumns = `, our_number text, state text, safety text, safety_at bigint, handed_off boolean, erase_ask bigint,
	priority bigint, overridden boolean, waiting_since bigint, owner_id text, case_id text, lifted_at bigint, campaign_id text`
	firstColumns = ", contact_id text, address_index text, channel text, created_at bigint, wrapped_key bytea, address_sealed bytea"
)

var (
	lightChanges        = &table{name: "conversations", keys: 1, columns: columnsOf(lightColumns)}
	conversationChanges = &table{name: "conversations", keys: 1, columns: columnsOf(lightColumns + heavyColumns)}
	conversations       = &table{name: "conversations", keys: 1, columns: columnsOf(lightColumns + heavyColumns + firstColumns)}
	conversationColumns = "v." + conversations.names(", v.")
)

// stored is a conversation as it stands in its row.
type stored struct {
	c                         hotline.Conversation
	lastInbound, index        string
	wrapped, address, answers []byte

	safetyAt, eraseAsk, waiting, lastInboundAt, answered, lifted, created, updated int64
}

// fields are where the columns of conversationColumns are scanned to; done must
// follow the scan.
func (s *stored) fields() []any {
	c := &s.c
	return []any{
		(*string)(&c.ID), &s.updated, &s.answers, (*string)(&c.Language), &c.Step, &c.Asked, &c.ReAsked,
		(*string)(&c.Kind), &c.Unread, &s.lastInbound, &s.lastInboundAt, &s.answered,
		&c.To, (*string)(&c.State), (*string)(&c.Safety), &s.safetyAt, &c.HandedOff, &s.eraseAsk,
		(*int)(&c.Priority), &c.Overridden, &s.waiting, (*string)(&c.OwnerID), (*string)(&c.CaseID), &s.lifted, (*string)(&c.Campaign),
		(*string)(&c.ContactID), &s.index, (*string)(&c.Channel), &s.created, &s.wrapped, &s.address,
	}
}

func (s *stored) done() {
	c := &s.c
	c.SafetyAt, c.EraseAsk, c.LastInboundAt = timeOf(s.safetyAt), timeOf(s.eraseAsk), timeOf(s.lastInboundAt)
	c.AnsweredAt, c.LiftedAt = timeOf(s.answered), timeOf(s.lifted)
	c.CreatedAt, c.UpdatedAt = timeOf(s.created), timeOf(s.updated)
	if s.waiting != never {
		c.WaitingSince = timeOf(s.waiting)
	}
}

func (s *stored) scan(r row) error {
	if err := r.Scan(s.fields()...); err != nil {
		return err
	}
	s.done()
	return nil
}

// light and heavy are the values of these columns, but for the first three, in
// a form that can be compared.
type light struct {
	language, step string
	asked          int64
	reAsked        bool
	kind           string
	unread         int64
	lastInbound    string
	lastInboundAt  int64
	answeredAt     int64
}

type heavy struct {
	to, state, safety string
	safetyAt          int64
	handedOff         bool
	eraseAsk          int64
	priority          int64
	overridden        bool
	waiting           int64
	owner, caseID     string
	liftedAt          int64
	campaign          string
}

func lightOf(c *hotline.Conversation, lastInbound string) light {
	return light{
		string(c.Language), c.Step, int64(c.Asked), c.ReAsked,
		string(c.Kind), int64(c.Unread), lastInbound, micros(c.LastInboundAt), micros(c.AnsweredAt),
	}
}

func heavyOf(c *hotline.Conversation) heavy {
	return heavy{
		c.To, string(c.State), string(c.Safety), micros(c.SafetyAt), c.HandedOff, micros(c.EraseAsk),
		int64(c.Priority), c.Overridden, waitingOf(c.WaitingSince), string(c.OwnerID), string(c.CaseID), micros(c.LiftedAt), string(c.Campaign),
	}
}

func (l *light) append(row []any) []any {
	return append(row, l.language, l.step, l.asked, l.reAsked, l.kind, l.unread, l.lastInbound, l.lastInboundAt, l.answeredAt)
}

func (h *heavy) append(row []any) []any {
	return append(row, h.to, h.state, h.safety, h.safetyAt, h.handedOff, h.eraseAsk, h.priority, h.overridden, h.waiting, h.owner, h.caseID, h.liftedAt, h.campaign)
}

func waitingOf(since time.Time) int64 {
	if since.IsZero() {
		return never
	}
	return micros(since)
}

func addressPlace(id hotline.ConversationID) string {
	return "conversations.address_sealed/" + string(id)
}

func answersPlace(id hotline.ConversationID) string {
	return "conversations.answers_sealed/" + string(id)
}

// open unseals what is the conversation's own, but for an address that is known
// already. An erased one has nothing left.
func (s *Store) open(v *stored) (*seal.Key, error) {
	if len(v.wrapped) == 0 {
		return nil, nil
	}
	key, err := s.keys.OpenKey(v.wrapped)
	if err != nil {
		return nil, err
	}
	if v.c.Address == "" {
		address, err := key.Open(v.address, addressPlace(v.c.ID))
		if err != nil {
			return nil, err
		}
		v.c.Address = hotline.Address(address)
	}
	if len(v.answers) > 0 {
		v.c.Answers, err = openAnswers(key, v.answers, v.c.ID)
	}
	return key, err
}

// preview unseals the start of the last message from the person.
func preview(key *seal.Key, sealed []byte, messageID string) (hotline.Text, error) {
	if key == nil || len(sealed) == 0 {
		return "", nil
	}
	plain, err := key.Open(sealed, textPlace(messageID))
	if err != nil {
		return "", err
	}
	characters := 0
	for at := range string(plain) {
		if characters == previewLength {
			return hotline.Text(plain[:at]), nil
		}
		characters++
	}
	return hotline.Text(plain), nil
}

// Conversation returns a conversation with its contact, for reading. An erased
// one comes without anything of the person.
func (s *Store) Conversation(ctx context.Context, id hotline.ConversationID) (hotline.Exchange, error) {
	var x hotline.Exchange
	found, last := map[string]*addressed{}, []byte(nil)
	if err := s.read(ctx, s.addressedQuery([]string{string(id)}, found)); err != nil {
		return x, err
	}
	v := found[string(id)]
	if v == nil {
		return x, noConversation()
	}
	key, err := s.open(&v.stored)
	if err != nil {
		return x, err
	}
	err = s.read(ctx, s.textsQuery([]string{string(id)}, []string{v.lastInbound}, func(_ string, sealed []byte) { last = sealed }))
	if err != nil {
		return x, err
	}
	if v.c.Preview, err = preview(key, last, v.lastInbound); err != nil {
		return x, err
	}
	x.Contact, x.Conversation = v.contact.noun(), v.c
	return x, nil
}

func noConversation() error {
	return hotline.Errorf(hotline.NotFound, "there is no such conversation")
}

// ConversationOf returns the newest conversation of an address that has not
// been erased, or hotline.NotFound.
func (s *Store) ConversationOf(ctx context.Context, ch hotline.Channel, address hotline.Address) (hotline.ConversationID, error) {
	var id string
	err := s.read(ctx, query(func(r row) error { return r.Scan(&id) }, `SELECT v.id FROM conversations v
		WHERE v.address_index = $1 AND v.state <> 'erased' ORDER BY v.id DESC LIMIT 1`, s.indexOf(ch, address)))
	if err != nil {
		return "", err
	}
	if id == "" {
		return "", noConversation()
	}
	return hotline.ConversationID(id), nil
}
