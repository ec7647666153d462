package storetest

import "github.com/hearline/hearline/hotline"

// A message is marked once, with what the rule makes of it, whoever tells how often.
func testMarkIncomplete(f *fixture) {
	in := f.sms(1, "the first half of")
	receipt := f.receive(file, in)[0]
	told := 0
	ask := func(x *hotline.Exchange, m hotline.Message) {
		told++
		if m.ID != receipt.MessageID || !m.At.Equal(in.At) {
			f.Errorf("told of %+v", m)
		}
		x.Write(hotline.Message{ID: hotline.MessageID(NewID()), Direction: hotline.Out, Author: hotline.FromAutomatic, Text: "again", TextKey: "sms.part_missing", Delivery: hotline.Queued, At: f.clock.Now()})
	}
	for _, want := range []hotline.ConversationID{receipt.ConversationID, ""} {
		if got, err := f.s.MarkIncomplete(f.ctx, in.ProviderID, ask); got != want || err != nil {
			f.Errorf("marked %q, %v", got, err)
		}
	}
	if got, err := f.s.MarkIncomplete(f.ctx, "SMnever", ask); got != "" || err != nil || told != 1 {
		f.Errorf("marked %q, %v, told %d times", got, err, told)
	}
	messages := f.messages(receipt.ConversationID)
	if len(messages) != 2 || messages[0].ErrorCode != hotline.PartMissing || messages[0].Delivery != hotline.Received {
		f.Errorf("%+v", messages)
	}
	if n, err := f.s.Outstanding(f.ctx); n != 1 || err != nil {
		f.Errorf("%d wait to be sent, %v", n, err)
	}
	f.change(receipt.ConversationID, func(x *hotline.Exchange) { x.Conversation.State = hotline.Erased })
	if got, err := f.s.MarkIncomplete(f.ctx, in.ProviderID, ask); got != "" || err != nil {
		f.Errorf("marked %q of what was erased, %v", got, err)
	}
}
