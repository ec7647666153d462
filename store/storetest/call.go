package storetest

import "github.com/hearline/hearline/hotline"

// A call is a message without words, and when it was answered stays with the contact.
func testCall(f *fixture) {
	in := f.sms(1, "")
	in.Call = true
	at := f.clock.Now()
	receipts, err := f.s.Receive(f.ctx, []hotline.Inbound{in}, func(x *hotline.Exchange, in hotline.Inbound) {
		file(x, in)
		x.Written[len(x.Written)-1].Call = true
		x.Contact.CalledAt = at
	})
	f.must(err)
	messages, err := f.s.Messages(f.ctx, receipts[0].ConversationID, "", 10)
	if err != nil || len(messages) != 1 || !messages[0].Call || messages[0].Text != "" {
		f.Errorf("%+v, %v", messages, err)
	}
	x, err := f.s.Conversation(f.ctx, receipts[0].ConversationID)
	if err != nil || !x.Contact.CalledAt.Equal(at) {
		f.Errorf("called at %v, %v", x.Contact.CalledAt, err)
	}
}
