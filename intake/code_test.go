package intake

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// codeBook is who has which code.
type codeBook struct {
	owners map[string]hotline.ConversationID
	tries  int
	broken error
}

const webCode = "1234567812345670"

func (b *codeBook) Read(text string) (string, bool) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(text)
	return digits, len(digits) == 16 && strings.Trim(digits, "0123456789") == ""
}

func (b *codeBook) Owner(_ context.Context, digits string) (hotline.ConversationID, error) {
	if id, ok := b.owners[digits]; ok || b.broken != nil {
		return id, b.broken
	}
	return "", hotline.Errorf(hotline.NotFound, "nobody has this code")
}

func (b *codeBook) MayTry(context.Context, hotline.Channel, hotline.Address) bool {
	b.tries++
	return b.tries <= 5
}

func (b *codeBook) New() hotline.Address { return "9999888877776660" }

func codeHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.codes.owners = map[string]hotline.ConversationID{webCode: "web-1"}
	return h
}

func keysOf(messages []hotline.Message) string {
	var keys []string
	for _, m := range messages {
		if m.Direction == hotline.Out {
			keys = append(keys, m.TextKey)
		}
	}
	return strings.Join(keys, " ")
}

// A code from the web page, texted from a phone, finds the page's conversation, and
// the code itself stands nowhere.
func TestCodeTextedFromAPhone(t *testing.T) {
	t.Parallel()
	h := codeHouse(t)
	if got := keysOf(h.text("1234 5678-1234 5670")); got != "sms.code_known ask.safe" {
		t.Fatalf("answered %s", got)
	}
	c := h.conversation()
	if !c.HandedOff || c.Step != "safe" || c.Priority > hotline.Standard {
		t.Errorf("conversation %+v", c)
	}
	heard := h.mem.messages[0]
	if heard.Text != "•••• 5670" || len(heard.Clues) != 1 || heard.Clues[0] != codeClue(webCode) {
		t.Errorf("filed %q with %+v", heard.Text.Reveal(), heard.Clues)
	}
	var on []string
	for _, e := range h.mem.audit {
		if e.Action == "conversation.same_person" {
			on = append(on, e.ObjectID)
		}
	}
	if len(on) != 2 || on[0] != string(c.ID) || on[1] != "web-1" {
		t.Errorf("audited on %v", on)
	}
	if got := keysOf(h.text("yes")); got != "" {
		t.Errorf("after the answer: %s", got)
	}
}

func TestCodeThatNobodyHas(t *testing.T) {
	t.Parallel()
	h := codeHouse(t)
	if got := keysOf(h.text("9999999999999999")); got != "sms.code_unknown ask.safe" {
		t.Fatalf("answered %s", got)
	}
	h.text("yes")
	for range 4 {
		if got := keysOf(h.text("9999999999999998")); got != "sms.code_unknown" {
			t.Fatalf("answered %s", got)
		}
	}
	if got := keysOf(h.text(webCode)); got != "" {
		t.Errorf("the sixth try is answered: %s", got)
	}
	for _, m := range h.mem.messages {
		if m.Direction == hotline.In && strings.Contains(m.Text.Reveal(), "99999999") {
			t.Errorf("filed %q", m.Text.Reveal())
		}
	}
}

// A code opens no lock, and is heard all the same.
func TestCodeIntoALock(t *testing.T) {
	t.Parallel()
	for name, lock := range map[string]func(*hotline.Exchange){
		"opted out": func(x *hotline.Exchange) { x.Contact.OptedOut = true },
		"paused":    func(x *hotline.Exchange) { x.Contact.Plan.Paused = true },
		"unsafe":    func(x *hotline.Exchange) { x.Conversation.Safety = hotline.Unsafe },
		"duress":    func(x *hotline.Exchange) { x.Contact.Plan.Duress = true },
	} {
		h := codeHouse(t)
		h.text("hello")
		h.change(lock)
		if got := keysOf(h.text(webCode)); got != "" {
			t.Errorf("%s: answered %s", name, got)
		}
		if n := len(h.mem.messages); h.mem.messages[n-1].Text != "•••• 5670" || len(h.mem.messages[n-1].Clues) == 0 {
			t.Errorf("%s: not joined", name)
		}
	}
}

