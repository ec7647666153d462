package public

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// chooseLanguage lists all languages, or, for a link of an older page with
// ?l= and ?to=, leads on to that page in that language.
func (s *Site) chooseLanguage(c *fiber.Ctx) error {
	v := s.view(c)
	if to := strings.Clone(c.Query("to")); to != "" && v.chosen {
		if !ownPath(to) {
			return hotline.Errorf(hotline.Invalid, "not one of our pages")
		}
		return c.Redirect(v.Href(to), fiber.StatusSeeOther)
	}
	v.Choices = s.tongue.choices(v.Lang, "/")
	return s.render.Render(c, fiber.StatusOK, "lang", v)
}

// ownPath says whether to is a plain path of ours: no host, no query, nothing
// that a browser reads as another site.
func ownPath(to string) bool {
	return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.ContainsAny(to, "\\?#:\t\r\n ")
}
