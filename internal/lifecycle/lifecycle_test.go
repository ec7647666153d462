package lifecycle

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// diary notes what happened in which order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) notes(line string, err error) func(context.Context) error {
	return func(context.Context) error {
		d.note(line)
		return err
	}
}

func (d *diary) want(t *testing.T, lines ...string) {
	t.Helper()
	if !slices.Equal(d.lines, lines) {
		t.Errorf("happened %q, want %q", d.lines, lines)
	}
}

func TestStartInOrderStopInReverse(t *testing.T) {
	t.Parallel()
	var d diary
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	g := Group{Log: slog.New(slog.NewTextHandler(&log, nil))}
	up := make(chan struct{})
	g.Started = func() { d.note("all started"); close(up) }
	g.Add("a", d.notes("a starts", nil), d.notes("a stops", nil))
	g.Go("b", func(ctx context.Context) error {
		<-up
		d.note("b runs")
		cancel()
		<-ctx.Done()
		d.note("b ends")
		return ctx.Err()
	})
	g.Add("nothing", nil, nil)
	if err := g.Run(ctx); err != nil {
		t.Error(err)
	}
	d.want(t, "a starts", "all started", "b runs", "b ends", "a stops")
	for _, want := range []string{"msg=started part=a took=", "msg=stopped part=b took="} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, log.String())
		}
	}
}

func TestStopsWhatStartedWhenAStartFails(t *testing.T) {
	t.Parallel()
	var d diary
	broken := errors.New("port taken")
	var g Group
	g.Add("a", d.notes("a starts", nil), d.notes("a stops", nil))
	g.Add("b", d.notes("b starts", broken), d.notes("b stops", nil))
	g.Add("c", d.notes("c starts", nil), d.notes("c stops", nil))
	g.Started = func() { d.note("all started") }
	err := g.Run(t.Context())
	if !errors.Is(err, broken) || err.Error() != "start b: port taken" {
		t.Errorf("error %v", err)
	}
	d.want(t, "a starts", "b starts", "a stops")
}

func TestFirstFailureStopsAllAndErrorsAreJoined(t *testing.T) {
	t.Parallel()
	var d diary
	broken, stuck := errors.New("connection lost"), errors.New("not flushed")
	var g Group
	g.Add("a", nil, d.notes("a stops", stuck))
	g.Go("b", func(ctx context.Context) error {
		<-ctx.Done()
		d.note("b ends")
		return nil
	})
	g.Go("c", func(context.Context) error { return broken })
	err := g.Run(t.Context())
	if !errors.Is(err, broken) || !errors.Is(err, stuck) {
		t.Errorf("error %v", err)
	}
	if want := "c: connection lost\na: not flushed"; err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	d.want(t, "b ends", "a stops")
}

func TestDoneIsNotAFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	finished := make(chan struct{})
	var g Group
	g.Go("once", func(context.Context) error { close(finished); return nil })
	g.Go("other", func(ctx context.Context) error {
		<-finished
		if ctx.Err() != nil {
			t.Error("stopped because another part was done")
		}
		cancel()
		<-ctx.Done()
		return nil
	})
	if err := g.Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestFailureWhileStoppingIsReported(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	broken := errors.New("last write failed")
	var g Group
	g.Go("a", func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return broken
	})
	if err := g.Run(ctx); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	hang := func(context.Context) error { <-release; return nil }
	cases := map[string]struct {
		build   func(*Group)
		cancels bool
		want    string
	}{
		"a start that hangs":  {func(g *Group) { g.Add("x", hang, nil) }, false, "start x: took too long"},
		"a stop that hangs":   {func(g *Group) { g.Add("x", nil, hang) }, true, "x: took too long"},
		"a runner that hangs": {func(g *Group) { g.Go("x", hang) }, true, "x: took too long"},
	}
	t.Cleanup(func() { close(release) }) // after the parallel ones: nothing leaks
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d diary
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			g := Group{StartWithin: 20 * time.Millisecond, StopWithin: 20 * time.Millisecond}
			g.Add("first", nil, d.notes("first stops", nil))
			c.build(&g)
			if c.cancels {
				g.Add("last", func(context.Context) error { cancel(); return nil }, nil)
			}
			if err := g.Run(ctx); !errors.Is(err, errLate) || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
			d.want(t, "first stops") // whoever hangs does not keep the others from stopping
		})
	}
}

func TestToldToStopWhileStarting(t *testing.T) {
	t.Parallel()
	var d diary
	ctx, cancel := context.WithCancel(t.Context())
	var g Group
	g.Add("a", func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		d.note("a is up all the same")
		return nil
	}, d.notes("a stops", nil))
	g.Add("b", d.notes("b starts", nil), nil)
	if err := g.Run(ctx); err != nil {
		t.Error(err)
	}
	d.want(t, "a is up all the same", "a stops")
}
