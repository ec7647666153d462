package ratelimit

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/testenv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is moved by the test.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.micros.Store(time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

func (c *clock) now() time.Time          { return time.UnixMicro(c.micros.Load()) }
func (c *clock) advance(d time.Duration) { c.micros.Add(d.Microseconds()) }

var kinds = map[string]func(*testing.T, *clock) Limiter{
	"memory": func(_ *testing.T, c *clock) Limiter { return NewMemory(c.now) },
	"redis":  func(t *testing.T, c *clock) Limiter { return onRedis(t, c, testenv.Redis(t)) },
}

func onRedis(t *testing.T, c *clock, url string) *Redis {
	r, err := NewRedis(RedisConfig{URL: url, Secret: []byte("test"), Now: c.now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	r.prefix = "hearline-test:" + uuid.NewString() + ":"
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// One body for both kinds.
func TestLimiter(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T, *clock, Limiter){
		"a burst, then one by one": burst,
		"as many as there is room": takeSome,
		"keys do not share":        keysApart,
		"no limit":                 noLimit,
		"the clock goes back":      clockBack,
		"never above the limit":    neverAbove,
		"many at once":             manyAtOnce,
	}
	for kind, open := range kinds {
		for name, run := range cases {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := newClock()
				run(t, c, open(t, c))
			})
		}
	}
}

func burst(t *testing.T, c *clock, l Limiter) {
	limit := Limit{Events: 3, Per: time.Minute}
	steps := []struct {
		advance time.Duration
		ok      bool
		retry   time.Duration
	}{
		{0, true, 0},
		{0, true, 0},
		{0, true, 0},
		{0, false, 20 * time.Second},
		{0, false, 20 * time.Second}, // a refusal costs nothing
		{5 * time.Second, false, 15 * time.Second},
		{15 * time.Second, true, 0},
		{0, false, 20 * time.Second},
		{time.Hour, true, 0},
		{0, true, 0},
		{0, true, 0},
		{0, false, 20 * time.Second},
	}
	for i, s := range steps {
		c.advance(s.advance)
		if ok, retry := l.Allow(t.Context(), "login:+15550100177", limit); ok != s.ok || retry != s.retry {
			t.Errorf("step %d: %v %s, want %v %s", i, ok, retry, s.ok, s.retry)
		}
	}
}

// takeSome: as many as there is room for, and then a wait for one.
func takeSome(t *testing.T, c *clock, l Limiter) {
	limit := Limit{Events: 10, Per: time.Second}
	take := func(want, got int, wait time.Duration) {
		t.Helper()
		n, after := l.Take(t.Context(), "some", want, limit)
		if n != got || after != wait {
			t.Errorf("of %d got %d, wait %s; want %d, wait %s", want, n, after, got, wait)
		}
	}
	take(7, 7, 0)
	take(7, 3, 0)
	take(7, 0, 100*time.Millisecond)
	c.advance(250 * time.Millisecond)
	take(7, 2, 0)
	take(1, 0, 50*time.Millisecond)
	c.advance(time.Minute)
	take(100, 10, 0)
	if n, _ := l.Take(t.Context(), "off", 5, Limit{}); n != 5 {
		t.Errorf("no limit gave %d of 5", n)
	}
}

func keysApart(t *testing.T, _ *clock, l Limiter) {
	limit := Limit{Events: 1, Per: time.Minute}
	for _, key := range []string{"a", "b", ""} {
		if ok, _ := l.Allow(t.Context(), key, limit); !ok {
			t.Errorf("first event of %q refused", key)
		}
		if ok, _ := l.Allow(t.Context(), key, limit); ok {
			t.Errorf("second event of %q allowed", key)
		}
	}
}

func noLimit(t *testing.T, _ *clock, l Limiter) {
	for _, limit := range []Limit{{}, {Events: 1}, {Per: time.Minute}, {Events: -1, Per: time.Minute}} {
		for range 3 {
			if ok, retry := l.Allow(t.Context(), "k", limit); !ok || retry != 0 {
				t.Errorf("%+v limits", limit)
			}
		}
	}
}

func clockBack(t *testing.T, c *clock, l Limiter) {
	limit := Limit{Events: 2, Per: time.Minute}
	for range 2 {
		l.Allow(t.Context(), "k", limit)
	}
	c.advance(-24 * time.Hour)
	if ok, retry := l.Allow(t.Context(), "k", limit); ok || retry > time.Minute {
		t.Errorf("%v, wait %s: nobody waits longer than the limit's time", ok, retry)
	}
}

// In no window of Per are there more than 2×Events (a full bucket and what
// flows back), and whoever waits as told is let in. Windows are long, because the
// real Redis forgets keys by its own clock, which stands still for no test.
func neverAbove(t *testing.T, c *clock, l Limiter) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := Limit{Events: rapid.IntRange(1, 20).Draw(rt, "events"), Per: time.Duration(rapid.IntRange(10_000_000, 100_000_000).Draw(rt, "µs")) * time.Microsecond}
		key := uuid.NewString()
		var allowed []time.Time
		for range 30 {
			c.advance(time.Duration(rapid.Int64Range(0, limit.Per.Microseconds()).Draw(rt, "gap")) * time.Microsecond)
			ok, retry := l.Allow(context.Background(), key, limit)
			if !ok {
				c.advance(retry)
				if ok, more := l.Allow(context.Background(), key, limit); !ok {
					rt.Fatalf("refused for another %s after waiting %s", more, retry)
				}
			}
			allowed = append(allowed, c.now())
			if n := within(allowed, c.now().Add(-limit.span())); n > 2*limit.Events {
				rt.Fatalf("%d events in %s, limit %d", n, limit.span(), limit.Events)
			}
		}
	})
}

