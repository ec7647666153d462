package main

import (
	"context"
	"strings"
	"time"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/channels/twilio"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/dialling"
	"github.com/hearline/hearline/internal/groupcommit"
	"github.com/hearline/hearline/internal/lifecycle"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/web/console"
)

// reach is the part of the service that writes to many.
type reach struct {
	hours    *campaigns.Hours
	table    *campaigns.Timetable
	writer   *campaigns.Writer
	law      *campaigns.Campaigns
	runner   *campaigns.Runner
	sender   *campaigns.Sender // nil where nothing is sent
	statuses *statuses
	pace     pace
}

// campaignTopic is the topic of events about campaigns.
const campaignTopic = "campaign"

func (a *app) plugCampaigns() (err error) {
	r := &a.reach
	if r.hours, err = campaigns.NewHours(a.cfg.Campaign.Hours, dialling.ZonesOf); err != nil {
		return err
	}
	zone, err := a.cfg.zone()
	if err != nil {
		return err
	}
	senders, err := a.cfg.Campaign.senders()
	if err != nil {
		return err
	}
	prices, err := campaigns.ShippedPrices()
	if err != nil {
		return err
	}
	r.table = campaigns.NewTimetable(r.hours, zone)
	r.writer = campaigns.NewWriter(a.speaker, a.cfg.Name, firstNumber(senders))
	r.law = campaigns.New(campaigns.Config{
		Store: a.db, Reviewer: campaigns.NewCritic(r.writer, r.table, prices, a.now), Clock: r.table, Announce: a.announce, Now: a.now, NewID: newID,
		TypeFrom: a.cfg.Campaign.TypeFrom, Hold: a.cfg.Campaign.Hold,
	})
	r.pace = pace{limiter: a.limiter, rates: map[string]ratelimit.Limit{}}
	byChannel := map[hotline.Channel][]string{}
	for _, s := range senders {
		byChannel[s.channel] = append(byChannel[s.channel], s.number)
		r.pace.rates[string(s.channel)+s.number] = s.rate
	}
	r.runner = campaigns.NewRunner(campaigns.RunnerConfig{
		Store: a.db, Clock: r.table, Senders: byChannel, Announce: a.announce, Now: a.now, NewID: newID, Log: a.log,
	})
	r.statuses = newStatuses(a)
	a.closers = append([]func(){r.statuses.close}, a.closers...)
	if a.carrier == nil || len(senders) == 0 {
		return nil
	}
	carrier, err := a.campaignCarrier()
	if err != nil {
		return err
	}
	r.sender = campaigns.NewSender(campaigns.SenderConfig{
		Ledger: a.db, Carrier: carrier, Wording: r.writer, Doors: r.hours, Pace: r.pace.take, Busy: a.outbox.Busy, Halt: r.runner.Halt,
		Log: a.log, Now: a.now, Shard: newID(), Workers: a.cfg.Campaign.AtOnce, Lease: a.cfg.Campaign.Lease,
	})
	return nil
}

func firstNumber(senders []campaignSender) string {
	if len(senders) == 0 {
		return ""
	}
	return senders[0].number
}

// campaignCarrier is the same account with the campaigns' own service.
func (a *app) campaignCarrier() (*twilio.Carrier, error) {
	cfg := a.cfg
	cfg.Twilio.MessagingService, cfg.Twilio.ValidityPeriod = cfg.Campaign.MessagingService, longestValidity
	return newTwilio(cfg, a.db.MissingFor, a.now)
}

// longestValidity is the carrier's own limit; a message's own end comes before it.
const longestValidity = 10 * time.Hour

// addCampaigns starts what plans and sends campaigns.
func (a *app) addCampaigns(group *lifecycle.Group) {
	if !a.cfg.Send {
		return
	}
	group.Go("campaigns", a.reach.runner.Run)
	if a.reach.sender == nil {
		return
	}
	group.Go("campaign sender", a.reach.sender.Run)
	group.Go("campaign events", func(ctx context.Context) error {
		for e := range a.hub.Subscribe(ctx, func(e hotline.Event) bool { return e.Topic == campaignTopic }) {
			a.reach.sender.Wake()
			if e.Kind == campaignLeft {
				a.reach.sender.Recheck()
			}
		}
		return nil
	})
}

