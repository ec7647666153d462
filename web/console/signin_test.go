package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

func credentials(login, password string) url.Values {
	return url.Values{"login": {login}, "password": {password}}
}

func TestSignInAnswersAlike(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	gone := staffOf("u-gone", "gone", "Gone Person", hotline.Operator)
	gone.Disabled = true
	h.users[gone.ID] = gone
	var bodies []string
	for _, login := range []string{"dina", "nobody", "gone"} {
		a := h.post(t, "/o/signin", credentials(login, "wrong"))
		if a.StatusCode != http.StatusUnauthorized || h.cookies["desk"] != "" {
			t.Errorf("%s: %d, want 401 and no session", login, a.StatusCode)
		}
		bodies = append(bodies, strings.ReplaceAll(a.body, `value="`+login+`"`, `value=""`))
	}
	if bodies[0] != bodies[1] || bodies[0] != bodies[2] {
		t.Error("the answer tells which logins there are")
	}
	if a := h.post(t, "/o/signin", credentials("gone", "right gone")); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a disabled account gets in: %d", a.StatusCode)
	}
}

func TestSignInIsLimited(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	for i := range triesPerLogin.Events {
		if a := h.post(t, "/o/signin", credentials("Dina", "wrong")); a.StatusCode != http.StatusUnauthorized {
			t.Fatalf("try %d: %d", i, a.StatusCode)
		}
	}
	a := h.post(t, "/o/signin", credentials("dina", "right dina"))
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("one try more: %d, want 429 with Retry-After", a.StatusCode)
	}
	if !strings.Contains(a.body, "Too many tries. Wait 2 minutes") {
		t.Error("it does not say how long to wait")
	}
	if a := h.post(t, "/o/signin", credentials("sam", "right sam")); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a colleague is locked out as well: %d", a.StatusCode)
	}
}

// All of an office come by one proxy; a stranger's tries are not counted as theirs.
func TestSignInLimitIsOfTheCaller(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	try := func(from, login string) int {
		req := httptest.NewRequest(http.MethodPost, "/o/signin", strings.NewReader(credentials(login, "right "+login).Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Forwarded-For", "203.0.113.50, "+from) // the first part is whatever the caller likes
		return h.do(t, req).StatusCode
	}
	for i := range triesPerAddress.Events {
		if code := try("198.51.100.1", fmt.Sprintf("guess%d", i)); code != http.StatusUnauthorized {
			t.Fatalf("try %d: %d", i, code)
		}
	}
	if code := try("198.51.100.1", "sam"); code != http.StatusTooManyRequests {
		t.Errorf("one try more from the same address: %d", code)
	}
	if code := try("198.51.100.2", "sam"); code != http.StatusSeeOther {
		t.Errorf("somebody else behind the same proxy: %d", code)
	}
}

func TestSignInMakesANewSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	h.cookies["desk"] = "chosen-by-somebody-else"
	a := h.post(t, "/o/signin", url.Values{"login": {" DINA "}, "password": {"right dina"}, "to": {"/o/mine?pri=2"}})
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/o/mine?pri=2" {
		t.Fatalf("%d to %s", a.StatusCode, a.Header.Get("Location"))
	}
	first := h.cookies["desk"]
	if first == "chosen-by-somebody-else" {
		t.Fatal("the session has an id that was there before")
	}
	cookie := a.Header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie lacks %s: %s", want, cookie)
		}
	}
	h.signIn(t, dina)
	if h.cookies["desk"] == first || len(h.sessions) != 1 {
		t.Errorf("signing in again keeps the old session: %d sessions", len(h.sessions))
	}
	for hash := range h.sessions {
		if hash == h.cookies["desk"] {
			t.Error("the store holds the cookie itself")
		}
	}
	h.post(t, "/o/signout", nil)
	if len(h.sessions) != 0 || h.cookies["desk"] != "" {
		t.Error("signing out leaves the session")
	}
}

