package campaigns_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/store/storetest"
)

// estate is the rules of campaigns on a real store.
type estate struct {
	*testing.T
	db     *store.Store
	law    *campaigns.Campaigns
	runner *campaigns.Runner
	writer *campaigns.Writer
	hours  *campaigns.Hours
	events chan hotline.Event
	now    func() time.Time
}

var (
	rosa  = hotline.User{ID: "rosa", Role: hotline.Manager}
	leila = hotline.User{ID: "leila", Role: hotline.Manager}
)

func newEstate(t *testing.T, e storetest.Engine, now func() time.Time) *estate {
	t.Helper()
	db := storetest.Open(t, e.NewURL(t), storetest.NewKeys(t), now)
	hours, err := campaigns.NewHours("", func(string) []string { return nil })
	speaker, err2 := locales.New()
	prices, err3 := campaigns.ShippedPrices()
	for _, err := range []error{err, err2, err3} {
		if err != nil {
			t.Fatal(err)
		}
	}
	s := &estate{T: t, db: db, hours: hours, now: now, events: make(chan hotline.Event, 1000), writer: campaigns.NewWriter(speaker, "Alder Desk", "+15550100100")}
	table := campaigns.NewTimetable(hours, time.UTC)
	announce := func(e hotline.Event) {
		select {
		case s.events <- e:
		default:
		}
	}
	s.law = campaigns.New(campaigns.Config{
		Store: db, Reviewer: campaigns.NewCritic(s.writer, table, prices, now), Clock: table, Announce: announce, Now: now, NewID: storetest.NewID, TypeFrom: 1000, Hold: time.Minute,
	})
	s.runner = campaigns.NewRunner(campaigns.RunnerConfig{
		Store: db, Clock: table, Senders: map[hotline.Channel][]string{hotline.SMS: {"+15550100200", "+15550100201"}}, Announce: announce, Now: now, NewID: storetest.NewID,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	return s
}

func (s *estate) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// alwaysOpen is a place where it is always day.
const alwaysOpen = "XA"

// people adds n who agreed, and whose clock shows noon.
func (s *estate) people(n int) {
	s.Helper()
	noon := "UTC"
	for h := -12; h <= 12; h++ { // Etc/GMT+5 is five hours behind
		name := fmt.Sprintf("Etc/GMT%+d", h)
		zone, err := time.LoadLocation(name)
		if err == nil && s.now().In(zone).Hour() == 12 {
			noon = name
		}
	}
	var people []hotline.Subscriber
	for i := range n {
		people = append(people, hotline.Subscriber{
			Address: hotline.Address(fmt.Sprintf("+155501%05d", i)), Language: "en", Country: alwaysOpen, Zones: []string{noon}, SMS: hotline.OptInGiven,
		})
	}
	_, err := s.db.AddSubscribers(context.Background(), people, hotline.OptInEvent{Source: "import"})
	s.must(err)
}

// approved makes a campaign to everybody and approves it.
func (s *estate) approved() hotline.Campaign {
	s.Helper()
	ctx := context.Background()
	c, err := s.law.Draft(ctx, rosa, "Papers and pay")
	s.must(err)
	c, err = s.law.Edit(ctx, rosa, c.ID, c.Version, "message", func(p *hotline.CampaignPlan) error {
		p.Texts = []hotline.CampaignText{{Language: "en", Text: "{name}: new here? Ask us about pay."}}
		return nil
	})
	s.must(err)
	c, err = s.law.Edit(ctx, rosa, c.ID, c.Version, "message", func(p *hotline.CampaignPlan) error {
		p.Texts[0].Seen, p.Texts[0].SeenBy = "yes", rosa.ID
		return nil
	})
	s.must(err)
	c, err = s.law.Check(ctx, leila, c.ID, c.Version, "en")
	s.must(err)
	c, err = s.law.Submit(ctx, rosa, c.ID, c.Version)
	s.must(err)
	r, err := s.law.Review(ctx, c)
	s.must(err)
	c, err = s.law.Approve(ctx, leila, c.ID, c.Version, r.People, fmt.Sprint(r.People))
	s.must(err)
	return c
}

// flaky is a carrier that is often busy and often leaves without an answer.
type flaky struct {
	mu       sync.Mutex
	accepted map[hotline.MessageID]int
	texts    map[string]int
	chance   *rand.Rand
	busy     int // percent
	silent   int // percent accepted without an answer
	calls    atomic.Int64
}

func newFlaky(busy, silent int) *flaky {
	return &flaky{accepted: map[hotline.MessageID]int{}, texts: map[string]int{}, chance: rand.New(rand.NewPCG(3, 4)), busy: busy, silent: silent}
}

func (f *flaky) Send(_ context.Context, out hotline.Outgoing) hotline.SendResult {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls.Add(1)
	done := hotline.SendResult{State: hotline.Done, ProviderID: "SM" + string(out.MessageID), Delivery: hotline.Queued}
	soon := time.Now().Add(20 * time.Millisecond)
	if out.Unknown && f.accepted[out.MessageID] > 0 {
		return done
	}
	switch {
	case out.AskOnly, f.chance.IntN(100) < f.busy:
		return hotline.SendResult{State: hotline.Pending, RetryAt: soon, ErrorCode: 20429}
	case f.chance.IntN(100) < f.silent:
		f.accepted[out.MessageID]++
		return hotline.SendResult{State: hotline.Unknown, RetryAt: soon}
	}
	f.accepted[out.MessageID]++
	f.texts[out.Text.Reveal()]++
	return done
}

func (f *flaky) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.accepted)
}

