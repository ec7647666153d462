package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"go.uber.org/goleak"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is the smallest store that keeps the contract of Store and DeskStore.
type memory struct {
	mu            sync.Mutex
	newID         hotline.NewID
	contacts      map[string]hotline.Contact
	conversations map[hotline.ConversationID]hotline.Conversation
	order         []hotline.ConversationID
	messages      []hotline.Message
	seen          map[string]hotline.Receipt
	audit         []hotline.AuditEntry
	fail          func(batch []hotline.Inbound) error
}

func newMemory(newID hotline.NewID) *memory {
	return &memory{
		newID: newID, contacts: map[string]hotline.Contact{},
		conversations: map[hotline.ConversationID]hotline.Conversation{}, seen: map[string]hotline.Receipt{},
	}
}

func (m *memory) Receive(_ context.Context, batch []hotline.Inbound, advance func(*hotline.Exchange, hotline.Inbound)) ([]hotline.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		if err := m.fail(batch); err != nil {
			return nil, err
		}
	}
	receipts := make([]hotline.Receipt, len(batch))
	for i, in := range batch {
		if r, ok := m.seen[in.ProviderID]; ok {
			r.Duplicate = true
			receipts[i] = r
			continue
		}
		x := m.load(in)
		advance(&x, in)
		m.meet(&x)
		m.save(x)
		receipts[i] = hotline.Receipt{
			ConversationID: x.Conversation.ID, MessageID: x.Written[0].ID, Priority: x.Conversation.Priority,
		}
		m.seen[in.ProviderID] = receipts[i]
	}
	return receipts, nil
}

func (m *memory) load(in hotline.Inbound) hotline.Exchange {
	key := string(in.Channel) + in.From.Reveal()
	contact, ok := m.contacts[key]
	if !ok {
		contact = hotline.Contact{ID: hotline.ContactID(m.newID()), Channel: in.Channel}
		m.contacts[key] = contact
	}
	x := hotline.Exchange{Contact: contact}
	for _, id := range m.order {
		if c := m.conversations[id]; c.ContactID == contact.ID && c.State == hotline.Open {
			x.Conversation = c
		}
	}
	return x
}

func (m *memory) save(x hotline.Exchange) {
	for key, c := range m.contacts {
		if c.ID == x.Contact.ID {
			m.contacts[key] = x.Contact
		}
	}
	if _, ok := m.conversations[x.Conversation.ID]; !ok {
		m.order = append(m.order, x.Conversation.ID)
	}
	if x.Read {
		x.Conversation.Unread = 0
	}
	m.conversations[x.Conversation.ID] = x.Conversation
	m.messages = append(m.messages, x.Written...)
	m.audit = append(m.audit, x.Audit...)
}

func (m *memory) Change(_ context.Context, id hotline.ConversationID, decide func(*hotline.Exchange) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.conversations[id]
	if !ok {
		return hotline.Errorf(hotline.NotFound, "no such conversation")
	}
	x := hotline.Exchange{Conversation: c}
	for _, contact := range m.contacts {
		if contact.ID == c.ContactID {
			x.Contact = contact
		}
	}
	if err := decide(&x); err != nil {
		return err
	}
	for _, e := range x.Audit {
		if slices.ContainsFunc(m.audit, func(old hotline.AuditEntry) bool { return old.ID == e.ID }) {
			return hotline.Errorf(hotline.Conflict, "there is one already")
		}
	}
	m.meet(&x)
	m.save(x)
	return nil
}

