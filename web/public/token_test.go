package public

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

// Each form, how a visitor gets to it and what a good one leads to.
var forms = map[string]struct {
	page, to string
	session  bool
	fields   url.Values
	good     func(t *testing.T, a answer)
}{
	"begin": {"/c/new", "/c", false, url.Values{"text": {"hello"}}, leadsTo("/c?first=1")},
	"else":  {"/report", "/report", false, url.Values{"tap": {"no"}}, leadsTo("/report/what")},
	"write": {"/c", "/c", true, url.Values{"text": {"again"}}, leadsTo("/c")},
	"check": {"/c/code", "/c/code", true, url.Values{"code": {"1234"}}, func(t *testing.T, a answer) { a.want(t, http.StatusOK, "not the same") }},
	"erase": {"/delete/confirm", "/delete/confirm", true, url.Values{}, leadsTo("/delete/done")},
	"hide": {"/delete/replies", "/delete/replies", true, url.Values{"all": {"1"}}, func(t *testing.T, a answer) {
		a.want(t, http.StatusUnprocessableEntity, "Tick a reply first.")
	}},
	"return": {"/return", "/return", false, url.Values{"code": {"1234"}}, func(t *testing.T, a answer) {
		a.want(t, http.StatusUnprocessableEntity, "We did not find that code.")
	}},
}

func leadsTo(path string) func(t *testing.T, a answer) {
	return func(t *testing.T, a answer) { t.Helper(); a.wantTo(t, path) }
}

func with(form url.Values, token string) url.Values {
	out := url.Values{"token": {token}}
	for k, v := range form {
		out[k] = v
	}
	return out
}

func TestOnlyItsOwnFormOpensADoor(t *testing.T) {
	t.Parallel()
	for name, f := range forms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			p := h.phone()
			if f.session {
				p.send("hello").wantTo(t, "/c?first=1")
			}
			before := len(h.heard())
			stranger := h.phone()
			stranger.send("somebody else").wantTo(t, "/c?first=1")
			h.helper("an answer")
			foreign := map[string]string{"none": "", "made up": strings.Repeat("A", 43), "not ours": `"><script>`}
			for other, o := range forms {
				who := stranger // with a session of another code
				if !o.session {
					who = h.phone()
				}
				if o.page != f.page && !(f.to == "/c" && o.to == "/c" && !f.session && !o.session) {
					foreign["of "+other] = who.get(o.page).token(t)
				}
			}
			if f.session {
				foreign["of another visitor"] = stranger.get(f.page).token(t)
			}
			for what, token := range foreign {
				a := p.post(f.to, with(f.fields, token))
				a.want(t, http.StatusUnprocessableEntity, `id="problem"`, "This page was open too long. Please send it again.")
				if strings.Contains(a.body, "<script>") {
					t.Error("not escaped")
				}
				if fresh := a.token(t); fresh == token {
					t.Errorf("%s: the form stays bad", what)
				}
			}
			if len(h.heard()) != before+1 || len(h.looks) > len(foreign)+1 {
				t.Error("a bad form did something")
			}
			f.good(t, p.post(f.to, with(f.fields, p.get(f.page).token(t))))
		})
	}
}

func TestATokenIsWrittenInOneWay(t *testing.T) {
	t.Parallel()
	s := newHouse(t).site
	token, err := s.newToken(beginForm, "")
	if err != nil || !s.goodToken(token, beginForm, "") {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(token)-1).Draw(t, "place")
		c := rapid.SampledFrom([]byte("ABYZabyz0189-_ =+/\r\n")).Draw(t, "letter")
		changed := token[:i] + string(c) + token[i+1:]
		if changed != token && s.goodToken(changed, beginForm, "") {
			t.Fatalf("a changed token is good, at %d", i)
		}
	})
	if s.goodToken(token+"=", beginForm, "") || s.goodToken(token+"\n", beginForm, "") {
		t.Error("a longer token is good")
	}
}

