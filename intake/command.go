package intake

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

// eraseWindow is how long an ask to erase waits for its confirmation.
const eraseWindow = 24 * time.Hour

// stop opts the person out of everything. They are told once, unless the carrier
// has told them already, nothing was sent before anyway, or it is not safe.
func (t *turn) stop() {
	t.x.Contact.OptedOut = true
	if step := t.x.Conversation.Step; step != "" {
		t.record(question{key: step}, valueLeft)
	}
	if t.in.OptOut != hotline.OptOutStop {
		t.say("opt_out", true)
	}
}

// start opts the person in again. The script goes on with their next message.
func (t *turn) start() {
	t.x.Contact.OptedOut = false
	ok, _ := t.x.Conversation.MayText(t.x.Contact)
	t.locked = !ok
	if t.in.OptOut != hotline.OptOutStart {
		t.say("opt_in", false)
	}
}

// help sends what carriers want to be sent. The call itself is already urgent in
// the queue. Someone who begins with it is also asked whether writing is safe.
func (t *turn) help() {
	first := !t.greeted()
	if t.in.OptOut != hotline.OptOutHelp {
		t.say("help", false)
	} else if first {
		t.greet()
		return
	}
	if first {
		t.ask(script[0])
	}
}

// erase takes two steps, so that one mistyped word destroys nothing. The person's
// own wish counts in every state; only what may be said about it differs.
func (t *turn) erase() {
	c := &t.x.Conversation
	if t.word == wordErase || c.EraseAsk.IsZero() || t.now.Sub(c.EraseAsk) > eraseWindow {
		c.EraseAsk = t.now
		t.say("erase_confirm", false)
		return
	}
	text := "erase_done"
	if c.CaseID != "" {
		text = "erase_partial"
	}
	t.say(text, true)
	eraseConversation(t.x, "", t.i.newID(), t.now)
}

// eraseConversation marks a conversation for erasing and empties what it holds.
// by is "" when the person asked.
func eraseConversation(x *hotline.Exchange, by hotline.UserID, auditID string, now time.Time) {
	c := &x.Conversation
	c.State = hotline.Erased
	c.Step, c.HandedOff, c.Answers, c.Preview = "", true, nil, ""
	c.WaitingSince, c.EraseAsk, c.Unread = time.Time{}, time.Time{}, 0
	c.UpdatedAt = now
	x.Audit = append(x.Audit, audit(auditID, now, by, "conversation.erase", c.ID, ""))
}

func audit(id string, at time.Time, by hotline.UserID, action string, on hotline.ConversationID, detail string) hotline.AuditEntry {
	return hotline.AuditEntry{
		ID: id, At: at, ActorID: by, Action: action, Object: "conversation", ObjectID: string(on), Detail: detail,
	}
}
