package console

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/testenv"
)

// browser is a tab of a real browser before a served console.
type browser struct {
	*house
	ctx  context.Context
	base string
}

// newBrowser is a tab before a served console, with Dina signed in.
func newBrowser(t *testing.T, list []told) *browser {
	t.Helper()
	b := newTab(t, list)
	b.signIn(t)
	b.until(t, `document.querySelector("[data-live]")?.textContent === "Live,"`)
	return b
}

// newTab is a tab before a served console to which nobody has signed in.
func newTab(t *testing.T, list []told) *browser {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute) // a machine may be busy
	ctx, closeBrowser := testenv.Browser(t, ctx, t.TempDir())
	h := newHouse(t, list, time.Now)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	app := h.app // a house may begin anew
	go func() { _ = app.Listener(l) }()
	t.Cleanup(func() {
		closeBrowser()
		stop()
		h.console.Close()
		_ = app.ShutdownWithTimeout(time.Second)
	})
	b := &browser{house: h, ctx: ctx, base: "http://" + l.Addr().String()}
	b.run(t, chromedp.EmulateViewport(1440, 900))
	return b
}

// signIn fills the form in as Dina does.
func (b *browser) signIn(t *testing.T) {
	t.Helper()
	b.run(t, chromedp.Navigate(b.base+"/o/signin"),
		chromedp.SendKeys(chromedp.ID("login"), "dina"), chromedp.SendKeys(chromedp.ID("password"), "right dina\r"))
	b.until(t, `location.pathname === "/o/queue" && document.readyState === "complete"`)
}

func (b *browser) run(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// until waits until a condition in the page holds.
func (b *browser) until(t *testing.T, condition string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+condition+")")); err == nil && ok {
			return
		}
	}
	b.picture(t, "failed")
	t.Fatalf("it never holds that %s", condition)
}

func (b *browser) number(t *testing.T, expression string) float64 {
	t.Helper()
	n, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64](expression))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// picture keeps what the page looks like, in the folder HEARLINE_PICTURES.
func (b *browser) picture(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("HEARLINE_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)
	}
	if err != nil {
		t.Error(err)
	}
}

func row(no int) string { return `document.querySelector('tr[data-id="` + string(convID(no)) + `"]')` }

func (b *browser) arrives(no int, p hotline.Priority) {
	id := b.add(told{no: no, pri: p, waited: time.Second, channel: hotline.SMS, lang: "ar", safety: hotline.NotAsked, unread: 1, kind: hotline.Report, text: "ساعدوني"})
	b.announce(id, p)
}

func TestQueueAlive(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, seeds)

	// Keys move the focus; with a modifier or in a field they do nothing.
	b.run(t, chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("j"), chromedp.KeyEvent("k"))
	b.until(t, row(118)+`.matches(".is-here:focus-within")`)
	b.picture(t, "here")

	// What is new waits while somebody is on a row, and the row stays.
	top := row(118) + ".getBoundingClientRect().top"
	before := b.number(t, top)
	b.arrives(901, hotline.Emergency)
	b.until(t, `document.querySelector("[data-pill]").textContent === "1 emergency, show it"`)
	b.until(t, `document.title === "(9) Queue"`)
	if now := b.number(t, top); now != before {
		t.Errorf("the row under the focus moved from %v to %v", before, now)
	}
	b.picture(t, "pill")
	b.run(t, chromedp.Click(chromedp.CSS("[data-pill]")))
	b.until(t, row(901)+` && document.querySelector("[data-pill]").hidden`)

	// With nobody on a row it comes by itself, in its place.
	b.run(t, chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	b.arrives(902, hotline.Urgent)
	b.until(t, row(902)+`.previousElementSibling`)

	// Help, and typing.
	b.run(t, chromedp.KeyEvent("?"))
	b.until(t, `document.querySelector("#keyhelp").open`)
	b.picture(t, "keys")
	b.run(t, chromedp.KeyEvent("\x1b"))
	b.until(t, `!document.querySelector("#keyhelp").open`)
	b.run(t, chromedp.Evaluate[chromedp.Void](`document.querySelector("select[name=lang]").focus()`), chromedp.KeyEvent("j"))
	b.until(t, `document.activeElement.matches("select[name=lang]")`)
	b.run(t, chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`), chromedp.KeyEvent("g"), chromedp.KeyEvent("m"))
	b.until(t, `location.pathname === "/o/mine" && document.querySelector("[data-live]").textContent === "Live,"`)

	// Without the server the page says so and since when.
	b.console.Close()
	_ = b.app.ShutdownWithTimeout(time.Second)
	b.until(t, `!document.querySelector("[data-offline]").hidden && document.querySelector("[data-live]").textContent === "Not connected since"`)
	b.picture(t, "offline")
}

func TestQueueFitsAPhone(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, seeds)
	for _, width := range []int64{320, 360, 768, 1024} {
		for _, path := range []string{"/o/queue", "/o/mine", "/me", "/o/nothing", "/o/queue?pri=1"} {
			b.run(t, chromedp.EmulateViewport(width, 736), chromedp.Navigate(b.base+path))
			if wide := b.number(t, `document.documentElement.scrollWidth`); wide > float64(width) {
				t.Errorf("%s at %d scrolls sideways: %v", path, width, wide)
			}
			if path == "/o/queue" {
				b.picture(t, fmt.Sprint("wide-", width))
			}
		}
	}
}
