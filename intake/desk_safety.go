package intake

import (
	"context"
	"slices"
	"time"

	"github.com/hearline/hearline/hotline"
)

// LiftReasons are the codes a member of staff may give for writing into a silence,
// outside the agreed hours or without asking first.
var LiftReasons = []string{"danger_now", "agreed_by_voice", "asked_through_helper", "supervisor"}

// CalmReasons are the codes for ending what an alarm word began.
var CalmReasons = []string{"spoke_by_voice", "met_in_person", "safe_with_helper", "mistake"}

// PlainTexts are the texts that may be sent while an alarm word stands: they say
// nothing to whoever reads along.
var PlainTexts = []string{"decoy", "decoy_later", "decoy_wrong"}

// AskSafe asks the person whether writing is still safe; the answer opens the
// conversation for a reply. The errors are hotline.Forbidden, hotline.Conflict when
// nothing may be sent, or they were asked since they last wrote, and
// hotline.NotFound.
func (d *Desk) AskSafe(ctx context.Context, by hotline.User, id hotline.ConversationID) error {
	return d.change(ctx, by, id, act{name: "ask"}, func(x *hotline.Exchange, now time.Time) (string, error) {
		c := &x.Conversation
		lock := d.voice.lockOf(x, now)
		if c.State == hotline.Closed || lock != hotline.NoLock && lock != hotline.AskLock {
			return "", d.mayWrite(x, now)
		}
		if c.Step == "safe" && c.AnsweredAt.After(c.LastInboundAt) {
			return "", hotline.Errorf(hotline.Conflict, "The person has been asked already. Wait for their answer.")
		}
		d.voice.write(x, line{name: "still_safe"}, d.newID(), now)
		leaveOpen(c, now)
		c.AnsweredAt, c.Safety, c.Step, c.ReAsked = now, hotline.NotAsked, "safe", false
		return "", nil
	})
}

// leaveOpen closes the open question of the script without an answer.
func leaveOpen(c *hotline.Conversation, now time.Time) {
	if c.Step != "" && c.Step != "safe" {
		c.Answers = append(c.Answers, hotline.Answer{Question: c.Step, Value: valueLeft, At: now})
	}
}

// Lift opens a lock that is not hard for one exchange, and writes down why. reason
// is one of LiftReasons, else hotline.Invalid; hotline.Conflict means that only the
// person can open it. The other errors are those of AskSafe.
func (d *Desk) Lift(ctx context.Context, by hotline.User, id hotline.ConversationID, reason string) error {
	if !slices.Contains(LiftReasons, reason) {
		return hotline.Errorf(hotline.Invalid, "Choose a reason from the list.")
	}
	return d.change(ctx, by, id, act{name: "lift"}, func(x *hotline.Exchange, now time.Time) (string, error) {
		lock := d.voice.lockOf(x, now)
		if lock.Hard() || x.Conversation.State == hotline.Closed {
			return "", d.mayWrite(x, now)
		}
		x.Conversation.LiftedAt = now
		return reason + " " + string(lock), nil
	})
}

// ReplyPlain sends one of PlainTexts. The errors are those of Reply.
func (d *Desk) ReplyPlain(ctx context.Context, by hotline.User, id hotline.ConversationID, name, once string) error {
	if !slices.Contains(PlainTexts, name) {
		return hotline.Errorf(hotline.Invalid, "Choose one of the plain texts.")
	}
	return d.change(ctx, by, id, act{"plain", repeatable(once, hotline.Text(name))}, func(x *hotline.Exchange, now time.Time) (string, error) {
		if err := d.mayWrite(x, now); err != nil {
			return "", err
		}
		_, text, lang := d.voice.word(&x.Conversation, line{name: name})
		x.Write(d.message(&x.Conversation, by, hotline.Message{
			Direction: hotline.Out, Text: hotline.Text(text), Language: lang, Delivery: firstDelivery(x.Conversation.Channel),
		}, now))
		answered(x, by, now)
		return name, nil
	})
}

// PlainText is what one of PlainTexts says to the person of a conversation.
func (d *Desk) PlainText(c *hotline.Conversation, name string) hotline.Text {
	_, text, _ := d.voice.word(c, line{name: name})
	return hotline.Text(text)
}

// OfferWords asks the person for a safe word. The errors are those of AskSafe, and
// hotline.Conflict before they have said that writing is safe.
func (d *Desk) OfferWords(ctx context.Context, by hotline.User, id hotline.ConversationID) error {
	return d.change(ctx, by, id, act{name: "words"}, func(x *hotline.Exchange, now time.Time) (string, error) {
		c := &x.Conversation
		if err := d.mayWrite(x, now); err != nil {
			return "", err
		}
		if c.Safety != hotline.Safe || c.Channel == hotline.WebChat || x.Contact.Plan.Duress {
			return "", hotline.Errorf(hotline.Conflict, "A safe word needs a phone, and the person's word that writing is safe.")
		}
		answered(x, by, now)
		d.voice.write(x, line{name: ownWordSteps[0]}, d.newID(), now)
		c.Step = ownWordSteps[0]
		return "", nil
	})
}

// EndAlarm ends what the person's alarm word began, and writes down why. reason is
// one of CalmReasons, else hotline.Invalid; the other errors are those of AskSafe.
func (d *Desk) EndAlarm(ctx context.Context, by hotline.User, id hotline.ConversationID, reason string) error {
	if !slices.Contains(CalmReasons, reason) {
		return hotline.Errorf(hotline.Invalid, "Choose a reason from the list.")
	}
	return d.change(ctx, by, id, act{name: "calm"}, func(x *hotline.Exchange, _ time.Time) (string, error) {
		if !x.Contact.Plan.Duress {
			return "", hotline.Errorf(hotline.Conflict, "No alarm word stands.")
		}
		x.Contact.Plan.Duress = false
		return reason, nil
	})
}
