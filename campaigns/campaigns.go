// Package campaigns is the law of reaching out: who may be written to, what a
// message looks like and costs, at which hours it may go out, who lets it go, and
// how the ledger of recipients is sent, each one exactly once.
//
// It keeps nothing itself and knows nothing of databases, carriers or screens. What
// people write back is intake's.
package campaigns

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Store keeps campaigns. ChangeCampaign loads one under a lock, lets decide change
// it, and saves it with the audit entries, all or nothing; decide's error comes back
// as it is.
type Store interface {
	AddCampaign(ctx context.Context, c hotline.Campaign, audit ...hotline.AuditEntry) error
	Campaign(ctx context.Context, id hotline.CampaignID) (hotline.Campaign, error)
	ChangeCampaign(ctx context.Context, id hotline.CampaignID, decide func(*hotline.Campaign) ([]hotline.AuditEntry, error)) (hotline.Campaign, error)
	Census(ctx context.Context, ch hotline.Channel, a hotline.Audience) (hotline.Census, error)
	AddAudit(ctx context.Context, entries ...hotline.AuditEntry) error
}

// Reviewer says what is wrong with a plan for an audience, and what it costs.
type Reviewer interface {
	Review(p *hotline.CampaignPlan, author hotline.UserID, of hotline.Census) Review
}

// Config is what New needs.
type Config struct {
	Store    Store
	Reviewer Reviewer
	Clock    Clock
	Announce func(hotline.Event) // must not block
	Now      func() time.Time
	NewID    hotline.NewID
	// TypeFrom is from how many people the approver types their number; 0: 1,000.
	TypeFrom int
	// Hold is how long after the approval nothing goes out; 0: 60 s.
	Hold time.Duration
}

// Campaigns applies the law of planning and approving.
type Campaigns struct {
	cfg Config
}

const (
	typeFrom = 1000
	hold     = time.Minute
)

// New returns the rules over a store.
func New(cfg Config) *Campaigns {
	if cfg.TypeFrom == 0 {
		cfg.TypeFrom = typeFrom
	}
	if cfg.Hold == 0 {
		cfg.Hold = hold
	}
	return &Campaigns{cfg}
}

// MayPlan says whether a member of staff plans campaigns.
func MayPlan(u hotline.User) bool {
	return !u.Disabled && (u.Role == hotline.Manager || u.Role == hotline.Administrator)
}

func mayPlan(u hotline.User) error {
	if !MayPlan(u) {
		return hotline.Errorf(hotline.Forbidden, "campaigns are for managers and administrators")
	}
	return nil
}

func (k *Campaigns) entry(by hotline.User, action string, id hotline.CampaignID, detail string) hotline.AuditEntry {
	return hotline.AuditEntry{
		ID: k.cfg.NewID(), At: k.cfg.Now(), ActorID: by.ID, Action: "campaign." + action,
		Object: "campaign", ObjectID: string(id), Detail: detail,
	}
}

// change lets decide change a campaign, writes down who did what, and tells the
// screens and the senders.
func (k *Campaigns) change(ctx context.Context, by hotline.User, id hotline.CampaignID, action string, decide func(*hotline.Campaign) (detail string, err error)) (hotline.Campaign, error) {
	if err := mayPlan(by); err != nil {
		return hotline.Campaign{}, err
	}
	c, err := k.cfg.Store.ChangeCampaign(ctx, id, func(c *hotline.Campaign) ([]hotline.AuditEntry, error) {
		detail, err := decide(c)
		if err != nil {
			return nil, err
		}
		c.UpdatedAt = k.cfg.Now()
		return []hotline.AuditEntry{k.entry(by, action, id, detail)}, nil
	})
	if err == nil {
		k.cfg.Announce(hotline.Event{Topic: "campaign", Kind: action})
	}
	return c, err
}
