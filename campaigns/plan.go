package campaigns

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
)

const maxName = 80 // characters

// Draft begins a campaign. The errors are hotline.Forbidden for other roles and
// hotline.Invalid for a name that is empty or too long.
func (k *Campaigns) Draft(ctx context.Context, by hotline.User, name string) (hotline.Campaign, error) {
	return k.draft(ctx, by, name, hotline.CampaignPlan{
		Channel: hotline.SMS, Fallback: "en", Schedule: hotline.Schedule{Kind: hotline.AtOnce},
	})
}

// Clone begins a campaign with the plan of another. Who checked the texts stays:
// they are the same; the schedule's times do not.
func (k *Campaigns) Clone(ctx context.Context, by hotline.User, id hotline.CampaignID) (hotline.Campaign, error) {
	if err := mayPlan(by); err != nil {
		return hotline.Campaign{}, err
	}
	c, err := k.cfg.Store.Campaign(ctx, id)
	if err != nil {
		return hotline.Campaign{}, err
	}
	plan := clonePlan(c.Plan)
	plan.Schedule = hotline.Schedule{Kind: plan.Schedule.Kind, Rule: plan.Schedule.Rule, Steps: plan.Schedule.Steps, StopOn: plan.Schedule.StopOn, PerMinute: plan.Schedule.PerMinute}
	plan.Similar = false
	name := []rune(c.Name + " (copy)")
	return k.draft(ctx, by, string(name[:min(len(name), maxName)]), plan)
}

func (k *Campaigns) draft(ctx context.Context, by hotline.User, name string, plan hotline.CampaignPlan) (hotline.Campaign, error) {
	if err := mayPlan(by); err != nil {
		return hotline.Campaign{}, err
	}
	name, err := goodName(name)
	if err != nil {
		return hotline.Campaign{}, err
	}
	now := k.cfg.Now()
	c := hotline.Campaign{
		ID: hotline.CampaignID(k.cfg.NewID()), Name: name, State: hotline.CampaignDraft, Version: 1, Plan: plan,
		AuthorID: by.ID, CreatedAt: now, UpdatedAt: now,
	}
	if err := k.cfg.Store.AddCampaign(ctx, c, k.entry(by, "create", c.ID, "")); err != nil {
		return hotline.Campaign{}, err
	}
	k.cfg.Announce(hotline.Event{Topic: "campaign", Kind: "create"})
	return c, nil
}

func goodName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName || !hotline.Clean(name) {
		return "", hotline.Errorf(hotline.Invalid, "Give the campaign a name of at most %d characters.", maxName)
	}
	return name, nil
}

// Rename changes the name, in any state: people do not see it.
func (k *Campaigns) Rename(ctx context.Context, by hotline.User, id hotline.CampaignID, name string) error {
	name, err := goodName(name)
	if err != nil {
		return err
	}
	_, err = k.change(ctx, by, id, "rename", func(c *hotline.Campaign) (string, error) {
		c.Name = name
		return "", nil
	})
	return err
}

// Edit changes the plan. version is the one that the change was made to, so that
// nobody overwrites what somebody else has changed meanwhile; a change takes back
// the submission and the approval. what names the part for the audit: "audience",
// "message", "schedule". A text that has changed is unchecked again, and whoever
// changed it last is who wrote it.
//
// The errors are hotline.Forbidden, hotline.NotFound, and hotline.Conflict when the
// version is not the stored one or the campaign has started.
func (k *Campaigns) Edit(ctx context.Context, by hotline.User, id hotline.CampaignID, version int, what string, change func(*hotline.CampaignPlan) error) (hotline.Campaign, error) {
	return k.change(ctx, by, id, "edit", func(c *hotline.Campaign) (string, error) {
		switch {
		case !Editable(*c):
			return "", hotline.Errorf(hotline.Conflict, "This campaign has started and cannot be changed. Make a copy of it.")
		case c.Version != version:
			return "", hotline.Errorf(hotline.Conflict, "Somebody has changed this campaign meanwhile. Look at it and make your change again.")
		}
		before := clonePlan(c.Plan)
		if err := change(&c.Plan); err != nil {
			return "", err
		}
		uncheckChanged(before, &c.Plan, by.ID)
		c.State, c.SubmittedBy, c.Approval = hotline.CampaignDraft, "", hotline.Approval{}
		c.HoldUntil, c.NextAt = noTime, noTime
		c.Version++
		return what, nil
	})
}

