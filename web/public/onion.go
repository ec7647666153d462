package public

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// offerOnion tells Tor Browser that the page is at our onion address too (P-26).
func (s *Site) offerOnion(c *fiber.Ctx) error {
	if s.Onion != "" && !s.atOnion(c) {
		c.Set("Onion-Location", s.Onion+string(c.Request().URI().RequestURI()))
	}
	return c.Next()
}

// atOnion says whether the visitor came by our onion address.
func (s *Site) atOnion(c *fiber.Ctx) bool {
	_, host, _ := strings.Cut(s.Onion, "://")
	return host != "" && string(c.Context().Host()) == host
}

// secure says whether cookies can be kept to https: an onion address is as safe
// without it.
func (s *Site) secure(c *fiber.Ctx) bool { return s.Secure && !s.atOnion(c) }
