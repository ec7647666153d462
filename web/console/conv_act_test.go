package console

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

func TestActions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		who   hotline.User
		what  told
		do    string
		form  url.Values
		code  int
		to    string // part of the address it leads to
		says  string
		check func(hotline.Conversation) bool
	}{
		{"take", dina, arabic, "take", nil, 303, "said=taken", "", func(c hotline.Conversation) bool { return c.OwnerID == dina.ID }},
		{"take what another has", dina, locked, "take", nil, 409, "", "Sam O. took this first", func(c hotline.Conversation) bool { return c.OwnerID == sam.ID }},
		{"give back", dina, english, "release", nil, 303, "said=released", "", func(c hotline.Conversation) bool { return c.OwnerID == "" }},
		{"give back another's", dina, locked, "release", nil, 409, "", "Sam O. has this one", func(c hotline.Conversation) bool { return c.OwnerID == sam.ID }},
		{"a supervisor gives back", leila, locked, "release", nil, 303, "said=released", "", func(c hotline.Conversation) bool { return c.OwnerID == "" }},
		{"close what is not as it was shown", dina, english, "close", url.Values{"heard": {"1"}}, 409, "", "The person wrote meanwhile", func(c hotline.Conversation) bool { return c.State == hotline.Open && !c.WaitingSince.IsZero() }},
		{"close", dina, english, "close", url.Values{"heard": {fmt.Sprint(noon.UnixMicro())}}, 303, "said=closed", "", func(c hotline.Conversation) bool { return c.State == hotline.Closed }},
		{
			"priority", dina, english, "priority",
			url.Values{"priority": {"1"}, "reason": {"danger_now"}},
			303, "said=priority", "",
			func(c hotline.Conversation) bool { return c.Priority == hotline.Emergency && c.Overridden },
		},
		{
			"priority without a reason", dina, english, "priority",
			url.Values{"priority": {"1"}},
			422, "", "Choose from both lists",
			func(c hotline.Conversation) bool { return c.Priority == hotline.Urgent },
		},
		{
			"priority that is none", dina, english, "priority",
			url.Values{"priority": {"x"}, "reason": {"danger_now"}},
			422, "", "Nothing was changed",
			func(c hotline.Conversation) bool { return c.Priority == hotline.Urgent },
		},
		{"case", dina, english, "case", nil, 303, "/o/cases/", "", func(c hotline.Conversation) bool { return c.CaseID != "" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, path := desk(t, c.who, c.what, englishTold)
			a := h.post(t, path+"/"+c.do, c.form)
			if a.StatusCode != c.code || !strings.Contains(a.Header.Get("Location"), c.to) {
				t.Fatalf("%d %s", a.StatusCode, a.Header.Get("Location"))
			}
			if c.says != "" {
				wants(t, a.body, c.says)
			}
			if conv := h.conv(path).Conversation; !c.check(conv) {
				t.Errorf("owner %q, state %s, priority %d", conv.OwnerID, conv.State, conv.Priority)
			}
		})
	}
}

// What was just done can be taken back from the page that says so, as long as
// nothing happened since.
func TestUndo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		what   told
		do     string
		form   url.Values
		stands func(hotline.Conversation) bool // after it was taken back
	}{
		{"taken", arabic, "take", nil, func(c hotline.Conversation) bool { return c.OwnerID == "" }},
		{"given back", english, "release", nil, func(c hotline.Conversation) bool { return c.OwnerID == dina.ID }},
		{
			"priority", english, "priority",
			url.Values{"priority": {"1"}, "reason": {"danger_now"}},
			func(c hotline.Conversation) bool { return c.Priority == hotline.Urgent && !c.Overridden },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, path := desk(t, dina, c.what, englishTold)
			before := h.conv(path).Conversation
			page := h.get(t, h.post(t, path+"/"+c.do, c.form).Header.Get("Location")).body
			wants(t, page, `data-key="z"`)
			action, form := undoForm(t, page)
			h.post(t, action, form)
			after := h.conv(path).Conversation
			if !c.stands(after) {
				t.Errorf("owner %q, priority %s, by staff %v", after.OwnerID, after.Priority, after.Overridden)
			}
			after.UpdatedAt, after.Unread = before.UpdatedAt, before.Unread
			if !reflect.DeepEqual(after, before) {
				t.Errorf("it stands as\n%+v\nnot as before:\n%+v", after, before)
			}
		})
	}
}

var undoParts = regexp.MustCompile(`<form method="post" action="([^"]+)">(?:<input type="hidden" name="csrf"[^>]*>)(?:<input type="hidden" name="was" value="([^"]*)">)?(?:<input type="hidden" name="now" value="([^"]*)">)?<button class="btn btn--s" type="submit" data-key="z"`)

