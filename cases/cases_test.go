package cases

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// memory is the smallest store that keeps the contract of versions.
type memory struct {
	x        hotline.Exchange
	messages []hotline.Message
	c        hotline.Case
	audit    []hotline.AuditEntry
	before   func() // runs before ChangeCase looks at the version
}

func (m *memory) OpenCase(_ context.Context, _ hotline.ConversationID, c hotline.Case,
	decide func(*hotline.Exchange, *hotline.Case) error,
) (hotline.Case, error) {
	if err := decide(&m.x, &c); err != nil {
		return hotline.Case{}, err
	}
	c.Number = 317
	m.c, m.audit = c, append(m.audit, m.x.Audit...)
	return c, nil
}

func (m *memory) Case(context.Context, hotline.CaseID) (hotline.Case, error) { return m.c, nil }

func (m *memory) ChangeCase(_ context.Context, _ hotline.CaseID, version int,
	decide func(*hotline.Case) error, audit ...hotline.AuditEntry,
) (hotline.Case, error) {
	if m.before != nil {
		m.before()
	}
	if m.c.Version != version {
		return hotline.Case{}, hotline.Errorf(hotline.Conflict, "changed")
	}
	if err := decide(&m.c); err != nil {
		return hotline.Case{}, err
	}
	m.c.Version++
	m.audit = append(m.audit, audit...)
	return m.c, nil
}

func (m *memory) Messages(_ context.Context, _ hotline.ConversationID, after hotline.MessageID, limit int) ([]hotline.Message, error) {
	from := 1 + slices.IndexFunc(m.messages, func(x hotline.Message) bool { return x.ID == after })
	return m.messages[from:min(from+limit, len(m.messages))], nil
}

func (m *memory) AddAudit(_ context.Context, e ...hotline.AuditEntry) error {
	m.audit = append(m.audit, e...)
	return nil
}

var (
	at       = time.Date(2026, 5, 12, 14, 32, 0, 0, time.UTC)
	operator = hotline.User{ID: "u1", Role: hotline.Operator}
)

func rules(m *memory) *Cases {
	n := 0
	return New(m, func(hotline.Event) {}, func() time.Time { return at }, func() string { n++; return fmt.Sprint("id", n) })
}

func report(id string, a hotline.Assessment) hotline.Message {
	a.Kind = hotline.Report
	return hotline.Message{ID: hotline.MessageID(id), Direction: hotline.In, Assessment: &a}
}

func TestOpenIsFilledFromAllMessages(t *testing.T) {
	t.Parallel()
	m := &memory{x: hotline.Exchange{Conversation: hotline.Conversation{ID: "c1", Language: "am"}}}
	for i := range messagesPerRead {
		m.messages = append(m.messages, hotline.Message{ID: hotline.MessageID(fmt.Sprint("m", i))})
	}
	m.messages = append(m.messages,
		report("x1", hotline.Assessment{Means: []hotline.Means{hotline.WithholdsDocuments}, Self: true}),
		report("x2", hotline.Assessment{
			Means:        []hotline.Means{hotline.TakesEarnings, hotline.WithholdsDocuments},
			Exploitation: []hotline.Exploitation{hotline.Servitude}, Minor: true,
		}))
	c, err := rules(m).Open(t.Context(), operator, "c1")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.Means, []hotline.Means{hotline.TakesEarnings, hotline.WithholdsDocuments}) ||
		!slices.Equal(c.Exploitation, []hotline.Exploitation{hotline.Servitude}) || !c.Minor {
		t.Errorf("filled with %v, %v, under 18 %v", c.Means, c.Exploitation, c.Minor)
	}
	if len(c.Persons) != 1 || c.Persons[0].Role != hotline.NeedsHelp || c.Persons[0].Language != "am" {
		t.Errorf("persons %+v", c.Persons)
	}
	if c.Consent != hotline.NotAskedConsent || c.Trafficking != hotline.PossibleVictim || c.OwnerID != "u1" {
		t.Errorf("case %+v", c)
	}
	if m.x.Conversation.CaseID != c.ID || len(m.audit) != 1 || m.audit[0].Action != "case.create" {
		t.Errorf("conversation's case %q, audit %+v", m.x.Conversation.CaseID, m.audit)
	}
	if _, err := rules(m).Open(t.Context(), operator, "c1"); hotline.CodeOf(err) != hotline.Conflict {
		t.Errorf("second case of one conversation: %v", err)
	}
}

