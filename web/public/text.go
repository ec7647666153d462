package public

import "github.com/gofiber/fiber/v2"

// showText shows a page of plain text: safety, about, privacy, help.
func (s *Site) showText(name string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		return s.render.Render(c, fiber.StatusOK, name, s.view(c))
	}
}
