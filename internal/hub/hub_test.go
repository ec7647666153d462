package hub

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/testenv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 10 * time.Second

// closer is a hub as tests use it.
type closer interface {
	Hub
	Close() error
}

// nodes returns where to publish and where to subscribe: one hub, or two of
// one service.
type nodes func(t *testing.T) (here, there closer)

func onMemory(*testing.T) (closer, closer) {
	m := NewMemory()
	return m, m
}

func onOneRedisNode(t *testing.T) (closer, closer) {
	r := redisNode(t, realRedis(t), randomChannel())
	return r, r
}

func onTwoRedisNodes(t *testing.T) (closer, closer) {
	options, channel := realRedis(t), randomChannel()
	return redisNode(t, options, channel), redisNode(t, options, channel)
}

func realRedis(t *testing.T) *redis.Options {
	options, err := redis.ParseURL(testenv.Redis(t))
	if err != nil {
		t.Fatal(err)
	}
	return options
}

func randomChannel() string { return "hearline-test:" + uuid.NewString() }

func redisNode(t *testing.T, options *redis.Options, channel string) *Redis {
	own := *options
	r := newRedis(context.Background(), tuned(&own), channel, slog.New(slog.NewTextHandler(io.Discard, nil)))
	t.Cleanup(func() { _ = r.Close() })
	eventually(t, "the node is connected", r.Connected)
	return r
}

// One body for every kind of hub.
func TestHub(t *testing.T) {
	t.Parallel()
	kinds := map[string]nodes{"memory": onMemory, "redis, one node": onOneRedisNode, "redis, two nodes": onTwoRedisNodes}
	cases := map[string]func(*testing.T, closer, closer){
		"what matches arrives once and in order": arrivesOnce,
		"nil matches everything":                 matchesAll,
		"the end of the context closes":          contextCloses,
		"closing the hub closes":                 hubCloses,
		"a slow subscriber gets one resync":      slowResync,
		"many publish at once":                   manyPublish,
	}
	for kind, open := range kinds {
		for name, run := range cases {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				here, there := open(t)
				t.Cleanup(func() { _, _ = here.Close(), there.Close() })
				run(t, here, there)
			})
		}
	}
}

func arrivesOnce(t *testing.T, here, there closer) {
	mine := there.Subscribe(t.Context(), func(e hotline.Event) bool { return e.ConversationID == "mine" || e.Kind == "end" })
	want := []hotline.Event{
		{Topic: "conversation", Kind: "message", ConversationID: "mine", Priority: hotline.Emergency},
		{Topic: "conversation", Kind: "status", ConversationID: "mine"},
		{Topic: "queue", Kind: "end"},
	}
	here.Publish(hotline.Event{Topic: "conversation", Kind: "message", ConversationID: "theirs"})
	for _, e := range want {
		here.Publish(e)
	}
	if got := receive(t, mine, len(want)); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// What came twice would be here before the next event.
	here.Publish(event(1))
	here.Publish(want[2])
	if got := receive(t, mine, 1); got[0] != want[2] {
		t.Errorf("got %+v again", got)
	}
}

func matchesAll(t *testing.T, here, there closer) {
	all := there.Subscribe(t.Context(), nil)
	here.Publish(event(1))
	here.Publish(event(2))
	if got := receive(t, all, 2); !slices.Equal(got, []hotline.Event{event(1), event(2)}) {
		t.Errorf("got %+v", got)
	}
}

func contextCloses(t *testing.T, here, there closer) {
	ctx, cancel := context.WithCancel(t.Context())
	gone := there.Subscribe(ctx, nil)
	stays := there.Subscribe(t.Context(), nil)
	cancel()
	closed(t, gone)
	here.Publish(event(1))
	receive(t, stays, 1)
}

func hubCloses(t *testing.T, here, there closer) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ours := there.Subscribe(ctx, nil)
	for range 2 { // the second time does no harm
		if err := there.Close(); err != nil {
			t.Log(err) // go-redis says that it is closed already
		}
	}
	closed(t, ours)
	there.Publish(event(1))
	here.Publish(event(1))
	closed(t, there.Subscribe(ctx, nil))
}

func slowResync(t *testing.T, here, there closer) {
	last := hotline.Event{Topic: "queue", Kind: "last"}
	slow := there.Subscribe(t.Context(), func(e hotline.Event) bool { return e.Kind != "last" })
	quick := there.Subscribe(t.Context(), func(e hotline.Event) bool { return e.Kind == "last" })
	for i := range 3 * subscriberBuffer {
		here.Publish(event(i))
	}
	here.Publish(last)
	receive(t, quick, 1)

	got := receive(t, slow, subscriberBuffer)
	for i, e := range got[:subscriberBuffer-1] {
		if e != event(i) {
			t.Fatalf("event %d is %+v", i, e)
		}
	}
	if got[subscriberBuffer-1] != resync {
		t.Errorf("ends with %+v, want a resync", got[subscriberBuffer-1])
	}
	here.Publish(event(9999))
	if got := receive(t, slow, 1); got[0] != event(9999) {
		t.Errorf("after the resync came %+v", got[0])
	}
}

