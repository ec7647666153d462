package triage

import (
	"context"
	"fmt"
	"time"

	"github.com/hearline/hearline/hotline"
)

// QueueStore is what the queue law needs of the memory. Change loads one
// conversation under a lock, calls decide and saves, all in one transaction;
// decide's error rolls back and is returned. ChangeNext does so with the first
// conversation of the queue that matches f and has no owner; hotline.NotFound
// when there is none.
type QueueStore interface {
	Change(ctx context.Context, id hotline.ConversationID, decide func(*hotline.Exchange) error) error
	ChangeNext(ctx context.Context, f hotline.QueueFilter, decide func(*hotline.Exchange) error) (hotline.ConversationID, error)
}

// Target is how soon somebody should answer at a priority (ux.md: two minutes
// for an emergency). Zero means no target.
func Target(p hotline.Priority) time.Duration {
	switch p {
	case hotline.Emergency:
		return 2 * time.Minute
	case hotline.Urgent:
		return 10 * time.Minute
	case hotline.Standard:
		return time.Hour
	case hotline.Info:
		return 8 * time.Hour
	}
	return 0
}

// OverrideReason is the code a staff member gives for changing a priority. It
// is a code, never free text, because it goes into the audit.
type OverrideReason string

// The reasons.
const (
	DangerNow      OverrideReason = "danger_now"      // something is about to happen
	DangerOver     OverrideReason = "danger_over"     // the person is safe
	NotAReport     OverrideReason = "not_a_report"    // question, wrong number, advert
	MissedSigns    OverrideReason = "missed_signs"    // the words say more than triage read
	MisreadSigns   OverrideReason = "misread_signs"   // the words say less than triage read
	OtherKnowledge OverrideReason = "other_knowledge" // known from elsewhere
)

// Undone stands in the audit in the place of a reason when a change was taken
// back. It is none that can be given.
const Undone OverrideReason = "undone"

// OverrideReasons lists all reasons in the order screens show them.
var OverrideReasons = []OverrideReason{DangerNow, DangerOver, MissedSigns, MisreadSigns, NotAReport, OtherKnowledge}

func (r OverrideReason) valid() bool {
	for _, known := range OverrideReasons {
		if r == known {
			return true
		}
	}
	return false
}

// TakenError says who has a conversation. It wraps a hotline.Error with
// hotline.Conflict.
type TakenError struct {
	OwnerID hotline.UserID
	err     *hotline.Error
}

// Error names nobody: the id is for the caller, who may look the name up.
func (e *TakenError) Error() string { return e.err.Error() }

// Unwrap gives the coded error.
func (e *TakenError) Unwrap() error { return e.err }

func taken(owner hotline.UserID) error {
	return &TakenError{OwnerID: owner, err: hotline.Errorf(hotline.Conflict, "taken by someone else")}
}

// Queue is the law of the operators' queue: who may take what, in which order,
// and who may change the order.
type Queue struct {
	store    QueueStore
	announce func(hotline.Event)
	now      func() time.Time
	newID    hotline.NewID
}

// NewQueue makes the queue law. announce must not block; it is called after the
// change is saved.
func NewQueue(store QueueStore, announce func(hotline.Event), now func() time.Time, newID hotline.NewID) *Queue {
	return &Queue{store: store, announce: announce, now: now, newID: newID}
}

// Take gives the conversation to by. Taking one's own again is no error and
// leaves no trace. Codes: Forbidden for roles that handle none, Conflict (a
// *TakenError with the owner's id) when someone else has it or when it is no
// longer open, NotFound.
func (q *Queue) Take(ctx context.Context, by hotline.User, id hotline.ConversationID) error {
	if err := handles(by); err != nil {
		return err
	}
	var p hotline.Priority
	changed := false
	err := q.store.Change(ctx, id, func(x *hotline.Exchange) error {
		var err error
		changed, err = q.take(x, by)
		p = x.Conversation.Priority
		return err
	})
	if err != nil {
		return fmt.Errorf("take conversation: %w", err)
	}
	if changed {
		q.tell("taken", id, p)
	}
	return nil
}

// TakeNext gives by the first waiting conversation that nobody has. With langs
// it first looks for one in those languages, in the order of the queue and not
// of langs, unless an emergency in any language waits: danger outranks the
// match. Codes: Forbidden, NotFound when nothing waits.
func (q *Queue) TakeNext(ctx context.Context, by hotline.User, langs []hotline.Language) (hotline.ConversationID, error) {
	if err := handles(by); err != nil {
		return "", err
	}
	for _, f := range nextFilters(langs) {
		var p hotline.Priority
		id, err := q.store.ChangeNext(ctx, f, func(x *hotline.Exchange) error {
			p = x.Conversation.Priority
			_, err := q.take(x, by)
			return err
		})
		switch {
		case err == nil:
			q.tell("taken", id, p)
			return id, nil
		case hotline.CodeOf(err) != hotline.NotFound:
			return "", fmt.Errorf("take next conversation: %w", err)
		}
	}
	return "", hotline.Errorf(hotline.NotFound, "nobody is waiting")
}

