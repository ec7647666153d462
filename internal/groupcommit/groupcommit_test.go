package groupcommit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type arrival struct{ sender, n int }

func bySender(a arrival) uint64 { return uint64(a.sender) }

func double(_ context.Context, ins []int) ([]int, error) {
	outs := make([]int, len(ins))
	for i, in := range ins {
		outs[i] = 2 * in
	}
	return outs, nil
}

func TestEveryCallerGetsItsOwnResult(t *testing.T) {
	t.Parallel()
	c := New(Config[int]{Workers: 3, MaxBatch: 7, Key: func(i int) uint64 { return uint64(i) }}, double, nil)
	defer c.Close()
	var wg sync.WaitGroup
	for i := range 2000 {
		wg.Go(func() {
			if out, err := c.Do(context.Background(), i); err != nil || out != 2*i {
				t.Errorf("%d: got %d, %v", i, out, err)
			}
		})
	}
	wg.Wait()
	if batches, items := c.Stats(); items != 2000 || batches == 0 || batches > items {
		t.Errorf("%d batches of %d items", batches, items)
	}
}

// gate is a commit that waits to be let through, so that tests know what waits.
type gate struct {
	entered chan []int
	pass    chan error
}

func newGate() *gate { return &gate{entered: make(chan []int), pass: make(chan error)} }

func (g *gate) commit(_ context.Context, ins []int) ([]int, error) {
	g.entered <- slices.Clone(ins)
	if err := <-g.pass; err != nil {
		return nil, err
	}
	return ins, nil
}

// queue starts Do calls one after the other and returns when each waits.
func queue(t *testing.T, c *Committer[int, int], ins ...int) chan error {
	t.Helper()
	results := make(chan error, len(ins))
	for _, in := range ins {
		before := waiting(c)
		go func() {
			_, err := c.Do(context.Background(), in)
			results <- err
		}()
		eventually(t, func() bool { return waiting(c) > before })
	}
	return results
}

func waiting(c *Committer[int, int]) int {
	n := 0
	for _, l := range c.lanes {
		l.mu.Lock()
		n += len(l.waiting)
		l.mu.Unlock()
	}
	return n
}

func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatal("the condition did not come true")
		}
		time.Sleep(50 * time.Microsecond)
	}
}

// occupy makes the worker busy with one item.
func occupy(c *Committer[int, int], g *gate) chan error {
	result := make(chan error, 1)
	go func() {
		_, err := c.Do(context.Background(), 0)
		result <- err
	}()
	<-g.entered
	return result
}

func TestWhatWaitsIsTheNextBatch(t *testing.T) {
	t.Parallel()
	g := newGate()
	c := New(Config[int]{MaxBatch: 3}, g.commit, nil)
	defer c.Close()
	first := occupy(c, g)
	rest := queue(t, c, 1, 2, 3, 4)
	g.pass <- nil
	if got := <-g.entered; !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("second batch is %v", got)
	}
	g.pass <- nil
	if got := <-g.entered; !slices.Equal(got, []int{4}) {
		t.Errorf("third batch is %v", got)
	}
	g.pass <- nil
	for range 4 {
		if err := <-rest; err != nil {
			t.Error(err)
		}
	}
	if err := <-first; err != nil {
		t.Error(err)
	}
}

