package console

import (
	"net/http"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// looks counts the lines that say somebody opened the conversation.
func looks(tb testing.TB, h *house, id hotline.ConversationID) (n int) {
	tb.Helper()
	trail, err := h.AuditOf(tb.Context(), "conversation", string(id), 1000)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range trail {
		if e.Action == "conversation.open" {
			n++
		}
	}
	return n
}

func TestNoAddressHidesALook(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"?part=thread", "?auto=1", "?part=x"} {
		var later time.Duration // the fake's own clock may not be asked while it decides
		h := newHouse(t, nil, func() time.Time { return noon.Add(later) })
		id := h.tell(t, told{no: 142, channel: hotline.SMS, lang: "en", pri: hotline.Urgent}, englishTold)
		h.signIn(t, dina)
		path := "/o/conv/" + string(id)
		if a := h.get(t, path+query); a.StatusCode != http.StatusOK || looks(t, h, id) != 1 {
			t.Errorf("%s first: %d, %d looks", query, a.StatusCode, looks(t, h, id))
		}
		h.get(t, path+query)
		if n := looks(t, h, id); n != 1 {
			t.Errorf("%s again, nothing new: %d looks", query, n)
		}
		h.change(id, func(x *hotline.Exchange) error { x.Conversation.Unread = 1; return nil })
		h.get(t, path+query)
		if n := looks(t, h, id); n != 2 {
			t.Errorf("%s with a new message: %d looks", query, n)
		}
		h.get(t, path)
		if n := looks(t, h, id); n != 3 {
			t.Errorf("%s, then opened by hand: %d looks", query, n)
		}
		later = lookLasts - time.Minute
		h.get(t, path+query)
		if n := looks(t, h, id); n != 3 {
			t.Errorf("%s within half an hour: %d looks", query, n)
		}
		later = lookLasts
		h.signIn(t, dina)
		h.get(t, path+query)
		if n := looks(t, h, id); n != 4 {
			t.Errorf("%s half an hour later: %d looks", query, n)
		}
	}
}
