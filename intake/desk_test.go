package intake

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

func TestDesk(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	analyst := hotline.User{ID: "user-ana", Role: hotline.Analyst}
	left := hotline.User{ID: "user-lee", Role: hotline.Supervisor, Disabled: true}
	reply := func(by hotline.User, text hotline.Text) func(*house, hotline.ConversationID) error {
		return func(h *house, id hotline.ConversationID) error { return h.desk.Reply(ctx, by, id, text, "", "") }
	}
	for _, c := range []struct {
		name  string
		texts string // before, one a word
		do    func(*house, hotline.ConversationID) error
		want  hotline.Code
		audit string
	}{
		{"reply", "hello", reply(sam, "I am here."), "", "conversation.reply"},
		{"reply as analyst", "hello", reply(analyst, "I am here."), hotline.Forbidden, ""},
		{"reply with a disabled account", "hello", reply(left, "I am here."), hotline.Forbidden, ""},
		{"close with a disabled account", "hello", func(h *house, id hotline.ConversationID) error { return h.desk.Close(ctx, left, id) }, hotline.Forbidden, ""},
		{"erase with a disabled account", "hello", func(h *house, id hotline.ConversationID) error { return h.desk.Erase(ctx, left, id) }, hotline.Forbidden, ""},
		{"reveal with a disabled account", "hello", func(h *house, id hotline.ConversationID) error {
			_, err := h.desk.Reveal(ctx, left, id, "call_person")
			return err
		}, hotline.Forbidden, ""},
		{"empty reply", "hello", reply(sam, " \n"), hotline.Invalid, ""},
		{"unreadable reply", "hello", reply(sam, "\xff"), hotline.Invalid, ""},
		{"longest reply", "hello", reply(sam, hotline.Text(strings.Repeat("é", 1600))), "", "conversation.reply"},
		{"too long reply", "hello", reply(sam, hotline.Text(strings.Repeat("a", 1601))), hotline.Invalid, ""},
		{"reply after STOP", "hello stop", reply(sam, "I am here."), hotline.Conflict, ""},
		{"reply where not safe", "hello no", reply(sam, "I am here."), hotline.Conflict, ""},
		{"reply to erased", "hello erase erase_yes", reply(sam, "I am here."), hotline.Conflict, ""},
		{"reply to nobody", "hello", func(h *house, _ hotline.ConversationID) error { return h.desk.Reply(ctx, sam, "none", "x", "", "") }, hotline.NotFound, ""},
		{"note where not safe", "hello no", func(h *house, id hotline.ConversationID) error { return h.desk.Note(ctx, sam, id, "call later", "") }, "", "conversation.note"},
		{"empty note", "hello", func(h *house, id hotline.ConversationID) error { return h.desk.Note(ctx, sam, id, "", "") }, hotline.Invalid, ""},
		{"close", "hello", func(h *house, id hotline.ConversationID) error { return h.desk.Close(ctx, sam, id) }, "", "conversation.close"},
		{"close erased", "hello erase erase_yes", func(h *house, id hotline.ConversationID) error { return h.desk.Close(ctx, sam, id) }, hotline.Conflict, ""},
		{"open", "hello", func(h *house, id hotline.ConversationID) error { return h.desk.Opened(ctx, sam, id) }, "", "conversation.open"},
		{"open as analyst", "hello", func(h *house, id hotline.ConversationID) error { return h.desk.Opened(ctx, analyst, id) }, hotline.Forbidden, ""},
		{"reveal", "hello", func(h *house, id hotline.ConversationID) error {
			a, err := h.desk.Reveal(ctx, sam, id, "call_person")
			if a != handset {
				h.t.Error("another address")
			}
			return err
		}, "", "address.reveal"},
		{"reveal without reason", "hello", func(h *house, id hotline.ConversationID) error {
			_, err := h.desk.Reveal(ctx, sam, id, "I am curious")
			return err
		}, hotline.Invalid, ""},
		{"erase", "hello", func(h *house, id hotline.ConversationID) error { return h.desk.Erase(ctx, sam, id) }, "", "conversation.erase"},
		{"erase as analyst", "hello", func(h *house, id hotline.ConversationID) error { return h.desk.Erase(ctx, analyst, id) }, hotline.Forbidden, ""},
		{"erase own", "hello", func(h *house, id hotline.ConversationID) error { _, err := h.desk.EraseOwn(ctx, id); return err }, "", "conversation.erase"},
		{"erase own twice", "hello erase erase_yes", func(h *house, id hotline.ConversationID) error { _, err := h.desk.EraseOwn(ctx, id); return err }, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			for _, text := range strings.Fields(c.texts) {
				h.text(strings.ReplaceAll(text, "_", " "))
			}
			h.mem.audit, h.events = nil, nil
			if err := c.do(h, h.conversation().ID); hotline.CodeOf(err) != c.want {
				t.Errorf("got %v, want %q", err, c.want)
			}
			switch {
			case c.audit == "" && len(h.mem.audit) > 0:
				t.Errorf("audit: %+v", h.mem.audit)
			case c.audit != "" && (len(h.mem.audit) != 1 || h.mem.audit[0].Action != c.audit):
				t.Errorf("audit: %+v, want %s", h.mem.audit, c.audit)
			}
		})
	}
}

func TestDeskReplyTakesOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.text("hello")
	if err := h.desk.Reply(context.Background(), sam, h.conversation().ID, " I am here. ", "", ""); err != nil {
		t.Fatal(err)
	}
	c := h.conversation()
	if c.OwnerID != sam.ID || !c.HandedOff || c.Step != "" || !c.WaitingSince.IsZero() {
		t.Errorf("%s, owner %q", h.state(), c.OwnerID)
	}
	m := h.mem.messages[len(h.mem.messages)-1]
	if m.Text != "I am here." || m.Author != hotline.FromStaff || m.AuthorID != sam.ID || m.Delivery != hotline.Queued || m.Language != "en" {
		t.Errorf("%+v", m)
	}
	if len(h.events) == 0 || h.events[len(h.events)-1].Kind != "reply" {
		t.Errorf("events %+v", h.events)
	}
	if got := keys(h.text("no")); got != "" {
		t.Errorf("answered a person with %q", got)
	}
}

