package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
)

type benchCampaignCmd struct {
	Database    string        `help:"A SQLite path or a postgres:// URL. The benchmark makes a database of its own beside it and removes it afterwards." default:"./bench.db" env:"HEARLINE_BENCH_DATABASE" placeholder:"PATH|URL" password:"HEARLINE_BENCH_DATABASE"`
	Recipients  int           `help:"People who get the message." default:"100000"`
	Connections int           `help:"Messages on their way at a time, of the campaign and of the bare loop." default:"64"`
	Bare        time.Duration `help:"How long the bare loop sends." default:"10s"`
}

// campaignReport is what the benchmark prints: times in seconds, latencies in
// milliseconds, rates per second, memory in MB. Messages are counted in the ledger:
// their states are durable. The bare loop is a plain HTTP client that posts the same
// message to the same carrier, which calls back for it just as much, to a server that
// does nothing.
type campaignReport struct {
	Database    string  `json:"database"`
	Recipients  int     `json:"recipients"`
	Connections int     `json:"connections"`
	Import      float64 `json:"add_people_per_s"`
	CensusP95   float64 `json:"census_p95_ms"`
	Ledger      float64 `json:"ledger_s"`
	Messages    float64 `json:"messages_per_s"`
	BareLoop    float64 `json:"bare_loop_per_s"`
	ToBareLoop  float64 `json:"ratio_to_bare_loop"`
	Delivered   int     `json:"delivered"`
	Errors      int     `json:"errors"`
	PeakRSS     float64 `json:"peak_rss_mb"`
	QueueP95    float64 `json:"queue_p95_ms"`
	ReplyP95    float64 `json:"reply_p95_ms"`
	Replies     int     `json:"replies"`
}

const benchCampaignNumber = "+15550100200"

// Run seeds the people, writes the ledger, measures the bare loop, and lets the real
// server send, while staff look at the queue and answer people.
func (c *benchCampaignCmd) Run(ctx context.Context) error {
	if c.Recipients < 1 || c.Connections < 1 || c.Bare < time.Second {
		return hotline.Errorf(hotline.Invalid, "--recipients and --connections: at least 1; --bare: at least 1s")
	}
	ground, err := newBenchGround(ctx, c.Database)
	if err != nil {
		return err
	}
	defer ground.drop()
	db, err := ground.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	b := campaignBench{benchCampaignCmd: c, db: db, staff: &chatSeed{count: benchAnswered}}
	b.report = campaignReport{Database: db.Engine(), Recipients: c.Recipients, Connections: c.Connections}
	if err := b.seed(ctx); err != nil {
		return err
	}
	if err := b.carrier(ctx); err != nil {
		return err
	}
	defer b.phones.Close()
	b.report.BareLoop = b.bareLoop(ctx)
	if err := b.send(ctx, ground); err != nil {
		return err
	}
	if b.report.BareLoop > 0 {
		b.report.ToBareLoop = b.report.Messages / b.report.BareLoop
	}
	return json.NewEncoder(os.Stdout).Encode(b.report)
}

// campaignBench is one run of the benchmark.
type campaignBench struct {
	*benchCampaignCmd
	db       *store.Store
	staff    *chatSeed
	campaign hotline.CampaignID
	phones   *simulator.Carrier
	address  string // of the carrier
	watch    replyWatch
	report   campaignReport
}

const (
	seededTogether = 5000
	censusTimes    = 20
	// benchAnswered is how many people are there whom staff can answer.
	benchAnswered = 200
)

// seed adds the people, counts them, and writes the ledger.
func (b *campaignBench) seed(ctx context.Context) error {
	if err := b.staff.plantStaff(ctx, b.db); err != nil {
		return err
	}
	zone := noonZone(time.Now())
	begun := time.Now()
	for from := 0; from < b.Recipients; from += seededTogether {
		people := make([]hotline.Subscriber, min(seededTogether, b.Recipients-from))
		for i := range people {
			people[i] = hotline.Subscriber{
				Address: hotline.Address(benchSender(int64(from + i))), Language: []hotline.Language{"en", "es", "km"}[i%3], Country: "XA", Zones: []string{zone},
				Population: []string{"farm workers", "students", "domestic workers"}[i%7%3], Tags: []string{"spring"}, Source: "bench", SMS: hotline.OptInGiven,
			}
		}
		if _, err := b.db.AddSubscribers(ctx, people, hotline.OptInEvent{Wording: "I agree to get texts.", Language: "en", Source: "import"}); err != nil {
			return err
		}
	}
	b.report.Import = float64(b.Recipients) / time.Since(begun).Seconds()
	if err := b.census(ctx); err != nil {
		return err
	}
	return b.ledger(ctx, zone)
}

// noonZone is a zone in which it is about noon, so that everybody may be written to.
func noonZone(now time.Time) string {
	for h := -12; h <= 12; h++ {
		name := fmt.Sprintf("Etc/GMT%+d", h)
		if zone, err := time.LoadLocation(name); err == nil && now.In(zone).Hour() == 12 {
			return name
		}
	}
	return "UTC"
}

