package channels_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
)

// nest is a canary with all that it meets.
type nest struct {
	*channels.Canary
	now   time.Time
	kept  []hotline.Canary // newest first
	sent  []hotline.Outgoing
	state hotline.OutboxState
	code  int
	log   strings.Builder
}

func newNest() *nest {
	n := &nest{now: noon.Add(10 * time.Minute), state: hotline.Done}
	n.Canary = channels.NewCanary(channels.CanaryConfig{
		Store: n, Sender: n, Sign: func(slot string) string { return "signed" + slot },
		From: "+15550100101", To: "+15550100100", Every: time.Hour,
		Now: func() time.Time { return n.now }, Log: slog.New(slog.NewTextHandler(&n.log, nil)),
	})
	return n
}

func (n *nest) Send(_ context.Context, out hotline.Outgoing) hotline.SendResult {
	n.sent = append(n.sent, out)
	return hotline.SendResult{State: n.state, ErrorCode: n.code}
}

func (n *nest) BeginCanary(_ context.Context, slot time.Time) (bool, error) {
	if slices.ContainsFunc(n.kept, func(c hotline.Canary) bool { return c.Slot.Equal(slot) }) {
		return false, nil
	}
	n.kept = slices.Insert(n.kept, 0, hotline.Canary{Slot: slot, SentAt: n.now})
	return true, nil
}

func (n *nest) HearCanary(_ context.Context, slot time.Time) error {
	for i := range n.kept {
		if n.kept[i].Slot.Equal(slot) {
			n.kept[i].HeardAt = n.now
		}
	}
	return nil
}

func (n *nest) FailCanary(_ context.Context, _ time.Time, fault int) error {
	n.kept[0].Fault = fault
	return nil
}

func (n *nest) Canaries(context.Context, int) ([]hotline.Canary, error) { return n.kept, nil }

func (n *nest) fly(t *testing.T, after time.Duration) {
	t.Helper()
	n.now = n.now.Add(after)
	if err := n.Fly(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// back brings the last canary to the webhook and says how many messages were filed.
func (n *nest) back(t *testing.T, change func(*hotline.Inbound)) (filed int) {
	t.Helper()
	in := hotline.Inbound{Channel: hotline.SMS, From: "+15550100101", Text: n.sent[len(n.sent)-1].Text}
	change(&in)
	_, err := n.Before(func(context.Context, hotline.Inbound) (hotline.Receipt, error) {
		filed++
		return hotline.Receipt{}, nil
	})(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return filed
}

func TestCanaryComesBack(t *testing.T) {
	t.Parallel()
	n := newNest()
	n.fly(t, 0)
	n.fly(t, time.Minute)
	if len(n.sent) != 1 || n.sent[0].To != "+15550100100" || n.sent[0].From != "+15550100101" {
		t.Fatalf("sent %+v", n.sent)
	}
	if text := n.sent[0].Text.Reveal(); len(text) > 160 || strings.Contains(text, "canary") {
		t.Errorf("the text is %q", text)
	}
	if filed := n.back(t, func(*hotline.Inbound) {}); filed != 0 {
		t.Error("the canary was filed")
	}
	if took, ok := n.kept[0].Took(); !ok || took != time.Minute {
		t.Errorf("took %v, %v", took, ok)
	}
	if n.fly(t, time.Hour); len(n.sent) != 2 || n.sent[0].Text == n.sent[1].Text {
		t.Errorf("sent %+v", n.sent)
	}
}

// What only looks like a canary is a message of somebody.
func TestCanaryIsForgedByNobody(t *testing.T) {
	t.Parallel()
	n := newNest()
	n.fly(t, 0)
	for name, change := range map[string]func(*hotline.Inbound){
		"wrong signature": func(in *hotline.Inbound) { in.Text += "0" },
		"other time":      func(in *hotline.Inbound) { in.Text = hotline.Text(strings.Replace(in.Text.Reveal(), " ", " 1", 1)) },
		"more words":      func(in *hotline.Inbound) { in.Text += " please" },
		"the word":        func(in *hotline.Inbound) { in.Text = "check" },
		"WhatsApp":        func(in *hotline.Inbound) { in.Channel = hotline.WhatsApp },
	} {
		if n.back(t, change) != 1 || !n.kept[0].HeardAt.IsZero() {
			t.Errorf("%s was taken for the canary", name)
		}
	}
}

// A lost canary is said once, and that it is over once.
func TestCanaryIsLost(t *testing.T) {
	t.Parallel()
	n := newNest()
	n.fly(t, 0)
	n.fly(t, 4*time.Minute)
	if n.log.Len() > 0 {
		t.Fatal(n.log.String())
	}
	n.fly(t, 2*time.Minute)
	n.fly(t, time.Minute)
	if got := strings.Count(n.log.String(), "the canary is not back"); got != 1 {
		t.Errorf("said %d times: %s", got, n.log.String())
	}
	n.fly(t, time.Hour)
	n.back(t, func(*hotline.Inbound) {})
	n.fly(t, time.Minute)
	n.fly(t, time.Minute)
	if got := strings.Count(n.log.String(), "texts arrive again"); got != 1 {
		t.Errorf("said %d times: %s", got, n.log.String())
	}
}

func TestCanaryIsRefused(t *testing.T) {
	t.Parallel()
	n := newNest()
	n.state, n.code = hotline.GivenUp, 21606
	n.fly(t, 0)
	if n.kept[0].Fault != 21606 || !n.kept[0].Late(n.now) || !strings.Contains(n.log.String(), "code=21606") {
		t.Errorf("kept %+v, said %s", n.kept[0], n.log.String())
	}
}

// Canaries are in the carrier's list and never here: no gap.
func TestCanaryIsNoGap(t *testing.T) {
	t.Parallel()
	n := newNest()
	n.fly(t, 0)
	past := listing{{ProviderID: "a", Channel: hotline.SMS, Text: n.sent[0].Text, At: noon}, {ProviderID: "b", Channel: hotline.SMS, Text: "help", At: noon}}
	got, err := channels.Compare(t.Context(), n.Past(past), &ledger{known: []string{"b"}}, noon)
	if want := (channels.Report{Carrier: 1, Stored: 1}); got != want || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

// listing is a carrier's list on one page.
type listing []hotline.Inbound

func (l listing) InboundSince(_ context.Context, _ time.Time, page func([]hotline.Inbound) error) error {
	return page(l)
}

func (listing) Media(context.Context, string) ([]hotline.Media, error) { return nil, nil }