// nextFilters is the order in which TakeNext looks: emergencies in one's
// languages, any emergency, then each priority in one's languages, then
// anything.
func nextFilters(langs []hotline.Language) []hotline.QueueFilter {
	var out []hotline.QueueFilter
	for _, p := range []hotline.Priority{hotline.Emergency, hotline.Urgent, hotline.Standard, hotline.Info} {
		for _, l := range langs {
			out = append(out, hotline.QueueFilter{Priority: p, Language: l, NoOwner: true})
		}
		if p == hotline.Emergency {
			out = append(out, hotline.QueueFilter{Priority: p, NoOwner: true})
		}
	}
	return append(out, hotline.QueueFilter{NoOwner: true})
}

// Release gives the conversation back to the queue. Its owner may, and a
// supervisor or administrator for anyone. Codes: Forbidden, Conflict (a
// *TakenError) when someone else has it, NotFound.
func (q *Queue) Release(ctx context.Context, by hotline.User, id hotline.ConversationID) error {
	if err := handles(by); err != nil {
		return err
	}
	var p hotline.Priority
	changed := false
	err := q.store.Change(ctx, id, func(x *hotline.Exchange) error {
		c := &x.Conversation
		p = c.Priority
		switch {
		case c.OwnerID == "":
			return nil
		case c.OwnerID != by.ID && by.Role == hotline.Operator:
			return taken(c.OwnerID)
		}
		c.OwnerID, changed = "", true
		q.record(x, by, "conversation.release", "")
		return nil
	})
	if err != nil {
		return fmt.Errorf("release conversation: %w", err)
	}
	if changed {
		q.tell("released", id, p)
	}
	return nil
}

// SetPriority overrules triage. From then on triage may only raise the
// conversation to Emergency. Codes: Invalid for an unknown priority or reason,
// Forbidden, Conflict when the conversation is no longer open, NotFound.
func (q *Queue) SetPriority(ctx context.Context, by hotline.User, id hotline.ConversationID, p hotline.Priority, reason OverrideReason) error {
	if err := handles(by); err != nil {
		return err
	}
	if p < hotline.Emergency || p > hotline.NoisePriority {
		return hotline.Errorf(hotline.Invalid, "unknown priority")
	}
	if !reason.valid() {
		return hotline.Errorf(hotline.Invalid, "unknown reason")
	}
	err := q.store.Change(ctx, id, func(x *hotline.Exchange) error {
		c := &x.Conversation
		if c.State != hotline.Open {
			return hotline.Errorf(hotline.Conflict, "the conversation is no longer open")
		}
		q.record(x, by, "conversation.priority", fmt.Sprintf("%s to %s: %s", c.Priority, p, reason))
		c.Priority, c.Overridden = p, true
		return nil
	})
	if err != nil {
		return fmt.Errorf("set priority: %w", err)
	}
	q.tell("priority", id, p)
	return nil
}

// PriorityChange is one that staff made.
type PriorityChange struct {
	From, To hotline.Priority
	ByStaff  bool // From was set by staff as well
}

// UndoPriority takes a change back: the conversation stands as before, and
// triage moves it again if it did before. Codes: Forbidden, Conflict when the
// conversation is no longer open or has moved since, NotFound.
func (q *Queue) UndoPriority(ctx context.Context, by hotline.User, id hotline.ConversationID, done PriorityChange) error {
	if err := handles(by); err != nil {
		return err
	}
	err := q.store.Change(ctx, id, func(x *hotline.Exchange) error {
		c := &x.Conversation
		if c.State != hotline.Open || c.Priority != done.To || !c.Overridden {
			return hotline.Errorf(hotline.Conflict, "the conversation has moved since")
		}
		q.record(x, by, "conversation.priority", fmt.Sprintf("%s to %s: %s", done.To, done.From, Undone))
		c.Priority, c.Overridden = done.From, done.ByStaff
		return nil
	})
	if err != nil {
		return fmt.Errorf("undo priority: %w", err)
	}
	q.tell("priority", id, done.From)
	return nil
}

func handles(by hotline.User) error {
	if !by.HandlesConversations() {
		return hotline.Errorf(hotline.Forbidden, "your role does not handle conversations")
	}
	return nil
}

// take decides; changed is false when by has the conversation already.
func (q *Queue) take(x *hotline.Exchange, by hotline.User) (changed bool, err error) {
	c := &x.Conversation
	switch {
	case c.State != hotline.Open:
		return false, hotline.Errorf(hotline.Conflict, "the conversation is no longer open")
	case c.OwnerID == by.ID:
		return false, nil
	case c.OwnerID != "":
		return false, taken(c.OwnerID)
	}
	c.OwnerID = by.ID
	q.record(x, by, "conversation.take", "")
	return true, nil
}

func (q *Queue) record(x *hotline.Exchange, by hotline.User, action, detail string) {
	x.Audit = append(x.Audit, hotline.AuditEntry{
		ID: q.newID(), At: q.now(), ActorID: by.ID, Action: action,
		Object: "conversation", ObjectID: string(x.Conversation.ID), Detail: detail,
	})
	x.Conversation.UpdatedAt = q.now()
}

func (q *Queue) tell(kind string, id hotline.ConversationID, p hotline.Priority) {
	q.announce(hotline.Event{Topic: "queue", Kind: kind, ConversationID: id, Priority: p})
}
