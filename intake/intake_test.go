package intake

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/groupcommit"
)

func TestReceiveRefuses(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*hotline.Inbound){
		"no id":         func(in *hotline.Inbound) { in.ProviderID = "" },
		"NUL in id":     func(in *hotline.Inbound) { in.ProviderID = "SM\x00" },
		"long id":       func(in *hotline.Inbound) { in.ProviderID = strings.Repeat("S", 129) },
		"no sender":     func(in *hotline.Inbound) { in.From = "" },
		"channel":       func(in *hotline.Inbound) { in.Channel = "fax" },
		"long text":     func(in *hotline.Inbound) { in.Text = hotline.Text(strings.Repeat("a", maxText+1)) },
		"receiver":      func(in *hotline.Inbound) { in.To = "\xff" },
		"media type":    func(in *hotline.Inbound) { in.Media = []hotline.Media{{ContentType: "\xff"}} },
		"too many":      func(in *hotline.Inbound) { in.Media = make([]hotline.Media, maxPart+1) },
		"place":         func(in *hotline.Inbound) { in.Location = &hotline.Location{Label: strings.Repeat("a", maxURL+1)} },
		"page language": func(in *hotline.Inbound) { in.Language = hotline.Language(strings.Repeat("e", 17)) },
	} {
		h := newHouse(t)
		in := h.inbound("private words")
		spoil(&in)
		_, err := h.intake.Receive(context.Background(), in)
		if hotline.CodeOf(err) != hotline.Invalid || strings.Contains(err.Error(), "private") {
			t.Errorf("%s: got %v", name, err)
		}
		if len(h.mem.messages) != 0 {
			t.Errorf("%s: something was stored", name)
		}
	}
}

// A byte that a database would not keep does not keep a person from being heard.
func TestReceiveMarksOddBytes(t *testing.T) {
	t.Parallel()
	for sent, kept := range map[hotline.Text]hotline.Text{
		"they took my passport, mail me\x00home": "they took my passport, mail me\uFFFDhome",
		"they took\xff my passport":              "they took\uFFFD my passport",
		"\x00":                                   "\uFFFD",
		"سكين 😀":                                 "سكين 😀",
	} {
		h := newHouse(t)
		in := h.inbound(sent.Reveal())
		in.Location = &hotline.Location{Label: sent.Reveal()}
		h.hear(in)
		m := h.mem.messages[0]
		if m.Text != kept || m.Location.Label != kept.Reveal() || m.Assessment == nil || in.Location.Label != sent.Reveal() {
			t.Errorf("%q is kept as %q", sent.Reveal(), m.Text.Reveal())
		}
	}
}

func TestReceiveKeepsTheLongestTextWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.text(strings.Repeat("ب", maxText/2))
	if got := h.mem.messages[0].Text; len(got) != maxText {
		t.Errorf("%d bytes kept", len(got))
	}
}

func TestReceiveTwiceIsOneMessage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in := h.inbound("hello")
	first, err := h.intake.Receive(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	events := len(h.events)
	again, err := h.intake.Receive(context.Background(), in)
	if err != nil || !again.Duplicate || again.MessageID != first.MessageID {
		t.Errorf("got %+v, %v", again, err)
	}
	if len(h.events) != events || len(h.mem.messages) != 2 {
		t.Errorf("%d events and %d messages after the duplicate", len(h.events), len(h.mem.messages))
	}
	want := hotline.Event{Topic: "queue", Kind: "message", ConversationID: first.ConversationID, Priority: hotline.NoisePriority}
	if !slices.Contains(h.events, want) {
		t.Errorf("events: %+v", h.events)
	}
}

func TestReceiveErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		want hotline.Code
		good bool // whether the other message of the batch gets through
	}{
		{"the store is away", hotline.Errorf(hotline.Unavailable, "no database"), hotline.Unavailable, false},
		{"one message cannot be kept", hotline.Errorf(hotline.Invalid, "bad row"), hotline.Invalid, true},
		{"the store is slow", context.DeadlineExceeded, hotline.Unavailable, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.mem.fail = func(batch []hotline.Inbound) error {
				for _, in := range batch {
					if in.Text == "bad" {
						return c.err
					}
				}
				return nil
			}
			batch := []hotline.Inbound{h.inbound("good"), h.inbound("bad")}
			if _, err := h.intake.commit(context.Background(), batch); !errors.Is(err, c.err) {
				t.Errorf("commit: %v", err)
			}
			if got := poisoned(c.err); got != c.good {
				t.Errorf("poisoned: %v", got)
			}
			if _, err := h.intake.Receive(context.Background(), batch[1]); hotline.CodeOf(err) != c.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestReceiveAfterClose(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.intake.Close()
	if _, err := h.intake.Receive(context.Background(), h.inbound("hello")); hotline.CodeOf(err) != hotline.Unavailable || !errors.Is(err, groupcommit.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestManySendersAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var all []hotline.Inbound
	for n := range 400 {
		in := h.inbound("hello")
		in.From = hotline.Address("+1555010" + string(rune('0'+n%10)) + "00")
		all = append(all, in, in)
	}
	var wg sync.WaitGroup
	for _, in := range all {
		wg.Go(func() {
			if _, err := h.intake.Receive(context.Background(), in); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	heard := 0
	for _, m := range h.mem.messages {
		if m.Direction == hotline.In {
			heard++
		}
	}
	if _, items := h.intake.Stats(); heard != 400 || items != 800 || len(h.mem.order) != 10 {
		t.Errorf("%d messages of %d items in %d conversations", heard, items, len(h.mem.order))
	}
}

// Edges of the rules that the transcripts do not show.
func TestRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		texts []string
		last  string // texts that answer the last message
		check func(hotline.Conversation, hotline.Contact) bool
	}{
		{
			"a story opens with no",
			[]string{"hello", "no me dejan salir de la casa"},
			"safe",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.Safety == hotline.NotAsked },
		},
		{
			"unclear twice moves on",
			[]string{"hello", "blah", "blah blah"},
			"danger",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.Safety == hotline.NotAsked },
		},
		{
			"skipping the first question",
			[]string{"hello", "skip"},
			"danger",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.Answers[0].Skipped },
		},
		{
			"yes with a few words is danger",
			[]string{"hello", "yes", "yes please hurry"},
			"emergency",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.Priority == hotline.Emergency },
		},
		{
			"a story instead of yes or no",
			[]string{"hello", "yes", "they have my passport"},
			"danger",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.Priority == hotline.Urgent },
		},
		{"a story is not asked for again", []string{"hello", "yes", "they have my passport", "no", "me"}, "need", nil},
		{
			"a person at once",
			[]string{"talk to a person"},
			"first_contact",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.HandedOff && c.Step == "safe" },
		},
		{
			"not safe although handed over",
			[]string{"person", "no"},
			"safe_no",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.Safety == hotline.Unsafe },
		},
		{
			"our own text comes back",
			[]string{"hello", "Is it safe for you to text right now? Reply YES or NO."},
			"",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.Step == "safe" && len(c.Answers) == 0 },
		},
		{
			"STOP where it is not safe stays silent",
			[]string{"hello", "no", "stop"},
			"",
			func(c hotline.Conversation, p hotline.Contact) bool { return p.OptedOut && c.Safety == hotline.Unsafe },
		},
		{
			"START where it is not safe stays silent",
			[]string{"hello", "no", "stop", "start"},
			"",
			func(c hotline.Conversation, p hotline.Contact) bool { return !p.OptedOut && c.Safety == hotline.Unsafe },
		},
		{"START without STOP is a text", []string{"start"}, "first_contact language", nil},
		{
			"erasing in silence where it is not safe",
			[]string{"hello", "no", "erase", "erase yes"},
			"",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.State == hotline.Erased },
		},
		{
			"yes alone does not erase",
			[]string{"hello", "erase", "yes"},
			"safe_yes danger",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.State == hotline.Open },
		},
		{
			"HELP while opted out is urgent and silent",
			[]string{"hello", "stop", "help"},
			"",
			func(c hotline.Conversation, _ hotline.Contact) bool { return c.Priority == hotline.Urgent },
		},
		{"back twice asks no question a third time", []string{"hello", "yes", "no", "me", "back", "me", "back"}, "danger", nil},
		{"back at the first question", []string{"hello", "back"}, "safe", nil},
		{
			"stop him is urgent words, not STOP",
			[]string{"please stop him"},
			"first_contact language",
			func(c hotline.Conversation, p hotline.Contact) bool {
				return !p.OptedOut && c.Priority == hotline.Standard
			},
		},
		{"an emergency in an open answer", []string{"hello", "yes", "no", "me", "he has a knife"}, "emergency", nil},
		{"an emergency instead of a choice", []string{"hello", "yes", "no", "he has a knife"}, "emergency", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			var answer []hotline.Message
			for _, text := range c.texts {
				answer = h.text(text)
			}
			if got := keys(answer); got != c.last {
				t.Errorf("answered with %q, want %q", got, c.last)
			}
			if c.check != nil && !c.check(h.conversation(), h.contact()) {
				t.Errorf("%s", h.state())
			}
		})
	}
}

func TestStaffEndTheQuestions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.text("hello")
	h.change(func(x *hotline.Exchange) { x.Conversation.OwnerID = sam.ID })
	if got := keys(h.text("yes")); got != "" {
		t.Errorf("answered with %q although a person has taken over", got)
	}
	if c := h.conversation(); c.Safety != hotline.Safe || !c.HandedOff || c.Step != "" {
		t.Error(h.state())
	}
}