func manyPublish(t *testing.T, here, there closer) {
	const writers, each = 8, 100
	got := make(chan int)
	events := there.Subscribe(t.Context(), nil)
	go func() {
		distinct := map[hotline.Event]bool{}
		for e := range events {
			if distinct[e] = true; e.Kind == "last" {
				break
			}
		}
		got <- len(distinct)
	}()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				here.Publish(event(w*each + i))
			}
		})
	}
	all.Wait()
	// The reader may have fallen behind, and then "last" may be among the lost.
	last := hotline.Event{Topic: "queue", Kind: "last"}
	deadline := time.After(patience)
	for {
		select {
		case n := <-got:
			if n < 2 {
				t.Errorf("only %d distinct events", n)
			}
			return
		case <-deadline:
			t.Fatal("the last event never came")
		default:
			here.Publish(last)
		}
	}
}

func TestRedisKilledAndRestarted(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	options := &redis.Options{Addr: server.Addr()}
	a, b := redisNode(t, options, "events"), redisNode(t, options, "events")
	atA, atB := a.Subscribe(t.Context(), nil), b.Subscribe(t.Context(), nil)
	a.Publish(event(1))
	receive(t, atA, 1)
	receive(t, atB, 1)

	server.Close()
	eventually(t, "both nodes notice", func() bool { return !a.Connected() && !b.Connected() })
	a.Publish(event(2))
	if got := receive(t, atA, 1); got[0] != event(2) {
		t.Errorf("local delivery gave %+v", got[0])
	}

	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	for name, events := range map[string]<-chan hotline.Event{"a": atA, "b": atB} {
		if got := receive(t, events, 1); got[0] != resync {
			t.Errorf("%s got %+v, want a resync", name, got[0])
		}
	}
	eventually(t, "both nodes are back", func() bool { return a.Connected() && b.Connected() })
	a.Publish(event(3))
	until(t, atB, event(3))
}

func TestRedisAbsentAtStart(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	address := server.Addr()
	server.Close()
	r := newRedis(context.Background(), tuned(&redis.Options{Addr: address}), "events", slog.New(slog.DiscardHandler))
	events := r.Subscribe(t.Context(), nil)
	r.Publish(event(1))
	receive(t, events, 1)
	begin := time.Now()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("closing took %s without a Redis", took)
	}
}

func TestRedisURL(t *testing.T) {
	t.Parallel()
	_, err := NewRedis(t.Context(), "redis//:secret@host", slog.New(slog.DiscardHandler))
	if hotline.CodeOf(err) != hotline.Invalid {
		t.Errorf("error %v", err)
	}
	r, err := NewRedis(t.Context(), "redis://127.0.0.1:1/3", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.channel != "hearline:events:3" {
		t.Errorf("channel %q", r.channel)
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	for url, want := range map[string]hotline.Code{
		"redis://" + server.Addr(): "",
		"redis://127.0.0.1:1":      hotline.Unavailable,
		"nonsense":                 hotline.Invalid,
	} {
		if code := hotline.CodeOf(Ping(t.Context(), url)); code != want {
			t.Errorf("%s: %q, want %q", url, code, want)
		}
	}
}

func TestForeignMessagesAreDropped(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	r := redisNode(t, &redis.Options{Addr: server.Addr()}, "events")
	events := r.Subscribe(t.Context(), nil)
	for _, junk := range []string{"", "null", "{", `{"node":"x","events":[{"kind":"a\nb"}]}`, `{"node":"` + r.node + `","events":[{"kind":"own"}]}`} {
		server.Publish("events", junk)
	}
	server.Publish("events", `{"node":"x","events":[{"topic":"queue","kind":"message"}]}`)
	if got := receive(t, events, 1); got[0].Kind != "message" {
		t.Errorf("got %+v", got[0])
	}
}

func event(i int) hotline.Event {
	return hotline.Event{Topic: "conversation", Kind: "message", ConversationID: hotline.ConversationID(fmt.Sprint("c-", i))}
}

func receive(t *testing.T, events <-chan hotline.Event, n int) (got []hotline.Event) {
	t.Helper()
	deadline := time.After(patience)
	for range n {
		select {
		case e, open := <-events:
			if !open {
				t.Fatalf("closed after %d events", len(got))
			}
			got = append(got, e)
		case <-deadline:
			t.Fatalf("%d events came, not %d", len(got), n)
		}
	}
	return got
}

func until(t *testing.T, events <-chan hotline.Event, want hotline.Event) {
	t.Helper()
	for receive(t, events, 1)[0] != want {
	}
}

func closed(t *testing.T, events <-chan hotline.Event) {
	t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case _, open := <-events:
			if !open {
				return
			}
		case <-deadline:
			t.Fatal("the channel stays open")
		}
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); !holds(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("never: %s", what)
		}
	}
}
