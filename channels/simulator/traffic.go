package simulator

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Traffic comes from this many invented phones, +15550110000 onwards, away from
// those on the page; at most this many texts are under way at once.
const (
	trafficPhones = 500
	trafficAtOnce = 8
	maxPerSecond  = 10_000
)

// ParseRate reads "2/s", "30/m" or "100/h" as messages per second; "" and "0"
// are none. Anything else, or more than 10,000 per second, is hotline.Invalid.
func ParseRate(s string) (perSecond float64, err error) {
	if s == "" || s == "0" {
		return 0, nil
	}
	number, unit, _ := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(number, 64)
	per := map[string]float64{"s": 1, "m": 60, "min": 60, "h": 3600}[unit]
	// Written so that NaN fails too.
	if err != nil || per == 0 || !(n >= 0 && n/per <= maxPerSecond) {
		return 0, hotline.Errorf(hotline.Invalid, "a rate is written like 2/s, 30/m or 100/h")
	}
	return n / per, nil
}

// Traffic lets invented people text in several languages until ctx or the
// carrier ends. Each tells a short story: a report or question, YES to the first
// question, then a place. What the service cannot take in time is not sent
// later: the rate is an upper bound. It returns when its last text is answered.
func (c *Carrier) Traffic(ctx context.Context, perSecond float64) {
	if !(perSecond > 0 && perSecond <= maxPerSecond) {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.ctx, cancel)()
	tick := time.NewTicker(time.Duration(float64(time.Second) / perSecond))
	defer tick.Stop()
	slots := make(chan struct{}, trafficAtOnce)
	crowd := newCrowd()
	var busy sync.WaitGroup
	defer busy.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		select {
		case slots <- struct{}{}:
		default:
			continue
		}
		busy.Go(func() {
			defer func() { <-slots }()
			from, body, done := crowd.next(c.chance)
			defer done()
			// A text that nobody takes is shown by the carrier's counts, not here.
			_ = c.Text(ctx, from, body)
		})
	}
}

// crowd is who texts: where each invented phone is in its story.
type crowd struct {
	mu     sync.Mutex
	phones [trafficPhones]storyteller
}

type storyteller struct {
	lines []string // still to be said; empty before a new story
	busy  bool     // a text is under way; one phone's texts keep their order
}

func newCrowd() *crowd { return &crowd{} }

// next picks a phone and its line. done frees the phone for its next one.
func (w *crowd) next(luck *chance) (from, body string, done func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := luck.below(trafficPhones)
	for w.phones[at].busy {
		at = (at + 1) % trafficPhones
	}
	p := &w.phones[at]
	if len(p.lines) == 0 {
		p.lines = story(luck)
	}
	body, p.lines, p.busy = p.lines[0], p.lines[1:], true
	from = fmt.Sprintf("+1555011%04d", at)
	if at%4 == 0 {
		from = whatsApp + from
	}
	return from, body, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		p.busy = false
	}
}

func story(luck *chance) []string {
	all := languages()
	l := all[luck.below(len(all))]
	first := l.Samples[luck.below(len(l.Samples))].Text
	return []string{first, l.Yes, l.Place}
}
