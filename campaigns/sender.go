package campaigns

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Ledger is what sending needs of the memory. Take leases recipients who are due: a
// lease that ends before Record or GiveBack says that the taker died, and they come
// back Unknown.
type Ledger interface {
	OpenLanes(ctx context.Context) ([]hotline.Lane, error)
	Campaign(ctx context.Context, id hotline.CampaignID) (hotline.Campaign, error)
	Take(ctx context.Context, lane hotline.Lane, want int, lease time.Duration) ([]hotline.Recipient, error)
	Record(ctx context.Context, results []hotline.RecipientResult, shard string) error
	GiveBack(ctx context.Context, untried []hotline.Recipient) error
	LastOutcomes(ctx context.Context, id hotline.CampaignID, since time.Time, n int) (hotline.Outcomes, error)
}

// Carrier sends one message. It never returns an error: what happened, and what to
// do next, is in the result. When out.Unknown is set it asks first whether the
// earlier try arrived.
type Carrier interface {
	Send(ctx context.Context, out hotline.Outgoing) hotline.SendResult
}

// Wording says what a recipient gets, and in how many segments; ok is false when
// there is no text for them.
type Wording interface {
	Text(plan *hotline.CampaignPlan, step int, r *hotline.Recipient) (text hotline.Text, segments int, ok bool)
}

// Doors says when messages may reach a place: whether it is open at a moment, and
// until when, and when it opens next, zero for never.
type Doors interface {
	Open(at time.Time, country, region, zones string) (closes time.Time, open bool)
	Next(at time.Time, country, region, zones string) time.Time
}

// SenderConfig is what NewSender needs.
type SenderConfig struct {
	Ledger  Ledger
	Carrier Carrier
	Wording Wording
	Doors   Doors
	// Pace says how many messages a sender may send now, of want; none means to ask
	// again after wait.
	Pace func(ctx context.Context, lane hotline.Lane, want, perMinute int) (got int, wait time.Duration)
	// Busy says that answers to people are waiting to be sent: they go first.
	Busy func() bool
	// Halt pauses a campaign in which too much goes wrong.
	Halt  func(ctx context.Context, id hotline.CampaignID, reason string) error
	Log   *slog.Logger
	Now   func() time.Time
	Shard string // of this process's counts

	Workers int           // messages on their way at once; 0: 64
	Lease   time.Duration // longer than a try takes; 0: 2 min
	Every   time.Duration // between looks at what is open; 0: 1 s
	Drain   time.Duration // how long tries under way may go on at the end; 0: 6 s
}

// Sender sends the open lanes of all campaigns that are being sent. Any number of
// nodes may run one.
type Sender struct {
	cfg     SenderConfig
	jobs    chan job
	results chan outcome
	wake    chan struct{}
	epoch   atomic.Int64                     // rises when what was taken has to be taken again
	watch   map[hotline.CampaignID]time.Time // since when outcomes count
}

const (
	senderWorkers = 64
	senderLease   = 2 * time.Minute
	senderEvery   = time.Second
	senderDrain   = 6 * time.Second

	// fresh is how long somebody who was taken is believed to be as they were: then
	// it is asked again whether they may be written to.
	fresh = time.Second
	// together is how many recipients are taken at most, and recorded.
	together = 256
)

// NewSender makes a Sender; Run runs it.
func NewSender(cfg SenderConfig) *Sender {
	if cfg.Workers == 0 {
		cfg.Workers = senderWorkers
	}
	if cfg.Lease == 0 {
		cfg.Lease = senderLease
	}
	if cfg.Every == 0 {
		cfg.Every = senderEvery
	}
	if cfg.Drain == 0 {
		cfg.Drain = senderDrain
	}
	return &Sender{
		cfg: cfg, jobs: make(chan job, together), results: make(chan outcome, together), wake: make(chan struct{}, 1),
		watch: map[hotline.CampaignID]time.Time{},
	}
}