func within(times []time.Time, from time.Time) (n int) {
	for _, at := range times {
		if at.After(from) {
			n++
		}
	}
	return n
}

func manyAtOnce(t *testing.T, _ *clock, l Limiter) {
	var ok atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 10 {
				if allowed, _ := l.Allow(context.Background(), "k", Limit{Events: 25, Per: time.Hour}); allowed {
					ok.Add(1)
				}
			}
		})
	}
	all.Wait()
	if ok.Load() != 25 {
		t.Errorf("%d allowed, want 25", ok.Load())
	}
}

func TestMemoryForgetsTheLeastRecentlyUsed(t *testing.T) {
	t.Parallel()
	m := NewMemory(newClock().now)
	m.max = 3
	limit := Limit{Events: 1, Per: time.Hour}
	for _, key := range []string{"a", "b", "c", "a", "d"} { // b was used least recently
		m.Allow(t.Context(), key, limit)
	}
	for key, want := range map[string]bool{"a": false, "c": false, "d": false} {
		if ok, _ := m.Allow(t.Context(), key, limit); ok != want {
			t.Errorf("%s allowed: %v", key, ok)
		}
	}
	if ok, _ := m.Allow(t.Context(), "b", limit); !ok {
		t.Error("b is still known")
	}
	if len(m.keys) != 3 || m.order.Len() != 3 {
		t.Errorf("%d keys, %d in order", len(m.keys), m.order.Len())
	}
}

func TestRedisLostAndBack(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	c := newClock()
	one, two := onRedis(t, c, "redis://"+server.Addr()), onRedis(t, c, "redis://"+server.Addr())
	two.prefix = one.prefix
	limit := Limit{Events: 1, Per: time.Hour}
	try := func(l *Redis, key string, want bool) {
		t.Helper()
		if ok, _ := l.Allow(t.Context(), key, limit); ok != want {
			t.Errorf("%s allowed: %v", key, ok)
		}
	}
	try(one, "shared", true)
	try(two, "shared", false)

	server.Close()
	try(one, "alone", true)
	try(one, "alone", false)
	try(two, "alone", true) // each node counts for itself

	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	try(one, "resting", true) // not asked yet
	try(two, "resting", true)
	c.advance(rest)
	try(one, "again", true)
	try(two, "again", false)
}

func TestRedisGoneCallerGone(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	r := onRedis(t, newClock(), "redis://"+server.Addr())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.Allow(ctx, "k", Limit{Events: 1, Per: time.Hour})
	if r.restUntil.Load() != 0 {
		t.Error("a caller who gave up made Redis look lost")
	}
}

func TestNoKeyIsReadable(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	r := onRedis(t, newClock(), "redis://"+server.Addr())
	r.Allow(t.Context(), "sms:+15550100177", Limit{Events: 1, Per: time.Hour})
	if keys := server.Keys(); len(keys) != 1 || strings.Contains(server.Dump(), "0100177") {
		t.Errorf("keys %q", keys)
	}
	if ttl := server.TTL(server.Keys()[0]); ttl <= 0 || ttl > time.Hour {
		t.Errorf("kept for %s", ttl)
	}
	if hash([]byte("one"), "k") == hash([]byte("two"), "k") {
		t.Error("the secret makes no difference")
	}
}

func TestRedisURLStaysSecret(t *testing.T) {
	t.Parallel()
	_, err := NewRedis(RedisConfig{URL: "redis//:hunter2@host"})
	if hotline.CodeOf(err) != hotline.Invalid || strings.Contains(fmt.Sprint(err), "hunter2") {
		t.Errorf("error %v", err)
	}
}
