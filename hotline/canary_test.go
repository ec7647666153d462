package hotline

import (
	"testing"
	"time"
)

func TestCanaryLate(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC)
	sent := func(ago, took time.Duration) Canary {
		c := Canary{SentAt: noon.Add(-ago)}
		if took > 0 {
			c.HeardAt = c.SentAt.Add(took)
		}
		return c
	}
	refused := sent(time.Minute, 0)
	refused.Fault = 21606
	for name, c := range map[string]struct {
		latest []Canary
		want   bool
	}{
		"none yet":                    {nil, false},
		"back":                        {[]Canary{sent(30*time.Minute, 4*time.Second)}, false},
		"on its way":                  {[]Canary{sent(4*time.Minute, 0)}, false},
		"not back":                    {[]Canary{sent(6*time.Minute, 0)}, true},
		"back too late":               {[]Canary{sent(30*time.Minute, 6*time.Minute)}, true},
		"refused":                     {[]Canary{refused}, true},
		"on its way after a lost one": {[]Canary{sent(time.Minute, 0), sent(61*time.Minute, 0)}, true},
		"on its way after a good one": {[]Canary{sent(time.Minute, 0), sent(61*time.Minute, time.Second)}, false},
		"back after a lost one":       {[]Canary{sent(time.Minute, time.Second), sent(61*time.Minute, 0)}, false},
		"no longer sent":              {[]Canary{sent(66*time.Minute, time.Second)}, true},
	} {
		if got := CanaryLate(c.latest, time.Hour, noon); got != c.want {
			t.Errorf("%s: late %v", name, got)
		}
	}
}
