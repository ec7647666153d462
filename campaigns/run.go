package campaigns

import (
	"context"
	"log/slog"
	"time"

	"github.com/hearline/hearline/hotline"
)

// RunStore keeps runs. StartRun writes the ledger of a run, once, however often it
// is called. LanesLeft counts the lanes in which something is still to be sent.
type RunStore interface {
	DueCampaigns(ctx context.Context, now time.Time, limit int) ([]hotline.Campaign, error)
	CampaignsIn(ctx context.Context, states ...hotline.CampaignState) ([]hotline.Campaign, error)
	ChangeCampaign(ctx context.Context, id hotline.CampaignID, decide func(*hotline.Campaign) ([]hotline.AuditEntry, error)) (hotline.Campaign, error)
	Census(ctx context.Context, ch hotline.Channel, a hotline.Audience) (hotline.Census, error)
	StartRun(ctx context.Context, r hotline.RunStart) (hotline.RunStarted, error)
	LanesLeft(ctx context.Context, id hotline.CampaignID) (int, error)
}

// Clock says when runs are, and when the people of a place are due in one; zero
// when no allowed hour is left.
type Clock interface {
	Runs(s hotline.Schedule, from time.Time, n int) []time.Time
	Due(s hotline.Schedule, run time.Time, place hotline.Place) time.Time
}

// RunnerConfig is what NewRunner needs.
type RunnerConfig struct {
	Store    RunStore
	Clock    Clock
	Senders  map[hotline.Channel][]string // ours, by channel
	Announce func(hotline.Event)          // must not block
	Now      func() time.Time
	NewID    hotline.NewID
	Log      *slog.Logger
	Every    time.Duration // between looks; 0: 1 s
}

// Runner starts campaigns when they are due and ends those that are done. Any number
// of nodes may run one.
type Runner struct{ cfg RunnerConfig }

// NewRunner makes a Runner; Run runs it.
func NewRunner(cfg RunnerConfig) *Runner {
	if cfg.Every == 0 {
		cfg.Every = time.Second
	}
	return &Runner{cfg}
}

// dueAtOnce bounds how many campaigns one look starts.
const dueAtOnce = 20

// Run looks again and again until ctx ends, and returns nil. The first look comes
// after a pause, when the rest of the service has started.
func (r *Runner) Run(ctx context.Context) error {
	tick := time.NewTicker(r.cfg.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := r.Look(ctx); err != nil && ctx.Err() == nil {
			r.cfg.Log.Error("campaigns were not looked after", "err", err)
		}
	}
}

// Look starts what is due and ends what is done, once. One campaign that fails does
// not keep the others from it; the last error is returned.
func (r *Runner) Look(ctx context.Context) (failed error) {
	due, err := r.cfg.Store.DueCampaigns(ctx, r.cfg.Now(), dueAtOnce)
	if err != nil {
		return err
	}
	for _, c := range due {
		if err := r.start(ctx, c); err != nil {
			failed = err
		}
	}
	sending, err := r.cfg.Store.CampaignsIn(ctx, hotline.CampaignSending)
	if err != nil {
		return err
	}
	for _, c := range sending {
		if err := r.finish(ctx, c); err != nil {
			failed = err
		}
	}
	return failed
}

// start begins one run. First the campaign is marked as sending, from where nobody
// can take it back; then the ledger is written; then the next run is set. Whoever
// dies in between leaves a campaign that is still due, and the ledger is written
// once all the same.
func (r *Runner) start(ctx context.Context, c hotline.Campaign) error {
	at := c.NextAt
	c, err := r.change(ctx, c.ID, "start", func(c *hotline.Campaign) bool {
		if !c.NextAt.Equal(at) || c.State != hotline.CampaignApproved {
			return false
		}
		c.State, c.StartedAt = hotline.CampaignSending, at
		return true
	})
	if err != nil || c.State != hotline.CampaignSending || !c.NextAt.Equal(at) {
		return err
	}
	step, plan := stepAt(c), c.Plan
	if step > 0 {
		plan.Audience = followers(c)
	}
	census, err := r.cfg.Store.Census(ctx, plan.Channel, plan.Audience)
	if err != nil {
		return err
	}
	if step == 0 && census.Reached < max(plan.Least, 1) {
		return r.end(ctx, c.ID, hotline.CampaignStopped, "too_few")
	}
	if _, err := r.cfg.Store.StartRun(ctx, r.runStart(c, plan, step, census)); err != nil {
		return err
	}
	_, err = r.change(ctx, c.ID, "", func(c *hotline.Campaign) bool {
		if !c.NextAt.Equal(at) {
			return false
		}
		c.NextAt = r.next(*c)
		return true
	})
	return err
}