// Wake tells the sender that a campaign was started, paused or stopped. It never
// blocks.
func (s *Sender) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Recheck tells the sender that somebody does not want messages any more: those who
// have been taken and not sent to are taken again.
func (s *Sender) Recheck() { s.epoch.Add(1) }

// Run sends until ctx ends, lets tries under way finish for at most Drain, and
// returns nil. It is called once.
func (s *Sender) Run(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var workers, lanes sync.WaitGroup
	for range s.cfg.Workers {
		workers.Go(func() { s.work(work) })
	}
	recorded := make(chan struct{})
	go func() { s.record(work); close(recorded) }()
	s.supervise(ctx, &lanes)
	lanes.Wait()
	close(s.jobs)
	ends := time.AfterFunc(s.cfg.Drain, stop)
	workers.Wait()
	ends.Stop()
	close(s.results)
	<-recorded
	return nil
}

// supervise keeps one feeder for each open lane.
func (s *Sender) supervise(ctx context.Context, lanes *sync.WaitGroup) {
	running := map[int64]*feed{}
	tick := time.NewTicker(s.cfg.Every)
	defer tick.Stop()
	for {
		s.open(ctx, running, lanes)
		s.guard(ctx, running)
		select {
		case <-ctx.Done():
			for _, f := range running {
				f.close()
			}
			return
		case <-tick.C:
		case <-s.wake:
		}
	}
}

// open starts feeders of lanes that have opened and ends those of lanes that have
// closed.
func (s *Sender) open(ctx context.Context, running map[int64]*feed, lanes *sync.WaitGroup) {
	open, err := s.cfg.Ledger.OpenLanes(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.cfg.Log.Error("open campaigns cannot be read", "err", err)
		}
		return
	}
	still := map[int64]bool{}
	for _, lane := range open {
		still[lane.ID] = true
		if running[lane.ID] != nil {
			continue
		}
		c, err := s.cfg.Ledger.Campaign(ctx, lane.Campaign)
		if err != nil {
			s.cfg.Log.Error("a campaign cannot be read", "campaign", lane.Campaign, "err", err)
			continue
		}
		f := newFeed(ctx, s, lane, c)
		running[lane.ID] = f
		lanes.Go(f.run)
	}
	for id, f := range running {
		if !still[id] {
			f.close()
			delete(running, id)
		}
	}
}

// The limits at which a campaign stops itself (C-18), in percent of the last
// messages.
const (
	LastMessages = 200
	MostFailures = 5
	MostOptOuts  = 3

	haltFailures = "failures"
	haltOptOuts  = "opt_outs"
)

// guard pauses campaigns in which too much goes wrong. What was before a campaign
// was resumed does not count again.
func (s *Sender) guard(ctx context.Context, running map[int64]*feed) {
	now := map[hotline.CampaignID]bool{}
	for _, f := range running {
		now[f.lane.Campaign] = true
	}
	for id := range s.watch {
		if !now[id] {
			delete(s.watch, id)
		}
	}
	for id := range now {
		since, watched := s.watch[id]
		if !watched {
			since = s.cfg.Now()
			s.watch[id] = since
		}
		o, err := s.cfg.Ledger.LastOutcomes(ctx, id, since, LastMessages)
		if err != nil || o.Of < LastMessages {
			continue
		}
		switch {
		case o.Failed*100 > MostFailures*o.Of:
			s.halt(ctx, id, haltFailures)
		case o.OptedOut*100 > MostOptOuts*o.Of:
			s.halt(ctx, id, haltOptOuts)
		}
	}
}

func (s *Sender) halt(ctx context.Context, id hotline.CampaignID, reason string) {
	if err := s.cfg.Halt(ctx, id, reason); err != nil {
		s.cfg.Log.Error("a campaign in which too much goes wrong was not paused", "campaign", id, "err", err)
		return
	}
	delete(s.watch, id)
	s.Wake()
}