func (m *memory) AuditOf(_ context.Context, object, id string, limit int) ([]hotline.AuditEntry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []hotline.AuditEntry
	for _, e := range slices.Backward(m.audit) {
		if e.Object == object && e.ObjectID == id && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, nil
}

// meet lets a rule that wants to see the contact's other conversations.
func (m *memory) meet(x *hotline.Exchange) {
	if x.Others == nil {
		return
	}
	var others []*hotline.Conversation
	for _, id := range m.order {
		if c := m.conversations[id]; id != x.Conversation.ID && c.ContactID == x.Contact.ID && c.State != hotline.Erased {
			others = append(others, &c)
		}
	}
	x.Others(others)
	for _, c := range others {
		m.conversations[c.ID] = *c
	}
}

// reader is a triage that knows a handful of words. Like the real one it takes
// what it does not understand for a report, without a reason.
type reader struct{}

var readings = []struct {
	words    string
	kind     hotline.Kind
	priority hotline.Priority
}{
	{"knife|kill|cuchillo|couteau|سكين|tonight they take", hotline.Report, hotline.Emergency},
	{"passport|pasaporte|passeport|جواز|not let me|no me dejan", hotline.Report, hotline.Urgent},
	{"i saw|j'ai vu|stop him", hotline.Report, hotline.Standard},
	{"hello|hi|thank|السلام عليكم", hotline.Noise, hotline.NoisePriority},
	{"?|؟", hotline.Question, hotline.Info},
}

func (reader) Assess(text string, hints hotline.Hints) hotline.Assessment {
	text = strings.ToLower(text)
	a := hotline.Assessment{Kind: hotline.Report, Priority: hotline.Standard, Language: hints.Language, LanguageConfidence: 0.3}
	for _, r := range readings {
		for _, w := range strings.Split(r.words, "|") {
			if strings.Contains(text, w) && a.Reasons == nil {
				a.Kind, a.Priority, a.Reasons = r.kind, r.priority, []hotline.Reason{{Text: w}}
			}
		}
	}
	if strings.Contains(text, "i am safe now") {
		a.Reasons = append(a.Reasons, hotline.Reason{Indicator: "Free", Weight: 3})
	}
	if strings.HasPrefix(text, "hello") {
		a.Language, a.LanguageConfidence = "en", 0.7
	}
	if lang := languageOf(text); lang != "" {
		a.Language, a.LanguageConfidence = lang, 0.95
	}
	return a
}

func languageOf(text string) hotline.Language {
	arabic := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
	switch words := strings.Count(text, " ") + 1; {
	case arabic && words > 2:
		return "ar"
	case words < 4:
		return ""
	}
	for _, known := range []struct {
		lang  hotline.Language
		words string
	}{{"en", "the|my|i|is|to|he|they"}, {"es", "mi|un|el|la"}, {"fr", "une|des|mon"}} {
		for _, w := range strings.Split(known.words, "|") {
			if strings.Contains(" "+text+" ", " "+w+" ") {
				return known.lang
			}
		}
	}
	return ""
}

// house is an intake with everything it needs, and a clock the test moves.
type house struct {
	t      testing.TB
	mem    *memory
	intake *Intake
	desk   *Desk
	clock  time.Time
	opens  string // when closed: the time we open
	ids    int
	events []hotline.Event
	codes  codeBook
	sent   int
}

var sharedSpeaker = sync.OnceValues(locales.New)

func newHouse(t testing.TB) *house {
	t.Helper()
	speaker, err := sharedSpeaker()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, clock: time.Date(2026, 5, 12, 14, 21, 0, 0, time.UTC)}
	var mu sync.Mutex
	newID := func() string { mu.Lock(); defer mu.Unlock(); h.ids++; return fmt.Sprintf("id-%04d", h.ids) }
	now := func() time.Time { return h.clock }
	tell := func(e hotline.Event) { mu.Lock(); defer mu.Unlock(); h.events = append(h.events, e) }
	h.mem = newMemory(newID)
	voice := NewVoice(speaker, Settings{
		Name: "Harbour", InfoURL: "harbour.example",
		Emergency: func(hotline.Channel, hotline.Address) string { return "112" },
		Zones:     func(hotline.Channel, hotline.Address) []string { return []string{"America/New_York"} },
		Opens:     func(time.Time) (string, bool) { return h.opens, h.opens != "" },
	})
	mark := func(of hotline.ContactID, word string) string { return string(of) + "/" + strings.ToUpper(word) }
	h.intake, err = New(Config{Store: h.mem, Triage: reader{}, Mark: mark, Codes: &h.codes, Voice: voice, Announce: tell, Now: now, NewID: newID})
	if err != nil {
		t.Fatal(err)
	}
	h.desk = NewDesk(h.mem, voice, tell, now, newID)
	t.Cleanup(h.intake.Close)
	return h
}

const handset = hotline.Address("+15550100177")

func (h *house) inbound(text string) hotline.Inbound {
	h.sent++
	return hotline.Inbound{
		Channel: hotline.SMS, From: handset, To: "+15550100100", ProviderID: fmt.Sprintf("SM%04d", h.sent),
		Text: hotline.Text(text), At: h.clock,
	}
}

// hear sends one message and returns what was written in answer.
func (h *house) hear(in hotline.Inbound) []hotline.Message {
	h.t.Helper()
	before := len(h.mem.messages)
	if _, err := h.intake.Receive(context.Background(), in); err != nil {
		h.t.Fatal(err)
	}
	return h.mem.messages[before+1:]
}

func (h *house) text(text string) []hotline.Message { h.t.Helper(); return h.hear(h.inbound(text)) }

// conversation is the newest one.
func (h *house) conversation() hotline.Conversation {
	return h.mem.conversations[h.mem.order[len(h.mem.order)-1]]
}

func (h *house) contact() hotline.Contact {
	id := h.conversation().ContactID
	for _, c := range h.mem.contacts {
		if c.ID == id {
			return c
		}
	}
	return hotline.Contact{}
}

func (h *house) change(decide func(*hotline.Exchange)) {
	h.t.Helper()
	err := h.mem.Change(context.Background(), h.conversation().ID, func(x *hotline.Exchange) error { decide(x); return nil })
	if err != nil {
		h.t.Fatal(err)
	}
}

var sam = hotline.User{ID: "user-sam", Name: "Sam", Role: hotline.Operator}

// keys are the texts written, without their channel.
func keys(messages []hotline.Message) string {
	var out []string
	for _, m := range messages {
		_, name, _ := strings.Cut(m.TextKey, ".")
		out = append(out, name)
	}
	return strings.Join(out, " ")
}
