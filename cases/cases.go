// Package cases is the law of the case database: who may open and change a
// record, what a record is filled with at the start, and which values it may
// hold. It keeps nothing itself and knows nothing of screens or databases.
package cases

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Store keeps cases. ChangeCase answers hotline.Conflict when version is not
// the stored one; OpenCase when the conversation has a case already.
type Store interface {
	OpenCase(ctx context.Context, conv hotline.ConversationID, c hotline.Case,
		decide func(*hotline.Exchange, *hotline.Case) error) (hotline.Case, error)
	Case(ctx context.Context, id hotline.CaseID) (hotline.Case, error)
	ChangeCase(ctx context.Context, id hotline.CaseID, version int,
		decide func(*hotline.Case) error, audit ...hotline.AuditEntry) (hotline.Case, error)
	Messages(ctx context.Context, id hotline.ConversationID, after hotline.MessageID, limit int) ([]hotline.Message, error)
	AddAudit(ctx context.Context, entries ...hotline.AuditEntry) error
}

// Cases applies the law.
type Cases struct {
	store    Store
	announce func(hotline.Event)
	now      func() time.Time
	newID    hotline.NewID
}

// New returns the rules over a store. announce tells open screens that a
// conversation has got a case.
func New(store Store, announce func(hotline.Event), now func() time.Time, newID hotline.NewID) *Cases {
	return &Cases{store: store, announce: announce, now: now, newID: newID}
}

// Viewed writes down that somebody looked at a record; what says how much of it
// they saw, such as "names". It is called before anything is shown. The errors
// are hotline.Forbidden for roles that do not work with people, and the store's.
func (k *Cases) Viewed(ctx context.Context, by hotline.User, id hotline.CaseID, what string) error {
	if err := mayWork(by); err != nil {
		return err
	}
	return k.store.AddAudit(ctx, k.entry(by, "case.open", id, what))
}

func (k *Cases) entry(by hotline.User, action string, id hotline.CaseID, detail string) hotline.AuditEntry {
	return hotline.AuditEntry{
		ID: k.newID(), At: k.now(), ActorID: by.ID, Action: action,
		Object: "case", ObjectID: string(id), Detail: detail,
	}
}

func mayWork(by hotline.User) error {
	if !by.HandlesConversations() {
		return hotline.Errorf(hotline.Forbidden, "cases are for operators and supervisors")
	}
	return nil
}