func TestTheCodeComesOfTheForm(t *testing.T) {
	t.Parallel()
	a, b := newHouse(t).site, newHouse(t).site // two nodes with one secret
	other := newHouse(t, func(c *Config) { c.Secret = []byte(strings.Repeat("other", 7)) }).site
	seen := map[hotline.Address]bool{}
	for range 100 {
		token, err := a.newToken(beginForm, "")
		if err != nil {
			t.Fatal(err)
		}
		code, err := b.codeOf(token)
		if err != nil || !b.goodToken(token, beginForm, "") || other.goodToken(token, beginForm, "") {
			t.Fatal("the nodes do not agree: ", err)
		}
		if again, ok := webchat.ParseCode(code.Reveal()); !ok || again != code || seen[code] {
			t.Fatal("not a code, or drawn twice")
		}
		seen[code] = true
		if elsewhere, _ := other.codeOf(token); elsewhere == code {
			t.Error("the code does not hang on the secret")
		}
	}
	if _, err := New(Config{Secret: []byte("short")}); hotline.CodeOf(err) != hotline.Invalid {
		t.Errorf("a short secret: %v", err)
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
	if id := h.heard()[0].ProviderID; strings.Contains(id, form.Get("token")) || strings.Contains(id, "hello") {
		t.Error("the token or the words are stored")
	}
}

func TestP22OtherWordsAfterALostAnswerJoinTheConversation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	form := url.Values{"text": {"hello"}, "token": {h.phone().get("/c/new").token(t)}}
	h.phone().post("/c", form).wantTo(t, "/c?first=1")
	form.Set("text", "hello, and more")
	p := h.phone()
	p.post("/c", form).wantTo(t, "/c?first=1")
	p.get("/c/log").want(t, http.StatusOK, "hello</span>", "hello, and more")
	got := h.heard()
	if len(got) != 2 || got[0].From != got[1].From || got[0].ProviderID == got[1].ProviderID || len(h.talks) != 1 {
		t.Errorf("%d messages in %d conversations", len(got), len(h.talks))
	}
}

func TestP22AnOldFormLetsNobodyIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.phone()
	form := url.Values{"text": {"hello"}, "token": {p.get("/c/new").token(t)}}
	h.wait(time.Hour) // one may write for as long as one likes
	p.post("/c", form).wantTo(t, "/c?first=1")
	h.helper("an answer")
	h.wait(joinWindow)
	h.phone().post("/c", form).wantTo(t, "/c?first=1")
	h.wait(time.Second)

	late := h.phone()
	a := late.post("/c", form)
	a.want(t, http.StatusUnprocessableEntity, "hello</textarea>", "This page was open too long. Please send it again.")
	if late.cookies[sessionCookie] != "" || len(h.heard()) != 1 {
		t.Error("an old page opened the conversation")
	}
	form.Set("token", a.token(t))
	late.post("/c", form).wantTo(t, "/c?first=1")
	if strings.Contains(late.get("/c/log").body, "an answer") {
		t.Error("the conversation is open to whoever finds the page")
	}
	if n := len(h.heard()); n != 2 {
		t.Errorf("%d messages: the words were lost", n)
	}
}

func TestP22LostAnswerIsNotSaidTwice(t *testing.T) {
	t.Parallel()
	for name, begun := range map[string]bool{"first": false, "later": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			p, at, to := h.phone(), "/c/new", "/c?first=1"
			if begun {
				p.send("before").wantTo(t, to)
				at, to = "/c", "/c"
			}
			before := len(h.heard())
			form := url.Values{"text": {"hello"}, "token": {p.get(at).token(t)}}
			h.fail(hotline.Errorf(hotline.Unavailable, "later"), true)
			a := p.post("/c", form)
			a.want(t, http.StatusServiceUnavailable, "hello</textarea>", "Not sent yet. Your words are still here. Try again.")
			if a.token(t) != form.Get("token") {
				t.Error("a new token would say it twice")
			}
			h.fail(nil, false)
			p.post("/c", form).wantTo(t, to)
			p.get("/c/log").want(t, http.StatusOK, "hello")
			if n := len(h.heard()); n != before+1 {
				t.Errorf("%d messages", n)
			}
		})
	}
}
