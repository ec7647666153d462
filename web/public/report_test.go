package public

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// answers sends the pages about someone else, one form each.
func (p *phone) answers(forms ...url.Values) (last answer) {
	p.h.t.Helper()
	for n, form := range forms {
		last = p.submit(reportPath(n), form)
		if n+1 < len(forms) {
			last.wantTo(p.h.t, reportPath(n+1))
		}
	}
	return last
}

var (
	skip    = func() url.Values { return url.Values{"skip": {"1"}} }
	tap     = func(v string) url.Values { return url.Values{"tap": {v}} }
	written = func(v string) url.Values { return url.Values{"text": {v}} }
)

func plain(answers []hotline.Answer) string {
	var parts []string
	for _, a := range answers {
		value := a.Value + a.Words.Reveal()
		if a.Skipped {
			value = "-"
		}
		parts = append(parts, a.Question+"="+value)
	}
	return strings.Join(parts, " ")
}

func TestP51StepByStep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	a := p.get("/report")
	a.want(t, http.StatusOK, "Is someone in danger now?", "do not go closer", `action="/report"`, ">Skip</button>", "Step 1 of 5", `href="tel:112"`)
	if a.header.Get("Set-Cookie") != "" {
		t.Error("something is kept before the first answer")
	}
	p.submit("/report", tap("no")).wantTo(t, "/report/what")
	p.get("/report/what").want(t, http.StatusOK, "What did you see or hear?", "do not go closer", `href="/report">Back`)
	p.get("/report").want(t, http.StatusOK, `value="no" aria-current="true"`) // back shows what was chosen
	p.submit("/report/what", written("two girls")).wantTo(t, "/report/where")
	p.get("/report/what").want(t, http.StatusOK, ">two girls</textarea>")
	p.submit("/report/what", written("two girls in the shop")).wantTo(t, "/report/where")
	p.submit("/report/where", written("Mill Street")).wantTo(t, "/report/when")
	p.submit("/report/when", tap("today")).wantTo(t, "/report/sign")
	p.get("/report/sign").want(t, http.StatusOK, "Step 5 of 5", ">Send</button>")
	if len(h.heard()) != 0 {
		t.Fatal("sent too early")
	}
	p.submit("/report/sign", skip()).wantTo(t, "/report/done")
	p.get("/report/done").want(t, http.StatusOK, "Thank you", `<details class="code" open>`, `href="/c">Write more or read replies`)

	got := h.heard()
	if len(got) != 1 || got[0].Text != "two girls in the shop\nMill Street" || got[0].From != h.code() || got[0].Channel != hotline.WebChat {
		t.Fatalf("heard %d", len(got))
	}
	if facts := plain(got[0].Answers); facts != "danger=no saw=two girls in the shop where=Mill Street when=today sign=- about=other" {
		t.Errorf("answers %s", facts)
	}
	for _, s := range h.sessions {
		if s.Draft != nil {
			t.Error("the answers are kept twice")
		}
	}
	p.get("/c/log").want(t, http.StatusOK, "two girls in the shop")
	p.get("/report").wantTo(t, "/c")
	spare := h.phone()
	spare.submit("/return", url.Values{"code": {h.code().Reveal()}}).wantTo(t, "/c")
}

func TestP51EverythingSkipped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	p.answers(skip(), skip(), skip(), skip(), skip()).want(t, http.StatusUnprocessableEntity, "Please write something first.")
	if len(h.heard()) != 0 {
		t.Error("nothing was sent as something")
	}
	p.submit("/report", tap("yes")).wantTo(t, "/report/what")
	p.submit("/report/sign", skip()).wantTo(t, "/report/done")
	if got := h.heard(); len(got) != 1 || got[0].Text != "Is someone in danger now? Yes" {
		t.Errorf("heard %d", len(got))
	}
}