// campaignLeft is the kind of the event that somebody wants no more messages, or must
// not get any.
const campaignLeft = "left"

// pace spreads each sender's messages, over all nodes.
type pace struct {
	limiter ratelimit.Limiter
	rates   map[string]ratelimit.Limit
}

func (p pace) take(ctx context.Context, lane hotline.Lane, want, perMinute int) (got int, wait time.Duration) {
	if perMinute > 0 {
		want, wait = p.limiter.Take(ctx, "campaign:"+string(lane.Campaign), want, ratelimit.Limit{Events: perMinute, Per: time.Minute})
		if want == 0 {
			return 0, wait
		}
	}
	name := string(lane.Channel) + lane.Sender
	rate, known := p.rates[name]
	if !known { // a sender that the settings no longer name is as slow as the slowest
		rate = ratelimit.Limit{Events: 1, Per: time.Second}
	}
	return p.limiter.Take(ctx, "sender:"+name, want, rate)
}

// statuses files callbacks: those about answers to people as they come, those about
// campaigns many together.
type statuses struct {
	app     *app
	commits *groupcommit.Committer[hotline.StatusUpdate, struct{}]
}

func newStatuses(a *app) *statuses {
	s := &statuses{app: a}
	shard := newID()
	s.commits = groupcommit.New(groupcommit.Config[hotline.StatusUpdate]{Log: a.log}, func(ctx context.Context, batch []hotline.StatusUpdate) ([]struct{}, error) {
		return make([]struct{}, len(batch)), a.db.UpdateRecipients(ctx, batch, shard)
	}, func(error) bool { return false })
	return s
}

func (s *statuses) close() { s.commits.Close() }

// UpdateDelivery implements hooks.Statuses.
func (s *statuses) UpdateDelivery(ctx context.Context, updates []hotline.StatusUpdate) ([]hotline.ConversationID, error) {
	var others []hotline.StatusUpdate
	for _, u := range updates {
		if _, _, ours := hotline.ParseRecipient(u.MessageID); !ours {
			others = append(others, u)
			continue
		}
		if _, err := s.commits.Do(ctx, u); err != nil {
			return nil, hotline.Errorf(hotline.Unavailable, "a status of a campaign was not filed: %w", err)
		}
	}
	if len(others) == 0 {
		return nil, nil
	}
	return s.app.db.UpdateDelivery(ctx, others)
}

// answered stands before receive: who writes to a number of campaigns answers one, or
// says a word about them.
func (a *app) answered(receive channels.Receive) channels.Receive {
	return func(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error) {
		if !a.reach.pace.sends(in.Channel, in.To) {
			return receive(ctx, in)
		}
		in.ToCampaign = true
		var err error
		if in.Campaign, err = a.db.CampaignAnswered(ctx, in.Channel, in.From); err != nil {
			a.log.Error("the campaign that somebody answers cannot be found", "err", err) // the report is what counts
		}
		receipt, err := receive(ctx, in)
		if err == nil {
			a.announce(hotline.Event{Topic: campaignTopic, Kind: campaignLeft})
		}
		return receipt, err
	}
}

// campaignPages is what the pages of campaigns stand on.
func (a *app) campaignPages() *console.Reach {
	r := &a.reach
	return &console.Reach{
		Law: r.law, Writer: r.writer, Hours: r.hours, Table: r.table, Reader: a.db, People: a.db, PerSecond: r.pace.perSecond,
	}
}

// perSecond is how many messages all senders of a channel may send in a second.
func (p pace) perSecond(ch hotline.Channel) (all float64) {
	for name, rate := range p.rates {
		if strings.HasPrefix(name, string(ch)) {
			all += float64(rate.Events) / rate.Per.Seconds()
		}
	}
	return all
}

// sends says whether campaigns go out from a number.
func (p pace) sends(ch hotline.Channel, number string) bool {
	_, is := p.rates[string(ch)+number]
	return is
}
