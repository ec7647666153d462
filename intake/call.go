package intake

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

// callAgain is how long one text stands for all calls from a number.
const callAgain = 24 * time.Hour

// hearCall asks a person who called, and whom nobody answered, whether writing is
// safe. The text itself may be read by whoever holds the phone: it is written into
// no lock, to nobody whom we are writing with or who wrote a moment ago, and once
// in callAgain.
func (t *turn) hearCall() {
	c, contact := &t.x.Conversation, &t.x.Contact
	talking := c.OwnerID != "" || t.greeted() && t.gap <= hotline.AtThePhone
	recent := !contact.CalledAt.IsZero() && t.now.Sub(contact.CalledAt) < callAgain
	if c.Channel != hotline.SMS || contact.Plan.Duress || talking || recent {
		return
	}
	if !t.say("missed_call") {
		return
	}
	leaveOpen(c, t.now)
	contact.CalledAt, c.Safety, c.Step, c.ReAsked = t.now, hotline.NotAsked, "safe", false
}
