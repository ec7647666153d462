// Package groupcommit lets many callers share one transaction: whatever is
// queued when a worker becomes free is its next batch. There is no timer and no
// linger; on an idle system an item is committed at once and alone, and under
// load batches grow by themselves while the previous commit is in flight.
//
// It knows nothing of what is committed or where.
package groupcommit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Errors of Do that are not the commit's own.
var (
	ErrFull   = errors.New("groupcommit: queue is full")
	ErrClosed = errors.New("groupcommit: closed")
)

// Config sets the sizes. Zero values take the defaults.
type Config[In any] struct {
	Workers  int           // commits in flight at a time; default 1
	MaxBatch int           // items in one commit; default 512
	MaxQueue int           // items waiting over all workers; default 8192
	Timeout  time.Duration // of one commit; default 30 s
	// Key decides the worker: items with the same key keep their order. Without
	// it every item has the same key.
	Key func(In) uint64
	Log *slog.Logger // of panics; nil: silent
}

// Committer gathers items and commits them in batches.
type Committer[In, Out any] struct {
	cfg      Config[In]
	commit   func(context.Context, []In) ([]Out, error)
	poisoned func(error) bool
	lanes    []*lane[In, Out]
	pool     sync.Pool
	running  sync.WaitGroup
	batches  atomic.Uint64
	items    atomic.Uint64
}

// item is one caller's wait. done holds one result, so that a worker never
// waits for a caller who has left.
type item[In, Out any] struct {
	in   In
	out  Out
	err  error
	done chan struct{}
}

// New starts the workers. commit is called by several of them at a time, with
// at most MaxBatch items, and answers with one result per item, in order. When
// it fails and poisoned says that one item may be to blame, the batch is
// committed again item by item, so that only that item fails.
func New[In, Out any](cfg Config[In], commit func(context.Context, []In) ([]Out, error), poisoned func(error) bool) *Committer[In, Out] {
	cfg = cfg.withDefaults()
	c := &Committer[In, Out]{cfg: cfg, commit: commit, poisoned: poisoned}
	c.pool.New = func() any { return &item[In, Out]{done: make(chan struct{}, 1)} }
	limit := (cfg.MaxQueue + cfg.Workers - 1) / cfg.Workers
	for range cfg.Workers {
		l := newLane[In, Out](limit)
		c.lanes = append(c.lanes, l)
		c.running.Go(func() { c.work(l) })
	}
	return c
}

func (cfg Config[In]) withDefaults() Config[In] {
	if cfg.Workers < 1 {
		cfg.Workers = 1
	}
	if cfg.MaxBatch < 1 {
		cfg.MaxBatch = 512
	}
	if cfg.MaxQueue < 1 {
		cfg.MaxQueue = 8192
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.Key == nil {
		cfg.Key = func(In) uint64 { return 0 }
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return cfg
}

// Do queues in and waits for its commit. ErrFull comes at once when the queue of
// its worker is full, ErrClosed after Close. When ctx ends first, its error
// comes back although in is still committed.
func (c *Committer[In, Out]) Do(ctx context.Context, in In) (Out, error) {
	var none Out
	if err := ctx.Err(); err != nil {
		return none, err
	}
	it := c.pool.Get().(*item[In, Out])
	it.in = in
	if err := c.lanes[c.cfg.Key(in)%uint64(len(c.lanes))].put(it); err != nil {
		c.recycle(it)
		return none, err
	}
	select {
	case <-it.done:
		out, err := it.out, it.err
		c.recycle(it)
		return out, err
	case <-ctx.Done():
		return none, ctx.Err() // the worker still holds the item: it is not recycled
	}
}

func (c *Committer[In, Out]) recycle(it *item[In, Out]) {
	done := it.done
	*it = item[In, Out]{done: done}
	c.pool.Put(it)
}

// Close takes no more items, commits those that wait and returns when the
// workers have ended. It may be called more than once.
func (c *Committer[In, Out]) Close() {
	for _, l := range c.lanes {
		l.close()
	}
	c.running.Wait()
}

// Stats says how many commits there were and how many items they held. A batch
// that was committed again item by item counts once.
func (c *Committer[In, Out]) Stats() (batches, items uint64) {
	return c.batches.Load(), c.items.Load()
}

// work commits one lane until it is closed and empty.
func (c *Committer[In, Out]) work(l *lane[In, Out]) {
	batch := make([]*item[In, Out], 0, c.cfg.MaxBatch)
	ins := make([]In, 0, c.cfg.MaxBatch)
	for {
		batch = l.take(batch[:0], c.cfg.MaxBatch)
		if len(batch) == 0 {
			return
		}
		ins = ins[:0]
		for _, it := range batch {
			ins = append(ins, it.in)
		}
		c.settle(batch, ins)
		clear(batch) // results may be large; do not keep them until the next batch
		clear(ins)
	}
}

// settle commits a batch and wakes its callers.
func (c *Committer[In, Out]) settle(batch []*item[In, Out], ins []In) {
	c.batches.Add(1)
	c.items.Add(uint64(len(batch)))
	outs, err := c.try(ins)
	if err != nil && len(batch) > 1 && c.poisoned != nil && c.poisoned(err) {
		for i, it := range batch {
			one, err := c.try(ins[i : i+1])
			it.finish(one, 0, err)
		}
		return
	}
	for i, it := range batch {
		it.finish(outs, i, err)
	}
}

func (it *item[In, Out]) finish(outs []Out, i int, err error) {
	if err != nil {
		it.err = err
	} else {
		it.out = outs[i]
	}
	it.done <- struct{}{}
}

// try calls commit once, under a deadline of our own: a caller who gives up must
// not undo the commit of the others. A panic becomes an error, and a line in the
// log with its place. Neither has the value, which may hold what was to be
// committed.
func (c *Committer[In, Out]) try(ins []In) (outs []Out, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.cfg.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			outs, err = nil, fmt.Errorf("commit panicked with a %T", p)
			c.cfg.Log.Error("a commit panicked", "err", err, "stack", string(debug.Stack()))
		}
	}()
	outs, err = c.commit(ctx, ins)
	if err == nil && len(outs) != len(ins) {
		err = fmt.Errorf("commit answered %d of %d items", len(outs), len(ins))
	}
	return outs, err
}
