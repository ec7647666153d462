package public

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// sameOrigin lets a POST through only when our own page sent it: Sec-Fetch-Site
// where the browser knows it, else Origin, else Referer (our policy is
// same-origin, so old phones send one of the two). Typed text survives a
// refusal.
func (s *Site) sameOrigin(c *fiber.Ctx) error {
	if s.ownOrigin(c) {
		return c.Next()
	}
	if c.Path() == "/c" {
		l := readLetter(c)
		session, _, err := s.visitor(c)
		if err == nil && !s.goodLetter(l, session) {
			l = l.onNewForm()
		}
		return s.unsent(c, l, session, fiber.StatusForbidden, "web.errors.not_allowed")
	}
	return hotline.Errorf(hotline.Forbidden, "the request did not come from our page")
}

func (s *Site) ownOrigin(c *fiber.Ctx) bool {
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	from := c.Get(fiber.HeaderOrigin)
	if from == "" {
		from = c.Get(fiber.HeaderReferer)
	}
	u, err := url.Parse(from)
	if err != nil || u.Host == "" {
		return false
	}
	if origin := u.Scheme + "://" + u.Host; s.Origin != "" {
		return origin == s.Origin || s.Onion != "" && origin == s.Onion && s.atOnion(c)
	}
	return u.Host == string(c.Context().Host())
}
