package main

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestPresenceAsksNowAndThen(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 12, 14, 20, 0, 0, time.UTC)
	asked, fault := 0, error(nil)
	p := &presence{now: func() time.Time { return now }, count: func(_ context.Context, since time.Time) (int, error) {
		asked++
		if want := now.Add(-hereFor); !since.Equal(want) {
			t.Errorf("asked since %s, want %s", since, want)
		}
		return asked, fault
	}}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, step := range []struct {
		later time.Duration
		fault error
		here  int
	}{{0, nil, 1}, {askEvery - 1, nil, 1}, {1, nil, 2}, {askEvery, errors.New("no database"), 3}, {1, errors.New("no database"), 3}, {askEvery, nil, 4}} {
		now, fault = now.Add(step.later), step.fault
		if here, err := p.Here(ended); here != step.here || (err == nil) != (step.fault == nil) {
			t.Errorf("at %s: %d, %v; want %d", now, here, err, step.here)
		}
	}
}
