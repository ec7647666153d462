package simulator

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Faults are what goes wrong, in percent of the cases it can happen to. The
// zero value is a carrier in perfect health.
type Faults struct {
	LatencyMS    int `json:"latency_ms"`    // added to every API answer, at most a minute
	TooMany      int `json:"too_many"`      // API calls answered 429
	RetryAfterS  int `json:"retry_after_s"` // what the 429 says to wait; 0 means 1
	ServerError  int `json:"server_error"`  // API calls answered 500, nothing done
	Hang         int `json:"hang"`          // messages accepted whose answer never comes
	Undelivered  int `json:"undelivered"`   // messages that end undelivered (30003)
	Duplicate    int `json:"duplicate"`     // webhooks and callbacks made twice
	Reorder      int `json:"reorder"`       // webhooks and callbacks overtaken by the next
	LoseCallback int `json:"lose_callback"` // callbacks never made
	LoseWebhook  int `json:"lose_webhook"`  // inbound messages nobody is called for
}

// Validate returns hotline.Invalid when a value is out of range.
func (f Faults) Validate() error {
	for _, p := range []int{f.TooMany, f.ServerError, f.Hang, f.Undelivered, f.Duplicate, f.Reorder, f.LoseCallback, f.LoseWebhook} {
		if p < 0 || p > 100 {
			return hotline.Errorf(hotline.Invalid, "a fault is a percentage from 0 to 100")
		}
	}
	if f.LatencyMS < 0 || f.LatencyMS > 60_000 || f.RetryAfterS < 0 || f.RetryAfterS > 3600 {
		return hotline.Errorf(hotline.Invalid, "latency is 0 to 60000 ms, retry-after 0 to 3600 s")
	}
	return nil
}

// Faults returns what goes wrong now.
func (c *Carrier) Faults() Faults { return c.faults.get() }

// SetFaults changes what goes wrong from now on. It returns hotline.Invalid
// when a value is out of range.
func (c *Carrier) SetFaults(f Faults) error {
	if err := f.Validate(); err != nil {
		return err
	}
	c.faults.set(f)
	c.hub.publish(event{Kind: "faults", Faults: &f})
	return nil
}

type faultPanel struct {
	mu  sync.RWMutex
	now Faults
}

func (p *faultPanel) get() Faults {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.now
}

func (p *faultPanel) set(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = f
}

// faulty stands before the API: it makes callers wait and turns some away.
func (c *Carrier) faulty(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := c.faults.get()
		if f.LatencyMS > 0 && !c.sleep(r, time.Duration(f.LatencyMS)*time.Millisecond) {
			panic(http.ErrAbortHandler)
		}
		switch {
		case c.chance.percent(f.TooMany):
			w.Header().Set("Retry-After", strconv.Itoa(max(1, f.RetryAfterS)))
			c.note("API call answered 429")
			refuse(w, errTooMany)
		case c.chance.percent(f.ServerError):
			c.note("API call answered 500")
			refuse(w, errServer)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// sleep is false when the caller or the carrier is gone first.
func (c *Carrier) sleep(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-c.ctx.Done():
	}
	return false
}
