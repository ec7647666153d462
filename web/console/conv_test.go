package console

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// desk is a house with one told conversation and somebody signed in.
func desk(t *testing.T, who hotline.User, c told, lines script) (*house, string) {
	t.Helper()
	h := newHouse(t, nil, nil)
	id := h.tell(t, c, lines)
	h.signIn(t, who)
	return h, "/o/conv/" + string(id)
}

// sentTo are the texts on their way to the person.
func (h *house) sentTo(path string) (texts []string) {
	for _, m := range h.said(path) {
		if m.Direction == hotline.Out && m.Author == hotline.FromStaff {
			texts = append(texts, m.Text.Reveal())
		}
	}
	return texts
}

func (h *house) said(path string) []hotline.Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]hotline.Message(nil), h.messages[hotline.ConversationID(strings.TrimPrefix(path, "/o/conv/"))]...)
}

func (h *house) conv(path string) *hotline.Exchange {
	return h.convs[hotline.ConversationID(strings.TrimPrefix(path, "/o/conv/"))]
}

func wants(t *testing.T, body string, wants ...string) {
	t.Helper()
	for _, w := range wants {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func lacks(t *testing.T, body string, lacks ...string) {
	t.Helper()
	for _, l := range lacks {
		if strings.Contains(body, l) {
			t.Errorf("the page says %q", l)
		}
	}
}

func TestConversationPage(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	a := h.get(t, path)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%d\n%s", a.StatusCode, a.body)
	}
	wants(t, a.body,
		"•••• 0201", "SMS, English", "Why Urgent", "Papers held by someone else", "WithholdsDocuments", "Strong",
		`<mark class="mk mk--t">took my passport<a class="mk__n" href="#r2">`, `<li id="r2">`,
		"Failed", "phone off or out of reach (error 30003)", "Only staff see this", "Sam O.", "Delivered",
		"Yes, 1", "Skipped, do not ask again", "Safe to text: yes", "Reply in English", "Not known yet: place, age.", "Give back", "New</span>")
	lacks(t, a.body, "+15550100201", "No owner", "Not safe to text")
	if got := h.conv(path).Conversation.Unread; got != 0 {
		t.Errorf("%d are still unread", got)
	}
	if e := h.audit[len(h.audit)-1]; e.Action != "conversation.open" || e.ActorID != dina.ID {
		t.Errorf("the look was not written down: %+v", e)
	}
}

// A script that refreshes a page which the same person has opened is not another
// look.
func TestPartIsNoLook(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	h.get(t, path)
	before := len(h.audit)
	a := h.get(t, path+"?part=thread")
	wants(t, a.body, `data-part="list"`, `data-part="strip"`, `data-part="side"`, `data-part="head"`, "took my passport")
	lacks(t, a.body, "<html", "<textarea")
	if len(h.audit) != before {
		t.Error("a refresh counted as a look")
	}
}

func TestWhatAPersonWritesIsOnlyText(t *testing.T) {
	t.Parallel()
	evil := `<script>alert(1)</script>"'><img src=x onerror=alert(2)> took my passport`
	h, path := desk(t, dina, english, script{"in|" + evil, "note|" + evil, "out|" + evil})
	h.conv(path).Conversation.Answers = []hotline.Answer{{Question: "what", Words: hotline.Text(evil)}}
	h.messages[h.conv(path).Conversation.ID][0].Location = &hotline.Location{Label: evil}
	a := h.get(t, path)
	lacks(t, a.body, "<script>alert", "<img src=x")
	if n := strings.Count(a.body, "&lt;script&gt;alert(1)"); n != 5 {
		t.Errorf("%d of 5 texts are there", n)
	}
	a = h.post(t, path+"/reply", url.Values{"text": {strings.Repeat(evil, 40)}})
	if a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a text that is too long: %d", a.StatusCode)
	}
	wants(t, a.body, "longer than 1600 characters")
	lacks(t, a.body, "<script>alert", "<img src=x")
}

func TestDamagedMessageIsNamed(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, script{"in|the first", "in|the second"})
	first := &h.messages[h.conv(path).Conversation.ID][0]
	first.Text, first.Unreadable = "", true
	wants(t, h.get(t, path).body, "This message cannot be read", "the second")
}

