package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/hub"
	"github.com/hearline/hearline/internal/testenv"
)

// redis is a Redis of the test's own, which it may kill.
type redis struct {
	program, folder, addr string
	cmd                   *exec.Cmd
}

func newRedis(t *testing.T) *redis {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		testenv.Missing(t, "redis-server", "install the package redis-server")
	}
	r := &redis{program: program, folder: t.TempDir(), addr: free(t)}
	t.Cleanup(r.kill)
	return r
}

func (r *redis) url() string { return "redis://" + r.addr + "/0" }

func (r *redis) start(t *testing.T) {
	t.Helper()
	host, port, err := net.SplitHostPort(r.addr)
	if err != nil {
		t.Fatal(err)
	}
	r.cmd = exec.Command(r.program, "--bind", host, "--port", port, "--save", "", "--appendonly", "no", "--dir", r.folder)
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Redis answers", func() bool { return hub.Ping(t.Context(), r.url()) == nil })
}

func (r *redis) kill() {
	if r.cmd == nil {
		return
	}
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
	r.cmd = nil
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func TestProveRedisMayBeAbsent(t *testing.T) {
	t.Parallel()
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	s := e.serve(t, "--redis-url", "redis://"+free(t)+"/0")
	l := s.load(4)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	acked := &acknowledged{ids: map[string]int64{}}
	l.acked = func(n int64) {
		if acked.add(n); acked.count.Load() == 200 {
			cancel()
		}
	}
	if got := l.run(ctx, patience, crashMessage); got.errors > 0 || len(got.latencies) < 200 {
		t.Errorf("%d taken, %d errors", len(got.latencies), got.errors)
	}
	if code := s.stop(t, patience); code != 0 {
		t.Errorf("exit code %d", code)
	}
	proveStored(t, e, acked, l.next.Load())
}

// The signal to stop comes before the last requests are committed: what they
// changed must still reach the screens of the other nodes.
func TestEventsReachOtherNodesAfterTheSignal(t *testing.T) {
	t.Parallel()
	r := newRedis(t)
	r.start(t)
	withRedis := func(c *settings) { c.RedisURL = r.url() }
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	ctx, signal := context.WithCancel(t.Context())
	ending, err := newApp(ctx, e.settings(t, withRedis), quiet(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	other := e.app(t, quiet(), time.Now, withRedis)
	for _, a := range []*app{ending, other} {
		eventually(t, "the hub is connected", func() bool { return a.hub.(*hub.Redis).Connected() })
	}
	events := other.hub.Subscribe(t.Context(), func(hotline.Event) bool { return true })
	signal()
	receipt, err := ending.intake.Receive(t.Context(), hotline.Inbound{
		Channel: hotline.SMS, From: "+15550100177", To: benchNumber, ProviderID: "SM1", Text: "they took my passport", At: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ending.close()
	select {
	case e := <-events:
		if e.ConversationID != receipt.ConversationID {
			t.Errorf("heard %+v", e)
		}
	case <-time.After(patience):
		t.Error("the last message was not heard of")
	}
}

func TestProveRedisMayDieAndComeBack(t *testing.T) {
	t.Parallel()
	r := newRedis(t)
	e := newEstate(t, testenv.Postgres(t))
	r.start(t)
	node := e.serve(t, "--redis-url", r.url())
	other := e.app(t, quiet(), time.Now, func(c *settings) { c.RedisURL = r.url() }) // a second node
	var heard, resyncs atomic.Int64
	events := other.hub.Subscribe(t.Context(), func(hotline.Event) bool { return true })
	go func() {
		for e := range events {
			if e.Kind == hub.Resync {
				resyncs.Add(1)
			} else {
				heard.Add(1)
			}
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	acked := &acknowledged{ids: map[string]int64{}}
	l := node.load(4)
	l.acked = acked.add
	loaded := make(chan sample, 1)
	go func() { loaded <- l.run(ctx, 5*time.Minute, crashMessage) }()

	for range scaled(1, 5) {
		mark := heard.Load()
		eventually(t, "an event of one node is heard on the other", func() bool { return heard.Load() > mark })
		r.kill()
		mark = acked.count.Load()
		eventually(t, "messages are taken without Redis", func() bool { return acked.count.Load() > mark+300 })
		mark = resyncs.Load()
		r.start(t)
		eventually(t, "the other node is told to look again", func() bool { return resyncs.Load() > mark })
	}
	mark := heard.Load()
	eventually(t, "events are heard again", func() bool { return heard.Load() > mark })
	cancel()
	if got := <-loaded; got.errors > 0 {
		t.Errorf("%d webhooks failed", got.errors)
	}
	if code := node.stop(t, patience); code != 0 {
		t.Errorf("exit code %d", code)
	}
	proveStored(t, e, acked, l.next.Load())
}
