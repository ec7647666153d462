package console

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// arrivals is what a fake store knows of what arrives.
type arrivals struct {
	canaries []hotline.Canary
	tallies  []hotline.Tally
	waiting  int
	oldest   time.Time
	aside    int
}

func (f *fake) Canaries(context.Context, int) ([]hotline.Canary, error) {
	return f.arrivals.canaries, nil
}

func (f *fake) Tallies(context.Context, time.Time) ([]hotline.Tally, error) {
	return f.arrivals.tallies, nil
}
func (f *fake) Outstanding(context.Context) (int, error) { return f.arrivals.waiting, nil }
func (f *fake) OldestOutstanding(context.Context) (time.Time, error) {
	return f.arrivals.oldest, nil
}
func (f *fake) QuarantinedCount(context.Context) (int, error) { return f.arrivals.aside, nil }

// wellArrived is a fortnight in which nothing was lost and one gap was filed.
func wellArrived(now time.Time) arrivals {
	a := arrivals{canaries: []hotline.Canary{{SentAt: now.Add(-10 * time.Minute), HeardAt: now.Add(-10*time.Minute + 4*time.Second)}}}
	for day := range daysShown {
		for hour := range 3 {
			n := 40 + 7*day%11 + hour
			a.tallies = append(a.tallies, hotline.Tally{Hour: now.AddDate(0, 0, -day).Truncate(24 * time.Hour).Add(time.Duration(hour) * time.Hour), Carrier: n, Stored: n})
		}
	}
	a.tallies[6].Filed = 2
	return a
}

func TestHealth(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*arrivals)
		says   []string
		red    bool
	}{
		"nothing known": {func(a *arrivals) { *a = arrivals{} }, []string{"None sent yet", "Nothing waits", "Not compared yet", "not compared"}, false},
		"all well":      {func(*arrivals) {}, []string{"back after 4 s", "2 messages that no webhook brought, all filed", ">12 May<"}, false},
		"canary lost": {
			func(a *arrivals) { a.canaries[0].HeardAt = time.Time{} },
			[]string{"not back yet", "Texts may not arrive"},
			true,
		},
		"canary refused": {
			func(a *arrivals) { a.canaries[0].HeardAt, a.canaries[0].Fault = time.Time{}, 21606 },
			[]string{"did not take it (code 21606)"},
			true,
		},
		"canary not sent": {func(a *arrivals) { a.canaries[0].SentAt = noon.Add(-2 * time.Hour) }, []string{"None sent since 12:32", "serve"}, true},
		"short": {
			func(a *arrivals) { a.tallies[0].Stored-- },
			[]string{"1 message at the carrier and not here", "fewer: "},
			true,
		},
		"young outbox": {func(a *arrivals) { a.waiting, a.oldest = 1, noon.Add(-2*time.Second) }, []string{"1 text; the oldest for 2 s"}, false},
		"old outbox":   {func(a *arrivals) { a.waiting, a.oldest = 3, noon.Add(-2*time.Hour) }, []string{"3 texts; the oldest for 2 h", "a node sends"}, true},
		"put aside":    {func(a *arrivals) { a.aside = 2 }, []string{"2 requests", "HEARLINE_PUBLIC_URL"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := adminHouse(t)
			h.fake.arrivals = wellArrived(noon)
			c.change(&h.fake.arrivals)
			body := h.get(t, "/x/health").body
			wants(t, body, c.says...)
			if c.red {
				wants(t, body, "1 to look at", "checks__red")
			} else {
				wants(t, body, "Nothing wrong")
			}
		})
	}
}

func TestHealthIsForAdministrators(t *testing.T) {
	t.Parallel()
	h := adminHouse(t)
	h.signIn(t, dina)
	if a := h.get(t, "/x/health"); a.StatusCode != http.StatusForbidden {
		t.Errorf("for an operator: %d", a.StatusCode)
	}
}
