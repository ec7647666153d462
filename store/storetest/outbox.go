package storetest

import (
	"slices"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
)

// say puts a text for the person of a conversation into the outbox.
func (f *fixture) say(id hotline.ConversationID, text string, lastWord bool) hotline.MessageID {
	f.Helper()
	message := hotline.MessageID(NewID())
	f.change(id, func(x *hotline.Exchange) {
		x.Write(hotline.Message{
			ID: message, Direction: hotline.Out, Author: hotline.FromStaff, Text: hotline.Text(text),
			Delivery: hotline.Queued, LastWord: lastWord,
		})
	})
	return message
}

func (f *fixture) delivery(id hotline.ConversationID, message hotline.MessageID) hotline.Message {
	f.Helper()
	for _, m := range f.messages(id) {
		if m.ID == message {
			return m
		}
	}
	f.Fatal("no such message")
	return hotline.Message{}
}

func testClaim(f *fixture) {
	id := f.receive(file, f.sms(1, "help"))[0].ConversationID
	if out := f.claim(); len(out) != 0 {
		f.Fatalf("claimed %+v", out)
	}
	created := f.clock.Now()
	message := f.say(id, "we are here", false)
	out := f.claim()
	if len(out) != 1 {
		f.Fatalf("claimed %+v", out)
	}
	o := out[0]
	if o.MessageID != message || o.ConversationID != id || o.Kind != hotline.ReplyDelivery || o.Channel != hotline.SMS || o.To != phone(1) ||
		o.From != "+15550100100" || o.Text != "we are here" || o.Held != "" || o.LastWord || o.Attempts != 0 || o.Unknown ||
		!o.CreatedAt.Equal(created) || !o.LastTriedAt.IsZero() {
		f.Errorf("claimed %+v", o)
	}
	if again := f.claim(); len(again) != 0 {
		f.Errorf("claimed twice: %+v", again)
	}
	moved := f.settle(hotline.SendResult{MessageID: message, State: hotline.Done, ProviderID: "SMout1", Delivery: hotline.Accepted})
	if moved != nil {
		f.Errorf("a tick went back: %v", moved) // queued comes after accepted
	}
	if m := f.delivery(id, message); m.ProviderID != "SMout1" || m.Delivery != hotline.Queued {
		f.Errorf("message %+v", m)
	}
	f.clock.Add(time.Hour)
	if again := f.claim(); len(again) != 0 {
		f.Errorf("sent twice: %+v", again)
	}
}

func testClaimHeld(f *fixture) {
	id := f.receive(file, f.sms(1, "help"))[0].ConversationID
	first := f.say(id, "held", false)
	f.change(id, func(x *hotline.Exchange) { x.Conversation.Safety = hotline.Unsafe })
	out := f.claim()
	if len(out) != 1 || out[0].Held != "not_safe" || out[0].LastWord {
		f.Fatalf("claimed %+v", out)
	}
	f.settle(hotline.SendResult{MessageID: first, State: hotline.GivenUp})
	if m := f.delivery(id, first); m.Delivery != hotline.Failed {
		f.Errorf("message %+v", m)
	}
	f.change(id, func(x *hotline.Exchange) { x.Contact.OptedOut = true })
	f.say(id, "goodbye", true)
	if out := f.claim(); len(out) != 1 || out[0].Held != "opted_out" || !out[0].LastWord {
		f.Errorf("claimed %+v", out)
	}
}

func testClaimRetry(f *fixture) {
	id := f.receive(file, f.sms(1, "help"))[0].ConversationID
	message := f.say(id, "one", false)
	t1 := f.clock.Now()
	f.claim()
	f.settle(hotline.SendResult{MessageID: message, State: hotline.Pending, RetryAt: f.clock.Now().Add(time.Minute)})
	if out := f.claim(); len(out) != 0 {
		f.Fatalf("too early: %+v", out)
	}
	f.clock.Add(time.Minute)
	out := f.claim()
	if len(out) != 1 || out[0].Attempts != 1 || out[0].Unknown || !out[0].LastTriedAt.Equal(t1) {
		f.Fatalf("claimed %+v", out)
	}
	f.settle(hotline.SendResult{MessageID: message, State: hotline.Unknown})
	out = f.claim()
	if len(out) != 1 || out[0].Attempts != 2 || !out[0].Unknown {
		f.Fatalf("claimed %+v", out)
	}
	// The process dies here; after the lease somebody else takes over and must
	// ask the carrier first.
	f.settle(hotline.SendResult{MessageID: message, State: hotline.Pending})
	f.claim()
	f.clock.Add(time.Minute)
	out = f.claim()
	if len(out) != 1 || out[0].Attempts != 4 || !out[0].Unknown {
		f.Fatalf("claimed %+v", out)
	}
	moved := f.settle(hotline.SendResult{MessageID: message, State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 30003})
	if !slices.Equal(moved, []hotline.ConversationID{id}) {
		f.Errorf("moved %v", moved)
	}
	if m := f.delivery(id, message); m.Delivery != hotline.Failed || m.ErrorCode != 30003 {
		f.Errorf("message %+v", m)
	}
	if moved := f.settle(hotline.SendResult{MessageID: message, State: hotline.Done, Delivery: hotline.Sent}); moved != nil {
		f.Errorf("settled twice: %v", moved)
	}
}