// Editable says whether the plan may still change.
func Editable(c hotline.Campaign) bool {
	return c.State == hotline.CampaignDraft || c.State == hotline.CampaignSubmitted || c.State == hotline.CampaignApproved
}

// uncheckChanged takes the check off texts that are not what was checked.
func uncheckChanged(before hotline.CampaignPlan, p *hotline.CampaignPlan, by hotline.UserID) {
	for i := range p.Texts {
		t := &p.Texts[i]
		old := TextOf(&before, t.Language, t.Variant, t.Step)
		if old == nil || old.Text != t.Text || old.ContentSID != t.ContentSID || old.MediaURL != t.MediaURL {
			t.WrittenBy, t.CheckedBy, t.CheckedAt = by, "", noTime
			t.Seen, t.SeenBy = "", ""
		}
	}
}

// TextOf finds a text of a plan; nil when there is none.
func TextOf(p *hotline.CampaignPlan, lang hotline.Language, variant string, step int) *hotline.CampaignText {
	for i := range p.Texts {
		if t := &p.Texts[i]; t.Language == lang && t.Variant == variant && t.Step == step {
			return t
		}
	}
	return nil
}

// Check writes down that a second speaker has read the texts of a language as they
// stand. Whoever wrote one cannot check it: hotline.Forbidden. A
// language without a text is hotline.NotFound.
func (k *Campaigns) Check(ctx context.Context, by hotline.User, id hotline.CampaignID, version int, lang hotline.Language) (hotline.Campaign, error) {
	return k.change(ctx, by, id, "check", func(c *hotline.Campaign) (string, error) {
		switch {
		case !Editable(*c) || c.Version != version:
			return "", hotline.Errorf(hotline.Conflict, "The texts have changed meanwhile. Read them again.")
		}
		found := false
		for i := range c.Plan.Texts {
			if t := &c.Plan.Texts[i]; t.Language == lang {
				if t.WrittenBy == by.ID {
					return "", hotline.Errorf(hotline.Forbidden, "You wrote this text. Somebody else has to check it.")
				}
				t.CheckedBy, t.CheckedAt, found = by.ID, k.cfg.Now(), true
			}
		}
		if !found {
			return "", hotline.Errorf(hotline.NotFound, "There is no text in this language.")
		}
		return string(lang), nil
	})
}

// Submit asks for an approval. The error is hotline.Conflict while there are
// blockers, with the first of them.
func (k *Campaigns) Submit(ctx context.Context, by hotline.User, id hotline.CampaignID, version int) (hotline.Campaign, error) {
	if _, err := k.reviewed(ctx, by, id); err != nil {
		return hotline.Campaign{}, err
	}
	return k.change(ctx, by, id, "submit", func(c *hotline.Campaign) (string, error) {
		if c.State != hotline.CampaignDraft || c.Version != version {
			return "", changedMeanwhile()
		}
		c.State, c.SubmittedBy = hotline.CampaignSubmitted, by.ID
		return "", nil
	})
}

func changedMeanwhile() error {
	return hotline.Errorf(hotline.Conflict, "This campaign has changed meanwhile. Look at it again.")
}

// reviewed counts and reviews a campaign as it stands; blockers are an error.
func (k *Campaigns) reviewed(ctx context.Context, by hotline.User, id hotline.CampaignID) (Review, error) {
	if err := mayPlan(by); err != nil {
		return Review{}, err
	}
	c, err := k.cfg.Store.Campaign(ctx, id)
	if err != nil {
		return Review{}, err
	}
	r, err := k.Review(ctx, c)
	if err != nil {
		return r, err
	}
	for _, issue := range r.Issues {
		if issue.Blocker {
			return r, hotline.Errorf(hotline.Conflict, "%s", issue.Says)
		}
	}
	return r, nil
}

