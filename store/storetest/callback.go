package storetest

import (
	"slices"
	"time"

	"github.com/hearline/hearline/hotline"
)

func (f *fixture) update(updates ...hotline.StatusUpdate) []hotline.ConversationID {
	f.Helper()
	moved, err := f.s.UpdateDelivery(f.ctx, updates)
	f.must(err)
	return moved
}

// The carrier calls back before we have stored its id.
func testCallbackBeforeSettle(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	message, next := f.say(id, "y", false), f.say(id, "z", false)
	f.claim()
	moved := f.update(
		hotline.StatusUpdate{ProviderID: "SMout", MessageID: message, Delivery: hotline.Delivered},
		hotline.StatusUpdate{ProviderID: "SMout", MessageID: message, Delivery: hotline.Sent})
	if !slices.Equal(moved, []hotline.ConversationID{id}) {
		f.Errorf("moved %v", moved)
	}
	delivered := func(when string) {
		f.Helper()
		if m := f.delivery(id, message); m.ProviderID != "SMout" || m.Delivery != hotline.Delivered {
			f.Errorf("%s: message %+v", when, m)
		}
	}
	delivered("after the callback")
	moved = f.settle(hotline.SendResult{MessageID: message, State: hotline.Done, ProviderID: "SMout", Delivery: hotline.Queued})
	if moved != nil {
		f.Errorf("the late answer moved %v", moved)
	}
	delivered("after the late answer")
	if out := f.claim(); len(out) != 1 || out[0].MessageID != next {
		f.Errorf("what comes next does not leave: %+v", out)
	}
	if moved := f.update(hotline.StatusUpdate{ProviderID: "SMout", Delivery: hotline.Read}); len(moved) != 1 {
		f.Error("the id was not kept")
	}
}

// No answer came to a try; the callback is the proof that the message left, and
// it is not sent a second time.
func testCallbackInsteadOfAnswer(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	message := f.say(id, "y", false)
	f.claim()
	f.settle(hotline.SendResult{MessageID: message, State: hotline.Unknown, Delivery: hotline.Sending, RetryAt: f.clock.Now().Add(time.Minute)})
	f.update(hotline.StatusUpdate{ProviderID: "SMout", MessageID: message, Delivery: hotline.Undelivered, ErrorCode: 30005})
	f.clock.Add(time.Hour)
	if out := f.claim(); len(out) != 0 {
		f.Errorf("sent again: %+v", out)
	}
	if m := f.delivery(id, message); m.ProviderID != "SMout" || m.Delivery != hotline.Undelivered || m.ErrorCode != 30005 {
		f.Errorf("message %+v", m)
	}
}

// The last word before an erasure left, says its callback: the erasure ends.
func testCallbackEndsErasure(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	f.change(id, func(x *hotline.Exchange) {
		erase(x)
		x.Write(hotline.Message{ID: "bye", Direction: hotline.Out, Author: hotline.FromAutomatic, Text: "erased", Delivery: hotline.Queued, LastWord: true})
	})
	if out := f.claim(); len(out) != 1 {
		f.Fatalf("claimed %+v", out)
	}
	f.update(hotline.StatusUpdate{ProviderID: "SMbye", MessageID: "bye", Delivery: hotline.Sent})
	if left := f.messages(id); len(left) != 0 {
		f.Errorf("%d messages are left", len(left))
	}
	if x := f.conversation(id); x.Conversation.Address != "" || x.Contact.ID != "" {
		f.Errorf("left over: %+v", x)
	}
	if n, err := f.s.Outstanding(f.ctx); n != 0 || err != nil {
		f.Errorf("%d to send, %v", n, err)
	}
}

func testCallbackOfNobody(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	message := f.say(id, "y", false)
	for _, u := range []hotline.StatusUpdate{
		{ProviderID: "SMout", MessageID: "nobody", Delivery: hotline.Sent},
		{ProviderID: "SMout", MessageID: "\x00\xff", Delivery: hotline.Sent},
		{MessageID: message, Delivery: hotline.Sent},
	} {
		if moved := f.update(u); moved != nil {
			f.Errorf("%+v moved %v", u, moved)
		}
	}
	if out := f.claim(); len(out) != 1 {
		f.Errorf("claimed %+v", out)
	}
}

// The carrier says of a message it had taken that the person opted out.
func testCallbackOptedOut(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	f.clock.Add(time.Second)
	message := f.say(id, "y", false)
	f.claim()
	f.settle(hotline.SendResult{MessageID: message, State: hotline.Done, ProviderID: "SMout", Delivery: hotline.Queued})
	refused := hotline.StatusUpdate{ProviderID: "SMout", Delivery: hotline.Failed, ErrorCode: 21610, OptedOut: true}
	if moved := f.update(refused); len(moved) != 1 {
		f.Errorf("moved %v", moved)
	}
	if !f.conversation(id).Contact.OptedOut {
		f.Error("the opt-out is lost")
	}
	f.say(id, "z", false)
	if out := f.claim(); len(out) != 1 || out[0].Held != "opted_out" {
		f.Errorf("claimed %+v", out)
	}
	// START, and then the carrier repeats itself.
	f.clock.Add(time.Second)
	f.receive(func(x *hotline.Exchange, in hotline.Inbound) {
		file(x, in)
		x.Contact.OptedOut, x.Conversation.LastInboundAt = false, in.At
	}, f.sms(1, "START"))
	f.update(refused)
	if f.conversation(id).Contact.OptedOut {
		f.Error("a late callback undid START")
	}
}
