package storetest

import (
	"slices"
	"time"

	"github.com/hearline/hearline/hotline"
)

// testCampaignReply: who answers is counted once, and STOP takes the opt-in back in the
// transaction that files it.
func testCampaignReply(f *fixture) {
	c, lane := f.ledger(3)
	taken := f.take(lane, 3)
	f.record(f.sentTo(taken[0]), f.sentTo(taken[1]))
	of := func(n int) hotline.CampaignID {
		id, err := f.s.CampaignAnswered(f.ctx, hotline.SMS, phone(n))
		f.must(err)
		return id
	}
	first := slices.IndexFunc(taken, func(r hotline.Recipient) bool { return r.Address == phone(0) })
	if taken[first].N > 2 {
		first = 0
	}
	who := int(taken[first].Address[len(taken[first].Address)-1] - '0')
	f.clock.Add(time.Minute)
	for range 2 {
		if of(who) != c.ID {
			f.Error("the campaign that was answered is another one")
		}
	}
	if of(9) != "" {
		f.Error("somebody who got nothing answers a campaign")
	}
	if p := f.progress(c); p.Replied != 1 {
		f.Errorf("%+v", p)
	}
	say := func(word hotline.OptIn) {
		f.receive(func(x *hotline.Exchange, in hotline.Inbound) {
			file(x, in)
			x.Campaigns, x.Conversation.Campaign = word, c.ID
		}, f.sms(who, "stop"))
	}
	say(hotline.OptInWithdrawn)
	say(hotline.OptInWithdrawn)
	u, err := f.s.SubscriberOf(f.ctx, phone(who))
	if err != nil || u.SMS != hotline.OptInWithdrawn || u.WhatsApp != hotline.OptInUnknown {
		f.Errorf("%+v, %v", u, err)
	}
	if p := f.progress(c); p.OptedOut != 1 {
		f.Errorf("%+v", p)
	}
	say(hotline.OptInGiven)
	events, err := f.s.OptIns(f.ctx, u.ID)
	if err != nil || len(events) != 3 || events[1].Source != "person" || events[1].State != hotline.OptInWithdrawn || events[2].State != hotline.OptInGiven {
		f.Errorf("%+v, %v", events, err)
	}
	x := f.conversation(f.receive(file, f.sms(who, "more"))[0].ConversationID)
	if x.Conversation.Campaign != c.ID {
		f.Errorf("the conversation is of campaign %q", x.Conversation.Campaign)
	}
	f.receive(func(x *hotline.Exchange, in hotline.Inbound) { // of somebody who never joined
		file(x, in)
		x.Campaigns = hotline.OptInWithdrawn
	}, f.sms(8, "stop"))
	_, err = f.s.SubscriberOf(f.ctx, phone(8))
	f.code(err, hotline.NotFound)
	f.clock.Add(31 * 24 * time.Hour)
	if of(who) != "" {
		f.Error("a month later it is still an answer")
	}
}
