package storetest

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

// A person whose answer from staff did not arrive waits again; automatic texts
// and closed conversations change nothing.
func testUnreachedWaitsAgain(f *fixture) {
	failed := hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 30007}
	answered := func() (hotline.ConversationID, hotline.MessageID) {
		id := f.receive(file, f.sms(1, "x"))[0].ConversationID
		message := f.say(id, "y", false)
		f.change(id, func(x *hotline.Exchange) { x.Conversation.WaitingSince = time.Time{} })
		f.claim()
		f.clock.Add(time.Second)
		return id, message
	}
	waits := func(id hotline.ConversationID) bool { return !f.conversation(id).Conversation.WaitingSince.IsZero() }

	id, message := answered()
	failed.MessageID = message
	f.settle(failed)
	if since := f.conversation(id).Conversation.WaitingSince; !since.Equal(f.clock.Now()) {
		f.Errorf("given up: waiting since %v", since)
	}

	id, message = answered()
	f.settle(hotline.SendResult{MessageID: message, State: hotline.Done, ProviderID: "SM" + string(message), Delivery: hotline.Sent})
	if waits(id) {
		f.Error("sent: waits")
	}
	f.update(hotline.StatusUpdate{ProviderID: "SM" + string(message), Delivery: hotline.Undelivered, ErrorCode: 30005})
	if !waits(id) {
		f.Error("undelivered: does not wait")
	}

	id, message = answered()
	f.change(id, func(x *hotline.Exchange) { x.Conversation.State = hotline.Closed })
	failed.MessageID = message
	f.settle(failed)
	if waits(id) {
		f.Error("closed: waits")
	}
}
