package hotline

import "time"

// CanaryWithin is how soon a canary comes back when all is well. Carriers deliver
// most texts within seconds; a minute happens.
const CanaryWithin = 5 * time.Minute

// Canary is one text that the service sent through the carrier to its own number,
// to see whether messages still arrive.
type Canary struct {
	Slot    time.Time // beginning of the stretch of time that it was sent for; one each
	SentAt  time.Time
	HeardAt time.Time // zero: not yet
	Fault   int       // why the carrier did not take it; 0 when it did
}

// Took is how long it was under way; ok is false when it has not come back.
func (c Canary) Took() (took time.Duration, ok bool) {
	return c.HeardAt.Sub(c.SentAt), !c.HeardAt.IsZero()
}

// Late says that it was refused, is not back in time, or was late when it came.
func (c Canary) Late(now time.Time) bool {
	if took, back := c.Took(); back {
		return took > CanaryWithin
	}
	return c.Fault != 0 || now.Sub(c.SentAt) > CanaryWithin
}

// CanaryLate says whether there is reason for alarm, from the latest canaries, the
// newest first: one is sent every so often, and one that is still on its way says
// nothing. None at all is no alarm.
func CanaryLate(latest []Canary, every time.Duration, now time.Time) bool {
	if len(latest) == 0 {
		return false
	}
	last := latest[0]
	if now.Sub(last.SentAt) > every+CanaryWithin {
		return true // nobody sends them
	}
	if _, back := last.Took(); !back && !last.Late(now) && len(latest) > 1 {
		last = latest[1]
	}
	return last.Late(now)
}

// Tally is how many messages of one hour the carrier took for us, and how many of
// them are here.
type Tally struct {
	Hour    time.Time // its beginning
	Carrier int       // as the carrier lists them
	Stored  int       // of these, stored here
	Filed   int       // of these, that no webhook brought: found and filed by the comparison
}