// A form is sent twice: by a second tap, or because the answer to the first got
// lost. The store is all that the two have in common.
func TestDeskWritesAFormOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tessa := hotline.User{ID: "user-tessa", Role: hotline.Operator}
	reply := func(by hotline.User, text hotline.Text, once string) func(*house) error {
		return func(h *house) error { return h.desk.Reply(ctx, by, h.conversation().ID, text, "", once) }
	}
	note := func(text hotline.Text, once string) func(*house) error {
		return func(h *house) error { return h.desk.Note(ctx, sam, h.conversation().ID, text, once) }
	}
	for _, c := range []struct {
		name          string
		first, second func(*house) error
		between       string // what the person writes
		written       int
		want          hotline.Code
	}{
		{"the same form", reply(sam, "I am here.", "w"), reply(sam, " I am here. ", "w"), "", 1, ""},
		{"after STOP", reply(sam, "I am here.", "w"), reply(sam, "I am here.", "w"), "stop", 1, ""},
		{"after the conversation was erased", reply(sam, "I am here.", "w"), reply(sam, "I am here.", "w"), "erase yes", 1, ""},
		{"the same note", note("call at noon", "w"), note("call at noon", "w"), "", 1, ""},
		{"a note like the reply", reply(sam, "I am here.", "w"), note("I am here.", "w"), "", 2, ""},
		{"other words in the form", reply(sam, "I am here.", "w"), reply(sam, "I am still here.", "w"), "", 2, ""},
		{"another form", reply(sam, "I am here.", "w"), reply(sam, "I am here.", "v"), "", 2, ""},
		{"somebody else's form", reply(sam, "I am here.", "w"), reply(tessa, "I am here.", "w"), "", 2, ""},
		{"forms without a word", reply(sam, "I am here.", ""), reply(sam, "I am here.", ""), "", 2, ""},
		{"a new text after STOP", reply(sam, "I am here.", "w"), reply(sam, "Are you safe?", "w"), "stop", 1, hotline.Conflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.text("hello")
			if err := c.first(h); err != nil {
				t.Fatal(err)
			}
			if c.between == "erase yes" {
				h.text("erase")
			}
			if c.between != "" {
				h.text(c.between)
			}
			if err := c.second(h); hotline.CodeOf(err) != c.want {
				t.Errorf("the second time: %v, want %q", err, c.want)
			}
			acts, told := 0, 0
			for _, e := range h.mem.audit {
				if e.Action == "conversation.reply" || e.Action == "conversation.note" {
					acts++
				}
			}
			for _, e := range h.events {
				if e.Kind == "reply" || e.Kind == "note" {
					told++
				}
			}
			if acts != c.written || told != 2*c.written { // the queue is told, and the conversation
				t.Errorf("%d lines in the audit and %d events, want %d written", acts, told, c.written)
			}
		})
	}
}

func TestDeskOpenedMarksRead(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.text("hello")
	if err := h.desk.Opened(context.Background(), sam, h.conversation().ID); err != nil {
		t.Fatal(err)
	}
	if c := h.conversation(); c.Unread != 0 || c.WaitingSince.IsZero() {
		t.Errorf("unread %d, %s", c.Unread, h.state())
	}
}

// The last words go out only where the person said that it is safe, was there
// until now, and no lock stands.
func TestCloseSaysGoodbyeOnlyWhereSafe(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, c := range []struct {
		name  string
		texts string // before, one a word
		then  func(*house)
		want  string
	}{
		{"safe", "hello yes", nil, "closing"},
		{"safe, in Spanish", "hola sí", nil, "closing"},
		{"never answered", "hello", nil, ""},
		{"answered something else", "hello blue", nil, ""},
		{"not safe", "hello no", nil, ""},
		{"not safe any more", "hello yes not_safe", func(h *house) {
			h.change(func(x *hotline.Exchange) { x.Conversation.Safety, x.Contact.Unsafe = hotline.Unsafe, true })
		}, ""},
		{"opted out", "hello yes stop", nil, ""},
		{"a quarter of an hour later", "hello yes", func(h *house) { h.clock = h.clock.Add(15 * time.Minute) }, "closing"},
		{"a minute more", "hello yes", func(h *house) { h.clock = h.clock.Add(16 * time.Minute) }, ""},
		{"after all automatic texts", "hello yes", func(h *house) {
			h.change(func(x *hotline.Exchange) { x.Conversation.Asked = maxAutomatic })
		}, "closing"},
		{"closed already", "hello yes", func(h *house) {
			if err := h.desk.Close(ctx, sam, h.conversation().ID); err != nil {
				h.t.Fatal(err)
			}
		}, ""},
		{"on the web page", "hello yes", func(h *house) {
			h.change(func(x *hotline.Exchange) { x.Conversation.Channel = hotline.WebChat })
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			for _, text := range strings.Fields(c.texts) {
				h.text(strings.ReplaceAll(text, "_", " "))
			}
			if c.then != nil {
				c.then(h)
			}
			before := len(h.mem.messages)
			if err := h.desk.Close(ctx, sam, h.conversation().ID); err != nil {
				t.Fatal(err)
			}
			if got := keys(h.mem.messages[before:]); got != c.want || h.conversation().State != hotline.Closed {
				t.Errorf("said %q, want %q; %s", got, c.want, h.state())
			}
		})
	}
}
