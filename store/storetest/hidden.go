package storetest

import (
	"slices"

	"github.com/hearline/hearline/hotline"
)

func testHiddenMessages(f *fixture) {
	mine := f.receive(reply, f.sms(1, "x"))[0].ConversationID
	other := f.receive(reply, f.sms(2, "x"))[0].ConversationID
	said, theirs := f.messages(mine), f.messages(other)
	shown := func(id hotline.ConversationID, after hotline.MessageID, want ...hotline.MessageID) {
		f.Helper()
		got, err := f.s.MessagesShown(f.ctx, id, after, 10)
		f.must(err)
		ids := make([]hotline.MessageID, len(got))
		for i, m := range got {
			ids[i] = m.ID
			if m.Text == "" {
				f.Errorf("%s has no text", m.ID)
			}
		}
		if !slices.Equal(ids, want) {
			f.Errorf("shown %v, want %v", ids, want)
		}
	}
	hide := func(messages ...hotline.MessageID) { f.Helper(); f.must(f.s.HideMessages(f.ctx, mine, messages)) }
	first, second := said[0].ID, said[1].ID
	hide()
	shown(mine, "", first, second)
	shown(mine, first, second)
	hide(second, theirs[0].ID, "nothing")
	shown(mine, "", first)
	hide(second, first)
	shown(mine, "")
	shown(other, "", theirs[0].ID, theirs[1].ID)
	shown("nobody", "")
	if len(f.messages(mine)) != len(said) {
		f.Error("staff see less")
	}
	f.change(mine, func(x *hotline.Exchange) { x.Conversation.State = hotline.Erased })
	hide(first)
	shown(mine, "")
}
