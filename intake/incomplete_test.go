package intake

import (
	"context"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// MarkIncomplete is the store's, without its transaction.
func (m *memory) MarkIncomplete(ctx context.Context, providerID string, decide func(*hotline.Exchange, hotline.Message)) (hotline.ConversationID, error) {
	for i := range m.messages {
		heard := &m.messages[i]
		if heard.ProviderID != providerID || heard.ErrorCode == hotline.PartMissing {
			continue
		}
		heard.ErrorCode = hotline.PartMissing
		of := *heard
		return of.ConversationID, m.Change(ctx, of.ConversationID, func(x *hotline.Exchange) error { decide(x, of); return nil })
	}
	return "", nil
}

func TestPartOfAMessageIsMissing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*hotline.Exchange)
		later  time.Duration
		want   string
	}{
		"asked for again": {func(*hotline.Exchange) {}, time.Minute, "sms.part_missing"},
		"too late":        {func(*hotline.Exchange) {}, 11 * time.Minute, ""},
		"not safe":        {func(x *hotline.Exchange) { x.Conversation.Safety = hotline.Unsafe }, time.Minute, ""},
		"opted out":       {func(x *hotline.Exchange) { x.Contact.OptedOut = true }, time.Minute, ""},
		"paused":          {func(x *hotline.Exchange) { x.Contact.Plan.Paused = true }, time.Minute, ""},
		"alarm word":      {func(x *hotline.Exchange) { x.Contact.Plan.Duress = true }, time.Minute, ""},
		"closed":          {func(x *hotline.Exchange) { x.Conversation.State = hotline.Closed }, time.Minute, ""},
		"enough said":     {func(x *hotline.Exchange) { x.Conversation.Asked = maxAutomatic }, time.Minute, ""},
	} {
		h := newHouse(t)
		h.text("hello")
		h.text("yes")
		h.change(c.change)
		h.clock = h.clock.Add(c.later)
		before := len(h.mem.messages)
		for range 2 { // told again, it is said once
			if err := h.intake.PartMissing(t.Context(), "SM0002"); err != nil {
				t.Fatal(err)
			}
		}
		if got := keysOf(h.mem.messages[before:]); got != c.want {
			t.Errorf("%s: said %q", name, got)
		}
	}
}
