package storetest

import (
	"slices"

	"github.com/hearline/hearline/hotline"
)

func testHiddenMessages(f *fixture) {
	mine := f.receive(reply, f.sms(1, "x"))[0].ConversationID
	other := f.receive(reply, f.sms(2, "x"))[0].ConversationID
	said, theirs := f.messages(mine), f.messages(other)
	hide := func(want []hotline.MessageID, messages ...hotline.MessageID) {
		f.Helper()
		f.must(f.s.HideMessages(f.ctx, mine, messages))
		got, err := f.s.HiddenMessages(f.ctx, mine)
		f.must(err)
		if !slices.Equal(got, want) {
			f.Errorf("hidden %v, want %v", got, want)
		}
	}
	first, second := said[0].ID, said[1].ID
	hide(nil)
	hide([]hotline.MessageID{second}, second, theirs[0].ID, "nothing")
	hide([]hotline.MessageID{first, second}, second, first)
	if got, err := f.s.HiddenMessages(f.ctx, other); len(got) != 0 || err != nil {
		f.Errorf("hidden elsewhere: %v, %v", got, err)
	}
	if len(f.messages(mine)) != len(said) {
		f.Error("staff see less")
	}
	f.change(mine, func(x *hotline.Exchange) { x.Conversation.State = hotline.Erased })
	hide(nil, first)
}
