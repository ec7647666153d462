package public

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

var openPages = []string{"/", "/lang", "/c/new", "/report", "/return", "/safety", "/about", "/privacy", "/help", "/delete/done", "/ended"}

func TestP01ExitIsTheSecondThingOnEveryPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	for _, path := range append(openPages, "/c", "/c/code", "/delete", "/delete/confirm") {
		who := p
		if strings.HasPrefix(path, "/c/new") || path == "/report" || path == "/ended" {
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
	for _, path := range append(openPages, "/c", "/c/log", "/c/events", "/c/code", "/delete", "/exit") {
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

func TestP20WholePathWithoutScripts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.get("/").want(t, http.StatusOK, `href="/c/new"`, `href="/return"`)
	p.send("They keep my passport.").wantTo(t, "/c?first=1")
	p.get("/c?first=1").want(t, http.StatusOK, `<details class="code" open>`, `src="/c/log"`)
	h.helper("I am a person. I read this.")
	p.get("/c/log").want(t, http.StatusOK, "They keep my passport.", "Sent <bdi>14:20</bdi>", "Helper", "I am a person.")
	p.get("/exit")

	back := h.phone()
	spaced := strings.Join(webchat.Groups(h.code()), " ")
	back.post("/return", url.Values{"code": {spaced}}).wantTo(t, "/c")
	back.get("/c").want(t, http.StatusOK, `<details class="code">`)
	back.get("/c/log").want(t, http.StatusOK, "I am a person.")
	back.send("thank you").wantTo(t, "/c")
	if got := h.heard(); len(got) != 2 || got[1].From != got[0].From || got[0].Channel != hotline.WebChat || got[0].Language != "en" {
		t.Errorf("heard %+v", got)
	}

	back.get("/delete").want(t, http.StatusOK, `href="/delete/confirm"`)
	back.get("/delete/confirm").want(t, http.StatusOK, `method="post"`)
	back.post("/delete/confirm", nil).wantTo(t, "/delete/done")
	back.get("/delete/done").want(t, http.StatusOK, "Erased. Your phone may still show that you came here.")
	if back.cookies[sessionCookie] != "" {
		t.Error("the session is kept")
	}
	back.post("/delete/confirm", nil).wantTo(t, "/delete/done") // a second tap
	h.phone().post("/return", url.Values{"code": {spaced}}).want(t, http.StatusUnprocessableEntity)
}

func TestP21FrameRefreshesItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	if got := p.get("/c/log").header.Get("Refresh"); got != "15" {
		t.Errorf("Refresh %q", got)
	}
	a := p.get("/c/log?pause=1")
	a.want(t, http.StatusOK, "Start updates again")
	if a.header.Get("Refresh") != "" {
		t.Error("a paused list refreshes")
	}
	p.get("/c?pause=1").want(t, http.StatusOK, `src="/c/log?pause=1"`)
	p.get("/c").want(t, http.StatusOK, `href="/c/log" target="log"`, "Check for new messages", "Pause updates")
	p.header.Set("Save-Data", "on")
	if got := p.get("/c/log").header.Get("Refresh"); got != "60" {
		t.Errorf("P-30: Refresh %q", got)
	}
}

func TestP22TheSameFormIsOneMessage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	form := url.Values{"text": {"hello"}, "token": {p.get("/c/new").token(t)}}
	p.post("/c", form).wantTo(t, "/c?first=1")
	p.post("/c", form).wantTo(t, "/c")

	twin := h.phone() // the answer to the first try never came, so no cookie either
	twin.post("/c", form).wantTo(t, "/c?first=1")
	twin.get("/c/log").want(t, http.StatusOK, "hello")
	if n := len(h.heard()); n != 1 {
		t.Errorf("%d messages", n)
	}

	form.Set("text", "hello, and more")
	twin.post("/c", form).wantTo(t, "/c")
	if n := len(h.heard()); n != 2 {
		t.Errorf("changed words were taken for a repetition: %d messages", n)
	}

	h.wait(joinWindow + time.Second)
	form.Set("text", "hello")
	h.phone().post("/c", form).wantTo(t, "/return")
	if strings.Contains(h.heard()[0].ProviderID, form.Get("token")) {
		t.Error("the token is stored")
	}
}

func TestP22LostAnswerIsNotSaidTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	form := url.Values{"text": {"hello"}, "token": {p.get("/c/new").token(t)}}
	h.fail(hotline.Errorf(hotline.Unavailable, "later"), true)
	a := p.post("/c", form)
	a.want(t, http.StatusServiceUnavailable, "hello</textarea>", "Not sent yet. Your words are still here. Try again.")
	if a.token(t) != form.Get("token") {
		t.Error("a new token would say it twice")
	}
	h.fail(nil, false)
	p.post("/c", form).wantTo(t, "/c?first=1")
	p.get("/c/log").want(t, http.StatusOK, "hello")
	if n := len(h.heard()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestP23TroubleKeepsTheWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	token := p.get("/c/new").token(t)
	long := strings.Repeat("ä", maxLetter+1)
	for name, form := range map[string]url.Values{
		"nothing":   {"text": {"  \n"}, "token": {token}},
		"too long":  {"text": {long}, "token": {token}},
		"old page":  {"text": {"words"}},
		"bad token": {"text": {"words"}, "token": {`"><script>`}},
	} {
		a := p.post("/c", form)
		a.want(t, http.StatusUnprocessableEntity, `role="alert" tabindex="-1" autofocus`, strings.TrimSpace(form.Get("text"))+"</textarea>", "Try again")
		if strings.Contains(a.body, "<script>") {
			t.Errorf("%s: not escaped", name)
		}
		_ = a.token(t)
	}
	if len(h.heard()) != 0 {
		t.Error("something was sent")
	}
}

func TestP24TrapAndLimitsInsteadOfAPuzzle(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	form := url.Values{"text": {"words"}, "token": {p.get("/c/new").token(t)}, "more": {"http://spam.example"}}
	p.post("/c", form).want(t, http.StatusUnprocessableEntity, "words</textarea>")
	form.Del("more")
	p.post("/c", form).wantTo(t, "/c?first=1") // a person whose browser filled it in gets through

	for range lettersOfVisitor.Events - 1 {
		p.send("again").wantTo(t, "/c")
	}
	p.send("again").wantTo(t, "/c")
	a := p.send("too fast")
	a.want(t, http.StatusTooManyRequests, "too fast</textarea>", "Please wait 1 minute.")
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestP29FirstLoadFitsOneWindow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range openPages {
		raw := h.phone().get(path).body
		t.Logf("%s: %d bytes, %d compressed", path, len(raw), zipped(t, raw))
		if n := zipped(t, raw); n > 14<<10 {
			t.Errorf("%s: %d bytes compressed", path, n)
		}
		if len(raw) > 14<<10+2<<10 {
			t.Errorf("%s: %d bytes uncompressed", path, len(raw))
		}
	}
	script := h.phone().get(h.site.assets.scriptPath)
	script.want(t, http.StatusOK)
	if n := zipped(t, script.body); n > 10<<10 {
		t.Errorf("script: %d bytes", n)
	}
	if !strings.Contains(script.header.Get("Cache-Control"), "immutable") {
		t.Error("the script is not kept")
	}
}

func zipped(t *testing.T, s string) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestP31To35TheCodeIsShownInOnePlaceOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	sent := p.send("hello")
	code := h.code().Reveal()
	g := webchat.Groups(h.code())
	shown := `<p class="code__digits" dir="ltr" translate="no"><span>` + g[0] + " " + g[1] + "</span> <span>" + g[2] + " " + g[3] + "</span></p>"
	a := p.get("/c?first=1")
	a.want(t, http.StatusOK, shown, "Use this code to come back and read replies")
	if strings.Index(a.body, "Use this code") > strings.Index(a.body, g[0]) {
		t.Error("P-33: what it is for comes after it")
	}
	p.get("/c").want(t, http.StatusOK, `<details class="code">`, "Show my code")
	everywhere := sent.to() + strings.Join(sent.header.Values("Set-Cookie"), "") + a.header.Get("Set-Cookie") + h.log.String()
	for hash := range h.sessions {
		everywhere += hash
	}
	if strings.Contains(everywhere, code) {
		t.Error("the code got out")
	}
	p.get("/c/log").want(t, http.StatusOK)
	if strings.Contains(p.get("/c/log").body, code) {
		t.Error("the code is in the list")
	}
	p.send("my code is "+strings.Join(g, "-")).want(t, http.StatusUnprocessableEntity, "Your message has your code in it")
	if len(h.heard()) != 1 {
		t.Error("the code was sent on")
	}
}

func TestP36TypeItOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	p.get("/c/code").want(t, http.StatusOK, `inputmode="numeric"`)
	p.post("/c/code", url.Values{"code": {h.code().Reveal()}}).want(t, http.StatusOK, "That is right.")
	p.post("/c/code", url.Values{"code": {"1234"}}).want(t, http.StatusOK, "not the same")
	h.phone().get("/c/code").wantTo(t, "/return")
}

func TestP37WrongAndUnknownCodesAreTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	wrong := p.post("/return", url.Values{"code": {"1234 5678 9012 3456"}})
	unknown := p.post("/return", url.Values{"code": {"0000 0000 0000 0000"}})
	wrong.want(t, http.StatusUnprocessableEntity, "We did not find that code.", `value="1234 5678 9012 3456"`)
	if a, b := strings.ReplaceAll(wrong.body, "1234 5678 9012 3456", ""), strings.ReplaceAll(unknown.body, "0000 0000 0000 0000", ""); a != b || wrong.status != unknown.status {
		t.Error("the two answers differ")
	}
	if len(h.looks) != 2 {
		t.Errorf("%d look-ups for two tries: the work differs", len(h.looks))
	}
	for range 3 {
		p.post("/return", url.Values{"code": {"1"}}).want(t, http.StatusUnprocessableEntity)
	}
	p.post("/return", url.Values{"code": {"1"}}).want(t, http.StatusTooManyRequests, "Too many tries. Please wait 2 minutes.")
	if len(h.looks) != 5 {
		t.Error("a try over the limit was looked up")
	}
}

func TestP40TwoTapsAndNothingRequired(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.phone().get("/").want(t, http.StatusOK, `href="/c/new">Talk to a person</a>`)
	body := h.phone().get("/c/new").body
	if strings.Contains(body, "required") || strings.Count(body, `type="submit"`) != 1 {
		t.Error("more than one thing to do")
	}
}

func TestP42Availability(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a    Availability
		want []string
	}{
		"here":    {Availability{People: 3, Wait: 4 * time.Minute}, []string{"3 people here now. Wait: about 4 minutes.", "Talk to a person"}},
		"one":     {Availability{People: 1}, []string{"1 person here now.", "Talk to a person"}},
		"busy":    {Availability{}, []string{"You can leave a message at any time."}},
		"closed":  {Availability{Closed: true, Opens: time.Date(2026, 5, 13, 7, 0, 0, 0, time.UTC)}, []string{"No one is here now.", "7:00", "Leave a message"}},
		"closed ": {Availability{Closed: true}, []string{"You can leave a message at any time.", "Leave a message"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, func(cfg *Config) { cfg.Available = availability(c.a) })
			h.phone().get("/").want(t, http.StatusOK, c.want...)
		})
	}
}

func TestP43NobodyPretends(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	h.answer(hotline.Message{Direction: hotline.Out, Author: hotline.FromAutomatic, Text: "We have your message.", Delivery: hotline.Sent})
	h.answer(hotline.Message{Direction: hotline.Out, Author: hotline.FromStaff, Text: "not yet sent", Delivery: hotline.Queued})
	h.answer(hotline.Message{Direction: hotline.Note, Author: hotline.FromStaff, Text: "for staff", Delivery: hotline.Sent})
	h.helper("I read <this>.")
	a := p.get("/c/log")
	a.want(t, http.StatusOK, "say--auto", "Automatic message", "say--helper", "Helper", "I read &lt;this&gt;.")
	if strings.Contains(a.body, "not yet sent") || strings.Contains(a.body, "for staff") {
		t.Error("shows what it must not")
	}
}

func TestP46OurTroubleIsSaidPlainly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	h.fail(hotline.Errorf(hotline.Unavailable, "later"), false)
	p.send("second").want(t, http.StatusServiceUnavailable, "second</textarea>", "Not sent yet.", "Try again")
	h.fail(nil, false)
	p.send("second").wantTo(t, "/c")
}

func TestP49Languages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	a := p.get("/")
	a.want(t, http.StatusOK, `<html lang="en" dir="ltr">`, `<a href="/?l=en" lang="en" aria-current="true">English</a>`, `<a href="/?l=ar" lang="ar" dir="rtl">العربية</a>`)
	if strings.Index(a.body, `class="langs"`) > strings.Index(a.body, "<h1>") {
		t.Error("the languages do not come first")
	}
	for header, want := range map[string]string{
		"ar-EG,ar;q=0.9,en;q=0.8": "ar", "fr-CA;q=0.5, es;q=0.9": "es", "xx, fr": "fr", "qu": "en", "": "en", ";;;": "en", "*": "en",
	} {
		p.header.Set("Accept-Language", header)
		p.get("/").want(t, http.StatusOK, `<html lang="`+want+`"`)
	}
	p.header.Set("Accept-Language", "fr")
	a = p.get("/?l=ar")
	a.want(t, http.StatusOK, `<html lang="ar" dir="rtl">`, `href="/c/new?l=ar"`)
	if len(p.cookies) != 0 {
		t.Error("a cookie for the language")
	}
	p.get("/c/new?l=ar").want(t, http.StatusOK, `action="/c?l=ar"`)
	p.get("/?l=xx").want(t, http.StatusOK, `<html lang="fr"`)
	p.post("/c?l=ar", url.Values{"text": {"مرحبا"}, "token": {p.get("/c/new").token(t)}}).wantTo(t, "/c?first=1&l=ar")
	p.get("/c?first=1&l=ar").want(t, http.StatusOK, `src="/c/log?l=ar"`)
	if h.heard()[0].Language != "ar" {
		t.Error("the page's language is not handed on")
	}
	p.get("/lang?l=ar&to=/safety").wantTo(t, "/safety?l=ar")
	for _, to := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "evil"} {
		if a := p.get("/lang?l=ar&to=" + url.QueryEscape(to)); a.status != http.StatusBadRequest {
			t.Errorf("to=%s: %d %s", to, a.status, a.to())
		}
	}
}

func TestP50EveryLanguageRendersEveryPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	for _, l := range h.site.Speaker.Languages() {
		for _, path := range append(openPages, "/c", "/c/log", "/c/code", "/delete", "/delete/confirm") {
			who := p
			if path == "/c/new" || path == "/report" || path == "/ended" {
				who = h.phone()
			}
			a := who.get(path + "?l=" + string(l))
			a.want(t, http.StatusOK, `<html lang="`+string(l)+`"`)
			if m := regexp.MustCompile(`web\.[a-z_.]+`).FindString(a.body); m != "" {
				t.Errorf("%s in %s has no text for %s", path, l, m)
			}
		}
	}
	p.get("/?l=ar").want(t, http.StatusOK, "<b>مغادرة هذا الموقع</b>", "<bdi>112</bdi>")
	p.get("/c/log").want(t, http.StatusOK, `dir="auto"`)
}

func TestP51SomeoneElse(t *testing.T) {
	t.Parallel()
	a := newHouse(t).phone().get("/report")
	a.want(t, http.StatusOK, "Is someone in danger now?", "do not go closer", `action="/c"`)
	if strings.Index(a.body, "in danger now") > strings.Index(a.body, "<textarea") {
		t.Error("danger does not come first")
	}
}

func TestOnlyOurOwnPagesMayPost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header map[string]string
		ok     bool
	}{
		"fetch same-origin": {map[string]string{"Sec-Fetch-Site": "same-origin"}, true},
		"fetch cross-site":  {map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "http://example.com"}, false},
		"fetch same-site":   {map[string]string{"Sec-Fetch-Site": "same-site"}, false},
		"origin":            {map[string]string{"Origin": "http://example.com"}, true},
		"foreign origin":    {map[string]string{"Origin": "http://evil.example"}, false},
		"null origin":       {map[string]string{"Origin": "null"}, false},
		"referer":           {map[string]string{"Referer": "http://example.com/c/new"}, true},
		"foreign referer":   {map[string]string{"Referer": "http://evil.example/"}, false},
		"nothing":           {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			p := h.phone()
			p.header = http.Header{}
			for k, v := range c.header {
				p.header.Set(k, v)
			}
			form := url.Values{"text": {"hello"}, "token": {p.get("/c/new").token(t)}}
			a := p.post("/c", form)
			if c.ok {
				a.wantTo(t, "/c?first=1")
				return
			}
			a.want(t, http.StatusForbidden, "hello</textarea>")
			p.post("/return", url.Values{"code": {"1"}}).want(t, http.StatusForbidden)
		})
	}
}

func TestBehindAProxyOnlyThePublicOriginMayPost(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config) { c.Origin, c.Secure = "https://talk.example", true })
	for origin, ok := range map[string]bool{"https://talk.example": true, "http://talk.example": false, "http://example.com": false} {
		p := h.phone()
		p.header = http.Header{"Origin": {origin}}
		a := p.post("/c", url.Values{"text": {"hello"}, "token": {p.get("/c/new").token(t)}})
		if got := a.status == http.StatusSeeOther; got != ok {
			t.Errorf("%s: status %d", origin, a.status)
		}
		if cookie := a.header.Get("Set-Cookie"); ok && !strings.Contains(strings.ToLower(cookie), "secure") {
			t.Errorf("cookie %q is not kept to https", cookie)
		}
	}
}

func TestFailurePageIsOursAndSaysNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.phone().get("/nothing-here?q=secret")
	a.want(t, http.StatusNotFound, "We do not have that page.", `class="exit"`)
	if a.header.Get("Content-Security-Policy") == "" || a.header.Get("Cache-Control") != "no-store" {
		t.Error("the failure page has no headers")
	}
	if strings.Contains(a.body+h.log.String(), "secret") {
		t.Error("the query got out")
	}
}

func TestNothingTypedReachesTheLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("MARKED words")
	h.fail(hotline.Errorf(hotline.Internal, "broken"), false)
	p.send("MARKED again")
	p.post("/return", url.Values{"code": {"4071 8826"}})
	p.get("/exit")
	for _, secret := range []string{"MARKED", "4071", h.code().Reveal()} {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
}

func TestEventsNeedASession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if a := h.phone().get("/c/events"); a.status != http.StatusNoContent {
		t.Errorf("status %d", a.status)
	}
	r := httptest.NewRequest(http.MethodGet, "/c/events", nil)
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "made up"})
	if a := h.phone().do(r); a.status != http.StatusNoContent {
		t.Errorf("status %d", a.status)
	}
}
