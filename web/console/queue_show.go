package console

import "github.com/gofiber/fiber/v2"

func (s *Console) queueShow(c *fiber.Ctx, v *visit) error {
	ask, err := s.readAsk(c, "/o/queue")
	if err != nil {
		return err
	}
	f, err := s.frame(c, v, "queue", "Queue")
	if err != nil {
		return err
	}
	p, err := s.queuePage(c.UserContext(), v, f, ask)
	if err != nil {
		return err
	}
	return s.renderQueue(c, p)
}

// renderQueue sends the whole page, or for a script only what changes.
func (s *Console) renderQueue(c *fiber.Ctx, p queuePage) error {
	if c.Query("part") == "rows" {
		return s.pages.RenderPart(c, "queue", "rows", p)
	}
	return s.pages.Render(c, fiber.StatusOK, "queue", p)
}
