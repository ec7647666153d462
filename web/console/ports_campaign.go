package console

import (
	"context"
	"time"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/hotline"
)

// Reach is what the pages of campaigns stand on; nil: there are none.
type Reach struct {
	Law    *campaigns.Campaigns
	Writer *campaigns.Writer
	Hours  *campaigns.Hours
	Table  *campaigns.Timetable
	Reader CampaignReader
	People CampaignPeople
	// PerSecond is how many messages all senders of a channel may send in a second; 0
	// when there is none.
	PerSecond func(hotline.Channel) float64
}

// CampaignReader reads campaigns and how far they are.
type CampaignReader interface {
	Campaign(ctx context.Context, id hotline.CampaignID) (hotline.Campaign, error)
	Campaigns(ctx context.Context, limit int) ([]hotline.Campaign, error)
	Progress(ctx context.Context, id hotline.CampaignID) ([]hotline.ProgressOf, error)
	LastOutcomes(ctx context.Context, id hotline.CampaignID, since time.Time, n int) (hotline.Outcomes, error)
	CampaignYield(ctx context.Context, id hotline.CampaignID) (hotline.Yield, error)
}

// CampaignPeople counts the people who agreed to be written to.
type CampaignPeople interface {
	Census(ctx context.Context, ch hotline.Channel, a hotline.Audience) (hotline.Census, error)
	Examples(ctx context.Context, ch hotline.Channel, a hotline.Audience, n int) ([]hotline.Subscriber, error)
	Facets(ctx context.Context) (hotline.Facets, error)
}