func TestStaffPriorityIsOnlyOverruledByEmergency(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.text("hello")
	h.change(func(x *hotline.Exchange) { x.Conversation.Priority, x.Conversation.Overridden = hotline.Info, true })
	h.text("they have my passport")
	if p := h.conversation().Priority; p != hotline.Info {
		t.Errorf("priority %v after urgent words", p)
	}
	h.text("he has a knife")
	if p := h.conversation().Priority; p != hotline.Emergency {
		t.Errorf("priority %v after an emergency", p)
	}
}

// "I am safe now" ends the danger and leaves the report urgent; it never
// overrules staff, and danger told of again counts again.
func TestSafeNowLowersDangerByOneStep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	expect := func(want hotline.Priority, after string) {
		t.Helper()
		h.text(after)
		if p := h.conversation().Priority; p != want {
			t.Errorf("priority %v after %q", p, after)
		}
	}
	expect(hotline.Emergency, "he has a knife")
	expect(hotline.Emergency, "thank you")
	expect(hotline.Urgent, "I am safe now, I got out")
	expect(hotline.Urgent, "I am safe now, I got out")
	expect(hotline.Emergency, "he has a knife")
	h.change(func(x *hotline.Exchange) { x.Conversation.Overridden = true })
	expect(hotline.Emergency, "I am safe now, I got out")
}

func TestClosedConversationBeginsAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.text("hello")
	first := h.conversation().ID
	if err := h.desk.Close(context.Background(), sam, first); err != nil {
		t.Fatal(err)
	}
	if got := keys(h.text("hello")); got != "first_contact" || h.conversation().ID == first {
		t.Errorf("answered with %q in %s", got, h.conversation().ID)
	}
}

func TestLateMessageKeepsItsTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	late := h.clock.Add(-3 * time.Hour)
	h.text("hello")
	in := h.inbound("they have my passport")
	in.At = late
	h.hear(in)
	if c := h.conversation(); !c.WaitingSince.Equal(late) || !c.LastInboundAt.Equal(h.clock) {
		t.Errorf("waiting since %v, last %v", c.WaitingSince, c.LastInboundAt)
	}
	in = h.inbound("hello")
	in.At = h.clock.Add(time.Hour)
	h.hear(in)
	if c := h.conversation(); c.LastInboundAt.After(h.clock) {
		t.Error("a message came from the future")
	}
}

// What the webhook lost comes later from the carrier's list. It is filed and
// raised, and neither answered nor taken back what was said since.
func TestLateMessageLiftsNoLock(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.text("hello")
	late := h.inbound("YES")
	h.clock = h.clock.Add(5 * time.Minute)
	h.text("NO")
	h.clock = h.clock.Add(time.Minute)
	if said := h.hear(late); len(said) != 0 || h.conversation().Safety != hotline.Unsafe {
		t.Errorf("an older YES lifted the lock: %d texts, %s", len(said), h.conversation().Safety)
	}
	if said := h.text("YES"); len(said) == 0 || h.conversation().Safety != hotline.Safe {
		t.Error("a newer YES does not lift the lock")
	}
}

func TestClosingKeepsTheLock(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.text("hello")
	h.text("NO")
	if err := h.desk.Close(context.Background(), sam, h.conversation().ID); err != nil {
		t.Fatal(err)
	}
	if said := h.text("who is this"); len(said) != 0 || h.conversation().Safety != hotline.Unsafe {
		t.Errorf("%d texts into the lock", len(said))
	}
	if said := h.text("YES"); len(said) == 0 || h.contact().Unsafe {
		t.Error("the person cannot lift the lock")
	}
}

func TestDayOldMessageIsNotAnswered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	old := h.inbound("They locked us in, there is a man with a gun")
	h.clock = h.clock.Add(24 * time.Hour)
	if said := h.hear(old); len(said) != 0 {
		t.Errorf("%d texts to a phone that may be in other hands", len(said))
	}
	if c := h.conversation(); c.Priority == 0 || c.Unread != 1 {
		t.Error("it is not in the queue")
	}
	old = h.inbound("STOP")
	h.clock = h.clock.Add(24 * time.Hour)
	if said := h.hear(old); len(said) != 0 || !h.contact().OptedOut {
		t.Error("a late STOP counts, without a text")
	}
}

func TestPageLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in := h.inbound("ok")
	in.Channel, in.Language = hotline.WebChat, "fr"
	answer := h.hear(in)
	if m := answer[0]; m.Language != "fr" || m.Delivery != hotline.Sent || m.TextKey != "chat.first_contact" {
		t.Errorf("%+v", m)
	}
	in = h.inbound("ok")
	in.From, in.Language = "+15550100178", "sv" // no catalogue
	if m := h.hear(in)[0]; m.Language != "en" || m.Delivery != hotline.Queued || h.conversation().Language != "sv" {
		t.Errorf("%+v", m)
	}
}
