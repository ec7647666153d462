package public

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

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
	back.submit("/return", url.Values{"code": {spaced}}).wantTo(t, "/c")
	back.get("/c").want(t, http.StatusOK, `<details class="code">`)
	back.get("/c/log").want(t, http.StatusOK, "I am a person.")
	back.send("thank you").wantTo(t, "/c")
	if got := h.heard(); len(got) != 2 || got[1].From != got[0].From || got[0].Channel != hotline.WebChat || got[0].Language != "en" {
		t.Errorf("heard %+v", got)
	}

	back.get("/delete").want(t, http.StatusOK, `href="/delete/confirm"`)
	back.get("/delete/confirm").want(t, http.StatusOK, `method="post"`)
	back.submit("/delete/confirm", nil).wantTo(t, "/delete/done")
	back.get("/delete/done").want(t, http.StatusOK, "Erased. Your phone may still show that you came here.")
	if back.cookies[sessionCookie] != "" {
		t.Error("the session is kept")
	}
	back.post("/delete/confirm", nil).wantTo(t, "/delete/done") // a second tap
	h.phone().submit("/return", url.Values{"code": {spaced}}).want(t, http.StatusUnprocessableEntity)
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
	for _, l := range h.site.Speaker.Languages() {
		for _, path := range openPages {
			raw := h.phone().get(path + "?l=" + string(l)).body
			if n := zipped(t, raw); n > 14<<10 {
				t.Errorf("%s in %s: %d bytes compressed", path, l, n)
			}
			if len(raw) > 17<<10 { // nothing on the way may compress it
				t.Errorf("%s in %s: %d bytes uncompressed", path, l, len(raw))
			}
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

// Whoever erases and has a case is told that its notes stay.
func TestEraseSaysThatACaseIsKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.phone()
	b.send("they took my passport").wantTo(t, "/c?first=1")
	h.mu.Lock()
	for _, c := range h.talks {
		c.CaseID = "case-1"
	}
	h.mu.Unlock()
	b.submit("/delete/confirm", nil).wantTo(t, "/delete/done?kept=1")
	b.get("/delete/done?kept=1").want(t, http.StatusOK, "By law we must keep the notes of your case for now.")
}
