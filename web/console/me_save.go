package console

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// settingsLife is how long a browser keeps its settings (browsers cut more than
// 400 days down to that).
const settingsLife = 400 * 24 * time.Hour

func (s *Console) meSave(c *fiber.Ctx, _ *visit) error {
	theme := c.FormValue("theme")
	s.setSetting(c, themeCookie, theme, theme == "light" || theme == "dark")
	s.setSetting(c, keysCookie, "off", c.FormValue("keys") == "off")
	return c.Redirect("/me?said=settings", fiber.StatusSeeOther)
}

// setSetting keeps a value, or forgets it when it is the usual one.
func (s *Console) setSetting(c *fiber.Ctx, name, value string, keep bool) {
	expires := s.Now().Add(settingsLife)
	if !keep {
		value, expires = "", time.Unix(1, 0)
	}
	c.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: "/", Expires: expires,
		HTTPOnly: true, Secure: s.Secure, SameSite: fiber.CookieSameSiteLaxMode,
	})
}
