package intake

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

func handed(change func(*Handed)) Handed {
	h := Handed{ID: "1", Text: "They took my passport and I cannot leave", Channel: hotline.Partner, Source: "p1"}
	change(&h)
	return h
}

// A report that is handed over waits for staff, and no machine answers it.
func TestHandedReports(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   func(*Handed)
		priority hotline.Priority
		kind     hotline.Kind
	}{
		"plain":              {func(*Handed) {}, hotline.Urgent, hotline.Report},
		"with a number":      {func(h *Handed) { h.Contact = &HandedContact{Channel: "phone", Address: "+15550100177"} }, hotline.Urgent, hotline.Report},
		"danger now":         {func(h *Handed) { h.Text = "He has a knife and he is coming now" }, hotline.Emergency, hotline.Report},
		"words of a machine": {func(h *Handed) { h.Text = "STOP" }, 0, ""},
		"erase":              {func(h *Handed) { h.Text = "ERASE YES" }, 0, ""},
		"by hand":            {func(h *Handed) { h.Priority, h.By, h.Channel = hotline.Info, "u1", hotline.Voice }, hotline.Info, hotline.Report},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			r := handed(c.change)
			if wrong := r.Check(h.clock); len(wrong) > 0 {
				t.Fatal(wrong)
			}
			if _, err := h.intake.Receive(context.Background(), r.Inbound()); err != nil {
				t.Fatal(err)
			}
			conv := h.mem.conversations[h.mem.order[0]]
			if len(h.mem.messages) != 1 || conv.State != hotline.Open || !conv.HandedOff || conv.WaitingSince.IsZero() || conv.Step != "" {
				t.Errorf("%d messages, %+v", len(h.mem.messages), conv)
			}
			if c.priority != 0 && (conv.Priority != c.priority || conv.Kind != c.kind) {
				t.Errorf("priority %d, %s", conv.Priority, conv.Kind)
			}
			if got := conv.HardLock(hotline.Contact{}); got != hotline.NoWayLock {
				t.Errorf("lock %q", got)
			}
			if err := h.desk.Reply(context.Background(), sam, conv.ID, "hello", "", ""); hotline.CodeOf(err) != hotline.Conflict {
				t.Errorf("a reply: %v", err)
			}
		})
	}
}

// What the report tells stands in the interview, and who took it in the audit.
func TestHandedReportsAreNoted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := handed(func(r *Handed) {
		r.Channel, r.By, r.CallSafe, r.About, r.Place = hotline.InPerson, "u1", "no", "witness", "near the station"
		r.Occurred = time.Date(2026, 5, 11, 20, 0, 0, 0, time.UTC)
	})
	if _, err := h.intake.Receive(context.Background(), r.Inbound()); err != nil {
		t.Fatal(err)
	}
	conv, m := h.mem.conversations[h.mem.order[0]], h.mem.messages[0]
	var said []string
	for _, a := range conv.Answers {
		said = append(said, a.Question+"="+a.Value+a.Words.Reveal())
	}
	if got, want := strings.Join(said, "; "), "what=They took my passport and I cannot leave; safe=no; about=other; when=11 May 2026, 20:00 UTC; where=near the station"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if m.Author != hotline.FromStaff || m.AuthorID != "u1" || conv.Safety != hotline.Unsafe {
		t.Errorf("by %s %s, %s", m.Author, m.AuthorID, conv.Safety)
	}
	if len(h.mem.audit) != 1 || h.mem.audit[0].Action != "conversation.enter" {
		t.Errorf("audit %+v", h.mem.audit)
	}
}

// One giver's id is another's too, and nothing of it stands in the store.
func TestHandedIDs(t *testing.T) {
	t.Parallel()
	one := handed(func(*Handed) {}).Inbound().ProviderID
	same := handed(func(h *Handed) { h.Text = "again" }).Inbound().ProviderID
	other := handed(func(h *Handed) { h.Source = "p2" }).Inbound().ProviderID
	named := handed(func(h *Handed) { h.ID = "Maria of the farm" }).Inbound().ProviderID
	if one != same || one == other || strings.Contains(named, "Maria") {
		t.Error(one, same, other, named)
	}
}

// A channel that carries words to and from people brings no handed reports.
func TestHandedReportsComeOnTheirChannels(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in := h.inbound("hello")
	in.Taken = &hotline.Taken{}
	if _, err := h.intake.Receive(context.Background(), in); hotline.CodeOf(err) != hotline.Invalid {
		t.Errorf("got %v", err)
	}
	in = h.inbound("hello")
	in.Channel = hotline.Voice
	if _, err := h.intake.Receive(context.Background(), in); hotline.CodeOf(err) != hotline.Invalid {
		t.Errorf("got %v", err)
	}
}