func (s *estate) sender(carrier campaigns.Carrier, pace int) *campaigns.Sender {
	return campaigns.NewSender(campaigns.SenderConfig{
		Ledger: s.db, Carrier: carrier, Wording: s.writer, Doors: s.hours, Halt: s.runner.Halt, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: s.now, Shard: storetest.NewID(),
		Pace:    func(_ context.Context, _ hotline.Lane, want, _ int) (int, time.Duration) { return min(want, pace), 0 },
		Workers: 8, Every: 20 * time.Millisecond,
	})
}

// until waits for a condition.
func (s *estate) until(what string, is func() bool) {
	s.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		if is() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.Fatalf("not within 30 s: %s", what)
}

func each(t *testing.T, test func(*testing.T, storetest.Engine)) {
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

// TestEveryoneOnce: two nodes, a carrier that is busy and forgets to answer, and a
// node that dies: everybody gets one message.
func TestEveryoneOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e storetest.Engine) {
		s := newEstate(t, e, time.Now)
		s.people(700)
		c := s.approved()
		s.startNow(c)
		carrier := newFlaky(5, 3)
		ctx, stop := context.WithCancel(t.Context())
		var nodes sync.WaitGroup
		for range 2 {
			node := s.sender(carrier, 40)
			nodes.Go(func() { _ = node.Run(ctx) })
		}
		s.until("all are sent", func() bool { left, err := s.db.LanesLeft(t.Context(), c.ID); return err == nil && left == 0 })
		stop()
		nodes.Wait()
		for id, n := range carrier.accepted {
			if n != 1 {
				t.Errorf("%s was accepted %d times", id, n)
			}
		}
		parts, err := s.db.Progress(t.Context(), c.ID)
		if err != nil || len(parts) != 1 || parts[0].Sent != 700 || len(carrier.accepted) != 700 {
			t.Errorf("%d accepted, %+v, %v", len(carrier.accepted), parts, err)
		}
		if carrier.texts["Alder Desk: new here? Ask us about pay. Reply STOP to end."] == 0 {
			t.Error("the text is another one")
		}
		s.must(s.runner.Look(t.Context()))
		if c, err = s.db.Campaign(t.Context(), c.ID); err != nil || c.State != hotline.CampaignFinished {
			t.Errorf("%s, %v", c.State, err)
		}
	})
}

// TestPauseResumeStop: staff's word counts within two seconds, and nobody is lost or
// written to twice by it.
func TestPauseResumeStop(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e storetest.Engine) {
		s := newEstate(t, e, time.Now)
		s.people(300)
		c := s.approved()
		s.startNow(c)
		carrier := newFlaky(0, 0)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		node := s.sender(carrier, 2)
		ended := make(chan struct{})
		go func() { _ = node.Run(ctx); close(ended) }()
		s.until("some are sent", func() bool { return carrier.count() > 20 })
		_, err := s.law.Pause(ctx, rosa, c.ID)
		s.must(err)
		node.Wake()
		s.quiet(carrier)
		paused := carrier.count()
		if paused >= 300 {
			t.Fatal("all were sent before the pause")
		}
		_, err = s.law.Resume(ctx, rosa, c.ID)
		s.must(err)
		node.Wake()
		s.until("it goes on", func() bool { return carrier.count() > paused+20 })
		_, err = s.law.Stop(ctx, rosa, c.ID)
		s.must(err)
		node.Wake()
		s.quiet(carrier)
		stop()
		<-ended
		for id, n := range carrier.accepted {
			if n != 1 {
				t.Errorf("%s was accepted %d times", id, n)
			}
		}
		if _, err = s.law.Resume(context.Background(), rosa, c.ID); hotline.CodeOf(err) != hotline.Conflict {
			t.Errorf("a stopped campaign goes on: %v", err)
		}
	})
}

