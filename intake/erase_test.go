package intake

import (
	"context"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// Who asks to erase means all that they ever told us on this contact, closed
// conversations too, and nothing of anybody else's.
func TestEraseCoversAllOfTheContact(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	byText := func(h *house) (said string) { h.text("erase"); return keys(h.text("erase yes")) }
	byPage := func(of int) func(*house) string {
		return func(h *house) string {
			kept, err := h.desk.EraseOwn(ctx, h.mem.order[of])
			if err != nil {
				h.t.Error(err)
			}
			if kept {
				return "a case is kept"
			}
			return ""
		}
	}
	byStaff := func(h *house) string {
		if err := h.desk.Erase(ctx, sam, h.conversation().ID); err != nil {
			h.t.Error(err)
		}
		return ""
	}
	for _, c := range []struct {
		name     string
		caseOn   int // which of the two conversations has a case; -1 for none
		erase    func(*house) string
		says     string
		auditors hotline.UserID
	}{
		{"by text", -1, byText, "erase_done", ""},
		{"by text, a case on the closed one", 0, byText, "erase_partial", ""},
		{"by text, a case on the open one", 1, byText, "erase_partial", ""},
		{"on the page, in the open one", -1, byPage(1), "", ""},
		{"on the page, in the closed one", -1, byPage(0), "", ""},
		{"on the page, a case on the other", 0, byPage(1), "a case is kept", ""},
		{"by staff", -1, byStaff, "", sam.ID},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.text("hello")
			if err := h.desk.Close(ctx, sam, h.conversation().ID); err != nil {
				t.Fatal(err)
			}
			stranger := h.inbound("they took my passport")
			stranger.From = "+15550100178"
			h.text("hello")
			if c.caseOn >= 0 {
				id := h.mem.order[c.caseOn]
				if err := h.mem.Change(ctx, id, func(x *hotline.Exchange) error { x.Conversation.CaseID = "case-1"; return nil }); err != nil {
					t.Fatal(err)
				}
			}
			h.mem.audit = nil
			if got := c.erase(h); got != c.says {
				t.Errorf("said %q, want %q", got, c.says)
			}
			h.hear(stranger)
			for n, want := range []hotline.ConversationState{hotline.Erased, hotline.Erased, hotline.Open} {
				if got := h.mem.conversations[h.mem.order[n]].State; got != want {
					t.Errorf("conversation %d is %s, want %s", n, got, want)
				}
			}
			if len(h.mem.audit) != 2 || h.mem.audit[0].ObjectID == h.mem.audit[1].ObjectID || h.mem.audit[0].ActorID != c.auditors {
				t.Errorf("audit %+v", h.mem.audit)
			}
		})
	}
}

// The page of an erased conversation may still be open when the person has begun
// another: "erase everything" there means that one, too.
func TestEraseOwnAfterErasure(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, text := range []string{"hello", "erase", "erase yes", "hello"} {
		h.text(text)
	}
	h.events = nil
	if _, err := h.desk.EraseOwn(context.Background(), h.mem.order[0]); err != nil {
		t.Fatal(err)
	}
	if c := h.conversation(); c.State != hotline.Erased || c.ID == h.mem.order[0] {
		t.Errorf("the newer one is %s", c.State)
	}
	told := map[hotline.ConversationID]bool{}
	for _, e := range h.events {
		told[e.ConversationID] = true
	}
	if !told[h.conversation().ID] {
		t.Error("the screens were not told")
	}
}
