package public

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/internal/testenv"
)

// patience bounds every wait in the browser.
const patience = time.Minute

var (
	chromeOnce sync.Once
	chromeCtx  context.Context
	chromeStop context.CancelFunc
	chromeErr  error
)

// chrome starts one browser for all tests; each test has a profile of its own
// in it.
func chrome(t *testing.T) context.Context {
	t.Helper()
	testenv.Chromium(t) // each test says so when there is none
	chromeOnce.Do(func() {
		dir, err := os.MkdirTemp("", "public-browser-")
		if err != nil {
			chromeErr = err
			return
		}
		ctx, stop := testenv.Browser(t, context.Background(), filepath.Join(dir, "profile"))
		chromeCtx, chromeStop = ctx, func() { stop(); _ = os.RemoveAll(dir) }
		chromeErr = chromedp.Do(ctx)
	})
	if chromeErr != nil {
		t.Fatalf("start the browser: %v", chromeErr)
	}
	return chromeCtx
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromeStop != nil {
		chromeStop()
	}
	os.Exit(code)
}

// tab is one visitor at a real browser, the pages behind a real port, and a
// neutral site on another host.
type tab struct {
	*house
	t       *testing.T
	ctx     context.Context
	url     string
	neutral string

	seen sync.Mutex
	urls []string
}

func newTab(t *testing.T, scripts bool, change ...func(*Config)) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("left out with -short: browser tests")
	}
	t.Parallel()
	browser := chrome(t)
	weather := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from := r.Header.Get("Referer"); strings.Contains(from, "127.0.0.1") {
			t.Error("P-08: the neutral site was told where the visitor came from")
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Weather</title><p>Sunny"))
	}))
	t.Cleanup(weather.Close)
	b := &tab{t: t, neutral: strings.Replace(weather.URL, "127.0.0.1", "localhost", 1) + "/"}
	done := make(chan struct{})
	b.house = newHouse(t, append([]func(*Config){func(c *Config) { c.ExitURL, c.Now, c.Done = b.neutral, nil, done }}, change...)...)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = b.app.Listener(listener) }()
	t.Cleanup(func() { close(done); _ = b.app.ShutdownWithTimeout(100 * time.Millisecond) })
	b.url = "http://" + listener.Addr().String()

	ctx, stop := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	b.ctx, stop = context.WithTimeout(ctx, 10*patience)
	t.Cleanup(stop)
	b.do(chromedp.EmulateViewport(360, 740))
	if err := chromedp.Listen(b.ctx, b.watch); err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	if !scripts {
		call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	return b
}

func call[P, R any](b *tab, cmd cdp.Command[P, R], params P) R {
	b.t.Helper()
	r, err := chromedp.Call(b.ctx, cmd, params)
	if err != nil {
		b.t.Fatalf("%s: %v", cmd.Method, err)
	}
	return r
}

func (b *tab) watch(ev any) {
	if e, ok := ev.(*network.EventRequestWillBeSent); ok {
		b.seen.Lock()
		defer b.seen.Unlock()
		b.urls = append(b.urls, e.Request.URL)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.url + path)) }

func value[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for a condition of the page, through navigations.
func (b *tab) until(what, expression string) {
	b.t.Helper()
	end := time.Now().Add(patience)
	for {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression))
		if err == nil && v {
			return
		}
		if time.Now().After(end) {
			at, _ := chromedp.Run(b.ctx, chromedp.Location())
			b.t.Fatalf("never: %s (at %s, %v)", what, at, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// await waits for a condition outside the page.
func (b *tab) await(what string, is func() bool) {
	b.t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("never: %s", what)
		}
	}
}

func (b *tab) untilAt(path string) {
	b.t.Helper()
	b.until("at "+path, `location.pathname + location.search === `+quote(path)+` && document.readyState === "complete"`)
}

func (b *tab) untilAway() {
	b.t.Helper()
	b.until("on the neutral site", `location.href === `+quote(b.neutral)+` && document.readyState === "complete"`)
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func (b *tab) click(selector string) { b.t.Helper(); b.do(chromedp.Click(chromedp.CSS(selector))) }

func (b *tab) typeIn(selector, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// backs presses Back five times and looks each time.
func (b *tab) backs() {
	b.t.Helper()
	for i := range 5 {
		h := call(b, cdppage.GetNavigationHistory, cdp.Empty{})
		if h.CurrentIndex == 0 {
			return
		}
		to := h.Entries[h.CurrentIndex-1]
		call(b, cdppage.NavigateToHistoryEntry, cdppage.NavigateToHistoryEntryParams{EntryID: to.ID})
		if to.URL == "about:blank" {
			b.until("at the beginning", `location.href === "about:blank"`)
			return
		}
		b.untilAway()
		if text := value[string](b, `document.body.innerText`); strings.TrimSpace(text) != "Sunny" {
			b.t.Fatalf("Back %d shows %q", i+1, text)
		}
	}
}

func both(t *testing.T, f func(t *testing.T, scripts bool)) {
	t.Helper()
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) { f(t, scripts) })
	}
}

// begin sends a first message as a person would.
func (b *tab) begin(text string) {
	b.t.Helper()
	b.open("/")
	b.click(".start a")
	b.untilAt("/c/new")
	b.typeIn("#text", text)
	b.click("form.write button")
	b.untilAt("/c?first=1")
}

// key presses and releases a key.
func (b *tab) key(key string, code int64) {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Code: key, WindowsVirtualKeyCode: code})
	}
}
