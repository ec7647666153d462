package public

import "github.com/gofiber/fiber/v2"

// newChat shows the box for the first message. Nothing is kept before it is
// sent: no session, no cookie, no code.
func (s *Site) newChat(c *fiber.Ctx) error { return s.firstPage(c, false) }

// newReport is the same box for someone who has seen something (P-51).
func (s *Site) newReport(c *fiber.Ctx) error { return s.firstPage(c, true) }

func (s *Site) firstPage(c *fiber.Ctx, about bool) error {
	v := s.view(c)
	_, is, err := s.visitor(c)
	if err != nil {
		return err
	}
	if is == present {
		return c.Redirect(v.Href("/c"), fiber.StatusSeeOther)
	}
	v.About = about
	return s.renderForm(c, fiber.StatusOK, "new", v, beginForm, "")
}
