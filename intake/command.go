package intake

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

// eraseWindow is how long an ask to erase waits for its confirmation.
const eraseWindow = 24 * time.Hour

// stop opts the person out of everything. They are told once, unless the carrier
// has told them already, nothing was sent before anyway, or it is not safe.
//
// On a number that campaigns go out from, it ends these, and nothing else: the person
// can still write to us and be answered.
func (t *turn) stop() {
	t.x.Campaigns = hotline.OptInWithdrawn
	if t.in.ToCampaign {
		if t.in.OptOut != hotline.OptOutStop {
			t.say("opt_out")
		}
		t.expectsNobody()
		return
	}
	t.x.Contact.OptedOut = true
	if step := t.x.Conversation.Step; step != "" {
		t.record(hotline.Step{Key: step}, valueLeft)
	}
	if t.in.OptOut != hotline.OptOutStop {
		t.speak(line{name: "opt_out", last: true})
	}
}

// start opts the person in again. The script goes on with their next message.
// On a number of campaigns it is also the word that brings these back.
func (t *turn) start() {
	if t.in.ToCampaign {
		t.x.Campaigns = hotline.OptInGiven
		t.expectsNobody()
	}
	t.x.Contact.OptedOut = false
	t.locked = t.x.Conversation.HardLock(t.x.Contact) != hotline.NoLock
	if t.in.OptOut != hotline.OptOutStart {
		t.say("opt_in")
	}
}

// expectsNobody keeps words about campaigns, of which thousands may come, from
// standing among people who wait for an answer. Who has told us anything else waits.
func (t *turn) expectsNobody() {
	if c := &t.x.Conversation; c.Kind == hotline.Command && c.Priority > hotline.Urgent {
		c.WaitingSince = time.Time{}
	}
}

// help sends what carriers want to be sent. The call itself is already urgent in
// the queue. Someone who begins with it is also asked whether writing is safe.
func (t *turn) help() {
	first := !t.greeted()
	if t.in.OptOut != hotline.OptOutHelp {
		t.say("help")
	} else if first {
		t.greet()
		return
	}
	if first {
		t.ask(t.script.Steps[0])
	}
}

// erase takes two steps, so that one mistyped word destroys nothing. The person's
// own wish counts in every state; only what may be said about it differs.
func (t *turn) erase() {
	c := &t.x.Conversation
	if t.word == wordErase || c.EraseAsk.IsZero() || t.now.Sub(c.EraseAsk) > eraseWindow {
		c.EraseAsk = t.now
		t.say("erase_confirm")
		return
	}
	eraseAll(t.x, "", t.i.newID, t.now, func(caseKept bool) {
		text := "erase_done"
		if caseKept {
			text = "erase_partial"
		}
		t.speak(line{name: text, last: true})
	})
}

// eraseAll erases this conversation and all others of the same contact: who asks
// for it means all that they ever told us, not only what is open now. What staff
// wrote into a case stays. say, which may be nil, hears whether there is one,
// while it can still write to the person. by is "" when the person asked.
func eraseAll(x *hotline.Exchange, by hotline.UserID, newID hotline.NewID, now time.Time, say func(caseKept bool)) {
	x.Others = func(others []*hotline.Conversation) {
		kept := x.Conversation.CaseID != ""
		for _, c := range others {
			kept = kept || c.CaseID != ""
		}
		if say != nil {
			say(kept)
		}
		forgetPlan(&x.Contact)
		for _, c := range append(others, &x.Conversation) {
			if c.State != hotline.Erased {
				eraseConversation(c)
				x.Audit = append(x.Audit, audit(newID(), now, by, "conversation.erase", c.ID, ""))
			}
		}
	}
}

// forgetPlan drops what the person agreed with us and their own words. A lock that
// stood stays one: the phone is no safer than before.
func forgetPlan(contact *hotline.Contact) {
	contact.Unsafe = contact.Unsafe || contact.Plan.Paused
	contact.Plan = hotline.Plan{}
}

// eraseConversation marks a conversation for erasing and empties what it holds.
func eraseConversation(c *hotline.Conversation) {
	c.State = hotline.Erased
	c.Step, c.HandedOff, c.Answers, c.Preview = "", true, nil, ""
	c.WaitingSince, c.EraseAsk, c.Unread = time.Time{}, time.Time{}, 0
}

func audit(id string, at time.Time, by hotline.UserID, action string, on hotline.ConversationID, detail string) hotline.AuditEntry {
	return hotline.AuditEntry{
		ID: id, At: at, ActorID: by, Action: action, Object: "conversation", ObjectID: string(on), Detail: detail,
	}
}