func (r *Runner) runStart(c hotline.Campaign, plan hotline.CampaignPlan, step int, census hotline.Census) hotline.RunStart {
	start := hotline.RunStart{
		Campaign: c.ID, Step: step, DueAt: c.NextAt, Channel: plan.Channel, Audience: plan.Audience,
		Fallback: plan.Fallback, Senders: plan.Senders,
	}
	if len(start.Senders) == 0 {
		start.Senders = r.cfg.Senders[plan.Channel]
	}
	if step == 0 {
		start.HoldOut = plan.HoldOut
	}
	start.Texts, start.Variants = textsOf(plan, step)
	type spot struct{ country, region, zones string }
	seen := map[spot]bool{}
	for _, p := range census.Places {
		at := spot{p.Country, p.Region, p.Zones}
		if seen[at] {
			continue
		}
		seen[at] = true
		start.Due = append(start.Due, hotline.PlaceDue{Country: p.Country, Region: p.Region, Zones: p.Zones, At: r.cfg.Clock.Due(plan.Schedule, c.NextAt, p)})
	}
	return start
}

// textsOf lists the languages and variants that a step has texts in.
func textsOf(p hotline.CampaignPlan, step int) (languages []hotline.Language, variants []string) {
	inLanguages, inVariants := map[hotline.Language]bool{}, map[string]bool{}
	for _, t := range p.Texts {
		if t.Step != step {
			continue
		}
		if !inLanguages[t.Language] {
			inLanguages[t.Language] = true
			languages = append(languages, t.Language)
		}
		if t.Variant != "" && !inVariants[t.Variant] {
			inVariants[t.Variant] = true
			variants = append(variants, t.Variant)
		}
	}
	return languages, variants
}

// stepAt is the step of a sequence whose time is NextAt, counted from the start.
func stepAt(c hotline.Campaign) int {
	for i, hours := range c.Plan.Schedule.Steps {
		if c.StartedAt.Add(time.Duration(hours) * time.Hour).Equal(c.NextAt) {
			return i + 1
		}
	}
	return 0
}

// followers are those who got the first message of a sequence, and go on with it.
func followers(c hotline.Campaign) hotline.Audience {
	a := hotline.Audience{TookPartIn: []hotline.CampaignID{c.ID}}
	for _, end := range c.Plan.Schedule.StopOn {
		a.NotReplied = a.NotReplied || end == "reply"
	}
	return a
}

// next is the run after NextAt; zero for none.
func (r *Runner) next(c hotline.Campaign) time.Time {
	for _, hours := range c.Plan.Schedule.Steps {
		if at := c.StartedAt.Add(time.Duration(hours) * time.Hour); at.After(c.NextAt) {
			return at
		}
	}
	if c.Plan.Schedule.Kind == hotline.Recurring {
		for _, at := range r.cfg.Clock.Runs(c.Plan.Schedule, c.NextAt.Add(time.Second), 1) {
			return at
		}
	}
	return noTime
}

// finish ends a campaign of which nothing is left to do. One that waits for words
// goes on until somebody stops it.
func (r *Runner) finish(ctx context.Context, c hotline.Campaign) error {
	if !c.NextAt.IsZero() || c.Plan.Schedule.Kind == hotline.OnKeyword && (c.Plan.Schedule.Until.IsZero() || r.cfg.Now().Before(c.Plan.Schedule.Until)) {
		return nil
	}
	left, err := r.cfg.Store.LanesLeft(ctx, c.ID)
	if err != nil || left > 0 {
		return err
	}
	return r.end(ctx, c.ID, hotline.CampaignFinished, "")
}

func (r *Runner) end(ctx context.Context, id hotline.CampaignID, state hotline.CampaignState, reason string) error {
	_, err := r.change(ctx, id, string(state), func(c *hotline.Campaign) bool {
		if c.State != hotline.CampaignSending {
			return false
		}
		c.State, c.StopReason, c.EndedAt, c.NextAt = state, reason, r.cfg.Now(), noTime
		return true
	})
	return err
}

// Halt pauses a campaign because too much goes wrong; reason is "failures" or
// "opt_outs". Staff see why, and resume it or stop it for good.
func (r *Runner) Halt(ctx context.Context, id hotline.CampaignID, reason string) error {
	_, err := r.change(ctx, id, "halt", func(c *hotline.Campaign) bool {
		if c.State != hotline.CampaignSending {
			return false
		}
		c.State, c.StopReason = hotline.CampaignPaused, reason
		return true
	})
	return err
}

// change lets decide change a campaign, unless it says no, and writes down what the
// service did; "" is not written down.
func (r *Runner) change(ctx context.Context, id hotline.CampaignID, action string, decide func(*hotline.Campaign) bool) (hotline.Campaign, error) {
	changed := false
	c, err := r.cfg.Store.ChangeCampaign(ctx, id, func(c *hotline.Campaign) ([]hotline.AuditEntry, error) {
		if changed = decide(c); !changed || action == "" {
			return nil, nil
		}
		now := r.cfg.Now()
		c.UpdatedAt = now
		return []hotline.AuditEntry{{ID: r.cfg.NewID(), At: now, Action: "campaign." + action, Object: "campaign", ObjectID: string(id), Detail: c.StopReason}}, nil
	})
	if err == nil && changed {
		r.cfg.Announce(hotline.Event{Topic: "campaign", Kind: action})
	}
	return c, err
}
