package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

var rowID = regexp.MustCompile(`data-id="[0-9a-f-]{33}(\d{3})"`)

// listed are the last digits of the conversations on a page, in order.
func listed(page string) []string {
	var out []string
	for _, m := range rowID.FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestQueueOrderAndFilters(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	h.signIn(t, dina)
	for _, tt := range []struct{ path, want string }{
		{"/o/queue", "177 118 163 126 117 142 109 150 162 191 184 137 155"},
		{"/o/queue?pri=2", "163 126 117 142"},
		{"/o/queue?lang=ar", "163"},
		{"/o/queue?channel=webchat", "117 162"},
		{"/o/queue?safety=unsafe", "117"},
		{"/o/queue?owner=none&pri=1", "118"},
		{"/o/queue?pri=99&lang=xx&channel=pigeon&safety=maybe&owner=me", "177 118 163 126 117 142 109 150 162 191 184 137 155"},
		{"/o/queue?part=rows&pri=4", "191 184 137"},
		{"/o/mine", "142 133 184"},
		{"/o/mine?pri=4", "184"},
		{"/o/queue?lang=fr&pri=1", ""},
	} {
		a := h.get(t, tt.path)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", tt.path, a.StatusCode)
		}
		if got := strings.Join(listed(a.body), " "); got != tt.want {
			t.Errorf("%s lists %s, want %s", tt.path, got, tt.want)
		}
	}
}

func TestQueueSaysWhatItMust(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	h.signIn(t, dina)
	page := h.get(t, "/o/queue").body
	for _, want := range []string{
		"<title>(8) Queue</title>",
		"13 waiting, 8 with no owner, 1 over target",
		"2 waiting, 1 with no owner",
		`pri--1"><span class="pri__n">1</span>Emergency`,
		`<span class="wait__t">1:52</span><span class="wait__of">of 2 min</span>`,
		`<span class="wait__t">12:08</span><span class="wait__of">over by 2:08</span>`,
		`<bdi class="q__text" lang="km" dir="auto">`,
		`<bdi lang="ar">العربية</bdi>`,
		"•••• 0177", "Code •••• 17",
		"Not safe 14:17", "Safe 14:17", "Not asked",
		`href="/s/`, `aria-keyshortcuts="n"`,
		`<noscript><meta http-equiv="refresh" content="20; url=/o/queue?auto=1"></noscript>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the queue does not show %q", want)
		}
	}
	for _, secret := range []string{"+1555", "5550100", "4821093377150"} {
		if strings.Contains(page, secret) {
			t.Errorf("the queue shows %q", secret)
		}
	}
	if mine := h.get(t, "/o/mine").body; !strings.Contains(mine, "Answered") || !strings.Contains(mine, "3 open") {
		t.Error("mine leaves out a conversation in which nobody waits")
	}
}

func TestQueueEmpty(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	h.signIn(t, dina)
	for path, want := range map[string]string{
		"/o/queue": "No one is waiting", "/o/queue?pri=1": "No one is waiting in this view",
		"/o/mine": "You have no open conversations",
	} {
		if page := h.get(t, path).body; !strings.Contains(page, want) || strings.Contains(page, "<table") {
			t.Errorf("%s: no empty state", path)
		}
	}
}

func TestQueuePages(t *testing.T) {
	t.Parallel()
	var many []told
	for i := range 2*pageRows + 30 {
		many = append(many, told{
			no: i, pri: hotline.Priority(1 + i%4), waited: time.Duration(1+i%7) * time.Minute,
			channel: hotline.SMS, lang: "en", safety: hotline.Safe, kind: hotline.Report, text: "Hello",
		})
	}
	h := newHouse(t, many, nil)
	h.signIn(t, dina)
	older := regexp.MustCompile(`href="([^"]+)" rel="next"`)
	var all []string
	for path, pages := "/o/queue?channel=sms", 0; path != ""; pages++ {
		if pages > 3 {
			t.Fatal("the pages never end")
		}
		page := h.get(t, path).body
		all = append(all, listed(page)...)
		path = ""
		if m := older.FindStringSubmatch(page); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if len(all) != len(many) {
		t.Errorf("%d rows over all pages, want %d", len(all), len(many))
	}
	slices.Sort(all)
	if n := len(slices.Compact(all)); n != len(many) {
		t.Errorf("%d different rows, want %d", n, len(many))
	}
	for _, bad := range []string{"x", "1.2", "9.1.a", "1.x.a", "1.1.", "1.1." + strings.Repeat("a", 70)} {
		if a := h.get(t, "/o/queue?after="+url.QueryEscape(bad)); a.StatusCode != http.StatusBadRequest {
			t.Errorf("after=%s: %d, want 400", bad, a.StatusCode)
		}
	}
}

func TestPreviewIsText(t *testing.T) {
	t.Parallel()
	attack := `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	h := newHouse(t, []told{{no: 1, pri: 1, waited: time.Minute, channel: "sms", lang: hotline.Language(attack), safety: "safe", kind: "report", unread: 1, text: attack}}, nil)
	h.signIn(t, dina)
	for _, path := range []string{"/o/queue", "/o/queue?part=rows"} {
		page := h.get(t, path).body
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img") {
			t.Errorf("%s: a message became markup", path)
		}
		if !strings.Contains(page, "&lt;script&gt;alert(1)") {
			t.Errorf("%s: the message is not shown as it was written", path)
		}
	}
}

func TestTakeNext(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	h.signIn(t, dina)
	a := h.post(t, "/o/next", nil)
	if want := "/o/conv/" + string(convID(118)) + "?said=next"; a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
		t.Fatalf("%d to %s, want %s", a.StatusCode, a.Header.Get("Location"), want)
	}
	for range len(seeds) {
		a = h.post(t, "/o/next", nil)
	}
	if got := a.Header.Get("Location"); got != "/o/queue?said=none" {
		t.Errorf("with nobody left it leads to %s", got)
	}
	if page := h.get(t, "/o/queue?said=none").body; !strings.Contains(page, "No one without an owner is waiting") {
		t.Error("and does not say so")
	}
}

func TestWaitView(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		waited, target time.Duration
		want           string
	}{
		{9 * time.Second, 2 * time.Minute, "0:09 of 2 min  6.6"},
		{96 * time.Second, 2 * time.Minute, "1:36 of 2 min near 70.4"},
		{2 * time.Minute, 2 * time.Minute, "2:00 of 2 min near 88.0"},
		{121 * time.Second, 2 * time.Minute, "2:01 over by 0:01 over 88.0"},
		{72 * time.Minute, 8 * time.Hour, "1 h 12 of 8 h  13.2"},
		{51 * time.Hour, time.Hour, "2 d 3 h over by 2 d 2 h over 88.0"},
		{time.Minute, 0, "1:00   "},
		{-time.Minute, time.Hour, "0:00 of 1 h  0.0"},
	} {
		v := viewWait(noon.Add(-tt.waited), noon, tt.target)
		if got := fmt.Sprintf("%s %s %s %s", v.Text, v.Of, v.State, v.Bar); got != tt.want {
			t.Errorf("%v of %v: %q, want %q", tt.waited, tt.target, got, tt.want)
		}
	}
}

func TestCursorComesBack(t *testing.T) {
	t.Parallel()
	for _, want := range []hotline.QueueCursor{
		{Priority: 1, WaitingSince: noon, ID: "a.b"}, {Priority: 5, ID: "z"}, {},
	} {
		text := ""
		if want.ID != "" {
			text = formatCursor(want)
		}
		if got, err := parseCursor(text); err != nil || got != want {
			t.Errorf("%+v came back as %+v, %v", want, got, err)
		}
	}
}