// startNow lets an approved campaign begin, hold or not.
func (s *estate) startNow(c hotline.Campaign) {
	s.Helper()
	_, err := s.db.ChangeCampaign(s.Context(), c.ID, func(c *hotline.Campaign) ([]hotline.AuditEntry, error) {
		c.NextAt = s.now()
		return nil, nil
	})
	s.must(err)
	s.must(s.runner.Look(s.Context()))
}

// quiet waits until the carrier hears nothing for a while, which must come within two
// seconds.
func (s *estate) quiet(f *flaky) {
	s.Helper()
	begun, last, since := time.Now(), f.calls.Load(), time.Now()
	for time.Since(since) < 300*time.Millisecond {
		time.Sleep(10 * time.Millisecond)
		if n := f.calls.Load(); n != last {
			last, since = n, time.Now()
		}
		if since.Sub(begun) > 2*time.Second {
			s.Fatal("it is still sending after two seconds")
		}
	}
}

// TestStopsItself: too many failures pause a campaign (C-18).
func TestStopsItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e storetest.Engine) {
		s := newEstate(t, e, time.Now)
		s.people(1200)
		c := s.approved()
		s.startNow(c)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var n atomic.Int64
		carrier := carrierFunc(func(out hotline.Outgoing) hotline.SendResult {
			if n.Add(1)%10 == 0 {
				return hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 30007}
			}
			return hotline.SendResult{State: hotline.Done, ProviderID: "SM" + string(out.MessageID), Delivery: hotline.Queued}
		})
		node := s.sender(carrier, 5)
		ended := make(chan struct{})
		go func() { _ = node.Run(ctx); close(ended) }()
		s.until("it pauses", func() bool {
			c, err := s.db.Campaign(ctx, c.ID)
			return err == nil && c.State == hotline.CampaignPaused && c.StopReason == "failures"
		})
		stop()
		<-ended
		if n.Load() >= 1200 {
			t.Error("all were sent all the same")
		}
	})
}

type carrierFunc func(hotline.Outgoing) hotline.SendResult

func (f carrierFunc) Send(_ context.Context, out hotline.Outgoing) hotline.SendResult { return f(out) }

// TestSomebodyLeaves: who has been taken and not yet sent to, and says stop, gets
// nothing.
func TestSomebodyLeaves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, e storetest.Engine) {
		s := newEstate(t, e, time.Now)
		s.people(60)
		c := s.approved()
		s.startNow(c)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var node *campaigns.Sender
		var left atomic.Bool
		last := hotline.Address("+15550100059")
		carrier := carrierFunc(func(out hotline.Outgoing) hotline.SendResult {
			if out.To == last {
				t.Error("somebody who left was written to")
			}
			if left.CompareAndSwap(false, true) { // all have been taken by now
				if _, err := s.db.SetOptIn(ctx, hotline.SMS, hotline.Subscriber{Address: last}, hotline.OptInEvent{State: hotline.OptInWithdrawn, Source: "person"}); err != nil {
					t.Error(err)
				}
				node.Recheck()
			}
			return hotline.SendResult{State: hotline.Done, ProviderID: "SM" + string(out.MessageID), Delivery: hotline.Queued}
		})
		node = campaigns.NewSender(campaigns.SenderConfig{
			Ledger: s.db, Carrier: carrier, Wording: s.writer, Doors: s.hours, Halt: s.runner.Halt, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now, Shard: "a",
			Pace: func(_ context.Context, _ hotline.Lane, want, _ int) (int, time.Duration) { return want, 0 }, Workers: 1, Every: 20 * time.Millisecond,
		})
		ended := make(chan struct{})
		go func() { _ = node.Run(ctx); close(ended) }()
		s.until("all are done", func() bool { left, err := s.db.LanesLeft(ctx, c.ID); return err == nil && left == 0 })
		stop()
		<-ended
		parts, err := s.db.Progress(context.Background(), c.ID)
		if err != nil || parts[0].Sent != 59 || parts[0].Skipped != 1 {
			t.Errorf("%+v, %v", parts, err)
		}
	})
}
