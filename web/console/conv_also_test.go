package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage/extract"
)

// Sharing reads the clues anew where the store would look up their marks.
func (f *fake) Sharing(_ context.Context, id hotline.ConversationID, clues []hotline.Clue, newest int) (int, []hotline.Conversation, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var shared []hotline.Conversation
	for other, x := range f.convs {
		if other == id {
			continue
		}
		if slices.ContainsFunc(f.messages[other], func(m hotline.Message) bool {
			return slices.ContainsFunc(extract.Clues(m.Text.Reveal(), extract.Hints{}), func(c hotline.Clue) bool { return slices.Contains(clues, c) })
		}) {
			shared = append(shared, x.Conversation)
		}
	}
	slices.SortFunc(shared, func(a, b hotline.Conversation) int { return strings.Compare(string(b.ID), string(a.ID)) })
	return len(shared), shared[:min(newest, len(shared))], f.broken
}

var chainTold = "in|PLEASE FORWARD!! Girls are being taken near the bus station by two men in a white van, plate AB12 CDE. Yesterday they " +
	"took three from the school gate. Tell your sisters and daughters not to walk alone at night."

// sharedTold puts reports into the house that tell of one van, and returns the
// first.
func (h *house) sharedTold(tb testing.TB) hotline.ConversationID {
	tb.Helper()
	first := h.tell(tb, told{no: 401, pri: 2, channel: hotline.SMS, lang: "en", kind: hotline.Report}, script{
		"in|They bring us in a white van, plate AB12 CDE. His number is +1 555 010 0166.",
		"in|We are 6 girls in Dubai, one is 15 years old. He wants 500 euros, then $900.", chainTold,
	})
	h.tell(tb, told{no: 402, pri: 1, channel: hotline.WhatsApp, lang: "en", kind: hotline.Report}, script{"in|saw the white van again, number plate ab12cde"})
	for no := 403; no < 408; no++ {
		h.tell(tb, told{no: no, pri: 3, channel: hotline.SMS, lang: "en", kind: hotline.Report}, script{chainTold})
	}
	h.tell(tb, told{no: 408, pri: 3, channel: hotline.SMS, lang: "en", kind: hotline.Report}, script{"in|call +1 (555) 010-0166"})
	return first
}

func TestAlsoInOtherReports(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	path := "/o/conv/" + string(h.sharedTold(t))
	h.signIn(t, dina)
	a := h.get(t, path)
	wants(t, a.body, "Also in other reports", "Nothing is merged",
		"6 other reports share this plate<small><bdi>AB12 CDE</bdi></small>", "and 3 older",
		"1 other report shares this phone number<small><bdi>&#43;1 555 010 0166</bdi></small>", `href="/o/conv/`+string(convID(408))+`"`,
		"5 other reports have nearly the same text")
	if i, j := strings.Index(a.body, "this plate"), strings.Index(a.body, "the same text"); i > j {
		t.Error("the plate stands behind the text")
	}
	wants(t, h.get(t, path+"?part=thread").body, "Also in other reports")
}

func TestReportsThatMayNotBeOpenedAreCounted(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	path := "/o/conv/" + string(h.sharedTold(t))
	h.console.MayOpen = func(_ hotline.User, c hotline.Conversation) bool { return c.ID != convID(408) && c.ID != convID(407) }
	h.signIn(t, dina)
	a := h.get(t, path)
	wants(t, a.body, "6 other reports share this plate", "and 3 older, 1 you may not open", "1 other report shares this phone number", "1 you may not open")
	lacks(t, a.body, string(convID(408)), string(convID(407)))
	if a := h.get(t, "/o/conv/"+string(convID(408))); a.StatusCode != http.StatusForbidden || looks(t, h, convID(408)) != 0 {
		t.Errorf("it was opened all the same: %d", a.StatusCode)
	}
}

func TestNothingAlike(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	lacks(t, h.get(t, path).body, "Also in other reports")
}

func TestEveryClueHasWords(t *testing.T) {
	t.Parallel()
	for _, kind := range hotline.ClueKinds {
		if w := sharedWords[kind]; w.one == "" || w.many == "" {
			t.Errorf("%s has none", kind)
		}
	}
}
