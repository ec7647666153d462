package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
)

// maxReply is what a carrier takes in one request (Twilio error 21617).
const maxReply = 1600 // characters

// DeskStore is what the staff side needs of the memory. Change loads one
// conversation under a lock, lets decide change it, and saves all or nothing;
// decide's error comes back as it is, and an audit entry whose id is there
// already is a hotline.Conflict. AuditOf gives the latest entries about an
// object.
type DeskStore interface {
	Change(ctx context.Context, id hotline.ConversationID, decide func(*hotline.Exchange) error) error
	AuditOf(ctx context.Context, object, objectID string, limit int) ([]hotline.AuditEntry, error)
}

// Desk is what staff, and the person on the web page, do with a conversation.
type Desk struct {
	store    DeskStore
	voice    *Voice
	announce func(hotline.Event)
	now      func() time.Time
	newID    hotline.NewID
}

// NewDesk makes a Desk. announce must not block.
func NewDesk(store DeskStore, voice *Voice, announce func(hotline.Event), now func() time.Time, newID hotline.NewID) *Desk {
	return &Desk{store: store, voice: voice, announce: announce, now: now, newID: newID}
}

// RevealReasons are the codes a member of staff may give for seeing an address.
var RevealReasons = []string{"call_person", "emergency_services", "referral", "same_person", "legal"}

// Reply sends text to the person. From then on a person talks: the automatic
// questions end, and the conversation belongs to whoever answered first. lang is
// the text's language; "" means the conversation's. once is the word of the form
// it was written in: the same text under the same word again, from a second tap
// or after an answer that got lost, writes nothing and is no error. "" writes
// always.
//
// The errors are hotline.Forbidden for a role that does not answer,
// hotline.Invalid for a text that is empty, unreadable or longer than 1600
// characters, hotline.Conflict with the reason when nothing may be sent, and
// hotline.NotFound.
func (d *Desk) Reply(ctx context.Context, by hotline.User, id hotline.ConversationID, text hotline.Text, lang hotline.Language, once string) error {
	text, err := writable(text)
	if err != nil {
		return err
	}
	return d.change(ctx, by, id, act{"reply", repeatable(once, text)}, func(x *hotline.Exchange, now time.Time) (string, error) {
		c := &x.Conversation
		if err := d.mayWrite(x, now); err != nil {
			return "", err
		}
		if x.Contact.Plan.Duress {
			return "", hotline.Errorf(hotline.Conflict, "The person sent their alarm word: somebody may read along. Only a plain text may be sent.")
		}
		if lang == "" {
			lang = c.Language
		}
		x.Write(d.message(c, by, hotline.Message{Direction: hotline.Out, Text: text, Language: lang, Delivery: firstDelivery(c.Channel)}, now))
		answered(x, by, now)
		return "", nil
	})
}

// mayWrite says why staff may not write, in words for them.
func (d *Desk) mayWrite(x *hotline.Exchange, now time.Time) error {
	if x.Conversation.State == hotline.Closed {
		return hotline.Errorf(hotline.Conflict, "This conversation is closed. It opens again when the person writes.")
	}
	return refusal(d.voice.lockOf(x, now))
}

// answered notes that staff wrote: the questions end, and nobody waits any more.
func answered(x *hotline.Exchange, by hotline.User, now time.Time) {
	c := &x.Conversation
	if !c.WaitingSince.IsZero() || !c.AnsweredAt.After(c.LastInboundAt) {
		c.AnsweredAt = now
	}
	c.HandedOff, c.Step, c.ReAsked = true, "", false
	c.WaitingSince = time.Time{}
	if c.OwnerID == "" {
		c.OwnerID = by.ID
	}
}

// Note adds a note that only staff see. It is written in any state but erased.
// once and the errors are those of Reply.
func (d *Desk) Note(ctx context.Context, by hotline.User, id hotline.ConversationID, text hotline.Text, once string) error {
	text, err := writable(text)
	if err != nil {
		return err
	}
	return d.change(ctx, by, id, act{"note", repeatable(once, text)}, func(x *hotline.Exchange, now time.Time) (string, error) {
		x.Write(d.message(&x.Conversation, by, hotline.Message{Direction: hotline.Note, Text: text, Delivery: hotline.Received}, now))
		return "", nil
	})
}

