package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

func (f *fake) Read(text string) (string, bool) { return webchat.Digits(text) }

func (f *fake) Owner(_ context.Context, digits string) (hotline.ConversationID, error) {
	if id, ok := f.codes[digits]; ok {
		return id, nil
	}
	return "", hotline.Errorf(hotline.NotFound, "nobody has this code")
}

func (f *fake) MayTry(context.Context, hotline.Channel, hotline.Address) bool { return true }

func (f *fake) New() hotline.Address { return "" }

func (f *fake) SamePerson(_ context.Context, id hotline.ConversationID, _ int) (out []hotline.Conversation, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, other := range f.same[id] {
		out = append(out, f.convs[other].Conversation)
	}
	return out, nil
}

func TestFindByCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	id := h.tell(t, english, englishTold)
	h.codes = map[string]hotline.ConversationID{"1234567812345670": id}
	h.signIn(t, dina)
	wants(t, h.get(t, "/o/queue").body, `href="/o/code"`)
	wants(t, h.get(t, "/o/code").body, "16 digits")
	find := func(typed string) answer { return h.post(t, "/o/code", url.Values{"code": {typed}}) }
	if a := find("1234 5678 1234 5670"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/o/conv/"+string(id) {
		t.Errorf("%d to %s", a.StatusCode, a.Header.Get("Location"))
	}
	if e := h.audit[len(h.audit)-1]; e.Action != "conversation.by_code" || e.ActorID != dina.ID {
		t.Errorf("audit %+v", e)
	}
	for typed, says := range map[string]string{"1234": "A code has 16 digits.", "9999999999999999": "Nobody has this code"} {
		a := find(typed)
		if a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", typed, a.StatusCode)
		}
		wants(t, a.body, says)
		lacks(t, a.body, typed)
	}
	for range 20 {
		find("9999999999999999")
	}
	a := find("1234567812345670")
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("after many tries: %d", a.StatusCode)
	}
	if strings.Contains(h.log.String(), "99999999") {
		t.Error("a code is in the log")
	}
}

func TestSamePersonByCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	one, two := h.tell(t, english, englishTold), h.tell(t, arabic, arabicTold)
	h.same = map[hotline.ConversationID][]hotline.ConversationID{one: {two}, two: {one}}
	h.signIn(t, dina)
	wants(t, h.get(t, "/o/conv/"+string(one)).body, "The same person, by code", `href="/o/conv/`+string(two)+`"`)
	wants(t, h.get(t, "/o/conv/"+string(two)).body, "The same person, by code", `href="/o/conv/`+string(one)+`"`)
}

func TestCodeGivenIsHidden(t *testing.T) {
	t.Parallel()
	got := shownText(hotline.Message{TextKey: "sms.code_here", Text: "Your code is 9999 8888 7777 6660. Delete this text."})
	if want := "Your code is •••• •••• •••• 6660. Delete this text."; got != want {
		t.Errorf("shown as %q", got)
	}
}

func TestPartMissingIsShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	id := h.tell(t, english, englishTold)
	h.signIn(t, dina)
	lacks(t, h.get(t, "/o/conv/"+string(id)).body, "Part of this message is missing")
	for i := range h.messages[id] {
		if h.messages[id][i].Direction == hotline.In {
			h.messages[id][i].ErrorCode = hotline.PartMissing
			break
		}
	}
	wants(t, h.get(t, "/o/conv/"+string(id)).body, "Part of this message is missing: the carrier lost it.")
}
