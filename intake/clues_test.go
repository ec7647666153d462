package intake

import (
	"context"
	"slices"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// What may lead to other reports is written with the message that tells it, and
// no other.
func TestCluesGoWithTheirMessage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.intake.clues = func(in hotline.Inbound) []hotline.Clue {
		return []hotline.Clue{{Kind: hotline.CluePlate, Value: in.Text}}
	}
	for _, text := range []string{"AB12CDE", "yes"} {
		if _, err := h.intake.Receive(context.Background(), h.inbound(text)); err != nil {
			t.Fatal(err)
		}
	}
	var told []hotline.Text
	for _, m := range h.mem.messages {
		if (m.Direction == hotline.In) != (len(m.Clues) == 1) {
			t.Errorf("%s: %d clues", m.Direction, len(m.Clues))
		}
		for _, c := range m.Clues {
			told = append(told, c.Value)
		}
	}
	if !slices.Equal(told, []hotline.Text{"AB12CDE", "yes"}) {
		t.Errorf("%d clues", len(told))
	}
}