// Close ends the work on a conversation, and says goodbye where that is safe;
// when the person writes again, a new one begins. Closing twice is no error. The
// errors are hotline.Forbidden, hotline.Conflict for an erased conversation and
// hotline.NotFound.
func (d *Desk) Close(ctx context.Context, by hotline.User, id hotline.ConversationID) error {
	return d.change(ctx, by, id, act{name: "close"}, func(x *hotline.Exchange, now time.Time) (string, error) {
		c := &x.Conversation
		if d.mayFarewell(x, now) {
			d.voice.write(x, line{name: "closing"}, d.newID(), now)
		}
		c.State, c.WaitingSince = hotline.Closed, time.Time{}
		c.Step, c.HandedOff = "", true
		return "", nil
	})
}

// mayFarewell says whether a text that nobody asked for may go out at the end: to
// a person who said that it is safe, who was there until now, and never into a
// lock. The web page needs none, and has no words for it.
func (d *Desk) mayFarewell(x *hotline.Exchange, now time.Time) bool {
	c := &x.Conversation
	return d.voice.lockOf(x, now) == hotline.NoLock && !x.Contact.Plan.Duress && c.State == hotline.Open &&
		c.Safety == hotline.Safe && c.Channel != hotline.WebChat && now.Sub(c.LastInboundAt) <= hotline.AtThePhone
}

// MayOpen says whether a member of staff may open a conversation: today everyone
// who answers reports may open them all.
func MayOpen(by hotline.User, _ hotline.Conversation) bool { return by.HandlesConversations() }

// Opened writes down that staff looked at a conversation, and marks it read.
// The errors are those of Close.
func (d *Desk) Opened(ctx context.Context, by hotline.User, id hotline.ConversationID) error {
	return d.change(ctx, by, id, act{name: "open"}, func(x *hotline.Exchange, _ time.Time) (string, error) {
		x.Read = true
		return "", nil
	})
}

// Reveal gives the person's readable address, and writes down who saw it and
// why. reason is one of RevealReasons, else hotline.Invalid; the other errors
// are those of Close.
func (d *Desk) Reveal(ctx context.Context, by hotline.User, id hotline.ConversationID, reason string) (hotline.Address, error) {
	if !slices.Contains(RevealReasons, reason) {
		return "", hotline.Errorf(hotline.Invalid, "Choose a reason from the list.")
	}
	var address hotline.Address
	err := d.change(ctx, by, id, act{name: "reveal"}, func(x *hotline.Exchange, _ time.Time) (string, error) {
		address = x.Conversation.Address
		return reason, nil
	})
	if err != nil {
		return "", err
	}
	return address, nil
}

// Erase deletes all that the person of this conversation ever said on this
// contact, for a member of staff. The errors are those of Close.
func (d *Desk) Erase(ctx context.Context, by hotline.User, id hotline.ConversationID) error {
	if !by.HandlesConversations() {
		return forbidden()
	}
	return d.erase(ctx, id, func(x *hotline.Exchange) error {
		if x.Conversation.State == hotline.Erased {
			return gone()
		}
		eraseAll(x, by.ID, d.newID, d.now(), nil)
		return nil
	})
}

// EraseOwn deletes all that the person, who is signed in to this conversation on
// the web page, ever said under the same code, because they asked for it and
// confirmed. caseKept says that staff had made a case of it, whose notes stay.
// Erasing twice is no error.
func (d *Desk) EraseOwn(ctx context.Context, id hotline.ConversationID) (caseKept bool, err error) {
	err = d.erase(ctx, id, func(x *hotline.Exchange) error {
		eraseAll(x, "", d.newID, d.now(), func(kept bool) { caseKept = kept })
		return nil
	})
	return caseKept, err
}

