package public

import "github.com/gofiber/fiber/v2"

// endSession is where an idle page goes by itself. While the visitor is in fact
// there it answers 204: the browser then stays on the page it has.
func (s *Site) endSession(c *fiber.Ctx) error {
	_, is, err := s.visitor(c)
	if err != nil {
		return err
	}
	if is == present {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return s.render.Render(c, fiber.StatusOK, "ended", s.view(c))
}
