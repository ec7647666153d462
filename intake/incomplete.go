package intake

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

// PartMissing hears from the carrier that a part of a message never arrived. Staff
// see it, and the person is asked once to send it again, when something may be
// written to them now. A message that is not here is no error; the errors are the
// store's.
func (i *Intake) PartMissing(ctx context.Context, providerID string) error {
	var priority hotline.Priority
	id, err := i.store.MarkIncomplete(ctx, providerID, func(x *hotline.Exchange, m hotline.Message) {
		i.askAgain(x, m)
		priority = x.Conversation.Priority
	})
	if err == nil && id != "" {
		announce(i.announce, id, priority, "message")
	}
	return err
}

// askAgain asks for a message again while the person may still hold the phone.
func (i *Intake) askAgain(x *hotline.Exchange, m hotline.Message) {
	c, now := &x.Conversation, i.now()
	if c.State != hotline.Open || x.Contact.Plan.Duress || c.Asked >= maxAutomatic || now.Sub(m.At) > answerWithin ||
		i.voice.lockOf(x, now) != hotline.NoLock {
		return
	}
	i.voice.write(x, line{name: "part_missing"}, i.newID(), now)
}
