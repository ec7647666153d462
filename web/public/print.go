package public

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// showCopy is the one page that puts messages on paper (P-18). The receipt code
// is not on it.
func (s *Site) showCopy(c *fiber.Ctx) error {
	return s.visitorPage(c, func(v *view, session hotline.Session) (err error) {
		if v.Log, err = s.bubbles(c.UserContext(), session.ConversationID); err != nil {
			return err
		}
		return s.render.Render(c, fiber.StatusOK, "print", v)
	})
}