func TestReplyGoesOutOnce(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	before := len(h.sentTo(path))
	form := url.Values{"text": {"Are you alone?"}, "once": {onceOf(t, h, path)}, "csrf": {(&visit{token: h.cookies["desk"]}).csrf()}}
	send := func() {
		a := h.post(t, path+"/reply", form)
		if a.StatusCode != http.StatusSeeOther || !strings.HasSuffix(a.Header.Get("Location"), "?said=sent") {
			t.Errorf("%d %s", a.StatusCode, a.Header.Get("Location"))
		}
	}
	var taps sync.WaitGroup
	for range 2 {
		taps.Go(send)
	}
	taps.Wait()
	h.restart(t)
	send()
	h.conv(path).Conversation.Safety = hotline.Unsafe // it was sent before the lock fell
	send()
	if got := h.sentTo(path)[before:]; len(got) != 1 || got[0] != "Are you alone?" {
		t.Errorf("%q went out", got)
	}
}

var onceField = regexp.MustCompile(`name="once" value="([^"]+)"`)

// onceOf is the word in the reply form of a page.
func onceOf(t *testing.T, h *house, path string) string {
	t.Helper()
	found := onceField.FindStringSubmatch(h.get(t, path).body)
	if found == nil {
		t.Fatal("the form has no word")
	}
	return found[1]
}

func TestNoteNeverLeaves(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	before := h.sentTo(path)
	a := h.post(t, path+"/note", url.Values{"text": {"the house on the corner"}})
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	if got := h.sentTo(path); len(got) != len(before) {
		t.Errorf("a note went out: %q", got)
	}
	said := h.said(path)
	if m := said[len(said)-1]; m.Direction != hotline.Note || m.Text.Reveal() != "the house on the corner" {
		t.Errorf("kept as %s", m.Direction)
	}
}

func TestLockedBox(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		lock func(*hotline.Exchange)
		says string
		why  string
	}{
		{"not safe", func(x *hotline.Exchange) { x.Conversation.Safety = hotline.Unsafe }, "Not safe to text", "not safe to write"},
		{"opted out", func(x *hotline.Exchange) { x.Contact.OptedOut = true }, "The person asked us to stop", "until they write START"},
		{"closed", func(x *hotline.Exchange) { x.Conversation.State = hotline.Closed }, "This conversation is closed", "opens again when the person writes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, path := desk(t, dina, english, englishTold)
			c.lock(h.conv(path))
			before := len(h.sentTo(path))
			a := h.get(t, path)
			wants(t, a.body, c.says, "strip--locked", "readonly", "Only staff see this")
			lacks(t, a.body, `action="`+path+`/reply"`)
			a = h.post(t, path+"/reply", url.Values{"text": {"kept words <b>"}})
			if a.StatusCode != http.StatusConflict {
				t.Errorf("%d", a.StatusCode)
			}
			wants(t, a.body, "kept words &lt;b&gt;", c.why)
			if len(h.sentTo(path)) != before {
				t.Error("a text went out")
			}
		})
	}
}

// Our own trouble loses no words.
func TestTroubleKeepsTheWords(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	h.console.Desk = brokenDesk{h.console.Desk}
	a := h.post(t, path+"/reply", url.Values{"text": {"words to keep"}, "once": {"the word"}})
	if a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%d", a.StatusCode)
	}
	wants(t, a.body, "words to keep", "Your words are still here", `value="the word"`) // it may have been written all the same
	if strings.Contains(h.log.String(), "words to keep") {
		t.Error("the words are in the log")
	}
}

// brokenDesk sends nothing.
type brokenDesk struct{ Desk }

func (brokenDesk) Reply(context.Context, hotline.User, hotline.ConversationID, hotline.Text, hotline.Language, string) error {
	return hotline.Errorf(hotline.Unavailable, "the store does not answer")
}

// What staff say of a label stands beside what triage read.
func TestLabelsAreOverruled(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	body := h.get(t, path).body
	wants(t, body, "Not so", "Something was missed")
	lacks(t, body, "staff say")
	for _, c := range []struct {
		form   url.Values
		status int
	}{
		{url.Values{"label": {"WithholdsDocuments"}, "reason": {"misread_signs"}}, http.StatusSeeOther},
		{url.Values{"label": {"Servitude"}, "is": {"yes"}, "reason": {"other_knowledge"}}, http.StatusSeeOther},
		{url.Values{"label": {"Nonsense"}, "is": {"yes"}, "reason": {"other_knowledge"}}, http.StatusUnprocessableEntity},
		{url.Values{"label": {"Threats"}, "is": {"yes"}}, http.StatusUnprocessableEntity},
	} {
		if a := h.post(t, path+"/label", c.form); a.StatusCode != c.status {
			t.Errorf("%v: %d", c.form, a.StatusCode)
		}
	}
	wants(t, h.get(t, path).body, "<b>Papers held by someone else</b>: staff say no", "<b>Household servitude</b>: staff say yes", "Said what triage got wrong")
	if c := h.conv(path).Conversation; c.Overridden {
		t.Error("the priority was touched")
	}
}
