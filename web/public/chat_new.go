package public

import "github.com/gofiber/fiber/v2"

// newChat shows the box for the first message. Nothing is kept before it is
// sent: no session, no cookie, no code.
func (s *Site) newChat(c *fiber.Ctx) error {
	v := s.view(c)
	_, is, err := s.visitor(c)
	if err != nil {
		return err
	}
	if is == present {
		return c.Redirect(v.Href("/c"), fiber.StatusSeeOther)
	}
	return s.renderForm(c, fiber.StatusOK, "new", v, beginForm, "")
}
