package storetest

import (
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
)

// late makes a message that a slow node has claimed, and then, when the lease
// had run out, another one.
func (f *fixture) late() (hotline.ConversationID, hotline.MessageID) {
	f.Helper()
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	message := f.say(id, "y", false)
	f.claim()
	f.clock.Add(time.Minute)
	if out := f.claim(); len(out) != 1 || out[0].Attempts != 1 || !out[0].Unknown {
		f.Fatalf("claimed %+v", out)
	}
	return id, message
}

// A slow node's result does not overwrite what the one does that took over.
func testSettleLate(f *fixture) {
	for name, r := range map[string]hotline.SendResult{
		"try again": {State: hotline.Pending, Delivery: hotline.Queued},
		"unknown":   {State: hotline.Unknown, Delivery: hotline.Sending},
		"gave up":   {State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 30007},
		"opted out": {State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 21610, OptedOut: true},
	} {
		id, message := f.late()
		r.MessageID = message
		moved, err := f.s.Settle(f.ctx, []hotline.SendResult{r})
		f.must(err)
		if m := f.delivery(id, message); moved != nil || m.Delivery != hotline.Queued || m.ErrorCode != 0 || f.conversation(id).Contact.OptedOut {
			f.Errorf("%s: moved %v, message %+v", name, moved, m)
		}
		if again := f.claim(); len(again) != 0 {
			f.Errorf("%s: the lease was broken: %+v", name, again)
		}
		f.settle(hotline.SendResult{MessageID: message, State: hotline.Done, ProviderID: "SM" + string(message), Delivery: hotline.Sent})
		if m := f.delivery(id, message); m.Delivery != hotline.Sent {
			f.Errorf("%s: the lease's own result was passed over: %+v", name, m)
		}
	}
	// That the message left stays true, and nobody may send it again.
	id, message := f.late()
	_, err := f.s.Settle(f.ctx, []hotline.SendResult{{MessageID: message, State: hotline.Done, ProviderID: "SMlate", Delivery: hotline.Sent}})
	f.must(err)
	f.settle(hotline.SendResult{MessageID: message, State: hotline.Pending, Delivery: hotline.Queued})
	if m := f.delivery(id, message); m.ProviderID != "SMlate" || m.Delivery != hotline.Sent {
		f.Errorf("message %+v", m)
	}
	f.clock.Add(time.Hour)
	if again := f.claim(); len(again) != 0 {
		f.Errorf("sent twice: %+v", again)
	}
}

// Two tries of one message end at the same moment in one node.
func testSettleTwoTries(f *fixture) {
	for _, first := range []int{0, 1} {
		id, message := f.late()
		results := []hotline.SendResult{
			{MessageID: message, Attempts: 0, State: hotline.Done, ProviderID: "SM" + string(message), Delivery: hotline.Sent},
			{MessageID: message, Attempts: 1, State: hotline.Unknown, Delivery: hotline.Sending},
		}
		_, err := f.s.Settle(f.ctx, []hotline.SendResult{results[first], results[1-first]})
		f.must(err)
		if m := f.delivery(id, message); m.Delivery != hotline.Sent {
			f.Errorf("message %+v", m)
		}
	}
}

// While one node settles what it tried too long ago, another claims it.
func testSettleAgainstClaim(f *fixture) {
	other := Open(f, f.url, f.keys, f.clock.Now)
	for range 25 {
		id := f.receive(file, f.sms(1, "x"))[0].ConversationID
		message := f.say(id, "y", false)
		f.claim()
		f.clock.Add(time.Minute)
		var out []hotline.Outgoing
		var group sync.WaitGroup
		group.Go(func() {
			var err error
			if out, err = other.Claim(f.ctx, 10, time.Hour); err != nil {
				f.Error(err)
			}
		})
		retry := hotline.SendResult{MessageID: message, State: hotline.Pending, Delivery: hotline.Queued, RetryAt: f.clock.Now().Add(time.Second)}
		if _, err := f.s.Settle(f.ctx, []hotline.SendResult{retry}); err != nil {
			f.Error(err)
		}
		group.Wait()
		f.clock.Add(time.Second)
		again := f.claim()
		if len(out)+len(again) != 1 {
			f.Fatalf("in %d hands", len(out)+len(again))
		}
		f.settle(hotline.SendResult{MessageID: message, State: hotline.Done, ProviderID: "SM" + string(message), Delivery: hotline.Sent})
	}
}
