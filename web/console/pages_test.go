package console

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// inline finds what the policy would block, and what would need it loosened.
var inline = regexp.MustCompile(`(?i)<style|\sstyle\s*=|<script(?:>|[^>]*[^>]>[^<])|\son[a-z]+\s*=|javascript:`)

func TestPagesKeepThePolicy(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	pages := map[string]answer{"/o/signin": h.get(t, "/o/signin"), "/o/nothing": h.get(t, "/o/nothing")}
	h.signIn(t, dina)
	for _, path := range []string{
		"/o/queue", "/o/queue?said=none", "/o/queue?pri=1&part=rows", "/o/mine", "/me", "/o/cases",
		"/o/conv/" + string(convID(177)), "/o/cases/none", "/o/queue?after=x",
	} {
		pages[path] = h.get(t, path)
	}
	for path, a := range pages {
		if found := inline.FindString(a.body); found != "" {
			t.Errorf("%s has %q", path, found)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": csp, "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
			"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		for _, m := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
			if !strings.HasPrefix(m[1], "/") && !strings.HasPrefix(m[1], "#") && !strings.HasPrefix(m[1], "?") {
				t.Errorf("%s leads away: %s", path, m[1])
			}
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	h.signIn(t, dina)
	a := h.post(t, "/me", url.Values{"theme": {"dark"}, "keys": {"off"}})
	if a.Header.Get("Location") != "/me?said=settings" || h.cookies["theme"] != "dark" || h.cookies["keys"] != "off" {
		t.Fatalf("%d %v", a.StatusCode, h.cookies)
	}
	page := h.get(t, "/o/queue").body
	if !strings.Contains(page, `data-theme="dark"`) || !strings.Contains(page, `data-keys="off"`) {
		t.Error("the settings do nothing")
	}
	if strings.Contains(page, "aria-keyshortcuts=\"n\"") || strings.Contains(page, `class="keys"`) {
		t.Error("keys that are off are still shown")
	}
	h.post(t, "/me", url.Values{"theme": {"<b>"}, "keys": {"on"}})
	if h.cookies["theme"] != "" || h.cookies["keys"] != "" {
		t.Errorf("unknown values are kept: %v", h.cookies)
	}
}

func TestErrorPages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err    error
		status int
		wants  []string
	}{
		{hotline.Errorf(hotline.Forbidden, "names are for supervisors"), 403, []string{"This is not open to you", "Names are for supervisors."}},
		{hotline.Errorf(hotline.NotFound, "no conversation 17"), 404, []string{"Nothing is here"}},
		{hotline.Errorf(hotline.Conflict, "taken by someone else"), 409, []string{"Someone was faster", "Taken by someone else."}},
		{hotline.Errorf(hotline.Unavailable, "dial tcp 10.1.2.3: refused"), 503, []string{"We could not do this now", "Try again</a>", "fault"}},
		{errors.New("sql: secret detail"), 500, []string{"Something broke"}},
		{fiber.ErrMethodNotAllowed, 405, []string{"We could not read that"}},
		{fiber.ErrRequestEntityTooLarge, 413, []string{"We could not read that"}},
	} {
		h := newHouse(t, nil, nil)
		h.app.Get("/o/fails", func(*fiber.Ctx) error { return tt.err })
		a := h.get(t, "/o/fails?x=%22%3E%3Cb%3E")
		if a.StatusCode != tt.status {
			t.Errorf("%v: %d, want %d", tt.err, a.StatusCode, tt.status)
		}
		for _, want := range append(tt.wants, "Reference", a.Header.Get("X-Request-Id"), "What is safe") {
			if !strings.Contains(a.body, want) {
				t.Errorf("%v: the page does not say %q", tt.err, want)
			}
		}
		for _, leak := range []string{"10.1.2.3", "secret", "conversation 17", `"><b>`} {
			if strings.Contains(a.body, leak) {
				t.Errorf("%v: the page says %q", tt.err, leak)
			}
		}
	}
}

func TestNobodyIsNamedInTheLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	h.signIn(t, dina)
	h.get(t, "/o/queue?lang=ar")
	h.post(t, "/o/signin", credentials("secretlogin", "secretpassword"))
	h.broken = hotline.Errorf(hotline.Unavailable, "the database did not answer")
	if a := h.get(t, "/o/queue"); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a broken store gives %d", a.StatusCode)
	}
	said := h.log.String()
	for _, secret := range []string{"5550100", "جواز", "Cerraron", "secretlogin", "secretpassword", "dina", h.cookies["desk"], "lang=ar"} {
		if strings.Contains(said, secret) {
			t.Errorf("the log says %q", secret)
		}
	}
}

func TestEveryPageParses(t *testing.T) {
	t.Parallel()
	if err := newHouse(t, nil, nil).console.pages.Parse(); err != nil {
		t.Error(err)
	}
}