func TestSignInLeadsOnlyHome(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"https://evil.example/o/", "//evil.example/o/queue", `/\evil.example`, "/o/..\\x", "javascript:alert(1)", "/exit", ""} {
		h := newHouse(t, nil, nil)
		a := h.post(t, "/o/signin", url.Values{"login": {"dina"}, "password": {"right dina"}, "to": {to}})
		if got := a.Header.Get("Location"); got != "/o/queue" {
			t.Errorf("to=%q leads to %q", to, got)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	t.Run("idle", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t, seeds, nil)
		h.signIn(t, dina)
		h.advance(sessionIdle - time.Minute)
		if a := h.get(t, "/o/queue"); a.StatusCode != http.StatusOK {
			t.Fatalf("within the time: %d", a.StatusCode)
		}
		for range 4 { // what a page does by itself is no use of it
			h.advance(10 * time.Minute)
			h.get(t, "/o/queue?part=rows")
			h.get(t, "/o/queue?auto=1")
		}
		a := h.get(t, "/o/mine?pri=1")
		if want := "/o/signin?ended=1&to=%2Fo%2Fmine%3Fpri%3D1"; a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("idle: %d to %s", a.StatusCode, a.Header.Get("Location"))
		}
		if a := h.get(t, "/o/queue?part=rows"); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("a script gets %d, want 401", a.StatusCode)
		}
		if page := h.get(t, "/o/signin?ended=1").body; !strings.Contains(page, "Your session has ended") {
			t.Error("the sign-in page does not say why")
		}
	})
	t.Run("absolute", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t, seeds, nil)
		h.signIn(t, dina)
		for spent := time.Duration(0); spent < sessionLife-20*time.Minute; spent += 20 * time.Minute {
			h.advance(20 * time.Minute)
			if a := h.get(t, "/o/queue"); a.StatusCode != http.StatusOK {
				t.Fatalf("after %v: %d", spent, a.StatusCode)
			}
		}
		h.advance(20 * time.Minute)
		if a := h.get(t, "/o/queue"); a.StatusCode != http.StatusSeeOther {
			t.Errorf("after a shift: %d", a.StatusCode)
		}
	})
	t.Run("with a form open", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t, seeds, nil)
		h.signIn(t, dina)
		h.advance(sessionIdle + time.Second)
		for referer, want := range map[string]string{
			"http://example.com/o/conv/7?said=taken": "/o/signin?ended=1&to=%2Fo%2Fconv%2F7%3Fsaid%3Dtaken",
			"http://evil.example/o/conv/7":           "/o/signin?ended=1", "": "/o/signin?ended=1",
		} {
			req := httptest.NewRequest(http.MethodPost, "/o/next", nil)
			req.Header.Set("Referer", referer)
			if a := h.do(t, req); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
				t.Errorf("from %q: %d to %s", referer, a.StatusCode, a.Header.Get("Location"))
			}
		}
	})
	t.Run("disabled", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t, seeds, nil)
		h.signIn(t, dina)
		u := dina
		u.Disabled = true
		h.users[u.ID] = u
		if a := h.get(t, "/o/queue"); a.StatusCode != http.StatusSeeOther {
			t.Errorf("a disabled account reads on: %d", a.StatusCode)
		}
	})
}

func TestForgedFormsAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	h.signIn(t, dina)
	good := (&visit{token: h.cookies["desk"]}).csrf()
	for name, tt := range map[string]struct {
		token, site, origin string
		want                int
	}{
		"as it should be":   {good, "same-origin", "http://example.com", http.StatusSeeOther},
		"an old browser":    {good, "", "http://example.com", http.StatusSeeOther},
		"a very old one":    {good, "", "", http.StatusSeeOther},
		"no token":          {"", "same-origin", "", http.StatusForbidden},
		"another's token":   {(&visit{token: "x"}).csrf(), "same-origin", "", http.StatusForbidden},
		"another site":      {good, "cross-site", "", http.StatusForbidden},
		"a sister site":     {good, "same-site", "", http.StatusForbidden},
		"another origin":    {good, "", "https://evil.example", http.StatusForbidden},
		"no origin to name": {good, "", "null", http.StatusForbidden},
	} {
		req := httptest.NewRequest(http.MethodPost, "/o/next", strings.NewReader(url.Values{"csrf": {tt.token}}.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if tt.site != "" {
			req.Header.Set("Sec-Fetch-Site", tt.site)
		}
		if tt.origin != "" {
			req.Header.Set("Origin", tt.origin)
		}
		if a := h.do(t, req); a.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", name, a.StatusCode, tt.want)
		}
	}
}

func TestRolesWithoutTheQueue(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	h.signIn(t, ana)
	for _, path := range []string{"/o/queue", "/o/mine", "/o/queue?part=rows", "/o/events", "/o/cases", "/o/conv/" + string(convID(177))} {
		a := h.get(t, path)
		if a.StatusCode != http.StatusForbidden || strings.Contains(a.body, "Cerraron") {
			t.Errorf("%s: %d, want 403", path, a.StatusCode)
		}
	}
	if a := h.get(t, "/me"); a.StatusCode != http.StatusOK || strings.Contains(a.body, "/o/queue") {
		t.Errorf("settings: %d", a.StatusCode)
	}
}