// erase tells the screens of every conversation that went.
func (d *Desk) erase(ctx context.Context, id hotline.ConversationID, decide func(*hotline.Exchange) error) error {
	var went []hotline.ConversationID
	err := d.store.Change(ctx, id, func(x *hotline.Exchange) error {
		if err := decide(x); err != nil {
			return err
		}
		erase := x.Others
		x.Others = func(others []*hotline.Conversation) {
			went = []hotline.ConversationID{id}
			for _, c := range others {
				went = append(went, c.ID)
			}
			erase(others)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range went {
		announce(d.announce, id, 0, "erased")
	}
	return nil
}

// actions names each change in the audit and on the screens.
var actions = map[string]struct{ audit, event string }{
	"reply":  {"conversation.reply", "reply"},
	"note":   {"conversation.note", "note"},
	"close":  {"conversation.close", "closed"},
	"open":   {"conversation.open", "read"},
	"reveal": {"address.reveal", ""},
	"ask":    {"conversation.ask_safe", "reply"},
	"plain":  {"conversation.reply_plain", "reply"},
	"words":  {"conversation.offer_words", "reply"},
	"lift":   {"lock.lift", "lock"},
	"calm":   {"alarm.end", "lock"},
	"code":   {"conversation.by_code", ""},
}

// act is one thing that staff do. once, when not empty, is its own: the same act
// is done no second time.
type act struct{ name, once string }

// repeatable tells texts of one form apart: who changes the words after a send
// that seemed to fail means another text.
func repeatable(once string, text hotline.Text) string {
	if once == "" {
		return ""
	}
	return once + "\x00" + text.Reveal()
}

// entryID is the id of the act's line in the audit. That of an act with a word
// follows from the word, so that the store holds it once, whichever node the
// form reaches and however often.
func (d *Desk) entryID(by hotline.User, id hotline.ConversationID, a act) string {
	if a.once == "" {
		return d.newID()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(id), string(by.ID), a.name, a.once}, "\x00")))
	return "once-" + hex.EncodeToString(sum[:16])
}

// change does what all staff actions share: the role is checked, an erased
// conversation refuses, the audit entry is written in the same transaction, and
// the screens are told afterwards. decide returns the audit's detail.
func (d *Desk) change(ctx context.Context, by hotline.User, id hotline.ConversationID, a act, decide func(*hotline.Exchange, time.Time) (string, error)) error {
	if !by.HandlesConversations() {
		return forbidden()
	}
	var priority hotline.Priority
	entry, does := d.entryID(by, id, a), actions[a.name]
	err := d.store.Change(ctx, id, func(x *hotline.Exchange) error {
		if x.Conversation.State == hotline.Erased {
			return gone()
		}
		now := d.now()
		detail, err := decide(x, now)
		if err != nil {
			return err
		}
		x.Conversation.UpdatedAt = now
		x.Audit = append(x.Audit, audit(entry, now, by.ID, does.audit, x.Conversation.ID, detail))
		priority = x.Conversation.Priority
		return nil
	})
	if a.once != "" && hotline.CodeOf(err) == hotline.Conflict {
		return d.unlessDone(ctx, id, entry, err)
	}
	if err == nil && does.event != "" {
		announce(d.announce, id, priority, does.event)
	}
	return err
}

// lookBack is how many of a conversation's latest acts may lie between an act
// and its repetition.
const lookBack = 500

// unlessDone turns a conflict into success when the act was done before: it
// cannot be done again, or what came after it forbids it now.
func (d *Desk) unlessDone(ctx context.Context, id hotline.ConversationID, entry string, conflict error) error {
	trail, err := d.store.AuditOf(ctx, "conversation", string(id), lookBack)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(trail, func(e hotline.AuditEntry) bool { return e.ID == entry }) {
		return nil
	}
	return conflict
}

// message completes what a member of staff wrote.
func (d *Desk) message(c *hotline.Conversation, by hotline.User, m hotline.Message, now time.Time) hotline.Message {
	m.ID, m.ConversationID = hotline.MessageID(d.newID()), c.ID
	m.Author, m.AuthorID = hotline.FromStaff, by.ID
	m.At, m.UpdatedAt = now, now
	return m
}

// writable trims a text and refuses what cannot be sent.
func writable(text hotline.Text) (hotline.Text, error) {
	trimmed := strings.TrimSpace(text.Reveal())
	switch {
	case trimmed == "":
		return "", hotline.Errorf(hotline.Invalid, "Write something first.")
	case !hotline.Clean(trimmed):
		return "", hotline.Errorf(hotline.Invalid, "The text holds characters that cannot be sent.")
	case utf8.RuneCountInString(trimmed) > maxReply:
		return "", hotline.Errorf(hotline.Invalid, "The text is longer than %d characters.", maxReply)
	}
	return hotline.Text(trimmed), nil
}

func forbidden() error {
	return hotline.Errorf(hotline.Forbidden, "Your role does not handle conversations.")
}

func gone() error { return hotline.Errorf(hotline.Conflict, "This conversation was erased.") }
