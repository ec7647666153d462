package public

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

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
	p.submit("/c/code", url.Values{"code": {h.code().Reveal()}}).want(t, http.StatusOK, "That is right.")
	p.submit("/c/code", url.Values{"code": {"1234"}}).want(t, http.StatusOK, "not the same")
	h.phone().get("/c/code").wantTo(t, "/return")
}

func TestP37WrongAndUnknownCodesAreTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	wrong := p.submit("/return", url.Values{"code": {"1234 5678 9012 3456"}})
	unknown := p.submit("/return", url.Values{"code": {"0000 0000 0000 0000"}})
	wrong.want(t, http.StatusUnprocessableEntity, "We did not find that code.", `value="1234 5678 9012 3456"`)
	plain := func(a answer, typed string) string {
		return strings.NewReplacer(typed, "", a.token(t), "").Replace(a.body)
	}
	if plain(wrong, "1234 5678 9012 3456") != plain(unknown, "0000 0000 0000 0000") || wrong.status != unknown.status {
		t.Error("the two answers differ")
	}
	if len(h.looks) != 2 {
		t.Errorf("%d look-ups for two tries: the work differs", len(h.looks))
	}
	for range 3 {
		p.submit("/return", url.Values{"code": {"1"}}).want(t, http.StatusUnprocessableEntity)
	}
	p.submit("/return", url.Values{"code": {"1"}}).want(t, http.StatusTooManyRequests, "Too many tries. Please wait 2 minutes.")
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
		who    func(*Config)
		line   string
		button string
	}{
		"some":      {people(3, nil), `<p class="here">3 people here now. A person will answer as soon as one is free.</p>`, "Talk to a person"},
		"one":       {people(1, nil), `<p class="here">1 person here now. A person will answer as soon as one is free.</p>`, "Talk to a person"},
		"nobody":    {people(0, nil), `<p class="here here--shut">You can leave a message at any time. A person will read it.</p>`, "Leave a message"},
		"not known": {people(0, errors.New("no database")), `<p class="here">You can leave a message at any time. A person will read it.</p>`, "Talk to a person"},
		"not asked": {func(*Config) {}, `<p class="here">You can leave a message at any time. A person will read it.</p>`, "Talk to a person"},
		"closed":    {closedUntil(people(0, nil)), `<p class="here here--shut"><time datetime="2026-05-18T06:00:00Z">No one is here now. You can leave a message. We read messages from <bdi>08:00</bdi>.</time></p>`, "Leave a message"},
		"early":     {closedUntil(people(1, nil)), `<p class="here">1 person here now. A person will answer as soon as one is free.</p>`, "Talk to a person"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newHouse(t, c.who).phone().get("/").want(t, http.StatusOK, c.line, ">"+c.button+"</a>")
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
		for _, path := range append(openPages, "/c", "/c/log", "/c/code", "/print", "/delete", "/delete/replies", "/delete/confirm") {
			who := p
			if path == "/c/new" || strings.HasPrefix(path, "/report") || path == "/ended" {
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
			p.submit("/return", url.Values{"code": {"1"}}).want(t, http.StatusForbidden)
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
	p.submit("/return", url.Values{"code": {"4071 8826"}})
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

// A code that was given by text opens a page on which nothing of the phone stands.
func TestCodeGivenByTextOpensAnEmptyPage(t *testing.T) {
	t.Parallel()
	code, err := webchat.NewCode(strings.NewReader("invented"))
	if err != nil {
		t.Fatal(err)
	}
	given := func(c *Config) {
		c.GivenByText = func(_ context.Context, typed hotline.Address) (bool, error) { return typed == code, nil }
	}
	h := newHouse(t, given)
	p := h.phone()
	p.submit("/return", url.Values{"code": {strings.Join(webchat.Groups(code), " ")}}).wantTo(t, "/c")
	heard := h.heard()
	if len(heard) != 1 || heard[0].From != code || heard[0].Channel != hotline.WebChat || webchat.Contains(heard[0].Text.Reveal(), code) {
		t.Fatalf("heard %+v", heard)
	}
	p.get("/c/log").want(t, http.StatusOK, "•••• "+code.Reveal()[12:])
	p.send("I go on here").wantTo(t, "/c")
	h.phone().submit("/return", url.Values{"code": {code.Reveal()}}).wantTo(t, "/c")
	if len(h.heard()) != 2 {
		t.Error("a second return begins another conversation")
	}
}
