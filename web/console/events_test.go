package console

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hearline/hearline/hotline"
)

// feed is an open event stream over a real connection.
type feed struct {
	lines chan string // closes when the stream ends
	close func()
}

func openFeed(t *testing.T, base, cookie, query string) *feed {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/o/events"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "desk", Value: cookie})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("events: %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	f := &feed{lines: make(chan string, 16), close: cancel}
	go func() {
		defer close(f.lines)
		defer func() { _ = res.Body.Close() }()
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			if scan.Text() != "" {
				f.lines <- scan.Text()
			}
		}
	}()
	return f
}

// next is the next line; "" when the stream has ended.
func (f *feed) next(t *testing.T) string {
	t.Helper()
	select {
	case line := <-f.lines:
		return line
	case <-time.After(5 * time.Second):
		t.Fatal("the stream says nothing and does not end")
		return ""
	}
}

func (f *feed) event(t *testing.T) string {
	t.Helper()
	name := f.next(t)
	if name == "" {
		return ""
	}
	return strings.TrimPrefix(name, "event: ") + " " + strings.TrimPrefix(f.next(t), "data: ")
}

// Not parallel: it looks at all goroutines.
func TestEventsStream(t *testing.T) {
	// fasthttp's clock never ends, and its pool looks up only every ten seconds.
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent(), goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
	h := newHouse(t, seeds, nil)
	h.signIn(t, dina)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- h.app.Listener(l) }()
	base := "http://" + l.Addr().String()

	queue := openFeed(t, base, h.cookies["desk"], "")
	one := openFeed(t, base, h.cookies["desk"], "?conv="+string(convID(177)))
	for _, f := range []*feed{queue, one} {
		if got := f.event(t); got != `hello {"at":"14:32:07 UTC"}` {
			t.Errorf("the stream begins with %s", got)
		}
	}
	tell := func(topic string, no int) {
		h.hub.Publish(hotline.Event{Topic: topic, Kind: "message", ConversationID: convID(no), Priority: hotline.Emergency})
	}
	tell("conversation", 118)
	tell("conversation", 177)
	tell("queue", 118)
	want := `change {"topic":"queue","kind":"message","conversation_id":"` + string(convID(118)) + `","priority":1}`
	if got := queue.event(t); got != want {
		t.Errorf("the queue hears %s", got)
	}
	if got := one.event(t); !strings.HasPrefix(got, `change {"topic":"conversation"`) || !strings.Contains(got, string(convID(177))) {
		t.Errorf("the conversation hears %s", got)
	}
	if got := one.event(t); got != want {
		t.Errorf("and then %s", got)
	}

	// A browser that has gone is noticed at the next write.
	one.close()
	for range one.lines {
	}

	h.console.Close()
	if got := queue.event(t); got != "" {
		t.Errorf("after Close the stream says %s", got)
	}
	queue.close()
	if err := h.app.ShutdownWithTimeout(5 * time.Second); err != nil {
		t.Errorf("open streams hold up the end: %v", err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	h.hub.Close()
}

func TestStreamEndsWithTheSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	h.signIn(t, dina)
	token := h.cookies["desk"]
	ctx := context.Background()
	if !h.console.stillIn(ctx, token) {
		t.Error("a living session has ended")
	}
	h.advance(sessionIdle + time.Second)
	if h.console.stillIn(ctx, token) {
		t.Error("an idle session goes on")
	}
	if h.console.stillIn(ctx, "made-up") {
		t.Error("an unknown session goes on")
	}
}
