package main

import (
	"bytes"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Marked secrets go through every flow; then everything is searched that
// somebody may see who should not.
func TestProveNothingOfAPersonCanBeRead(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		p := newSpill(t)
		carrierURL, refusals := tattler(t)
		s := e.serve(t, "--log-level", "debug", "--send", "--twilio-base-url", carrierURL, "--twilio-reconcile-every", "200ms")
		stopScraping := s.scrape(t)
		log := &lockedBuffer{}
		desk := e.app(t, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), time.Now, func(*settings) {})

		p.fromCarriers(s)
		p.fromStrangers(s)
		visitor, code := p.fromTheWeb(s)
		id := conversationOf(t, desk.db, writer)
		p.known = string(id)
		user, password := operator(t, desk)
		p.fromStaff(s, id, user, password)
		eventually(t, "the carrier has refused all answers", func() bool {
			n, err := desk.db.Outstanding(t.Context())
			return err == nil && n == 0 && refusals.get() > 0
		})
		p.database(e, "while it runs")
		if err := desk.desk.Close(t.Context(), user, id); err != nil {
			t.Fatal(err)
		}
		if err := desk.desk.Erase(t.Context(), user, id); err != nil {
			t.Fatal(err)
		}
		p.erasesOnTheWeb(visitor, code)
		p.database(e, "after an erasure")

		doctor, _ := invoke(t, []string{"HEARLINE_TWILIO_AUTH_TOKEN=" + benchToken, "HEARLINE_DATABASE=" + e.database}, "doctor", "--keys-file", e.keysFile,
			"--twilio-account-sid", benchAccount, "--public-url", s.url(), "--twilio-base-url", carrierURL)
		p.clean("what the doctor prints", []byte(doctor))
		metrics := stopScraping()
		if !bytes.Contains(metrics, []byte("hearline_hooks_received_total 2")) {
			t.Error("the search is blind: the metrics do not show what came in")
		}
		p.clean("the metrics", metrics)
		if code := s.stop(t, patience); code != 0 {
			t.Errorf("exit code %d", code)
		}
		for _, line := range []string{`"route":"/hooks/twilio/sms"`, `"route":"/return"`, "reconciliation failed"} {
			if !bytes.Contains(s.stderr.Bytes(), []byte(line)) {
				t.Errorf("the search is blind: no %s in the log", line)
			}
		}
		p.clean("the server's log", s.stderr.Bytes())
		p.clean("the server's output", s.stdout.Bytes())
		p.clean("the log of the rules", log.bytes())
		p.database(e, "at rest")
	})
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.b.Bytes())
}

// fromCarriers sends what carriers send, right and wrong.
func (p *spill) fromCarriers(s *server) {
	p.t.Helper()
	want := func(what string, answer answered, status int) {
		p.t.Helper()
		if answer.status != status {
			p.t.Errorf("%s: answered %d", what, answer.status)
		}
		p.clean("the answer to "+what, []byte(answer.body))
	}
	form := valid()
	form["From"], form["MessageSid"] = []string{writer}, []string{messageSID(1)}
	form["Body"] = []string{"My boss took my passport. " + mark("text")}
	form["NumMedia"], form["MediaUrl0"], form["MediaContentType0"] = []string{"1"}, []string{"https://media.example/" + mark("media")}, []string{"image/png"}
	form["Latitude"], form["Longitude"], form["Label"] = []string{"1.5"}, []string{"2.5"}, []string{mark("label")}
	want("a text", s.post(p.t, hookPaths[0], form), http.StatusOK)
	want("a repetition", s.post(p.t, hookPaths[1], form), http.StatusOK)

	forged := valid()
	forged["From"], forged["Body"] = []string{forger}, []string{mark("forged")}
	want("a forgery", s.postSigned(p.t, hookPaths[0], "AAAA", forged), http.StatusForbidden)

	garbled := valid()
	garbled["From"], garbled["Body"] = []string{garbler}, []string{mark("garbled") + "\x00"}
	want("a garbled text", s.post(p.t, hookPaths[0], garbled), http.StatusBadRequest)
	garbled["From"] = []string{garbler + mark("garbled")}
	want("a garbled sender", s.post(p.t, hookPaths[0], garbled), http.StatusBadRequest)

	state := valid()
	state["MessageStatus"], state["To"] = []string{mark("status") + " " + writer}, []string{writer}
	want("a garbled state", s.post(p.t, hookPaths[2], state), http.StatusBadRequest)
}

// fromStrangers asks for pages that nobody is signed in to see.
func (p *spill) fromStrangers(s *server) {
	p.t.Helper()
	b := newBrowser(p.t, s.url())
	number := url.QueryEscape(writer)
	for _, path := range []string{
		"/hooks/twilio/sms?Body=" + mark("query") + "&From=" + number,
		"/hooks/" + mark("path"),
		"/nowhere/" + mark("path") + "/" + number,
		"/o/conv/" + mark("path"),
		"/o/queue?lang=" + mark("query"),
		"/o/cases/" + mark("path") + "?q=" + number,
		"/readyz?" + mark("query"),
	} {
		b.open(path) // the page may repeat the address to whoever asked for it; the log may not
	}
	answer := b.do(http.MethodPost, "/o/signin", url.Values{"login": {"nobody"}, "password": {mark("password")}})
	if answer.status != http.StatusUnauthorized {
		p.t.Errorf("signing in answered %d", answer.status)
	}
	p.clean("the sign-in page", []byte(answer.body))
}

