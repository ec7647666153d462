package public

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// offerErase says what erasing does and what it cannot do. Without a session
// the way there is the code.
func (s *Site) offerErase(c *fiber.Ctx) error {
	return s.visitorPage(c, func(v *view, _ hotline.Session) error {
		return s.render.Render(c, fiber.StatusOK, "delete", v)
	})
}

// confirmErase asks once more; it cannot be undone.
func (s *Site) confirmErase(c *fiber.Ctx) error {
	return s.visitorPage(c, func(v *view, session hotline.Session) error {
		return s.renderForm(c, fiber.StatusOK, "delete_confirm", v, eraseForm, session.Address)
	})
}

// eraseAll erases the conversation and ends the session. A second tap finds no
// session and gets the same answer.
func (s *Site) eraseAll(c *fiber.Ctx) error {
	v := s.view(c)
	session, is, err := s.visitor(c)
	if err != nil {
		return err
	}
	done := "/delete/done"
	if is == present {
		if !s.goodToken(postedToken(c), eraseForm, session.Address) {
			v.Problem = v.Say("web.errors.old_page")
			return s.renderForm(c, fiber.StatusUnprocessableEntity, "delete_confirm", v, eraseForm, session.Address)
		}
		caseKept, err := s.Eraser.EraseOwn(c.UserContext(), session.ConversationID)
		if err != nil && !hasCode(err, hotline.NotFound) {
			return err
		}
		if caseKept {
			done += "?kept=1"
		}
		if err := s.endVisit(c, session); err != nil {
			return err
		}
	}
	return c.Redirect(v.Href(done), fiber.StatusSeeOther)
}

// erased says what is gone and what may remain on the phone.
func (s *Site) erased(c *fiber.Ctx) error {
	v := s.view(c)
	v.Kept = c.Query("kept") != ""
	return s.render.Render(c, fiber.StatusOK, "delete_done", v)
}
