package storetest

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

// damaged claims after a statement has damaged the first of three messages of
// two people, and returns the damaged one.
func (f *fixture) damaged(statement string) hotline.MessageID {
	f.Helper()
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	other := f.receive(file, f.sms(2, "x"))[0].ConversationID
	first, second := f.say(id, "one", false), f.say(id, "two", false)
	third := f.say(other, "three", false)
	if _, err := raw(f, f.url).Exec(statement, string(first)); err != nil {
		f.Fatal(err)
	}
	out := f.claim()
	if len(out) != 2 || out[0].MessageID != first || out[1].MessageID != third || out[1].Unreadable || out[1].Text != "three" {
		f.Fatalf("claimed %+v", out)
	}
	if o := out[0]; !o.Unreadable || o.Text != "" || o.Attempts != 0 || o.CreatedAt.IsZero() {
		f.Errorf("claimed %+v", o)
	}
	f.settle(hotline.SendResult{MessageID: first, State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: hotline.Damaged})
	if out := f.claim(); len(out) != 1 || out[0].MessageID != second || out[0].Unreadable {
		f.Errorf("what comes next does not leave: %+v", out)
	}
	return first
}

// A message that cannot be unsealed is set aside; the others leave.
func testClaimUnreadable(f *fixture) {
	message := f.damaged("UPDATE messages SET text_sealed = extra_sealed WHERE id = $1")
	id := hotline.ConversationID("")
	if err := raw(f, f.url).QueryRow("SELECT conversation_id FROM messages WHERE id = $1", string(message)).Scan((*string)(&id)); err != nil {
		f.Fatal(err)
	}
	readable := 0
	for _, m := range f.messages(id) {
		switch {
		case m.ID != message && m.Text != "" && !m.Unreadable:
			readable++
		case m.ID != message || !m.Unreadable || m.Text != "" || m.Delivery != hotline.Failed || m.ErrorCode != hotline.Damaged:
			f.Errorf("shown as %+v", m)
		}
	}
	if readable == 0 {
		f.Error("one damaged message hides the conversation")
	}
}

// A message that lost its row is set aside too.
func testClaimTextGone(f *fixture) {
	f.damaged("DELETE FROM messages WHERE id = $1")
}

// The carrier refused a text for now, and then the person wrote STOP: the
// confirmation does not wait until that text would have been tried again.
func testClaimLastWord(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	before := f.say(id, "are you there?", false)
	last := f.say(id, "you will get no more texts", true)
	if out := f.claim(); len(out) != 1 || out[0].MessageID != before {
		f.Fatalf("claimed %+v", out)
	}
	f.change(id, func(x *hotline.Exchange) { x.Contact.OptedOut = true })
	if out := f.claim(); len(out) != 0 {
		f.Errorf("two of one conversation are under way: %+v", out)
	}
	f.settle(hotline.SendResult{MessageID: before, State: hotline.Pending, Delivery: hotline.Queued, RetryAt: f.clock.Now().Add(15 * time.Minute)})
	if out := f.claim(); len(out) != 1 || out[0].MessageID != last {
		f.Fatalf("claimed %+v", out)
	}
	f.settle(hotline.SendResult{MessageID: last, State: hotline.Done, ProviderID: "SMlast", Delivery: hotline.Sent})
	f.clock.Add(15 * time.Minute)
	if out := f.claim(); len(out) != 1 || out[0].MessageID != before || out[0].Held != "opted_out" {
		f.Errorf("claimed %+v", out)
	}
}
