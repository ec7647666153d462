package public

import (
	"github.com/gofiber/fiber/v2"
)

// showCopy is the one page that puts messages on paper (P-18). The receipt code
// is not on it.
func (s *Site) showCopy(c *fiber.Ctx) error {
	v := s.view(c)
	session, is, err := s.visitor(c)
	switch {
	case err != nil:
		return err
	case is != present:
		return c.Redirect(v.Href("/return"), fiber.StatusSeeOther)
	}
	if err := s.touch(c, session); err != nil {
		return err
	}
	if v.Log, err = s.bubbles(c.UserContext(), session.ConversationID); err != nil {
		return err
	}
	return s.render.Render(c, fiber.StatusOK, "print", v)
}