// One conversation's messages leave one after the other, oldest first.
func testClaimOrder(f *fixture) {
	a := f.receive(file, f.sms(1, "a"))[0].ConversationID
	b := f.receive(file, f.sms(2, "b"))[0].ConversationID
	a1, a2, b1 := f.say(a, "a1", false), f.say(a, "a2", false), f.say(b, "b1", false)
	ids := func(out []hotline.Outgoing) (got []hotline.MessageID) {
		for _, o := range out {
			got = append(got, o.MessageID)
		}
		return got
	}
	if got := ids(f.claim()); !slices.Equal(got, []hotline.MessageID{a1, b1}) {
		f.Fatalf("claimed %v", got)
	}
	f.settle(hotline.SendResult{MessageID: a1, State: hotline.Pending, RetryAt: f.clock.Now().Add(time.Second)})
	if got := ids(f.claim()); len(got) != 0 {
		f.Fatalf("a2 overtook a1: %v", got)
	}
	f.clock.Add(time.Second)
	if got := ids(f.claim()); !slices.Equal(got, []hotline.MessageID{a1}) {
		f.Fatalf("claimed %v", got)
	}
	f.settle(hotline.SendResult{MessageID: a1, State: hotline.Done}, hotline.SendResult{MessageID: b1, State: hotline.Done})
	if got := ids(f.claim()); !slices.Equal(got, []hotline.MessageID{a2}) {
		f.Fatalf("claimed %v", got)
	}
}

// hands watches over what several senders hold.
type hands struct {
	mu   sync.Mutex
	busy map[hotline.ConversationID]bool
	sent map[hotline.ConversationID][]hotline.MessageID
	left int
}

// send claims, notes and settles until nothing is left.
func (h *hands) send(f *fixture, s *store.Store) {
	for h.remaining() > 0 {
		out, err := s.Claim(f.ctx, 3, time.Hour)
		if err != nil {
			f.Error(err)
			return
		}
		if _, err := s.Settle(f.ctx, h.note(f, out)); err != nil {
			f.Error(err)
			return
		}
		h.mu.Lock()
		h.left -= len(out)
		h.mu.Unlock()
	}
}

func (h *hands) remaining() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.left
}

// note records what one sender holds and makes the results. Until they are
// settled nobody can claim more of these conversations.
func (h *hands) note(f *fixture, out []hotline.Outgoing) (results []hotline.SendResult) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, o := range out {
		if h.busy[o.ConversationID] {
			f.Errorf("%s is in two hands", o.ConversationID)
		}
		h.busy[o.ConversationID] = true
		h.sent[o.ConversationID] = append(h.sent[o.ConversationID], o.MessageID)
		results = append(results, hotline.SendResult{MessageID: o.MessageID, State: hotline.Done, ProviderID: "SMo" + string(o.MessageID), Delivery: hotline.Sent})
	}
	for _, o := range out {
		h.busy[o.ConversationID] = false
	}
	return results
}

// Several senders on two nodes: each message is claimed once, in order, and no
// conversation is in two hands.
func testClaimConcurrently(f *fixture) {
	const senders, people, each = 4, 12, 5
	other := Open(f, f.url, f.keys, f.clock.Now)
	want := map[hotline.ConversationID][]hotline.MessageID{}
	for n := range people {
		id := f.receive(file, f.sms(n, "x"))[0].ConversationID
		for range each {
			want[id] = append(want[id], f.say(id, "y", false))
		}
	}
	h := &hands{busy: map[hotline.ConversationID]bool{}, sent: map[hotline.ConversationID][]hotline.MessageID{}, left: people * each}
	var group sync.WaitGroup
	for n := range senders {
		s := f.s
		if n%2 == 1 {
			s = other
		}
		group.Go(func() { h.send(f, s) })
	}
	group.Wait()
	for id, messages := range want {
		if !slices.Equal(h.sent[id], messages) {
			f.Errorf("sent %v, want %v", h.sent[id], messages)
		}
	}
}

