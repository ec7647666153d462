package storetest

import (
	"github.com/hearline/hearline/hotline"
)

// A review sees each conversation once, with what the person wrote and nothing
// else, and none that is erased.
func testEachConversation(f *fixture) {
	first := f.receive(file, f.sms(1, "one"), f.sms(1, "two"))[0].ConversationID
	gone := f.receive(file, f.sms(2, "three"))[0].ConversationID
	last := f.receive(file, f.sms(3, "four"))[0].ConversationID
	f.say(first, "an answer", false)
	f.change(gone, erase)
	seen := map[hotline.ConversationID][]string{}
	f.must(f.s.EachConversation(f.ctx, func(c hotline.Conversation, inbound []hotline.Message) error {
		for _, m := range inbound {
			seen[c.ID] = append(seen[c.ID], m.Text.Reveal())
			if m.Assessment == nil {
				f.Errorf("%s came without its assessment", m.ID)
			}
		}
		return nil
	}))
	if len(seen) != 2 || len(seen[first]) != 2 || len(seen[last]) != 1 {
		f.Errorf("saw %d conversations", len(seen))
	}
	stop := hotline.Errorf(hotline.Conflict, "enough")
	if err := f.s.EachConversation(f.ctx, func(hotline.Conversation, []hotline.Message) error { return stop }); err != stop {
		f.Errorf("went on after %v", err)
	}
}
