package campaigns

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

var noTime time.Time

// Cancel takes a campaign back of which nothing has gone out: while it is
// submitted it is a draft again; approved, its approval is void, too.
func (k *Campaigns) Cancel(ctx context.Context, by hotline.User, id hotline.CampaignID) (hotline.Campaign, error) {
	return k.change(ctx, by, id, "cancel", func(c *hotline.Campaign) (string, error) {
		if c.State != hotline.CampaignSubmitted && c.State != hotline.CampaignApproved {
			return "", hotline.Errorf(hotline.Conflict, "It is too late to take this back. Pause it, or stop it for good.")
		}
		c.State, c.SubmittedBy, c.Approval = hotline.CampaignDraft, "", hotline.Approval{}
		c.HoldUntil, c.NextAt = noTime, noTime
		return "", nil
	})
}

// Discard ends a campaign that nobody wants to send. It stays in the list.
func (k *Campaigns) Discard(ctx context.Context, by hotline.User, id hotline.CampaignID) (hotline.Campaign, error) {
	return k.change(ctx, by, id, "discard", func(c *hotline.Campaign) (string, error) {
		if !Editable(*c) {
			return "", hotline.Errorf(hotline.Conflict, "This campaign has started. Stop it for good instead.")
		}
		c.State, c.EndedAt, c.NextAt = hotline.CampaignCanceled, k.cfg.Now(), noTime
		return "", nil
	})
}

// Pause holds a campaign that is being sent. All nodes stop within two seconds.
func (k *Campaigns) Pause(ctx context.Context, by hotline.User, id hotline.CampaignID) (hotline.Campaign, error) {
	return k.move(ctx, by, id, "pause", hotline.CampaignSending, hotline.CampaignPaused)
}

// Resume goes on with a paused campaign.
func (k *Campaigns) Resume(ctx context.Context, by hotline.User, id hotline.CampaignID) (hotline.Campaign, error) {
	return k.move(ctx, by, id, "resume", hotline.CampaignPaused, hotline.CampaignSending)
}

func (k *Campaigns) move(ctx context.Context, by hotline.User, id hotline.CampaignID, action string, from, to hotline.CampaignState) (hotline.Campaign, error) {
	return k.change(ctx, by, id, action, func(c *hotline.Campaign) (string, error) {
		if c.State == to {
			return "", nil
		}
		if c.State != from {
			return "", changedMeanwhile()
		}
		c.State, c.StopReason = to, ""
		return "", nil
	})
}

// Stop ends a campaign for good: what has not been sent never is.
func (k *Campaigns) Stop(ctx context.Context, by hotline.User, id hotline.CampaignID) (hotline.Campaign, error) {
	return k.change(ctx, by, id, "stop", func(c *hotline.Campaign) (string, error) {
		if c.State != hotline.CampaignSending && c.State != hotline.CampaignPaused {
			return "", changedMeanwhile()
		}
		c.State, c.StopReason, c.EndedAt, c.NextAt = hotline.CampaignStopped, "staff", k.cfg.Now(), noTime
		return "", nil
	})
}