// On a phone that was silent for long, whether writing is safe comes first.
func TestCodeAfterSilence(t *testing.T) {
	t.Parallel()
	h := codeHouse(t)
	h.text("hello")
	h.text("yes")
	h.clock = h.clock.Add(time.Hour)
	if got := keysOf(h.text(webCode)); got != "sms.still_safe" {
		t.Errorf("answered %s", got)
	}
}

// The store's trouble is the carrier's signal to bring the code again.
func TestCodeWhenTheStoreIsAway(t *testing.T) {
	t.Parallel()
	h := codeHouse(t)
	h.codes.broken = hotline.Errorf(hotline.Unavailable, "away")
	if _, err := h.intake.Receive(t.Context(), h.inbound(webCode)); hotline.CodeOf(err) != hotline.Unavailable {
		t.Errorf("%v", err)
	}
}

// CODE gives a code, once it is safe to write; the open question stays open.
func TestCodeForThisConversation(t *testing.T) {
	t.Parallel()
	h := codeHouse(t)
	h.text("hello")
	if got := keysOf(h.text("code")); strings.Contains(got, "code_here") {
		t.Fatalf("before it is known to be safe: %s", got)
	}
	h.text("yes")
	step := h.conversation().Step
	given := h.text("code")
	if got := keysOf(given); got != "sms.code_here" || h.conversation().Step != step {
		t.Fatalf("answered %s, and %q is open", got, h.conversation().Step)
	}
	last := given[len(given)-1]
	if !strings.Contains(last.Text.Reveal(), "9999 8888 7777 6660") || len(last.Clues) != 1 || last.Clues[0] != codeClue("9999888877776660") {
		t.Errorf("said %q with %+v", last.Text.Reveal(), last.Clues)
	}
}

// On the web page every message marks the conversation with the visitor's code.
func TestCodeOfTheWebPage(t *testing.T) {
	t.Parallel()
	h := codeHouse(t)
	in := h.inbound("hello")
	in.Channel, in.From = hotline.WebChat, webCode
	h.hear(in)
	if got := h.mem.messages[0].Clues; len(got) != 1 || got[0] != codeClue(webCode) {
		t.Errorf("%+v", got)
	}
}

// Staff find a conversation by the code that a caller reads to them, and the trail
// tells who did.
func TestCodeReadToStaff(t *testing.T) {
	t.Parallel()
	h := codeHouse(t)
	h.text("hello")
	id := h.conversation().ID
	h.codes.owners[webCode] = id
	l := NewLookup(&h.codes, h.desk)
	operator := hotline.User{ID: "u-1", Role: hotline.Operator}
	if got, err := l.ByCode(t.Context(), operator, "1234-5678 1234 5670"); got != id || err != nil {
		t.Errorf("found %q, %v", got, err)
	}
	if e := h.mem.audit[len(h.mem.audit)-1]; e.Action != "conversation.by_code" || e.ActorID != "u-1" || e.ObjectID != string(id) || e.Detail != "" {
		t.Errorf("audit %+v", e)
	}
	for typed, want := range map[string]hotline.Code{"1234": hotline.Invalid, "9999999999999999": hotline.NotFound} {
		if _, err := l.ByCode(t.Context(), operator, typed); hotline.CodeOf(err) != want {
			t.Errorf("%s: %v", typed, err)
		}
	}
	if _, err := l.ByCode(t.Context(), hotline.User{ID: "u-2", Role: hotline.Analyst}, webCode); hotline.CodeOf(err) != hotline.Forbidden {
		t.Errorf("for an analyst: %v", err)
	}
}
