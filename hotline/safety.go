package hotline

import "time"

// Safety is what the person told us about texting them.
type Safety string

// NotAsked is also the state while the question is open. On Unsafe nothing
// goes out until the person writes that it is safe again.
const (
	NotAsked Safety = "not_asked"
	Safe     Safety = "safe"
	Unsafe   Safety = "unsafe"
)

// Later is whether the person lets us begin, rather than only answer.
type Later string

// LaterUnknown is treated as LaterNo: we never write first.
const (
	LaterUnknown Later = ""
	LaterYes     Later = "yes"
	LaterNo      Later = "no"
)

// Plan is what a person agreed with us about being written to. It outlives the
// conversation. The words are kept as keyed marks only.
type Plan struct {
	Later    Later
	From, To int // safe hours, in minutes after midnight where the person is; equal: none given

	SafeWord  string // stops and locks everything
	BackWord  string // the only word that opens the lock again; "": START does
	AlarmWord string // the person is in danger and somebody reads along
	Decoy     bool   // the safe word is answered with a plain text

	Paused bool // the safe word was sent
	Duress bool // the alarm word was sent: only plain texts go out
}

// Holds says whether a time where the person is lies in the safe hours.
func (p Plan) Holds(local time.Time) bool {
	at := local.Hour()*60 + local.Minute()
	if p.From <= p.To {
		return at >= p.From && at < p.To
	}
	return at >= p.From || at < p.To // over midnight
}

// Lock is why nothing may be written to a person. The words are also what screens
// and the audit show.
type Lock string

// The first five are hard: only the person opens them, and nobody the fifth. The others follow from
// silence and the clock, and staff may lift them for once, with a reason.
const (
	NoLock       Lock = ""
	ErasedLock   Lock = "erased"
	OptedOutLock Lock = "opted_out"
	UnsafeLock   Lock = "not_safe"
	PausedLock   Lock = "paused"
	NoWayLock    Lock = "no_way" // no address, or a channel that carries nothing to people

	SilentLock Lock = "silent"        // the exchange ended; the person has to write first
	HoursLock  Lock = "outside_hours" // they agreed to be written to, at other hours
	AskLock    Lock = "ask_first"     // so long after their last message we first ask whether it is safe
)

// Hard says whether only the person can open the lock.
func (l Lock) Hard() bool {
	return l == ErasedLock || l == OptedOutLock || l == UnsafeLock || l == PausedLock || l == NoWayLock
}

// HardLock is why nothing at all may be sent, NoLock when something may.
func (c *Conversation) HardLock(contact Contact) Lock {
	switch {
	case c.State == Erased:
		return ErasedLock
	case c.Channel.OneWay() || c.Address.Withheld():
		return NoWayLock
	case contact.OptedOut:
		return OptedOutLock
	case c.Safety == Unsafe:
		return UnsafeLock
	case contact.Plan.Paused:
		return PausedLock
	}
	return NoLock
}

// The limits of an exchange. After a silence of ExchangeEnds nothing is written
// until the person writes (the rule of the BeFree textline); who waits for a person
// of ours may be answered later, but AtThePhone after their last message somebody
// else may hold the phone (techsafety.org, best practices for texting).
const (
	ExchangeEnds = 15 * time.Minute
	AtThePhone   = 30 * time.Minute
)

// Lock is why nothing may be written at this moment that does not answer a message
// of this moment. inHours says whether it is one of the person's safe hours.
func (c *Conversation) Lock(contact Contact, now time.Time, inHours bool) Lock {
	if hard := c.HardLock(contact); hard != NoLock {
		return hard
	}
	gap, lifted := now.Sub(c.LastInboundAt), !c.LiftedAt.IsZero() && now.Sub(c.LiftedAt) <= ExchangeEnds
	switch {
	case c.Channel == WebChat, lifted, gap <= ExchangeEnds, !c.Waits() && now.Sub(c.AnsweredAt) <= ExchangeEnds:
		return NoLock
	case c.Waits() && gap <= AtThePhone:
		return NoLock
	case c.Step == "safe" && c.AnsweredAt.After(c.LastInboundAt): // asked already
		return SilentLock
	case c.Waits(), contact.Plan.Later == LaterYes && inHours:
		return AskLock
	case contact.Plan.Later == LaterYes:
		return HoursLock
	}
	return SilentLock
}

// Waits says whether the person was told that one of us reads and answers, and
// nobody has yet.
func (c *Conversation) Waits() bool { return c.HandedOff && !c.WaitingSince.IsZero() }
