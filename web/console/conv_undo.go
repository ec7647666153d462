package console

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// undo is the form of a toast that takes back what was just done.
type undo struct {
	Action string // where it goes
	Was    string // what stood before, as formatWas writes it
	Now    hotline.Priority
}

// undoOf offers to take back what the address says was just done, as long as the
// conversation still stands where that left it.
func undoOf(c *fiber.Ctx, p *convPage, conv hotline.Conversation) *undo {
	at := "/o/conv/" + string(conv.ID)
	switch said := c.Query("said"); {
	case conv.State != hotline.Open:
		return nil
	case (said == "taken" || said == "next") && p.Owner.Me:
		return &undo{Action: at + "/release"}
	case said == "released" && p.MayTake:
		return &undo{Action: at + "/take"}
	case said == "priority" && conv.Overridden:
		if was, ok := parseWas(c.Query("was")); ok && was.From != conv.Priority {
			return &undo{Action: at + "/priority/undo", Was: c.Query("was"), Now: conv.Priority}
		}
	}
	return nil
}

// staffMark follows the number of a priority that staff had set.
const staffMark = "s"

// formatWas writes how a conversation stood: "2", or "2s" when staff had put it
// there.
func formatWas(conv hotline.Conversation) string {
	was := strconv.Itoa(int(conv.Priority))
	if conv.Overridden {
		was += staffMark
	}
	return was
}

func parseWas(text string) (done triage.PriorityChange, ok bool) {
	number, byStaff := strings.CutSuffix(text, staffMark)
	n, err := strconv.Atoi(number)
	done = triage.PriorityChange{From: hotline.Priority(n), ByStaff: byStaff}
	return done, err == nil && slices.Contains(priorities, done.From)
}