// Review counts the audience of a campaign now and says what there is to say.
func (k *Campaigns) Review(ctx context.Context, c hotline.Campaign) (Review, error) {
	census, err := k.cfg.Store.Census(ctx, c.Plan.Channel, c.Plan.Audience)
	if err != nil {
		return Review{}, err
	}
	return k.cfg.Reviewer.Review(&c.Plan, c.AuthorID, census), nil
}

// Approve lets a campaign go after the hold. typed is what the approver typed, ""
// for nothing: from NeedsTyping on it has to be the number of people that they saw,
// which must still be right.
//
// The errors are hotline.Forbidden for who wrote or submitted it, hotline.Invalid
// for a wrong number, and hotline.Conflict when it is not as the approver saw it or
// has blockers.
func (k *Campaigns) Approve(ctx context.Context, by hotline.User, id hotline.CampaignID, version int, seen int, typed string) (hotline.Campaign, error) {
	r, err := k.reviewed(ctx, by, id)
	if err != nil {
		return hotline.Campaign{}, err
	}
	return k.change(ctx, by, id, "approve", func(c *hotline.Campaign) (string, error) {
		switch {
		case c.AuthorID == by.ID || c.SubmittedBy == by.ID:
			return "", hotline.Errorf(hotline.Forbidden, "You wrote this campaign. Somebody else has to approve it.")
		case c.State != hotline.CampaignSubmitted || c.Version != version:
			return "", changedMeanwhile()
		case r.People != seen:
			return "", hotline.Errorf(hotline.Conflict, "%d people would get it now, not %d. Look again and approve that.", r.People, seen)
		case k.NeedsTyping(r.People) && digits(typed) != strconv.Itoa(r.People):
			return "", hotline.Errorf(hotline.Invalid, "Type %d, the number of people who will get it.", r.People)
		}
		now := k.cfg.Now()
		c.State = hotline.CampaignApproved
		c.Approval = hotline.Approval{By: by.ID, At: now, Version: c.Version, Recipients: r.People, Cost: r.Cost, Typed: k.NeedsTyping(r.People)}
		c.Approved = clonePlan(c.Plan)
		c.HoldUntil = now.Add(k.cfg.Hold)
		c.NextAt = k.first(c.Plan.Schedule, c.HoldUntil)
		return fmt.Sprintf("version %d, %d people", c.Version, r.People), nil
	})
}

// first is when a campaign starts: at its time, and never within the hold.
func (k *Campaigns) first(s hotline.Schedule, held time.Time) time.Time {
	for _, at := range k.cfg.Clock.Runs(s, held, 1) {
		if at.After(held) {
			return at
		}
	}
	return held
}

// NeedsTyping says whether an approver has to type the number of people.
func (k *Campaigns) NeedsTyping(people int) bool { return people >= k.cfg.TypeFrom }

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// Refuse sends a submitted campaign back to its author, with a reason for them.
func (k *Campaigns) Refuse(ctx context.Context, by hotline.User, id hotline.CampaignID, reason string) (hotline.Campaign, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > 300 || !hotline.Clean(reason) {
		return hotline.Campaign{}, hotline.Errorf(hotline.Invalid, "Write the author why, in at most 300 characters.")
	}
	return k.change(ctx, by, id, "refuse", func(c *hotline.Campaign) (string, error) {
		if c.State != hotline.CampaignSubmitted {
			return "", changedMeanwhile()
		}
		c.State, c.SubmittedBy = hotline.CampaignDraft, ""
		return reason, nil
	})
}

// clonePlan copies a plan so deep that a change of the copy's texts does not reach
// the other.
func clonePlan(p hotline.CampaignPlan) hotline.CampaignPlan {
	p.Texts = slices.Clone(p.Texts)
	return p
}
