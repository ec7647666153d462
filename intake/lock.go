package intake

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

// LockOf is why nothing may be written to the person at this moment, NoLock when
// something may.
func (d *Desk) LockOf(x *hotline.Exchange) hotline.Lock { return d.voice.lockOf(x, d.now()) }

func (v *Voice) lockOf(x *hotline.Exchange, now time.Time) hotline.Lock {
	c := &x.Conversation
	return c.Lock(x.Contact, now, v.inHours(x.Contact.Plan, c, now))
}

// inHours says whether it is one of the person's safe hours wherever they may be:
// in every zone that is possible. Where no zone is known it never is.
func (v *Voice) inHours(p hotline.Plan, c *hotline.Conversation, now time.Time) bool {
	if p.From == p.To || v.Zones == nil {
		return false
	}
	zones := v.Zones(c.Channel, c.Address)
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil || !p.Holds(now.In(zone)) {
			return false
		}
	}
	return len(zones) > 0
}

// lockWords tell staff why nothing may be sent, and what would change it.
var lockWords = map[hotline.Lock]string{
	hotline.ErasedLock:   "This conversation was erased.",
	hotline.OptedOutLock: "The person asked us to stop. Nothing may be sent until they write START.",
	hotline.UnsafeLock:   "The person said it is not safe to write. Nothing may be sent until they write that it is.",
	hotline.PausedLock:   "The person sent their safe word. Nothing may be sent until they open the conversation again.",
	hotline.NoWayLock:    "There is no way to write to this person from here.",
	hotline.SilentLock:   "The person has been silent for 15 minutes. Nothing is sent until they write.",
	hotline.HoursLock:    "The person can be written to at other hours only.",
	hotline.AskLock:      "The person's last message is more than 30 minutes old. Ask first whether it is still safe.",
}

// refusal turns a lock into an error for staff.
func refusal(l hotline.Lock) error {
	if l == hotline.NoLock {
		return nil
	}
	return hotline.Errorf(hotline.Conflict, "%s", lockWords[l])
}
