// Package lifecycle starts the parts of a process in order and stops them in
// the reverse order, each within a deadline. What fails first stops all.
//
// It knows nothing of what the parts do, of signals or of configuration.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Deadlines where Group names none. Orchestrators kill after 30 s, so all parts
// together should stop well below that.
const (
	defaultStart = 30 * time.Second
	defaultStop  = 10 * time.Second
)

// Group is a list of parts. The zero value is ready to use; Run may be called
// once, and nothing may be added after it.
type Group struct {
	Log         *slog.Logger  // nil: silent
	StartWithin time.Duration // for each part; 0 means 30 s
	StopWithin  time.Duration // for each part; 0 means 10 s
	Started     func()        // called once when all parts have started; may be nil

	parts  []part
	failed chan struct{}
}

type part struct {
	name  string
	start func(context.Context) error
	stop  func(context.Context) error
}

// Add appends a part that start sets going and stop ends. The context of start
// ends with start: what must live on takes its own. stop is called only when
// start returned nil. Either may be nil.
func (g *Group) Add(name string, start, stop func(context.Context) error) {
	g.parts = append(g.parts, part{name, start, stop})
}

// Go appends a part that is one goroutine. Its context ends when it is its turn
// to stop, and it must return then. To return an error earlier stops the whole
// group; to return nil earlier means that its work was done.
func (g *Group) Go(name string, run func(context.Context) error) {
	r := &runner{run: run, done: make(chan struct{}), failed: g.fail(name)}
	g.Add(name, r.start, r.stop)
}

// Run starts all parts, waits until ctx ends or a part fails, and stops those
// that run. It returns what failed, joined, each with the part's name; nil when
// ctx ended and everything stopped in time.
func (g *Group) Run(ctx context.Context) error {
	if g.Log == nil {
		g.Log = slog.New(slog.DiscardHandler)
	}
	running, err := g.startAll(ctx)
	if err == nil {
		if g.Started != nil && len(running) == len(g.parts) {
			g.Started()
		}
		select {
		case <-ctx.Done():
		case <-g.failures():
		}
	}
	return errors.Join(err, g.stopAll(ctx, running))
}

func (g *Group) startAll(ctx context.Context) (running []part, err error) {
	for _, p := range g.parts {
		if ctx.Err() != nil {
			return running, nil
		}
		begun := time.Now()
		if err := within(ctx, orDefault(g.StartWithin, defaultStart), p.start); err != nil {
			return running, fmt.Errorf("start %s: %w", p.name, err)
		}
		g.Log.Info("started", "part", p.name, "took", time.Since(begun))
		running = append(running, p)
	}
	return running, nil
}

func (g *Group) stopAll(ctx context.Context, running []part) error {
	ctx = context.WithoutCancel(ctx)
	var all []error
	for i := len(running) - 1; i >= 0; i-- {
		p, begun := running[i], time.Now()
		err := within(ctx, orDefault(g.StopWithin, defaultStop), p.stop)
		if err != nil {
			all = append(all, fmt.Errorf("%s: %w", p.name, err))
		}
		g.Log.Info("stopped", "part", p.name, "took", time.Since(begun), "clean", err == nil)
	}
	return errors.Join(all...)
}

func (g *Group) failures() chan struct{} {
	if g.failed == nil {
		g.failed = make(chan struct{}, 1)
	}
	return g.failed
}

// fail says at once what happened: until the group's error is printed all the
// other parts have to stop.
func (g *Group) fail(name string) func(error) {
	failures := g.failures()
	return func(err error) {
		g.Log.Error("failed, stopping everything", "part", name, "error", err.Error())
		select {
		case failures <- struct{}{}:
		default: // somebody else was first
		}
	}
}

// errLate is what a part gets that ignores its deadline; it is left behind.
var errLate = errors.New("took too long")

func within(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	if do == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	result := make(chan error, 1)
	go func() { result <- do(ctx) }()
	// Not ctx.Done: when the process is told to stop while a part starts, how
	// that start ends must be known.
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-result:
		return err
	case <-timer.C:
		return fmt.Errorf("%w: not done after %s", errLate, limit)
	}
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

// runner makes a part of one goroutine.
type runner struct {
	run    func(context.Context) error
	failed func(error)
	cancel context.CancelFunc
	done   chan struct{}
	err    error // read after done
}

func (r *runner) start(ctx context.Context) error {
	ctx, r.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(r.done)
		err := r.run(ctx)
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return // it did as it was told
		}
		if r.err = err; err != nil && ctx.Err() == nil {
			r.failed(err)
		}
	}()
	return nil
}

func (r *runner) stop(ctx context.Context) error {
	r.cancel()
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return fmt.Errorf("%w: its goroutine goes on", errLate)
	}
}