func TestP51AnswersStayWithUs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	last := p.answers(tap("unsure"), written("zq-secret"))
	if len(p.cookies) != 1 || strings.Contains(fmt.Sprint(p.cookies, last.to(), h.log), "zq-secret") {
		t.Error("an answer is in a cookie, an address or the log")
	}
	p.get("/c").wantTo(t, "/c/new") // there is no conversation yet
	p.get("/c/events").want(t, http.StatusNoContent)
	h.phone().get("/report/what").want(t, http.StatusOK, "></textarea>") // nobody else sees it
	p.get("/exit")
	if len(h.sessions) != 0 {
		t.Error("leaving keeps the answers")
	}

	p = h.phone()
	p.answers(tap("no"), written("words"))
	h.wait(idleLimit)
	h.expire()
	p.get("/report/where").want(t, http.StatusOK)
	p = h.phone()
	p.answers(tap("no"), written("words"))
	token := p.get("/report/where").token(t)
	h.wait(idleLimit + time.Second)
	h.expire()
	p.post("/report/where", url.Values{"token": {token}, "text": {"Mill Street"}}).want(t, http.StatusConflict, "You were away", ">Mill Street</textarea>")
}

func TestP51TroubleKeepsTheAnswers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	for name, form := range map[string]url.Values{
		"too long": {"text": {strings.Repeat("ä", reportSteps[1].Limit+1)}},
		"a trap":   {"text": {"words"}, "more": {"spam"}},
	} {
		a := p.submit("/report/what", form)
		if a.want(t, http.StatusUnprocessableEntity, form.Get("text")+"</textarea>", `id="problem"`); t.Failed() {
			t.Fatal(name)
		}
	}
	p.post("/report/what", url.Values{"text": {"words"}}).want(t, http.StatusUnprocessableEntity, "open too long", "words</textarea>")

	p.answers(tap("no"), written("words"), skip(), skip())
	h.fail(hotline.Errorf(hotline.Unavailable, "later"), true) // kept, and the answer lost
	token := p.get("/report/sign").token(t)
	sign := url.Values{"token": {token}, "text": {"a blue van"}}
	p.post("/report/sign", sign).want(t, http.StatusServiceUnavailable, "Not sent yet.", "a blue van</textarea>")
	h.fail(nil, false)
	p.post("/report/sign", sign).wantTo(t, "/report/done")
	p.post("/report/sign", sign).wantTo(t, "/report/done") // a second tap
	if n := len(h.heard()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestP51StepsFitOneMessage(t *testing.T) {
	t.Parallel()
	sum := 0
	for _, s := range reportSteps {
		sum += s.Limit
	}
	if sum > maxLetter {
		t.Errorf("%d characters in all, a message has %d", sum, maxLetter)
	}
}

func TestBrowserP51SomeoneElse(t *testing.T) {
	both(t, func(t *testing.T, scripts bool) {
		b := newTab(t, scripts)
		b.open("/")
		b.click(`.linklist a[href^="/report"]`)
		b.untilAt("/report")
		b.click(`button[value="no"]`)
		b.untilAt("/report/what")
		b.typeIn("#text", "two girls in the shop")
		b.click(`form.write .btn:not(.btn--bare)`)
		b.untilAt("/report/where")
		b.click(".before a")
		b.untilAt("/report/what")
		if words := value[string](b, `document.getElementById("text").value`); words != "two girls in the shop" {
			t.Errorf("back shows %q", words)
		}
		b.click(".btn--bare") // taken back
		b.untilAt("/report/where")
		b.typeIn("#text", "Mill Street")
		b.click(`form.write .btn:not(.btn--bare)`)
		b.untilAt("/report/when")
		b.click(`button[value="today"]`)
		b.untilAt("/report/sign")
		b.click(`form.write .btn`)
		b.untilAt("/report/done")
		if got := b.heard(); len(got) != 1 || plain(got[0].Answers) != "danger=no saw=- where=Mill Street when=today sign=- about=other" {
			t.Errorf("heard %d", len(got))
		}
		b.click(`.start a`)
		b.untilAt("/c")
	})
}