func testUpdateDelivery(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	message := f.say(id, "y", false)
	f.claim()
	f.settle(hotline.SendResult{MessageID: message, State: hotline.Done, ProviderID: "SMout", Delivery: hotline.Queued})
	update := func(provider string, d hotline.Delivery, code int) []hotline.ConversationID {
		f.Helper()
		moved, err := f.s.UpdateDelivery(f.ctx, []hotline.StatusUpdate{{ProviderID: provider, Delivery: d, ErrorCode: code}})
		f.must(err)
		return moved
	}
	for _, step := range []struct {
		d     hotline.Delivery
		moves bool
		after hotline.Delivery
	}{
		{hotline.Sent, true, hotline.Sent},
		{hotline.Sending, false, hotline.Sent},
		{hotline.Sent, false, hotline.Sent},
		{"nonsense", false, hotline.Sent},
		{hotline.Delivered, true, hotline.Delivered},
		{hotline.Queued, false, hotline.Delivered},
		{hotline.Read, true, hotline.Read},
		{hotline.Failed, false, hotline.Read},
	} {
		if moved := update("SMout", step.d, 0); (len(moved) == 1) != step.moves {
			f.Errorf("%s moved %v", step.d, moved)
		}
		if m := f.delivery(id, message); m.Delivery != step.after {
			f.Errorf("after %s: %s", step.d, m.Delivery)
		}
	}
	for _, unknown := range []string{"SMother", "", "\x00\xff"} {
		if moved := update(unknown, hotline.Sent, 0); moved != nil {
			f.Errorf("%q moved %v", unknown, moved)
		}
	}
	in := f.sms(1, "z")
	f.receive(file, in)
	if moved := update(in.ProviderID, hotline.Delivered, 0); moved != nil {
		f.Error("an inbound message was moved")
	}
}

// Callbacks of one message come in one batch in the wrong order.
func testUpdateDeliveryBatch(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	message := f.say(id, "y", false)
	f.claim()
	f.settle(hotline.SendResult{MessageID: message, State: hotline.Done, ProviderID: "SMout", Delivery: hotline.Queued})
	moved, err := f.s.UpdateDelivery(f.ctx, []hotline.StatusUpdate{
		{ProviderID: "SMout", Delivery: hotline.Undelivered, ErrorCode: 30005},
		{ProviderID: "SMout", Delivery: hotline.Sent},
		{ProviderID: "SMnone", Delivery: hotline.Sent},
	})
	f.must(err)
	if m := f.delivery(id, message); len(moved) != 1 || m.Delivery != hotline.Undelivered || m.ErrorCode != 30005 {
		f.Errorf("moved %v, %+v", moved, m)
	}
}

func testSettleOptedOut(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	message := f.say(id, "y", false)
	f.claim()
	f.settle(hotline.SendResult{MessageID: message, State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 21610, OptedOut: true})
	if !f.conversation(id).Contact.OptedOut {
		f.Error("the opt-out is lost")
	}
}

func testReconcile(f *fixture) {
	in := f.sms(1, "x")
	later := f.sms(1, "y")
	later.At = in.At.Add(time.Hour)
	f.receive(file, in, later)
	missing, err := f.s.Missing(f.ctx, []string{"SMa", in.ProviderID, "SMb", later.ProviderID})
	f.must(err)
	if !slices.Equal(missing, []string{"SMa", "SMb"}) {
		f.Errorf("missing %v", missing)
	}
	if none, err := f.s.Missing(f.ctx, nil); none != nil || err != nil {
		f.Errorf("missing %v, %v", none, err)
	}
	for _, c := range []struct {
		from, to time.Time
		want     int
	}{{in.At, later.At, 1}, {in.At, later.At.Add(1000), 2}, {in.At.Add(1000), later.At, 0}} {
		if n, err := f.s.CountInbound(f.ctx, c.from, c.to); n != c.want || err != nil {
			f.Errorf("counted %d, %v, want %d", n, err, c.want)
		}
	}
}
