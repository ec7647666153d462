package public

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// visitorPages are those that need a session.
var visitorPages = []string{"/c", "/report/done", "/c/code", "/print", "/delete", "/delete/replies", "/delete/confirm"}

// eachPage opens every page, as the one who may see it.
func (h *house) eachPage(t *testing.T, see func(path string, a answer)) {
	t.Helper()
	p := h.phone()
	p.send("hello")
	for _, path := range openPages {
		see(path, h.phone().get(path))
	}
	for _, path := range append(visitorPages, "/c/log") {
		see(path, p.get(path))
	}
	see("/nothing", h.phone().get("/nothing"))
}

func TestP25PagesAreCompleteWithoutPictures(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.eachPage(t, func(path string, a answer) {
		if m := regexp.MustCompile(`(?i)<(img|svg|picture|video|audio|object|embed|canvas)\b`).FindString(a.body); m != "" {
			t.Errorf("%s has %s", path, m)
		}
	})
	for _, word := range []string{"url(", "@font-face", "@import"} {
		if strings.Contains(string(h.site.assets.style), word) {
			t.Errorf("the style has %s", word)
		}
	}
}

// Gecko 48 and old WebViews know neither logical positions, nor grid, nor gap,
// nor the newer selectors; a rule with one of them is passed over whole.
func TestP28TheStyleIsForOldEnginesToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	css := string(h.site.assets.style)
	for _, word := range []string{"inset-inline", "inset-block", "inset:", "display:grid", ";gap:", "{gap:", "fit-content", "min(", "max(", "clamp(", ":is(", ":where(", ":has(", "@layer"} {
		if strings.Contains(css, word) {
			t.Errorf("the style has %s", word)
		}
	}
	for _, rule := range []string{"position:-webkit-sticky;position:sticky;top:0", "background:#F7F6F2;background:var(--bg);color:#1B2A30;color:var(--ink)", "background:#1B2A30;background:var(--exit)"} {
		if !strings.Contains(css, rule) {
			t.Errorf("the style has no %s", rule)
		}
	}
	if strings.Contains(h.phone().get("/").body, "module") {
		t.Error("the script is a module")
	}
}

func TestP30SavingDataAsksLessOften(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	for header, want := range map[string]string{"": "15", "off": "15", "on": "60", "On": "60"} {
		p.header.Set("Save-Data", header)
		if got := p.get("/c/log").header.Get("Refresh"); got != want {
			t.Errorf("Save-Data %q: Refresh %q, want %s", header, got, want)
		}
	}
}

// The questions themselves are asked by intake; its tests hold "skip" for each.
func TestP48NothingIsDemanded(t *testing.T) {
	t.Parallel()
	newHouse(t).eachPage(t, func(path string, a answer) {
		if m := regexp.MustCompile(`\brequired\b|<label[^>]*>[^<]*\*`).FindString(a.body); m != "" {
			t.Errorf("%s demands: %s", path, m)
		}
	})
}

func TestP52EmergencyNumberOnEveryPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config) { c.Emergency = "911" })
	h.eachPage(t, func(path string, a answer) {
		if path != "/c/log" && !strings.Contains(a.body, `<a href="tel:911"><span>Call <bdi>911</bdi></span></a>`) {
			t.Errorf("%s has no number", path)
		}
	})
	h = newHouse(t)
	h.site.Emergency = "" // not known here
	h.eachPage(t, func(path string, a answer) {
		if strings.Contains(a.body, "tel:") || path != "/c/log" && !strings.Contains(a.body, "Call the emergency number where you are.") {
			t.Errorf("%s guesses a number", path)
		}
	})
}

func TestP54APersonOnEveryAutomaticStep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	const button = ">Talk to a person</button>"
	if strings.Contains(p.get("/c/log").body, button) {
		t.Error("a person is offered before a machine has spoken")
	}
	machine := func() {
		h.answer(hotline.Message{Direction: hotline.Out, Author: hotline.FromAutomatic, Text: "Is it safe?", Delivery: hotline.Sent})
	}
	machine()
	a := p.get("/c/log")
	a.want(t, http.StatusOK, `action="/c/person"`, button)
	ask := map[string][]string{"token": {a.token(t)}}
	p.post("/c/person", ask).wantTo(t, "/c/log")
	p.post("/c/person", ask).wantTo(t, "/c/log") // a second tap
	machine()
	if got := h.heard(); len(got) != 2 || got[1].Text != "PERSON" {
		t.Fatalf("heard %d messages", len(got))
	}
	if strings.Contains(p.get("/c/log").body, button) {
		t.Error("a person is offered twice")
	}
	h.helper("I am here.")
	machine()
	p.get("/c/log?l=es").want(t, http.StatusOK, `action="/c/person?l=es"`)
	h.fail(hotline.Errorf(hotline.Unavailable, "later"), false)
	if a := p.get("/c/log"); strings.Contains(a.body, button) { // asked above, and a person has come since
		p.post("/c/person", map[string][]string{"token": {a.token(t)}}).wantTo(t, "/c/log?problem=unsent")
		p.get("/c/log?problem=unsent").want(t, http.StatusOK, "Not sent yet.")
	} else {
		t.Error("no person is offered")
	}
	h.phone().post("/c/person", ask).wantTo(t, "/c/log")
}

var tableRow = regexp.MustCompile(`(?m)^\| (P-\d\d) \|.*\| (.+) \|$`)

// docs/public-pages.md names a test for each row, and the test is there.
func TestEveryRowOfTheTableHasItsTest(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "public-pages.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := testNames(t, ".", filepath.Join("..", "..", "intake"), filepath.Join("..", "..", "channels", "webchat"))
	rows := map[string]bool{}
	for _, m := range tableRow.FindAllStringSubmatch(string(doc), -1) {
		rows[m[1]] = true
		for _, name := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(m[2], -1) {
			if !tests[name[1]] {
				t.Errorf("%s names %s, which is not there", m[1], name[1])
			}
		}
		if !strings.Contains(m[2], "`Test") {
			t.Errorf("%s names no test", m[1])
		}
	}
	for _, id := range strings.Fields("01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 20 21 22 23 24 25 26 27 28 29 30 " +
		"31 32 33 34 35 36 37 38 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54") {
		if !rows["P-"+id] {
			t.Errorf("P-%s is not in the table", id)
		}
	}
}

func testNames(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no tests in %s", folder)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(src), -1) {
				names[m[1]] = true
			}
		}
	}
	return names
}

func TestP53NoPageTakesFiles(t *testing.T) {
	t.Parallel()
	newHouse(t).eachPage(t, func(path string, a answer) {
		if strings.Contains(a.body, `type="file"`) || strings.Contains(a.body, "multipart") {
			t.Errorf("%s takes files", path)
		}
	})
}

// An open page without scripts asks four times a minute.
func TestP21ARefreshAsksTheStoreLittle(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.send("hello")
	h.helper("I am here.")
	h.asked = nil
	p.get("/c/log").want(t, http.StatusOK, "I am here.")
	if got := strings.Join(h.asked, " "); got != "session messages" {
		t.Errorf("asked for %s", got)
	}
}
