package console

import (
	"github.com/hearline/hearline/hotline"
)

// stripView says, over the box in which staff write, whether writing is safe.
type stripView struct {
	Word   string // "Safe to text: yes"
	More   string // "they said so at 14:21"
	State  string // "safe", "unknown" or "locked"
	Locked bool

	Plan  string         // what the person agreed with us
	Ask   bool           // we may ask whether it is safe
	Lift  []filterOption // reasons to write all the same; none: only the person opens the lock
	Alarm bool           // the person sent their alarm word
	Calm  []filterOption // reasons to end the alarm
	Words bool           // a safe word may be offered
}

// composeView is the place to write: a reply, or a note for staff only.
type composeView struct {
	Locked      bool
	Lock        string // why, and what opens it
	NoteToo     bool   // notes are kept in any state but erased
	Name        string // "Reply in Arabic"
	Lang        hotline.Language
	Plain       []plainView // while an alarm word stands, nothing else may be sent
	Text        string      // typed before, and not sent
	Problem     string      // why not
	Note        string
	NoteProblem string
	NoteFirst   bool // the note is in front
	Once        string
	NoteOnce    string
	Parts       bool // the carrier counts parts
	Count       string
}

// lockOf says why nothing may be written to the person; empty when it may.
func (k *conversations) lockOf(x hotline.Exchange) hotline.Lock {
	if lock := k.Desk.LockOf(&x); lock.Hard() || x.Conversation.State != hotline.Closed {
		return lock
	}
	return closedLock
}

func (k *conversations) strip(x hotline.Exchange) stripView {
	lock := k.lockOf(x)
	s := k.safeWords(x, lock)
	k.safety(&s, x, lock)
	return s
}

func (k *conversations) safeWords(x hotline.Exchange, lock hotline.Lock) stripView {
	conv := x.Conversation
	switch {
	case lock == hotline.UnsafeLock:
		return stripView{Word: lockWords[lock].short, More: "since " + k.clock(conv.SafetyAt) + ", the person said so", State: "locked", Locked: true}
	case lock == hotline.NoWayLock:
		return stripView{Word: lockWords[lock].short, More: callWords(conv), State: "locked", Locked: true}
	case lock == hotline.SilentLock, lock == hotline.AskLock:
		return stripView{Word: lockWords[lock].short, More: "last message at " + k.clock(conv.LastInboundAt), State: "locked", Locked: true}
	case lock != hotline.NoLock:
		return stripView{Word: lockWords[lock].short, State: "locked", Locked: true}
	}
	if x.Contact.Plan.Duress {
		return stripView{Word: "Safe to text: not known", More: "the alarm word was sent", State: "unknown"}
	}
	if conv.Safety == hotline.Safe {
		return stripView{Word: "Safe to text: yes", More: "the person said so at " + k.clock(conv.SafetyAt), State: "safe"}
	}
	if conv.Step == "safe" {
		return stripView{Word: "Safe to text: asked, no answer yet", More: "someone else may hold the phone", State: "unknown"}
	}
	return stripView{Word: "Safe to text: not known", More: "someone else may hold the phone", State: "unknown"}
}

// callWords say whether somebody who cannot be written to may be called.
func callWords(conv hotline.Conversation) string {
	switch {
	case conv.Address.Withheld():
		return "no number is known"
	case conv.Safety == hotline.Safe:
		return "safe to call, they said so"
	case conv.Safety == hotline.Unsafe:
		return "not safe to call, they said so"
	}
	return "nobody asked whether it is safe to call"
}

func (k *conversations) compose(x hotline.Exchange) composeView {
	conv := x.Conversation
	v := composeView{
		Name: "Reply", Lang: conv.Language, NoteToo: conv.State != hotline.Erased,
		Once: newToken(), NoteOnce: newToken(), Parts: conv.Channel == hotline.SMS, Count: "At most 1600 characters",
	}
	if conv.Language != "" {
		v.Name += " in " + k.EnglishName(conv.Language)
	}
	if lock := k.lockOf(x); lock != hotline.NoLock {
		v.Locked, v.Lock = true, lockWords[lock].long
		v.NoteFirst = lock == closedLock || lock == hotline.NoWayLock
	} else {
		v.Plain = k.plainTexts(x)
	}
	return v
}
