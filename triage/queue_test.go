package triage

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// memory is a QueueStore over a few conversations, in queue order.
type memory struct{ conversations []*hotline.Exchange }

func (m *memory) Change(_ context.Context, id hotline.ConversationID, decide func(*hotline.Exchange) error) error {
	for _, x := range m.conversations {
		if x.Conversation.ID == id {
			return m.save(x, decide)
		}
	}
	return hotline.Errorf(hotline.NotFound, "no such conversation")
}

func (m *memory) save(x *hotline.Exchange, decide func(*hotline.Exchange) error) error {
	changed := *x
	if err := decide(&changed); err != nil {
		return err
	}
	*x = changed
	return nil
}

func (m *memory) ChangeNext(_ context.Context, f hotline.QueueFilter, decide func(*hotline.Exchange) error) (hotline.ConversationID, error) {
	for _, x := range m.conversations {
		c := x.Conversation
		if c.OwnerID == "" && (f.Priority == 0 || f.Priority == c.Priority) && (f.Language == "" || f.Language == c.Language) {
			return c.ID, m.save(x, decide)
		}
	}
	return "", hotline.Errorf(hotline.NotFound, "none")
}

func conversation(id string, p hotline.Priority, lang hotline.Language) *hotline.Exchange {
	return &hotline.Exchange{Conversation: hotline.Conversation{ID: hotline.ConversationID(id), State: hotline.Open, Priority: p, Language: lang}}
}

func newTestQueue(xs ...*hotline.Exchange) (*Queue, *[]hotline.Event) {
	events := &[]hotline.Event{}
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	return NewQueue(&memory{conversations: xs}, func(e hotline.Event) { *events = append(*events, e) },
		func() time.Time { return at }, func() string { return "id" }), events
}

var (
	ana = hotline.User{ID: "ana", Role: hotline.Operator}
	ben = hotline.User{ID: "ben", Role: hotline.Operator}
	sue = hotline.User{ID: "sue", Role: hotline.Supervisor}
	ann = hotline.User{ID: "ann", Role: hotline.Analyst}
)

func TestTakeAndRelease(t *testing.T) {
	t.Parallel()
	x := conversation("c1", hotline.Urgent, "es")
	q, events := newTestQueue(x)
	ctx := context.Background()
	if err := q.Take(ctx, ann, "c1"); hotline.CodeOf(err) != hotline.Forbidden {
		t.Fatalf("analyst: %v", err)
	}
	for range 2 { // the second time changes nothing
		if err := q.Take(ctx, ana, "c1"); err != nil {
			t.Fatal(err)
		}
	}
	if x.Conversation.OwnerID != "ana" || len(x.Audit) != 1 || x.Audit[0].Action != "conversation.take" || len(*events) != 1 {
		t.Fatalf("after take: owner %q, audit %v, events %v", x.Conversation.OwnerID, x.Audit, *events)
	}
	err := q.Take(ctx, ben, "c1")
	var who *TakenError
	if !errors.As(err, &who) || who.OwnerID != "ana" || hotline.CodeOf(err) != hotline.Conflict {
		t.Fatalf("second taker: %v", err)
	}
	if err := q.Release(ctx, ben, "c1"); hotline.CodeOf(err) != hotline.Conflict {
		t.Fatalf("release by another operator: %v", err)
	}
	if err := q.Release(ctx, sue, "c1"); err != nil || x.Conversation.OwnerID != "" {
		t.Fatalf("release by supervisor: %v, owner %q", err, x.Conversation.OwnerID)
	}
	if got := (*events)[1]; got.Kind != "released" || got.Topic != "queue" {
		t.Fatalf("event %v", got)
	}
	x.Conversation.State = hotline.Closed
	if err := q.Take(ctx, ana, "c1"); hotline.CodeOf(err) != hotline.Conflict {
		t.Fatalf("closed: %v", err)
	}
	if err := q.Take(ctx, ana, "none"); hotline.CodeOf(err) != hotline.NotFound {
		t.Fatalf("unknown: %v", err)
	}
}