func TestWhoMayWork(t *testing.T) {
	t.Parallel()
	for _, by := range []hotline.User{{Role: hotline.Analyst}, {Role: hotline.Manager}, {Role: hotline.Operator, Disabled: true}} {
		k := rules(&memory{})
		_, opens := k.Open(t.Context(), by, "c1")
		_, saves := k.Save(t.Context(), by, "k1", 1, Edit{})
		for _, err := range []error{opens, saves, k.Viewed(t.Context(), by, "k1", "")} {
			if hotline.CodeOf(err) != hotline.Forbidden {
				t.Errorf("%s: got %v", by.Role, err)
			}
		}
	}
}

func stored() hotline.Case {
	return hotline.Case{
		ID: "k1", Version: 4, Status: hotline.CaseActive, Consent: hotline.NotAskedConsent, Trafficking: hotline.PossibleVictim,
		Persons: []hotline.Person{{ID: "p1", CaseID: "k1", Role: hotline.NeedsHelp, Name: "Ana Invented", CreatedAt: at}},
	}
}

func TestSaveWritesWhatChangedAndNeverWhatItSays(t *testing.T) {
	t.Parallel()
	m := &memory{c: stored()}
	e := Of(stored())
	e.Consent = hotline.ConsentGiven
	e.Summary = "secret words"
	e.Means = []hotline.Means{hotline.WithholdsDocuments, hotline.DebtBondage, hotline.DebtBondage, "Foreign"}
	e.Persons = append(slices.Clone(e.Persons), hotline.Person{Role: hotline.Perpetrator, Name: "Bo Invented", Citizenship: "et"})
	c, err := rules(m).Save(t.Context(), operator, "k1", 4, e)
	if err != nil {
		t.Fatal(err)
	}
	if c.Version != 5 || !slices.Equal(c.Means, []hotline.Means{hotline.DebtBondage, hotline.WithholdsDocuments}) {
		t.Errorf("version %d, means %v", c.Version, c.Means)
	}
	if p := c.Persons[1]; p.ID == "" || p.CaseID != "k1" || p.Citizenship != "ET" || p.CreatedAt != at {
		t.Errorf("new person %+v", p)
	}
	if c.Persons[0].ID != "p1" {
		t.Errorf("known person lost its id: %+v", c.Persons[0])
	}
	if got := m.audit[0].Detail; got != "consent, means, summary, people" || strings.Contains(got, "secret") {
		t.Errorf("audit detail %q", got)
	}
}

func TestSaveOfNothingWritesNothing(t *testing.T) {
	t.Parallel()
	m := &memory{c: stored()}
	if c, err := rules(m).Save(t.Context(), operator, "k1", 4, Of(stored())); err != nil || c.Version != 4 || len(m.audit) > 0 {
		t.Errorf("version %d, audit %v, %v", c.Version, m.audit, err)
	}
}

func TestStaleSaveIsAConflict(t *testing.T) {
	t.Parallel()
	e := Of(stored())
	e.Minor = true
	m := &memory{c: stored()}
	if _, err := rules(m).Save(t.Context(), operator, "k1", 3, e); hotline.CodeOf(err) != hotline.Conflict {
		t.Errorf("older version: %v", err)
	}
	m.before = func() { m.c.Version++ } // saved between our look and our change
	if _, err := rules(m).Save(t.Context(), operator, "k1", 4, e); hotline.CodeOf(err) != hotline.Conflict {
		t.Errorf("lost race: %v", err)
	}
	if m.c.Minor || len(m.audit) > 0 {
		t.Error("a conflict changed something")
	}
}

func TestWhatNoRecordMayHold(t *testing.T) {
	t.Parallel()
	person := func(p hotline.Person) func(*Edit) {
		return func(e *Edit) {
			if p.Role == "" {
				p.Role = hotline.Witness
			}
			e.Persons = []hotline.Person{p}
		}
	}
	for name, spoil := range map[string]func(*Edit){
		"status":      func(e *Edit) { e.Status = "Lost" },
		"consent":     func(e *Edit) { e.Consent = "" },
		"trafficking": func(e *Edit) { e.Trafficking = "Maybe" },
		"summary":     func(e *Edit) { e.Summary = hotline.Text(strings.Repeat("é", maxSummary+1)) },
		"people":      func(e *Edit) { e.Persons = make([]hotline.Person, MaxPersons+1) },
		"role":        person(hotline.Person{Role: "Bystander"}),
		"name":        person(hotline.Person{Name: hotline.Text(strings.Repeat("x", maxName+1))}),
		"gender":      person(hotline.Person{Gender: "?"}),
		"age":         person(hotline.Person{AgeBand: "12"}),
		"citizenship": person(hotline.Person{Citizenship: "Ethiopia"}),
		"language":    person(hotline.Person{Language: "not-a-language"}),
	} {
		m := &memory{c: stored()}
		e := Of(stored())
		spoil(&e)
		if _, err := rules(m).Save(t.Context(), operator, "k1", 4, e); hotline.CodeOf(err) != hotline.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