func (b *campaignBench) census(ctx context.Context) error {
	s := sample{}
	for i := range censusTimes {
		a := []hotline.Audience{{}, {Languages: []hotline.Language{"km"}}, {Populations: []string{"students"}, SeenWithin: 90}, {Tags: []string{"spring"}, Rest: 7}}[i%4]
		begun := time.Now()
		if _, err := b.db.Census(ctx, hotline.SMS, a); err != nil {
			return err
		}
		s.latencies = append(s.latencies, time.Since(begun))
	}
	s.sort()
	b.report.CensusP95 = s.percentile(.95)
	return nil
}

func (b *campaignBench) ledger(ctx context.Context, zone string) error {
	now := time.Now()
	c := hotline.Campaign{
		ID: hotline.CampaignID(newID()), Name: "Bench", State: hotline.CampaignPaused, Version: 1, AuthorID: "bench", CreatedAt: now, UpdatedAt: now, StartedAt: now,
		Plan: hotline.CampaignPlan{Channel: hotline.SMS, Fallback: "en", Schedule: hotline.Schedule{Kind: hotline.AtOnce}, Texts: []hotline.CampaignText{
			{Language: "en", Text: benchCampaignText},
			{Language: "es", Text: "{name}: ¿Trabajas aquí? Pregúntanos sobre pago, papeles o vivienda. Es gratis."},
			{Language: "km", Text: "{name}៖ សួរយើងអំពីប្រាក់ខែ។"},
		}},
	}
	b.campaign = c.ID
	if err := b.db.AddCampaign(ctx, c); err != nil {
		return err
	}
	begun := time.Now()
	_, err := b.db.StartRun(ctx, hotline.RunStart{
		Campaign: c.ID, DueAt: now, Channel: hotline.SMS, Texts: []hotline.Language{"en", "es", "km"}, Fallback: "en", Senders: []string{benchCampaignNumber},
		Due: []hotline.PlaceDue{{Country: "XA", Zones: zone, At: now}},
	})
	b.report.Ledger = time.Since(begun).Seconds()
	return err
}

const benchCampaignText = "{name}: new here? Ask us about pay, papers or housing. It is free and in your language."

// carrier starts the simulated carrier; answers of staff pass its watch.
func (b *campaignBench) carrier(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	b.address = "http://" + listener.Addr().String()
	b.phones = simulator.New(simulator.Config{
		AccountSID: benchAccount, AuthToken: benchToken, Number: benchNumber, Second: benchCampaignNumber, BaseURL: b.address, Keep: 200_000, AtOnce: 64,
	})
	server := &http.Server{Handler: b.watch.before(b.phones.Handler()), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return nil
}

// send starts the server and lets the campaign go.
func (b *campaignBench) send(ctx context.Context, ground benchGround) error {
	server, err := startServer(ctx, ground, "--twilio-base-url", b.address, "--name", "Alder Desk",
		"--campaign-senders", benchCampaignNumber+"=100000", "--campaign-at-once", fmt.Sprint(b.Connections))
	if err != nil {
		return err
	}
	defer server.stop()
	if err := b.staff.plantTexts(ctx, b.db, benchAnswered); err != nil {
		return err
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	desk := newDeskWatch(server.addr, b.staff, &b.watch)
	desk.start(watching)
	if err := b.run(ctx); err != nil {
		return err
	}
	stop()
	desk.wait()
	b.report.QueueP95, b.report.ReplyP95, b.report.Replies = desk.queue.percentile(.95), desk.replies.percentile(.95), len(desk.replies.latencies)
	b.report.Errors += desk.errors
	b.report.PeakRSS, err = server.peakRSS()
	return err
}

// run lets the campaign go, and waits until all is sent and called back.
func (b *campaignBench) run(ctx context.Context) error {
	_, err := b.db.ChangeCampaign(ctx, b.campaign, func(c *hotline.Campaign) ([]hotline.AuditEntry, error) {
		c.State = hotline.CampaignSending
		return nil, nil
	})
	if err != nil {
		return err
	}
	begun, sent := time.Time{}, 0
	for {
		p, err := b.progress(ctx)
		if err != nil {
			return err
		}
		if begun.IsZero() && p.Sent > 0 {
			begun, sent = time.Now(), p.Sent
		}
		if done := p.Sent + p.Failed + p.Skipped; done >= b.Recipients {
			b.report.Errors += p.Failed + p.Skipped
			b.callbacks(ctx)
			b.report.Messages = float64(p.Sent-sent) / time.Since(begun).Seconds()
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// callbacks waits for the carrier's last calls; those that do not come show in the
// report.
func (b *campaignBench) callbacks(ctx context.Context) {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		p, err := b.progress(ctx)
		if b.report.Delivered = p.Delivered; err != nil || p.Delivered >= p.Sent {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (b *campaignBench) progress(ctx context.Context) (sum hotline.Progress, err error) {
	parts, err := b.db.Progress(ctx, b.campaign)
	for _, p := range parts {
		sum.Sent += p.Sent
		sum.Failed += p.Failed
		sum.Skipped += p.Skipped
		sum.Delivered += p.Delivered
	}
	return sum, err
}