func TestFullQueueAnswersAtOnce(t *testing.T) {
	t.Parallel()
	g := newGate()
	c := New(Config[int]{MaxQueue: 2}, g.commit, nil)
	first := occupy(c, g)
	rest := queue(t, c, 1, 2)
	if _, err := c.Do(context.Background(), 3); !errors.Is(err, ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	g.pass <- nil
	<-g.entered
	g.pass <- nil
	<-first
	<-rest
	<-rest
	c.Close()
}

func TestCallerLeavesButItemIsCommitted(t *testing.T) {
	t.Parallel()
	g := newGate()
	c := New(Config[int]{}, g.commit, nil)
	ctx, cancel := context.WithCancel(context.Background())
	left := make(chan error, 1)
	go func() {
		_, err := c.Do(ctx, 7)
		left <- err
	}()
	if got := <-g.entered; got[0] != 7 {
		t.Errorf("committed %v", got)
	}
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	g.pass <- nil
	c.Close()
	if _, items := c.Stats(); items != 1 {
		t.Errorf("%d items committed", items)
	}
}

func TestCloseDrainsAndRefuses(t *testing.T) {
	t.Parallel()
	g := newGate()
	c := New(Config[int]{MaxBatch: 1}, g.commit, nil)
	first := occupy(c, g)
	rest := queue(t, c, 1, 2)
	closed := make(chan struct{})
	go func() { c.Close(); close(closed) }()
	for range 2 {
		g.pass <- nil
		<-g.entered
	}
	g.pass <- nil
	<-closed
	for _, ch := range []chan error{first, rest, rest} {
		if err := <-ch; err != nil {
			t.Error(err)
		}
	}
	if _, err := c.Do(context.Background(), 9); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
	c.Close()
}

var errBad = errors.New("bad item")

func TestPoisonedItemFailsAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		poisoned func(error) bool
		fail     int
	}{
		{"retried", func(err error) bool { return errors.Is(err, errBad) }, 1},
		{"all fail together", func(error) bool { return false }, 5},
		{"no opinion", nil, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			entered, pass := make(chan struct{}), make(chan struct{})
			var hold atomic.Bool
			hold.Store(true)
			gc := New(Config[int]{}, func(_ context.Context, ins []int) ([]int, error) {
				if hold.CompareAndSwap(true, false) {
					entered <- struct{}{}
					<-pass
				}
				if slices.Contains(ins, 3) {
					return nil, errBad
				}
				return ins, nil
			}, c.poisoned)
			defer gc.Close()
			go func() { _, _ = gc.Do(context.Background(), 0) }()
			<-entered
			rest := queue(t, gc, 1, 2, 3, 4, 5)
			close(pass)
			failed := 0
			for range 5 {
				if err := <-rest; errors.Is(err, errBad) {
					failed++
				} else if err != nil {
					t.Error(err)
				}
			}
			if failed != c.fail {
				t.Errorf("%d failed, want %d", failed, c.fail)
			}
		})
	}
}

func TestPanicAndShortAnswerAreErrors(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := New(Config[int]{Log: slog.New(slog.NewTextHandler(&log, nil))}, func(_ context.Context, ins []int) ([]int, error) {
		if ins[0] == 1 {
			panic(fmt.Sprint("secret ", ins[0]))
		}
		return nil, nil
	}, nil)
	defer c.Close()
	_, err := c.Do(context.Background(), 1)
	if err == nil || err.Error() != "commit panicked with a string" {
		t.Errorf("got %v", err)
	}
	if said := log.String(); !strings.Contains(said, "TestPanicAndShortAnswerAreErrors") || strings.Contains(said, "secret") {
		t.Errorf("the log has no stack, or the value: %s", said)
	}
	if _, err := c.Do(context.Background(), 2); err == nil {
		t.Error("a short answer passed")
	}
}

func TestCommitHasItsOwnDeadline(t *testing.T) {
	t.Parallel()
	c := New(Config[int]{Timeout: time.Millisecond}, func(ctx context.Context, _ []int) ([]int, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}, nil)
	defer c.Close()
	if _, err := c.Do(context.Background(), 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// Any senders, workers and sizes: each item is committed once, those of one
// sender in their order and never by two workers at a time.
func TestOrderPerKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cfg := Config[arrival]{
			Workers: rapid.IntRange(1, 4).Draw(t, "workers"), MaxBatch: rapid.IntRange(1, 9).Draw(t, "batch"), Key: bySender,
		}
		senders := rapid.IntRange(1, 6).Draw(t, "senders")
		each := rapid.IntRange(1, 20).Draw(t, "each")
		var mu sync.Mutex
		seen := make([][]int, senders)
		c := New(cfg, func(_ context.Context, ins []arrival) ([]struct{}, error) {
			mu.Lock()
			defer mu.Unlock()
			for _, a := range ins {
				seen[a.sender] = append(seen[a.sender], a.n)
			}
			return make([]struct{}, len(ins)), nil
		}, nil)
		var wg sync.WaitGroup
		for s := range senders {
			wg.Go(func() {
				for n := range each {
					if _, err := c.Do(context.Background(), arrival{s, n}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		c.Close()
		for s, got := range seen {
			if len(got) != each || !slices.IsSorted(got) {
				t.Errorf("sender %d: %v", s, got)
			}
		}
	})
}

func BenchmarkDo(b *testing.B) {
	c := New(Config[int]{Workers: 2, Key: func(i int) uint64 { return uint64(i) }}, double, nil)
	defer c.Close()
	var n atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(128)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.Do(context.Background(), int(n.Add(1))); err != nil {
				b.Error(err)
			}
		}
	})
}
