package storetest

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

func erase(x *hotline.Exchange) { x.Conversation.State = hotline.Erased }

func testEraseAtOnce(f *fixture) {
	in := f.sms(1, "my secret")
	id := f.receive(reply, in)[0].ConversationID
	f.change(id, func(x *hotline.Exchange) {
		x.Conversation.Answers = []hotline.Answer{{Question: "where", Words: "the farm"}}
	})
	f.must(f.s.AddSession(f.ctx, hotline.Session{TokenHash: "visitor", ConversationID: id, Address: "CODE1234", ExpiresAt: f.clock.Now().Add(time.Hour)}))
	created := f.conversation(id).Conversation.CreatedAt
	f.change(id, erase)
	x := f.conversation(id)
	c := x.Conversation
	if c.State != hotline.Erased || c.Address != "" || len(c.Answers) != 0 || c.Preview != "" || c.ContactID != "" || x.Contact.ID != "" ||
		c.Language != "" || c.To != "" || c.Unread != 0 || !c.WaitingSince.IsZero() || !c.CreatedAt.Equal(created) {
		f.Errorf("left over: %+v", x)
	}
	if m := f.messages(id); len(m) != 0 {
		f.Errorf("messages left: %+v", m)
	}
	if out := f.claim(); len(out) != 0 {
		f.Errorf("still to send: %+v", out)
	}
	_, err := f.s.Session(f.ctx, "visitor")
	f.code(err, hotline.NotFound)
	_, err = f.s.ConversationOf(f.ctx, hotline.SMS, phone(1))
	f.code(err, hotline.NotFound)
	f.notBroughtBack(in, id)
	f.must(f.s.Change(f.ctx, id, func(*hotline.Exchange) error { return nil }))
	err = f.s.Change(f.ctx, id, func(x *hotline.Exchange) error {
		x.Write(hotline.Message{Direction: hotline.Note, Author: hotline.FromStaff, Text: "too late"})
		return nil
	})
	f.code(err, hotline.Internal)
}

// notBroughtBack tries what would bring an erased message back.
func (f *fixture) notBroughtBack(in hotline.Inbound, id hotline.ConversationID) {
	f.Helper()
	if missing, err := f.s.Missing(f.ctx, []string{in.ProviderID}); len(missing) != 0 || err != nil {
		f.Errorf("missing %v, %v", missing, err)
	}
	if got := f.receive(reply, in)[0]; !got.Duplicate || got.ConversationID != id || got.MessageID != "" {
		f.Errorf("a redelivery brought it back: %+v", got)
	}
	if n, err := f.s.CountInbound(f.ctx, in.At, in.At.Add(time.Second)); n != 1 || err != nil {
		f.Errorf("counted %d, %v", n, err)
	}
}

// The person is told that all was erased; the key goes when that text has gone.
func testEraseAfterLastWord(f *fixture) {
	in := f.sms(1, "my secret")
	id := f.receive(reply, in)[0].ConversationID
	yes := f.sms(1, "ERASE YES")
	yes.At = in.At.Add(time.Hour)
	f.receive(func(x *hotline.Exchange, in hotline.Inbound) {
		file(x, in)
		erase(x)
		x.Write(hotline.Message{ID: "bye", Direction: hotline.Out, Author: hotline.FromAutomatic, Text: "erased", Delivery: hotline.Queued, LastWord: true})
	}, yes)
	if m := f.messages(id); len(m) != 2 || m[0].Text != "ERASE YES" {
		f.Errorf("messages %+v", m)
	}
	out := f.claim()
	if len(out) != 1 || out[0].Text != "erased" || out[0].To != phone(1) || out[0].Held != "erased" || !out[0].LastWord {
		f.Fatalf("claimed %+v", out)
	}
	f.settle(hotline.SendResult{MessageID: "bye", State: hotline.Pending})
	if c := f.conversation(id).Conversation; c.Address != phone(1) {
		f.Error("erased before the last word went out")
	}
	f.claim()
	f.settle(hotline.SendResult{MessageID: "bye", State: hotline.Done, ProviderID: "SMbye", Delivery: hotline.Sent})
	x := f.conversation(id)
	if x.Conversation.Address != "" || x.Contact.ID != "" || len(f.messages(id)) != 0 {
		f.Errorf("left over: %+v", x)
	}
	f.notBroughtBack(in, id)
	if missing, err := f.s.Missing(f.ctx, []string{yes.ProviderID}); len(missing) != 0 || err != nil {
		f.Errorf("missing %v, %v", missing, err)
	}
	// The person may come back, as somebody new.
	next := f.receive(reply, f.sms(1, "hello"))[0]
	if next.ConversationID == id || next.Duplicate {
		f.Errorf("receipt %+v", next)
	}
}

// Another node has erased a contact that this one believes to exist.
func testEraseElsewhere(f *fixture) {
	other := Open(f, f.url, f.keys, f.clock.Now)
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	f.must(other.Change(f.ctx, id, func(x *hotline.Exchange) error { erase(x); return nil }))
	if got := f.receive(file, f.sms(1, "y"))[0]; got.ConversationID == id {
		f.Error("the erased conversation went on")
	}
}

func testEraseKeepsOptOut(f *fixture) {
	id := f.receive(reply, f.sms(1, "x"))[0].ConversationID
	f.change(id, func(x *hotline.Exchange) { x.Contact.OptedOut = true; erase(x) })
	var seen hotline.Contact
	f.receive(func(x *hotline.Exchange, in hotline.Inbound) { seen = x.Contact; file(x, in) }, f.sms(1, "y"))
	if !seen.OptedOut {
		f.Error("the wish not to be texted was erased")
	}
}

