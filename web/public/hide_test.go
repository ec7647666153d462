package public

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// replied is a visitor with one automatic message and two replies.
func replied(t *testing.T) (h *house, p *phone, ids []string) {
	t.Helper()
	h = newHouse(t)
	p = h.phone()
	p.send("mine")
	h.answer(hotline.Message{Direction: hotline.Out, Author: hotline.FromAutomatic, Text: "automatic one", Delivery: hotline.Sent})
	h.helper("reply two")
	h.helper("reply three")
	for _, m := range h.said[h.only()] {
		ids = append(ids, string(m.ID))
	}
	return h, p, ids
}

func TestP38RepliesAreTakenOff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		form func(ids []string) url.Values
		gone string
		stay string
	}{
		"one": {func(ids []string) url.Values { return url.Values{"one": {ids[2]}} }, "reply two", "mine|automatic one|reply three|later"},
		"two": {func(ids []string) url.Values { return url.Values{"one": {ids[1], ids[3]}} }, "automatic one|reply three", "mine|reply two|later"},
		"all that was shown": {
			func(ids []string) url.Values { return url.Values{"all": {"1"}, "last": {ids[3]}} },
			"automatic one|reply two|reply three", "mine|later",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, p, ids := replied(t)
			at := p.get("/delete/replies")
			at.want(t, http.StatusOK, "Our team keeps its copy.", "may still show that you came here", "automatic one", "reply two", `name="last" value="`+ids[3]+`"`)
			if strings.Contains(at.body, "mine") {
				t.Error("the visitor's own words are among the replies")
			}
			h.helper("later")
			form := c.form(ids)
			form.Set("token", at.token(t))
			p.post("/delete/replies", form).wantTo(t, "/c")
			back := h.phone()
			back.submit("/return", url.Values{"code": {h.code().Reveal()}}).wantTo(t, "/c")
			for _, path := range []string{"/c/log", "/print", "/delete/replies"} {
				body := back.get(path).body
				for _, text := range strings.Split(c.gone, "|") {
					if strings.Contains(body, text) {
						t.Errorf("%s still shows %q", path, text)
					}
				}
				for _, text := range strings.Split(c.stay, "|") {
					if !strings.Contains(body, text) && (text != "mine" || path != "/delete/replies") {
						t.Errorf("%s lost %q", path, text)
					}
				}
			}
			if n := len(h.said[h.only()]); n != len(ids)+1 {
				t.Errorf("staff have %d messages left", n)
			}
		})
	}
}

func TestP38NothingTickedAndNothingThere(t *testing.T) {
	t.Parallel()
	h, p, ids := replied(t)
	p.submit("/delete/replies", url.Values{"one": {ids[0], "made up"}}).want(t, http.StatusUnprocessableEntity, "Tick a reply first.", "reply two")
	if len(h.hidden) != 0 {
		t.Error("the visitor's own words were hidden")
	}
	h.phone().get("/delete/replies").wantTo(t, "/return")
	quiet := newHouse(t).phone()
	quiet.send("hello")
	a := quiet.get("/delete/replies")
	a.want(t, http.StatusOK, "No messages yet.")
	if strings.Contains(a.body, "<form") {
		t.Error("a form about nothing")
	}
}
