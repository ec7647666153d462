package public

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// offerHide lists the replies, to take one, some or all off the page (P-38).
func (s *Site) offerHide(c *fiber.Ctx) error {
	return s.visitorPage(c, func(v *view, session hotline.Session) error {
		replies, err := s.replies(c, session)
		if err != nil {
			return err
		}
		v.Log = replies
		return s.renderForm(c, fiber.StatusOK, "delete_replies", v, hideForm, session.Address)
	})
}

// hideReplies takes off what was ticked, or all that the visitor was shown: a
// reply that came since has not been read.
func (s *Site) hideReplies(c *fiber.Ctx) error {
	return s.visitorPage(c, func(v *view, session hotline.Session) error {
		replies, err := s.replies(c, session)
		if err != nil {
			return err
		}
		v.Log = replies
		if !s.goodToken(postedToken(c), hideForm, session.Address) {
			v.Problem = v.Say("web.errors.old_page")
			return s.renderForm(c, fiber.StatusUnprocessableEntity, "delete_replies", v, hideForm, session.Address)
		}
		chosen := chosenReplies(c, replies)
		if len(chosen) == 0 {
			v.Problem = v.Say("web.delete.tick_first")
			return s.renderForm(c, fiber.StatusUnprocessableEntity, "delete_replies", v, hideForm, session.Address)
		}
		if err := s.Hider.HideMessages(c.UserContext(), session.ConversationID, chosen); err != nil {
			return err
		}
		return c.Redirect(v.Href("/c"), fiber.StatusSeeOther)
	})
}

// replies are what the visitor is shown that they did not write.
func (s *Site) replies(c *fiber.Ctx, session hotline.Session) ([]bubble, error) {
	list, err := s.bubbles(c.UserContext(), session.ConversationID)
	return slices.DeleteFunc(list, func(b bubble) bool { return b.Kind == "you" }), err
}

func chosenReplies(c *fiber.Ctx, replies []bubble) (chosen []hotline.MessageID) {
	all, last := c.FormValue("all") != "", hotline.MessageID(strings.Clone(c.FormValue("last")))
	ticked := map[hotline.MessageID]bool{}
	for _, id := range c.Context().PostArgs().PeekMulti("one") {
		ticked[hotline.MessageID(id)] = true
	}
	for _, b := range replies {
		if ticked[b.ID] || all && b.ID <= last {
			chosen = append(chosen, b.ID)
		}
	}
	return chosen
}