func TestTakeNextPutsDangerBeforeLanguage(t *testing.T) {
	t.Parallel()
	q, _ := newTestQueue(conversation("e", hotline.Emergency, "fr"), conversation("u-fr", hotline.Urgent, "fr"), conversation("s-es", hotline.Standard, "es"))
	ctx := context.Background()
	for _, want := range []hotline.ConversationID{"e", "s-es", "u-fr"} {
		got, err := q.TakeNext(ctx, ana, []hotline.Language{"es"})
		if err != nil || got != want {
			t.Fatalf("got %q, %v; want %q", got, err, want)
		}
	}
	if _, err := q.TakeNext(ctx, ana, nil); hotline.CodeOf(err) != hotline.NotFound {
		t.Fatalf("empty queue: %v", err)
	}
}

func TestSetPriority(t *testing.T) {
	t.Parallel()
	x := conversation("c1", hotline.Standard, "ar")
	q, events := newTestQueue(x)
	ctx := context.Background()
	for _, err := range []error{q.SetPriority(ctx, ana, "c1", 9, DangerNow), q.SetPriority(ctx, ana, "c1", hotline.Urgent, "because")} {
		if hotline.CodeOf(err) != hotline.Invalid {
			t.Fatalf("want invalid, got %v", err)
		}
	}
	if err := q.SetPriority(ctx, ana, "c1", hotline.Emergency, DangerNow); err != nil {
		t.Fatal(err)
	}
	c := x.Conversation
	if c.Priority != hotline.Emergency || !c.Overridden || x.Audit[0].Detail != "standard to emergency: danger_now" || (*events)[0].Kind != "priority" {
		t.Fatalf("conversation %v %v, audit %v, events %v", c.Priority, c.Overridden, x.Audit, *events)
	}
}

func TestUndoPriority(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	raised := PriorityChange{From: hotline.Standard, To: hotline.Emergency}
	for _, c := range []struct {
		name    string
		by      hotline.User
		done    PriorityChange
		meddle  func(*hotline.Conversation)
		want    hotline.Code
		stands  hotline.Priority
		byStaff bool
	}{
		{"set by triage before", ana, raised, nil, "", hotline.Standard, false},
		{"set by staff before", ana, PriorityChange{hotline.Standard, hotline.Emergency, true}, nil, "", hotline.Standard, true},
		{"moved by somebody else since", ana, raised, func(c *hotline.Conversation) { c.Priority = hotline.Info }, hotline.Conflict, hotline.Info, true},
		{"taken back twice", ana, raised, func(c *hotline.Conversation) { c.Overridden = false }, hotline.Conflict, hotline.Emergency, false},
		{"closed since", ana, raised, func(c *hotline.Conversation) { c.State = hotline.Closed }, hotline.Conflict, hotline.Emergency, true},
		{"an analyst", ann, raised, nil, hotline.Forbidden, hotline.Emergency, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x := conversation("c1", hotline.Standard, "ar")
			q, _ := newTestQueue(x)
			if err := q.SetPriority(ctx, ana, "c1", hotline.Emergency, DangerNow); err != nil {
				t.Fatal(err)
			}
			if c.meddle != nil {
				c.meddle(&x.Conversation)
			}
			if err := q.UndoPriority(ctx, c.by, "c1", c.done); hotline.CodeOf(err) != c.want {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if got := x.Conversation; got.Priority != c.stands || got.Overridden != c.byStaff {
				t.Errorf("stands at %s, by staff %v", got.Priority, got.Overridden)
			}
			if last := x.Audit[len(x.Audit)-1].Detail; c.want == "" && last != "emergency to standard: undone" {
				t.Errorf("audit: %s", last)
			}
		})
	}
}

func TestTarget(t *testing.T) {
	t.Parallel()
	want := map[hotline.Priority]time.Duration{1: 2 * time.Minute, 2: 10 * time.Minute, 3: time.Hour, 4: 8 * time.Hour, 5: 0, 0: 0}
	for p, d := range want {
		if got := Target(p); got != d {
			t.Errorf("%v: %v, want %v", p, got, d)
		}
	}
}
