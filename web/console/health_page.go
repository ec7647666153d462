package console

import (
	"context"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// health is the page on which administrators see that nothing is lost.
type health struct{ *Console }

const (
	// daysShown is how far back the counts of the carrier and ours go.
	daysShown = 14
	// outboxLate is how old a text that waits to be sent may be: the exchange that
	// it belongs to is over after as long.
	outboxLate = hotline.ExchangeEnds
	// twoCanaries are enough to know whether one that is under way says anything.
	twoCanaries = 2
)

type healthPage struct {
	frame
	Red    int // how many things are wrong
	Checks []healthCheck
	Days   []healthDay
	Zone   string
}

// healthCheck is one line: what, how it is, and what to do when it is red.
type healthCheck struct {
	Name, Says, Do string
	Red, Off       bool
}

type healthDay struct {
	Name                   string
	Carrier, Stored, Filed int
	Counted                bool
}

// Short says that the carrier took more than is here.
func (d healthDay) Short() bool { return d.Stored < d.Carrier }

func (s *Console) mountHealth(r fiber.Router) {
	k := &health{s}
	r.Get("/x/health", s.signedIn(administrator(k.show)))
}

func (k *health) show(c *fiber.Ctx, v *visit) error {
	f, err := k.frame(c, v, "health", "Does everything arrive?")
	if err != nil {
		return err
	}
	p := healthPage{frame: f, Zone: k.Zone.String()}
	if p.Days, err = k.days(c.UserContext()); err != nil {
		return err
	}
	for _, check := range []func(context.Context) (healthCheck, error){k.canary, k.outbox, k.quarantine} {
		line, err := check(c.UserContext())
		if err != nil {
			return err
		}
		p.Checks = append(p.Checks, line)
	}
	p.Checks = append(p.Checks, gaps(p.Days))
	for _, line := range p.Checks {
		if line.Red {
			p.Red++
		}
	}
	return k.pages.Render(c, fiber.StatusOK, "health", p)
}

func (k *health) canary(ctx context.Context) (healthCheck, error) {
	line := healthCheck{Name: "A text to ourselves"}
	if k.CanaryEvery == 0 {
		line.Says, line.Do, line.Off = "Off", "Set --canary-every and a second number of yours to see that texts arrive.", true
		return line, nil
	}
	latest, err := k.Health.Canaries(ctx, twoCanaries)
	if err != nil || len(latest) == 0 {
		line.Says, line.Off = "None sent yet", true
		return line, err
	}
	last := latest[0]
	at := k.at(last.SentAt)
	took, back := last.Took()
	switch {
	case last.Fault != 0:
		line.Says, line.Do = fmt.Sprintf("Sent %s; the carrier did not take it (code %d)", at, last.Fault), "Look the code up at the carrier; check the account and both numbers."
	case k.Now().Sub(last.SentAt) > k.CanaryEvery+hotline.CanaryWithin:
		line.Says = "None sent since " + at
	case back:
		line.Says = fmt.Sprintf("Sent %s, back after %s", at, shortly(took))
	default:
		line.Says = "Sent " + at + ", not back yet"
	}
	line.Red = hotline.CanaryLate(latest, k.CanaryEvery, k.Now())
	if line.Red && line.Do == "" {
		line.Do = "Texts may not arrive. Check the addresses of the number at the carrier, and that 'hearline serve' runs."
	}
	return line, nil
}

func (k *health) outbox(ctx context.Context) (healthCheck, error) {
	line := healthCheck{Name: "Waiting to be sent", Says: "Nothing waits"}
	n, err := k.Health.Outstanding(ctx)
	if err != nil || n == 0 {
		return line, err
	}
	oldest, err := k.Health.OldestOutstanding(ctx)
	if err != nil || oldest.IsZero() { // sent meanwhile
		return line, err
	}
	age := k.Now().Sub(oldest)
	line.Says = fmt.Sprintf("%s; the oldest for %s", counted(n, "text"), shortly(age))
	if age > outboxLate {
		line.Red, line.Do = true, "Check that a node sends and that the account at the carrier is in order; the log names the error codes."
	}
	return line, nil
}

func (k *health) quarantine(ctx context.Context) (healthCheck, error) {
	line := healthCheck{Name: "Put aside", Says: "Nothing"}
	n, err := k.Health.QuarantinedCount(ctx)
	if n > 0 {
		line.Says, line.Do = counted(n, "request"), "Their signature was wrong or they could not be read. Most are forgeries; after a move, check HEARLINE_PUBLIC_URL."
	}
	return line, err
}

// gaps sums up the days.
func gaps(days []healthDay) healthCheck {
	line := healthCheck{Name: "Gaps", Says: fmt.Sprintf("None in %d days", daysShown)}
	missing, filed, looked := 0, 0, false
	for _, d := range days {
		missing, filed, looked = missing+max(0, d.Carrier-d.Stored), filed+d.Filed, looked || d.Counted
	}
	switch {
	case !looked:
		line.Says, line.Off = "Not compared yet", true
	case missing > 0:
		line.Red, line.Says = true, counted(missing, "message")+" at the carrier and not here"
		line.Do = "The next comparison files what can be filed. If it stays, look at the carrier's list of that day."
	case filed > 0:
		line.Says = fmt.Sprintf("%s that no webhook brought, all filed", counted(filed, "message"))
	}
	return line
}

// days counts by day, today first.
func (k *health) days(ctx context.Context) ([]healthDay, error) {
	today := k.Now().In(k.Zone)
	first := time.Date(today.Year(), today.Month(), today.Day()-daysShown+1, 0, 0, 0, 0, k.Zone)
	tallies, err := k.Health.Tallies(ctx, first)
	if err != nil {
		return nil, err
	}
	byDay := map[string]*healthDay{}
	days := make([]healthDay, daysShown)
	for i := range days {
		days[i].Name = today.AddDate(0, 0, -i).Format("2 Jan")
		byDay[days[i].Name] = &days[i]
	}
	for _, t := range tallies {
		if d := byDay[t.Hour.In(k.Zone).Format("2 Jan")]; d != nil {
			d.Carrier, d.Stored, d.Filed, d.Counted = d.Carrier+t.Carrier, d.Stored+t.Stored, d.Filed+t.Filed, true
		}
	}
	return days, nil
}

// at is a moment as short as the day allows.
func (k *health) at(t time.Time) string {
	form := "15:04"
	if k.Now().Sub(t) > 12*time.Hour {
		form = "2 Jan 15:04"
	}
	return t.In(k.Zone).Format(form)
}

// shortly is a length of time in its largest unit.
func shortly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(1, int(d.Round(time.Second).Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
