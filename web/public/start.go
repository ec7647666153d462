package public

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// showStart is the first page: the language, then one button.
func (s *Site) showStart(c *fiber.Ctx) error {
	v := s.view(c)
	v.Choices = s.tongue.choices(v.Lang, "/")
	if len(v.Choices) > shownFirst+1 {
		v.Choices, v.More = v.Choices[:shownFirst], len(v.Choices)
	}
	v.Here = s.here(c, v)
	return s.render.Render(c, fiber.StatusOK, "start", v)
}

// here is the honest line under the button (P-42).
type here struct {
	Words string
	Shut  bool
}

func (s *Site) here(c *fiber.Ctx, v *view) *here {
	if s.Available == nil {
		return &here{Words: v.Say("web.here.leave")}
	}
	a := s.Available(c.UserContext())
	switch {
	case a.Closed && !a.Opens.IsZero():
		return &here{Words: v.Say("web.here.closed", "open", isolate(a.Opens.In(s.Zone).Format("15:04"))), Shut: true}
	case a.Closed || a.People == 0:
		return &here{Words: v.Say("web.here.leave"), Shut: a.Closed}
	}
	words := v.Say("web.here.people", "count", a.People)
	if minutes := int((a.Wait + time.Minute - 1) / time.Minute); minutes > 0 {
		words += " " + v.Say("web.here.wait", "count", minutes)
	}
	return &here{Words: words}
}

// isolate keeps a clock time or number together inside text of either
// direction.
func isolate(text string) string { return "\u2068" + text + "\u2069" }
