package campaigns

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hearline/hearline/hotline"
)

// feed takes the recipients of one lane and hands them to the workers.
type feed struct {
	s      *Sender
	lane   hotline.Lane
	plan   hotline.CampaignPlan
	ctx    context.Context
	cancel context.CancelFunc
	closed atomic.Bool
}

// job is one recipient to be sent to.
type job struct {
	f     *feed
	r     hotline.Recipient
	at    time.Time // when they were taken
	epoch int64
}

func newFeed(ctx context.Context, s *Sender, lane hotline.Lane, c hotline.Campaign) *feed {
	f := &feed{s: s, lane: lane, plan: c.Plan}
	f.ctx, f.cancel = context.WithCancel(ctx)
	return f
}

// close ends the feed: what it has handed out and nobody has begun goes back.
func (f *feed) close() {
	f.closed.Store(true)
	f.cancel()
}

// run takes as many as are wanted and may be sent, again and again.
func (f *feed) run() {
	for f.ctx.Err() == nil {
		wait := f.step()
		if wait <= 0 {
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-f.ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// step takes one part of the lane, and returns how long to wait for the next.
func (f *feed) step() (wait time.Duration) {
	room := together - len(f.s.jobs)
	if room < together/2 {
		return time.Millisecond
	}
	got, wait := f.s.cfg.Pace(f.ctx, f.lane, room, f.plan.Schedule.PerMinute)
	if got <= 0 {
		return min(max(wait, time.Millisecond), f.s.cfg.Every)
	}
	epoch, now := f.s.epoch.Load(), f.s.cfg.Now()
	taken, err := f.s.cfg.Ledger.Take(f.ctx, f.lane, got, f.s.cfg.Lease)
	if err != nil {
		if f.ctx.Err() == nil {
			f.s.cfg.Log.Error("recipients cannot be taken", "lane", f.lane.ID, "err", err)
		}
		return f.s.cfg.Every
	}
	for _, r := range taken {
		f.s.jobs <- job{f, r, now, epoch}
	}
	if len(taken) == 0 {
		return f.s.cfg.Every
	}
	return 0
}

// outcome is what came of a job: a result, or nothing, upon which the recipient goes
// back.
type outcome struct {
	result  hotline.RecipientResult
	untried *hotline.Recipient
}

// work sends one recipient's message after another.
func (s *Sender) work(ctx context.Context) {
	for j := range s.jobs {
		s.yield(ctx)
		if j.f.closed.Load() || j.epoch != s.epoch.Load() || s.cfg.Now().Sub(j.at) > fresh || ctx.Err() != nil {
			s.results <- outcome{untried: &j.r}
			continue
		}
		s.results <- outcome{result: s.try(ctx, j.f, &j.r)}
	}
}

// The answers to people go first, but they cannot hold a campaign up for ever.
const (
	yieldStep = 2 * time.Millisecond
	yieldMost = 25
)

func (s *Sender) yield(ctx context.Context) {
	if s.cfg.Busy == nil {
		return
	}
	for range yieldMost {
		if !s.cfg.Busy() || ctx.Err() != nil {
			return
		}
		time.Sleep(yieldStep)
	}
}

// record writes down what came of recipients, as many together as there are.
func (s *Sender) record(ctx context.Context) {
	for first := range s.results {
		var results []hotline.RecipientResult
		var untried []hotline.Recipient
		add := func(o outcome) {
			if o.untried != nil {
				untried = append(untried, *o.untried)
			} else {
				results = append(results, o.result)
			}
		}
		add(first)
	gather:
		for len(results)+len(untried) < 2*together {
			select {
			case o, more := <-s.results:
				if !more {
					break gather
				}
				add(o)
			default:
				break gather
			}
		}
		s.keep(ctx, results, untried)
	}
}

// keep tries until it is written down: what is not known to have been sent would
// have to be looked up one by one.
func (s *Sender) keep(ctx context.Context, results []hotline.RecipientResult, untried []hotline.Recipient) {
	ctx = context.WithoutCancel(ctx)
	for try := range keepTries {
		if try > 0 {
			time.Sleep(time.Duration(try) * keepPause)
		}
		if len(results) > 0 {
			if err := s.cfg.Ledger.Record(ctx, results, s.cfg.Shard); err != nil {
				s.cfg.Log.Error("what came of campaign messages was not written down", "messages", len(results), "try", try+1, "err", err)
				continue
			}
			results = nil
		}
		if len(untried) > 0 {
			if err := s.cfg.Ledger.GiveBack(ctx, untried); err != nil {
				s.cfg.Log.Error("recipients were not given back; they will be looked up", "recipients", len(untried), "try", try+1, "err", err)
				continue
			}
		}
		return
	}
}

const (
	keepTries = 5
	keepPause = 200 * time.Millisecond
)
