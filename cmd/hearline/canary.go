package main

import (
	"context"
	"regexp"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/store"
)

// canarySettings say how often a text goes through the carrier to our own number.
type canarySettings struct {
	Every time.Duration `help:"How often a text is sent through the carrier to our own number, to see that messages arrive, such as 1h; 0 is never." default:"0s" env:"HEARLINE_CANARY_EVERY"`
	From  string        `help:"A second number of ours, which it is sent from." env:"HEARLINE_CANARY_FROM" placeholder:"NUMBER"`
	To    string        `help:"The number of ours that people write to." env:"HEARLINE_CANARY_TO" placeholder:"NUMBER"`
}

var wholeNumber = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// leastCanary keeps a canary from being sent before the last can be back.
const leastCanary = 2 * hotline.CanaryWithin

func (c canarySettings) validate(carrier bool) error {
	switch {
	case c.Every == 0:
		return nil
	case !carrier:
		return hotline.Errorf(hotline.Invalid, "--canary-every: there is no carrier to send through; set --twilio-account-sid, or 0 for never")
	case c.Every < leastCanary:
		return hotline.Errorf(hotline.Invalid, "--canary-every: %s is too often; write %s or more, such as 1h", c.Every, leastCanary)
	case !wholeNumber.MatchString(c.From):
		return hotline.Errorf(hotline.Invalid, "--canary-from: write a second number of ours, such as +15550100101")
	case !wholeNumber.MatchString(c.To) || c.To == c.From:
		return hotline.Errorf(hotline.Invalid, "--canary-to: write the number that people write to, such as +15550100100; it is not the one of --canary-from")
	}
	return nil
}

// canary is set up also when none are sent: earlier ones are still in the
// carrier's list. Only who sends needs a sender and a log.
func (s *settings) canary(db *store.Store, keys *seal.Keyring, now func() time.Time) channels.CanaryConfig {
	return channels.CanaryConfig{
		Store: db, Sign: func(slot string) string { return keys.Index("canary", slot) },
		From: s.Canary.From, To: s.Canary.To, Every: s.Canary.Every, Now: now,
	}
}

func (a *app) newCanary() *channels.Canary {
	cfg := a.cfg.canary(a.db, a.keys, a.now)
	cfg.Sender, cfg.Log = a.carrier, a.log
	return channels.NewCanary(cfg)
}

// receiver lets a function stand at the carriers' door.
type receiver channels.Receive

// Receive implements hooks.Receiver.
func (r receiver) Receive(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error) {
	return r(ctx, in)
}

// canaryCollector asks the store how the last canary fared, once per scrape.
type canaryCollector struct {
	app           *app
	seconds, late *prometheus.Desc
}

func newCanaryCollector(a *app) *canaryCollector {
	return &canaryCollector{
		app:     a,
		seconds: prometheus.NewDesc("hearline_canary_seconds", "How long the last canary that came back was under way.", nil, nil),
		late:    prometheus.NewDesc("hearline_canary_late", "1 when a canary is not back in time: texts may not arrive.", nil, nil),
	}
}

// Describe implements prometheus.Collector.
func (c *canaryCollector) Describe(ch chan<- *prometheus.Desc) { ch <- c.seconds; ch <- c.late }

// Collect implements prometheus.Collector. A store that does not answer, or no
// canary, leaves the metric out.
func (c *canaryCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	latest, err := c.app.db.Canaries(ctx, 2)
	if err != nil || len(latest) == 0 {
		return
	}
	late := 0.0
	if hotline.CanaryLate(latest, c.app.cfg.Canary.Every, c.app.now()) {
		late = 1
	}
	ch <- prometheus.MustNewConstMetric(c.late, prometheus.GaugeValue, late)
	for _, canary := range latest {
		if took, back := canary.Took(); back {
			ch <- prometheus.MustNewConstMetric(c.seconds, prometheus.GaugeValue, took.Seconds())
			return
		}
	}
}
