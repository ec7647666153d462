package public

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

var openPages = []string{"/", "/lang", "/c/new", "/report", "/report/what", "/report/where", "/report/when", "/report/sign", "/return", "/safety", "/about", "/privacy", "/help", "/delete/done", "/ended"}

func TestP01ExitIsTheSecondThingOnEveryPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	for _, path := range append(openPages, "/c", "/c/code", "/print", "/delete", "/delete/replies", "/delete/confirm") {
		who := p
		if strings.HasPrefix(path, "/c/new") || strings.HasPrefix(path, "/report") || path == "/ended" {
			who = h.phone()
		}
		a := who.get(path)
		a.want(t, http.StatusOK)
		links := regexp.MustCompile(`<a [^>]*>`).FindAllString(a.body, 2)
		if len(links) < 2 || !strings.Contains(links[0], `class="skip"`) || links[1] != `<a class="exit" href="/exit" rel="noreferrer">` {
			t.Errorf("%s begins with %q", path, links)
		}
		if !strings.Contains(a.body, `href="tel:112"`) {
			t.Errorf("P-52: %s has no emergency number", path)
		}
	}
}

func TestP05AfterExitEveryPageLeadsAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	a := p.get("/exit")
	a.wantTo(t, "https://weather.example/")
	cookies := strings.Join(a.header.Values("Set-Cookie"), "\n")
	for _, part := range []string{"b=1; max-age=120; path=/; HttpOnly; SameSite=Lax", "m=; expires=Thu, 01 Jan 1970"} {
		if !strings.Contains(cookies, part) {
			t.Errorf("no %q in %q", part, cookies)
		}
	}
	if a.header.Get("Clear-Site-Data") != "" {
		t.Error("Clear-Site-Data would wipe the mark")
	}
	if len(h.sessions) != 0 {
		t.Error("the session lives on")
	}
	for _, path := range append(openPages, "/c", "/c/log", "/c/events", "/c/code", "/print", "/delete", "/delete/replies", "/exit") {
		p.get(path).wantTo(t, "https://weather.example/")
	}
	p.post("/c", url.Values{}).wantTo(t, "https://weather.example/")
}

func TestP08And13NothingTellsWhatThisIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range openPages {
		a := h.phone().get(path)
		a.want(t, http.StatusOK, "<title>Messages</title>", `<link rel="icon" href="data:,">`, `content="noindex, nofollow"`)
		if strings.Contains(a.body, "og:") {
			t.Errorf("%s has share tags", path)
		}
		if got := a.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		if got := a.header.Get("Referrer-Policy"); got != "same-origin" {
			t.Errorf("%s: Referrer-Policy %q", path, got)
		}
	}
	named := newHouse(t, func(c *Config) { c.Title = "Notes" })
	named.phone().get("/").want(t, http.StatusOK, "<title>Notes</title>")
}

func TestP09HelpersLearnThatTheVisitorLeft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	events := h.hub.Subscribe(t.Context(), func(e hotline.Event) bool { return e.Kind == "left" })
	p := h.phone()
	p.send("hello")
	p.get("/exit")
	if e := <-events; e.ConversationID == "" {
		t.Error("the event names no conversation")
	}
}

func TestP10And14And47TheScriptKeepsOutOfTheWay(t *testing.T) {
	t.Parallel()
	script := string(newHouse(t).site.assets.script)
	for _, word := range []string{"beforeunload", "Notification", "vibrate", "Audio", "geolocation", "clipboard", "localStorage", "sessionStorage", "indexedDB", "caches", "serviceWorker", "document.cookie", "=>", "const ", "let ", "`"} {
		if strings.Contains(script, word) {
			t.Errorf("the script has %q", word)
		}
	}
}

func TestP11And41WhatIsSaidBeforeTheFirstMessageIsShort(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.phone().get("/c/new")
	a.want(t, http.StatusOK)
	for _, class := range []string{"lead", "note"} {
		m := regexp.MustCompile(`(?s)<p class="` + class + `">(.*?)</p>`).FindStringSubmatch(a.body)
		if m == nil {
			t.Fatalf("no %s", class)
		}
		if n := len(strings.Fields(m[1])); n < 10 || n > 60 {
			t.Errorf("%s has %d words", class, n)
		}
	}
	if len(h.sessions) != 0 || a.header.Get("Set-Cookie") != "" {
		t.Error("something is kept before the first message")
	}
}

func TestP12SafetyPage(t *testing.T) {
	t.Parallel()
	newHouse(t).phone().get("/safety").want(t, http.StatusOK, "private", "history", "bill", "Leave this site")
}

func TestP15FreeTextIsNotChecked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	for _, body := range []string{h.phone().get("/c/new").body, p.get("/c").body, p.get("/return").body, p.get("/c/code").body} {
		for _, field := range regexp.MustCompile(`<(?:textarea|input[^>]*type="text")[^>]*id=[^>]*>`).FindAllString(body, -1) {
			if !strings.Contains(field, `autocomplete="off"`) || !strings.Contains(field, `spellcheck="false"`) {
				t.Errorf("field %q", field)
			}
		}
	}
}

func TestP16PolicyAllowsOnlyUs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.phone().get("/")
	csp := a.header.Get("Content-Security-Policy")
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(a.body)[1]
	sum := sha256.Sum256([]byte(style))
	want := "default-src 'none'; style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; script-src 'self'; " +
		"img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	if csp != want {
		t.Errorf("got  %s\nwant %s", csp, want)
	}
	p := h.phone()
	p.send("hello")
	if got := p.get("/c/log").header.Get("Content-Security-Policy"); !strings.HasSuffix(got, "frame-ancestors 'self'") {
		t.Errorf("the frame has %s", got)
	}
	if strings.Contains(a.body, " style=") || regexp.MustCompile(`(src|href)="(https?:)?//`).MatchString(a.body) {
		t.Error("style attribute or foreign address on the page")
	}
}

func TestP17IdleSessionEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	a := p.get("/c")
	if got := a.header.Get("Refresh"); got != "1200; url=/ended" {
		t.Errorf("Refresh %q", got)
	}
	h.wait(18 * time.Minute)
	p.get("/c/log").want(t, http.StatusOK, "This page closes in 2 minutes", `href="/c/log?stay=1"`)
	if p.get("/ended").status != http.StatusNoContent {
		t.Error("a living page is taken away")
	}
	p.get("/c/log?stay=1").wantTo(t, "/c/log")
	h.wait(19 * time.Minute)
	p.get("/c/log").want(t, http.StatusOK, "closes in 2 minutes")
	h.wait(time.Minute)
	ended := p.get("/c/log")
	ended.want(t, http.StatusOK, `id="ended"`)
	if strings.Contains(ended.body, "hello") || ended.header.Get("Refresh") != "" {
		t.Error("the frame still shows or asks")
	}
	if p.cookies[sessionCookie] != "" || len(h.sessions) != 0 {
		t.Error("the session is kept")
	}
	p.get("/ended").want(t, http.StatusOK, "This page has ended")
}

func TestP17SessionEndsAfterTwelveHoursOfUse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	for range 12*4 - 1 {
		h.wait(15 * time.Minute)
		p.get("/c").want(t, http.StatusOK)
	}
	h.wait(15 * time.Minute)
	p.get("/c").wantTo(t, "/ended")
}

func TestP17WordsTypedTooLateAreKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	token := p.get("/c").token(t)
	h.wait(21 * time.Minute)
	a := p.post("/c", url.Values{"text": {"still here"}, "token": {token}})
	a.want(t, http.StatusConflict, "still here</textarea>", `id="problem"`)
}
