package public

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/internal/testenv"
)

func TestWidgetScript(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	a := p.get("/widget.js?l=ar")
	a.want(t, http.StatusOK, `"path":"/?l=ar"`, `"dir":"rtl"`, "noreferrer noopener")
	for name, want := range map[string]string{
		"Content-Type": "text/javascript; charset=utf-8", "Set-Cookie": "", "Cross-Origin-Resource-Policy": "cross-origin",
		"Vary": "Accept-Language", "X-Content-Type-Options": "nosniff",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, l := range h.site.Speaker.Languages() {
		if n := len(p.get("/widget.js?l=" + string(l)).body); n > 2<<10 {
			t.Errorf("%s: %d bytes", l, n)
		}
	}
	for _, word := range []string{"cookie", "torage", "fetch", "XMLHttp", "postMessage", "Image", "sendBeacon", "addEventListener"} {
		if strings.Contains(a.body, word) {
			t.Errorf("the script has %s", word)
		}
	}
	if strings.Contains(p.get("/widget.js?l=%22%2Balert(1)%2B%22").body, "alert") {
		t.Error("the address gets into the script")
	}
}

func TestWidgetPageIsFramedByThoseWhoMay(t *testing.T) {
	t.Parallel()
	newHouse(t).phone().get("/widget").want(t, http.StatusNotFound)
	h := newHouse(t, func(c *Config) { c.WidgetOrigins = []string{"https://a.example", "https://b.example"} })
	a := h.phone().get("/widget?l=es")
	a.want(t, http.StatusOK, `href="/?l=es" target="_blank" rel="noreferrer noopener"`)
	if csp := a.header.Get("Content-Security-Policy"); !strings.HasSuffix(csp, "frame-ancestors https://a.example https://b.example") {
		t.Errorf("policy %s", csp)
	}
	if strings.Contains(a.body, "<script") || a.header.Get("Set-Cookie") != "" {
		t.Error("the framed page has a script or a cookie")
	}
	if csp := h.phone().get("/").header.Get("Content-Security-Policy"); !strings.HasSuffix(csp, "frame-ancestors 'none'") {
		t.Error("other pages may be framed, too")
	}
}

func TestWidgetOrigins(t *testing.T) {
	t.Parallel()
	for origin, good := range map[string]bool{
		"https://partner.example": true, "https://partner.example:8443": true, "http://localhost:8080": true,
		"http://partner.example": false, "https://partner.example/": false, "https://*": false, "https://*.example": false, "*": false,
		"": false, "partner.example": false, "https://a.example https://b.example": false, "https://a.example;script-src": false, "'self'": false,
	} {
		if err := CheckWidgetOrigins([]string{origin}); (err == nil) != good {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

// A partner's page on another origin, with a strict policy of its own.
func TestBrowserWidgetTellsThePartnerNothing(t *testing.T) {
	var ours string
	partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+ours+"; frame-src "+ours)
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Partner</title><main><h1>Partner</h1>
<script src="%[1]s/widget.js?l=es" referrerpolicy="no-referrer" async></script>
<iframe src="%[1]s/widget?l=es" title="Talk" referrerpolicy="no-referrer" sandbox="allow-popups allow-popups-to-escape-sandbox" width="320" height="110"></iframe></main>`, ours)
	}))
	t.Cleanup(partner.Close)
	home := strings.Replace(partner.URL, "127.0.0.1", "localhost", 1)
	for name, selector := range map[string]string{"the script's button": `a[target="_blank"]`, "the framed button": "iframe"} {
		t.Run(name, func(t *testing.T) {
			b := newTab(t, true, func(c *Config) { c.WidgetOrigins = []string{home} })
			ours = b.url
			b.do(chromedp.Navigate(home))
			b.until("the button", `document.querySelector("a[target=_blank]") !== null`)
			b.until("loaded", `document.readyState === "complete"`)
			testenv.Axe(t, b.ctx, "a partner's page")
			b.seen.Lock()
			asked := slices.DeleteFunc(slices.Clone(b.urls), func(u string) bool { return !strings.HasPrefix(u, b.url) })
			b.seen.Unlock()
			for _, u := range asked {
				if u != b.url+"/widget.js?l=es" && u != b.url+"/widget?l=es" {
					t.Errorf("the partner's page asks for %s", u)
				}
			}
			if jar := call(b, network.GetCookies, network.GetCookiesParams{URLs: []string{b.url}}); len(jar.Cookies) != 0 {
				t.Error("a cookie is set")
			}
			value[bool](b, `(window.heard = 0, window.addEventListener("message", function () { window.heard++; }), true)`)
			page := b.window(b.url+"/?l=es", selector)
			if told := value[string](page, `document.referrer + "|" + (window.opener === null) + "|" + document.documentElement.lang`); told != "|true|es" {
				t.Errorf("the new window knows %s", told)
			}
			if heard := value[int](b, "window.heard"); heard != 0 {
				t.Error("the partner's page was told something")
			}
		})
	}
}

// window clicks until a window is open at an address: a frame of another process
// does not say when it can be clicked.
func (b *tab) window(url, selector string) *tab {
	b.t.Helper()
	var id target.ID
	var clicked time.Time
	b.await("a window at "+url, func() bool {
		if time.Since(clicked) > time.Second {
			b.click(selector)
			clicked = time.Now()
		}
		for _, info := range call(b, target.GetTargets, target.GetTargetsParams{}).TargetInfos {
			if info.URL == url && info.Type == "page" {
				id = info.TargetID
			}
		}
		return id != ""
	})
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
	b.t.Cleanup(stop)
	w := &tab{t: b.t, ctx: ctx, house: b.house, url: b.url}
	w.until("loaded", `document.readyState === "complete"`)
	return w
}