// codeShown is the receipt code where the page shows it.
var codeShown = regexp.MustCompile(`class="code__digits"[^>]*><span>(\d{4}) (\d{4})</span> <span>(\d{4}) (\d{4})</span>`)

// fromTheWeb writes on the public pages, leaves, comes back by the code and
// writes again. It returns the browser that came back, and the code.
func (p *spill) fromTheWeb(s *server) (back *browser, code string) {
	p.t.Helper()
	b := newBrowser(p.t, s.url())
	first := b.open("/c/new")
	p.hide(tokenIn(p.t, first))
	chat := b.submit(first, "/c", url.Values{"text": {"They lock the door at night. " + mark("chat")}})
	p.hide(b.cookie("m"), tokenIn(p.t, chat))
	groups := codeShown.FindStringSubmatch(chat.body)
	if groups == nil {
		p.t.Fatalf("no code on %s", chat.path)
	}
	code = strings.Join(groups[1:], "")
	p.hide(code, strings.Join(groups[1:], "-"), strings.Join(groups[1:], " "))

	b.submit(chat, "/c", url.Values{"text": {"I have no key. " + mark("later")}})
	p.refused("a message with the code", b.do(http.MethodPost, "/c", url.Values{"token": {tokenIn(p.t, chat)}, "text": {mark("chat") + " " + code}}))
	b.submit(b.open("/c/code"), "/c/code", url.Values{"code": {code}})
	b.submit(b.open("/c/code"), "/c/code", url.Values{"code": {mark("typed")}})
	b.leave()

	back = newBrowser(p.t, s.url())
	wrong := back.open("/return")
	p.refused("a wrong code", back.do(http.MethodPost, "/return", url.Values{"token": {tokenIn(p.t, wrong)}, "code": {mark("typed")}}))
	back.submit(back.open("/return"), "/return", url.Values{"code": {strings.Join(groups[1:], " ")}})
	p.hide(back.cookie("m"))
	p.shows("the chat", back.open("/c/log"), mark("chat"), mark("later"))
	p.refused("a form of nobody's", back.do(http.MethodPost, "/c", url.Values{"token": {"made up"}, "text": {mark("later")}}))
	return back, code
}

// erasesOnTheWeb erases everything on the public pages.
func (p *spill) erasesOnTheWeb(b *browser, code string) {
	p.t.Helper()
	b.submit(b.open("/delete/confirm"), "/delete/confirm", nil)
	again := b.open("/return")
	p.refused("the code of what was erased", b.do(http.MethodPost, "/return", url.Values{"token": {tokenIn(p.t, again)}, "code": {code}}))
}

func (p *spill) refused(what string, at answered) {
	p.t.Helper()
	if at.status != http.StatusUnprocessableEntity {
		p.t.Errorf("%s: answered %d", what, at.status)
	}
}

func (p *spill) shows(what string, at answered, secrets ...string) {
	p.t.Helper()
	for _, secret := range secrets {
		if !strings.Contains(html.UnescapeString(at.body), secret) {
			p.t.Errorf("%s does not show %s", what, secret)
		}
	}
}

// fromStaff works on the conversation in the console, as one who may see it.
func (p *spill) fromStaff(s *server, id hotline.ConversationID, user hotline.User, password string) {
	p.t.Helper()
	b := newBrowser(p.t, s.url())
	b.submit(b.open("/o/signin"), "/o/signin", url.Values{"login": {user.Login}, "password": {password}})
	p.shows("the first page, with somebody at the desk,", newBrowser(p.t, s.url()).open("/"), "1 person here now.")
	conv := "/o/conv/" + string(id)
	at := b.open(conv)
	p.shows("the conversation", at, mark("text"))
	b.submit(at, conv+"/take", nil)
	b.submit(b.open(conv), conv+"/reply", url.Values{"text": {"We are here. " + mark("reply")}})
	b.submit(b.open(conv), conv+"/note", url.Values{"text": {"Called. " + mark("note")}})
	p.shows("reveal", b.submit(b.open(conv), conv+"/reveal", url.Values{"reason": {"call_person"}}), writer)
	p.shows("the thread", b.open(conv), mark("reply"), mark("note"))

	made := b.submit(b.open(conv), conv+"/case", nil)
	edit := b.open(made.path + "/edit")
	if edit.status != http.StatusOK {
		p.t.Fatalf("%s/edit answered %d", made.path, edit.status)
	}
	b.submit(edit, made.path, url.Values{
		"consent": {"given"}, "summary": {mark("summary")},
		"p0.name": {mark("name")}, "p0.role": {"needs_help"},
	})
	p.shows("the case", b.open(made.path+"/edit"), mark("summary"), mark("name"))
	p.shows("the chat", b.submit(b.open("/o/queue"), "/o/next", nil), mark("chat"), mark("later"))
}
