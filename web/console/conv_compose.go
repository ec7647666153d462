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
}

// composeView is the place to write: a reply, or a note for staff only.
type composeView struct {
	Locked      bool
	Lock        string // why, and what opens it
	NoteToo     bool   // notes are kept in any state but erased
	Name        string // "Reply in Arabic"
	Lang        hotline.Language
	Text        string // typed before, and not sent
	Problem     string // why not
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
	conv := x.Conversation
	if lock := k.lockOf(x); lock != hotline.NoLock {
		s := stripView{Word: lockWords[lock].short, State: "locked", Locked: true}
		if lock == hotline.UnsafeLock {
			s.More = "since " + k.clock(conv.SafetyAt) + ", the person said so"
		}
		return s
	}
	if conv.Safety == hotline.Safe {
		return stripView{Word: "Safe to text: yes", More: "the person said so at " + k.clock(conv.SafetyAt), State: "safe"}
	}
	if conv.Step == "safe" {
		return stripView{Word: "Safe to text: asked, no answer yet", More: "someone else may hold the phone", State: "unknown"}
	}
	return stripView{Word: "Safe to text: not known", More: "someone else may hold the phone", State: "unknown"}
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
		v.NoteFirst = lock == closedLock
	}
	return v
}
