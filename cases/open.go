package cases

import (
	"context"
	"slices"

	"github.com/hearline/hearline/hotline"
)

// messagesPerRead is how many messages are read at a time while a new case is
// being filled.
const messagesPerRead = 200

// Open makes a case from a conversation, filled with what triage read in its
// messages; staff correct it from there. The errors are hotline.Forbidden,
// hotline.Conflict when there is a case already or the conversation was erased,
// and the store's.
func (k *Cases) Open(ctx context.Context, by hotline.User, conv hotline.ConversationID) (hotline.Case, error) {
	if err := mayWork(by); err != nil {
		return hotline.Case{}, err
	}
	said, err := k.assessments(ctx, conv)
	if err != nil {
		return hotline.Case{}, err
	}
	opened, err := k.store.OpenCase(ctx, conv, k.fresh(by, conv, said), func(x *hotline.Exchange, c *hotline.Case) error {
		if x.Conversation.State == hotline.Erased {
			return hotline.Errorf(hotline.Conflict, "this conversation was erased")
		}
		if x.Conversation.CaseID != "" {
			return hotline.Errorf(hotline.Conflict, "this conversation has a case already")
		}
		k.addWriter(c, x.Conversation, said)
		x.Conversation.CaseID = c.ID
		x.Audit = append(x.Audit, k.entry(by, "case.create", c.ID, ""))
		return nil
	})
	if err != nil {
		return hotline.Case{}, err
	}
	k.announce(hotline.Event{Topic: "conversation", Kind: "case", ConversationID: conv})
	return opened, nil
}

func (k *Cases) fresh(by hotline.User, conv hotline.ConversationID, said []hotline.Assessment) hotline.Case {
	now := k.now()
	c := hotline.Case{
		ID: hotline.CaseID(k.newID()), Status: hotline.CaseActive, ConversationID: conv, OwnerID: by.ID,
		Consent: hotline.NotAskedConsent, Trafficking: hotline.PossibleVictim, Version: 1,
		OpenedAt: now, UpdatedAt: now,
	}
	for _, a := range said {
		c.Minor = c.Minor || a.Minor
		c.Exploitation = append(c.Exploitation, a.Exploitation...)
		c.Means = append(c.Means, a.Means...)
	}
	c.Exploitation = inOrder(hotline.Exploitations, c.Exploitation)
	c.Means = inOrder(hotline.AllMeans, c.Means)
	return c
}

// addWriter notes the person who writes as the one who needs help, when the
// messages are about themself.
func (k *Cases) addWriter(c *hotline.Case, conv hotline.Conversation, said []hotline.Assessment) {
	self := slices.ContainsFunc(said, func(a hotline.Assessment) bool { return a.Self })
	if !self || len(c.Persons) > 0 {
		return
	}
	c.Persons = []hotline.Person{{
		ID: hotline.PersonID(k.newID()), CaseID: c.ID, Role: hotline.NeedsHelp,
		Language: conv.Language, CreatedAt: c.OpenedAt,
	}}
}

func (k *Cases) assessments(ctx context.Context, conv hotline.ConversationID) ([]hotline.Assessment, error) {
	var said []hotline.Assessment
	var after hotline.MessageID
	for {
		page, err := k.store.Messages(ctx, conv, after, messagesPerRead)
		if err != nil {
			return nil, err
		}
		for _, m := range page {
			if m.Assessment != nil && m.Assessment.Kind == hotline.Report {
				said = append(said, *m.Assessment)
			}
		}
		if len(page) < messagesPerRead {
			return said, nil
		}
		after = page[len(page)-1].ID
	}
}

// inOrder returns the codes of all that are in some, once each.
func inOrder[C comparable](all, some []C) []C {
	var codes []C
	for _, code := range all {
		if slices.Contains(some, code) {
			codes = append(codes, code)
		}
	}
	return codes
}
