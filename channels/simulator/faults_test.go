package simulator_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
)

func TestAPIFaults(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		faults simulator.Faults
		status int
		code   int
		retry  string
	}{
		{"too many", simulator.Faults{TooMany: 100, RetryAfterS: 7}, 429, 20429, "7"},
		{"too many, no time given", simulator.Faults{TooMany: 100}, 429, 20429, "1"},
		{"server error", simulator.Faults{ServerError: 100}, 500, 20500, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			l := newLine(t, simulator.Config{Faults: row.faults})
			a := l.call("POST", ".json", order())
			if a.status != row.status || l.code(a) != row.code || a.header.Get("Retry-After") != row.retry {
				t.Errorf("got %d %s, Retry-After %q", a.status, a.body, a.header.Get("Retry-After"))
			}
			if len(l.Messages()) != 0 {
				t.Error("a refused message was kept")
			}
		})
	}
}

func TestFaultsHitTheirShare(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{Faults: simulator.Faults{TooMany: 30}})
	hit := 0
	for range 1000 {
		if l.call("POST", ".json", order()).status == 429 {
			hit++
		}
	}
	if hit < 240 || hit > 360 {
		t.Errorf("%d of 1000 at 30 %%", hit)
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := simulator.New(simulator.Config{Faults: simulator.Faults{LatencyMS: 700}})
		defer c.Close()
		l := &line{t, c, c.Handler()}
		began := time.Now()
		l.create(order())
		if took := time.Since(began); took != 700*time.Millisecond {
			t.Errorf("answered after %v", took)
		}
	})
}

// A message whose answer never comes was accepted all the same, and goes out.
func TestHangAfterAccepting(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{Faults: simulator.Faults{Hang: 100}})
	server := httptest.NewServer(l.handler)
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	path := server.URL + "/2010-04-01/Accounts/" + simulator.DefaultAccountSID + "/Messages.json"
	req, err := http.NewRequestWithContext(ctx, "POST", path, strings.NewReader(order().Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	gone := make(chan error)
	go func() {
		res, err := server.Client().Do(req)
		if err == nil {
			res.Body.Close()
		}
		gone <- err
	}()
	await(t, "delivered", func() bool {
		m := l.Messages()
		return len(m) == 1 && m[0].Status == hotline.Delivered
	})
	cancel()
	if err := <-gone; err == nil {
		t.Error("an answer came")
	}
	query := url.Values{"To": {person}}
	if got := len(l.call("GET", ".json?"+query.Encode(), nil).json(t)["messages"].([]any)); got != 1 {
		t.Errorf("looked up: %d messages", got)
	}
}

func TestWebhookFaults(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		faults simulator.Faults
		want   string // texts as they reach the service
	}{
		{"healthy", simulator.Faults{}, "1 2 3 4"},
		{"duplicated", simulator.Faults{Duplicate: 100}, "1 1 2 2 3 3 4 4"},
		{"reordered", simulator.Faults{Reorder: 100}, "2 1 4 3"},
		{"lost", simulator.Faults{LoseWebhook: 100}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := &hotlineService{}
			cfg := connected(s)
			cfg.Faults = row.faults
			l := newLine(t, cfg)
			for _, text := range []string{"1", "2", "3", "4"} {
				if err := l.Text(t.Context(), person, text); err != nil {
					t.Fatal(err)
				}
			}
			if got := strings.Join(s.trail("/hooks/twilio/sms", "Body"), " "); got != row.want {
				t.Errorf("heard %q, want %q", got, row.want)
			}
			if got := len(l.Messages()); got != 4 {
				t.Errorf("%d messages in the list", got)
			}
		})
	}
}

func TestHeldMessageComesInTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &hotlineService{}
		cfg := connected(s)
		cfg.Faults.Reorder = 100
		c := simulator.New(cfg)
		defer c.Close()
		if err := c.Text(t.Context(), person, "alone"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if got := s.trail("/hooks/twilio/sms", "Body"); !slices.Equal(got, []string{"alone"}) {
			t.Errorf("heard %v", got)
		}
	})
}

func TestLostCallbacks(t *testing.T) {
	t.Parallel()
	s := &hotlineService{}
	cfg := connected(s)
	cfg.Faults.LoseCallback = 100
	l := newLine(t, cfg)
	sid := l.create(order())
	await(t, "delivered", func() bool { return l.call("GET", "/"+sid+".json", nil).json(t)["status"] == "delivered" })
	if calls := s.all(); len(calls) != 0 {
		t.Errorf("%d callbacks", len(calls))
	}
}

func TestOptedOut(t *testing.T) {
	t.Parallel()
	send := func(l *line, to string) int {
		from := strings.Replace(to, person, simulator.DefaultNumber, 1)
		a := l.call("POST", ".json", order("To", to, "From", from))
		if a.status == http.StatusCreated {
			return 0
		}
		return l.code(a)
	}
	wa := "whatsapp:" + person
	for _, row := range []struct {
		name  string
		steps func(l *line)
		sms   int
		wa    int
	}{
		{"nothing said", func(*line) {}, 0, 0},
		{"stop by sms", func(l *line) { _ = l.Text(t.Context(), person, "STOP") }, 21610, 0},
		{"stop by whatsapp", func(l *line) { _ = l.Text(t.Context(), wa, "unsubscribe ") }, 0, 21610},
		{"stop and start", func(l *line) {
			_ = l.Text(t.Context(), person, "stop")
			_ = l.Text(t.Context(), person, "Start")
		}, 0, 0},
		{"stop and yes", func(l *line) {
			_ = l.Text(t.Context(), person, "STOP")
			_ = l.Text(t.Context(), person, "YES")
		}, 21610, 0},
		{"by hand", func(l *line) { l.SetOptedOut(person, true) }, 21610, 0},
		{"by hand and back", func(l *line) { l.SetOptedOut(person, true); l.SetOptedOut(person, false) }, 0, 0},
	} {
		l := newLine(t, simulator.Config{})
		row.steps(l)
		heard := len(l.Messages())
		if got := [2]int{send(l, person), send(l, wa)}; got != [2]int{row.sms, row.wa} {
			t.Errorf("%s: %v", row.name, got)
		}
		// What the carrier itself says after STOP is in no list.
		list := l.call("GET", ".json", nil).json(t)["messages"].([]any)
		if accepted := len(list) - heard; accepted != btoi(row.sms == 0)+btoi(row.wa == 0) {
			t.Errorf("%s: %d messages listed", row.name, len(list))
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestFaultsOutOfRange(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{Faults: simulator.Faults{TooMany: 101}})
	if l.Faults() != (simulator.Faults{}) {
		t.Error("faults out of range were taken at the start")
	}
	for _, f := range []simulator.Faults{{TooMany: -1}, {Hang: 101}, {LatencyMS: 60_001}, {RetryAfterS: -1}} {
		if err := l.SetFaults(f); hotline.CodeOf(err) != hotline.Invalid {
			t.Errorf("%+v: %v", f, err)
		}
	}
}