// undoForm is the form behind Undo.
func undoForm(t *testing.T, page string) (action string, form url.Values) {
	t.Helper()
	found := undoParts.FindStringSubmatch(page)
	if found == nil {
		t.Fatal("nothing offers to undo")
	}
	return found[1], url.Values{"was": {found[2]}, "now": {found[3]}}
}

// What did not arrive can be written again without typing it anew; nothing else
// can be put into the box by an address.
func TestWriteAgain(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	said := h.said(path)
	failed, told := said[10], said[0]
	again := path + "?again=" + string(failed.ID)
	wants(t, h.get(t, path).body, `href="`+again+`#reply">Write it again</a>`)
	wants(t, h.get(t, again).body, `dir="auto" autocomplete="off" aria-keyshortcuts="Control+Enter">`+failed.Text.Reveal()+`</textarea>`)
	for _, other := range []string{string(told.ID), "nothing"} {
		wants(t, h.get(t, path+"?again="+other).body, `aria-keyshortcuts="Control+Enter"></textarea>`)
	}
	h.conv(path).Conversation.Safety = hotline.Unsafe
	lacks(t, h.get(t, again).body, "Write it again", failed.Text.Reveal()+"</textarea>")
}

func TestUndoComesTooLate(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	page := h.get(t, h.post(t, path+"/priority", url.Values{"priority": {"1"}, "reason": {"danger_now"}}).Header.Get("Location")).body
	action, form := undoForm(t, page)
	h.conv(path).Conversation.Priority = hotline.Standard // somebody else, meanwhile
	if a := h.post(t, action, form); a.StatusCode != http.StatusConflict || h.conv(path).Conversation.Priority != hotline.Standard {
		t.Errorf("%d, %s", a.StatusCode, h.conv(path).Conversation.Priority)
	}
	form.Set("was", "urgent")
	if a := h.post(t, action, form); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a form that is none: %d", a.StatusCode)
	}
	for _, said := range []string{"?said=priority&was=2", "?said=taken", "?said=released", "?said=priority&was=x"} {
		if h.conv(path).Conversation.State = hotline.Closed; strings.Contains(h.get(t, path+said).body, `data-key="z"`) {
			t.Errorf("%s offers to undo on what is closed", said)
		}
	}
}

func TestNumberIsShownOnceAndWrittenDown(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	if a := h.post(t, path+"/reveal", url.Values{"reason": {"curious"}}); a.StatusCode != 422 || strings.Contains(a.body, "+15550100201") {
		t.Fatalf("%d: shown for a reason that is none", a.StatusCode)
	}
	a := h.post(t, path+"/reveal", url.Values{"reason": {"referral"}})
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%d", a.StatusCode)
	}
	wants(t, a.body, "&#43;15550100201", "Saw the number: to refer the person, as they agreed")
	if a := h.get(t, path); strings.Contains(a.body, "15550100201") {
		t.Error("the number is still there")
	}
	if strings.Contains(h.log.String(), "15550100201") {
		t.Error("the number is in the log")
	}
}

func TestErasedConversation(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	x := h.conv(path)
	x.Conversation.State, x.Conversation.Answers = hotline.Erased, nil
	a := h.get(t, path)
	wants(t, a.body, "This conversation was erased")
	lacks(t, a.body, "took my passport", "<textarea", "Start a case")
	if a := h.post(t, path+"/reply", url.Values{"text": {"hello"}}); a.StatusCode != http.StatusConflict {
		t.Errorf("%d", a.StatusCode)
	}
}

func TestConversationsAreForWorkers(t *testing.T) {
	t.Parallel()
	h, path := desk(t, ana, english, englishTold)
	for _, p := range []string{path, path + "?part=thread", "/o/cases", "/o/cases/x", "/o/cases/x/edit"} {
		if a := h.get(t, p); a.StatusCode != http.StatusForbidden || strings.Contains(a.body, "passport") {
			t.Errorf("%s: %d", p, a.StatusCode)
		}
	}
	if a := h.post(t, path+"/reply", url.Values{"text": {"x"}, "csrf": {"wrong"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("%d", a.StatusCode)
	}
}

func TestLongConversationShowsItsEnd(t *testing.T) {
	t.Parallel()
	lines := script{}
	for range messagesShown + 30 {
		lines = append(lines, "in|yes")
	}
	lines[0] = "in|the very first words"
	h, path := desk(t, dina, english, lines)
	h.conv(path).Conversation.Answers = nil // the card repeats the first words
	a := h.get(t, path)
	wants(t, a.body, "Show 30 earlier messages")
	lacks(t, a.body, "very first words")
	wants(t, h.get(t, path+"?all=1").body, "very first words")
}