func testEraseKeepsOtherConversations(f *fixture) {
	old := f.receive(file, f.sms(1, "old"))[0].ConversationID
	f.change(old, func(x *hotline.Exchange) { x.Conversation.State = hotline.Closed })
	id := f.receive(file, f.sms(1, "new"))[0].ConversationID
	f.change(id, erase)
	x := f.conversation(old)
	if x.Conversation.Address != phone(1) || x.Contact.ID == "" || len(f.messages(old)) != 1 {
		f.Errorf("another conversation was harmed: %+v", x)
	}
}

func testEraseKeepsCase(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	c := f.openCase(id)
	f.change(id, erase)
	if got, err := f.s.Case(f.ctx, c.ID); err != nil || got.Summary != "locked in" {
		f.Errorf("case %+v, %v", got, err)
	}
}

// The very first message of a person may erase itself.
func testEraseAtFirst(f *fixture) {
	id := f.receive(func(x *hotline.Exchange, in hotline.Inbound) { file(x, in); erase(x) }, f.sms(1, "x"))[0].ConversationID
	if x := f.conversation(id); x.Conversation.State != hotline.Erased || x.Conversation.Address != "" || len(f.messages(id)) != 0 {
		f.Errorf("left over: %+v", x)
	}
}

// eraseOthers is the rule of a person who wants all of it erased.
func eraseOthers(x *hotline.Exchange) {
	x.Others = func(others []*hotline.Conversation) {
		for _, c := range others {
			c.State = hotline.Erased
		}
		erase(x)
	}
}

// All conversations of a contact go at once when a rule says so: closed ones,
// one that began earlier in the same batch, and none of anybody else.
func testEraseOthers(f *fixture) {
	old, other := f.sms(1, "old"), f.sms(2, "somebody else's")
	first := f.receive(reply, old)[0].ConversationID
	f.change(first, func(x *hotline.Exchange) { x.Conversation.State = hotline.Closed })
	stranger := f.receive(file, other)[0].ConversationID
	second := f.receive(file, f.sms(1, "second"))[0].ConversationID
	batch := []hotline.Inbound{f.sms(1, "close"), f.sms(1, "third"), f.sms(2, "more"), f.sms(1, "erase")}
	var met []hotline.ConversationID
	receipts := f.receive(func(x *hotline.Exchange, in hotline.Inbound) {
		file(x, in)
		switch in.Text {
		case "close":
			x.Conversation.State = hotline.Closed
		case "erase":
			eraseOthers(x)
			meet := x.Others
			x.Others = func(others []*hotline.Conversation) {
				met = nil
				for _, c := range others {
					met = append(met, c.ID)
				}
				meet(others)
			}
		}
	}, batch...)
	third := receipts[1].ConversationID
	if len(met) != 2 || met[0] == met[1] {
		f.Errorf("the rule met %v", met)
	}
	for _, id := range []hotline.ConversationID{first, second, third} {
		if x := f.conversation(id); x.Conversation.State != hotline.Erased || x.Conversation.Address != "" || x.Contact.ID != "" || len(f.messages(id)) != 0 {
			f.Errorf("left over: %+v", x)
		}
	}
	if out := f.claim(); len(out) != 0 {
		f.Errorf("still to send: %+v", out)
	}
	if got := f.receive(file, old)[0]; !got.Duplicate || got.ConversationID != first || got.MessageID != "" {
		f.Errorf("a redelivery brought it back: %+v", got)
	}
	if x := f.conversation(stranger); x.Conversation.State != hotline.Open || len(f.messages(stranger)) != 2 {
		f.Errorf("a stranger's was harmed: %+v", x)
	}
	if next := f.receive(file, f.sms(1, "hello"))[0]; next.ConversationID == third || next.Duplicate {
		f.Errorf("receipt %+v", next)
	}
}

// The same by staff or on the web page, from any of the conversations.
func testEraseOthersByChange(f *fixture) {
	first := f.receive(file, f.sms(1, "old"))[0].ConversationID
	f.change(first, func(x *hotline.Exchange) { x.Conversation.State = hotline.Closed })
	second := f.receive(reply, f.sms(1, "new"))[0].ConversationID
	f.change(first, eraseOthers)
	for _, id := range []hotline.ConversationID{first, second} {
		if x := f.conversation(id); x.Conversation.State != hotline.Erased || x.Conversation.Address != "" || len(f.messages(id)) != 0 {
			f.Errorf("left over: %+v", x)
		}
	}
	f.change(first, eraseOthers) // there are no others any more
}

// What staff said of a report's labels goes with what was said.
func testEraseLabels(f *fixture) {
	id := f.receive(reply, f.sms(1, "x"))[0].ConversationID
	f.change(id, func(x *hotline.Exchange) {
		for _, object := range []string{"label", "conversation"} {
			x.Audit = append(x.Audit, hotline.AuditEntry{ID: NewID(), At: f.clock.Now(), Action: "label.set", Object: object, ObjectID: string(id), Detail: "Servitude yes missed_signs"})
		}
	})
	f.change(id, func(x *hotline.Exchange) { x.Conversation.State = hotline.Erased })
	for object, want := range map[string]int{"label": 0, "conversation": 1} {
		trail, err := f.s.AuditOf(f.ctx, object, string(id), 10)
		if f.must(err); len(trail) != want {
			f.Errorf("%d entries about the %s, want %d", len(trail), object, want)
		}
	}
}
