package public

import "github.com/gofiber/fiber/v2"

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

// here is the honest line under the button (P-42). How long people wait is not
// known, so no minutes are promised.
type here struct {
	Words string
	Shut  bool // nobody is here: the button leaves a message
}

func (s *Site) here(c *fiber.Ctx, v *view) *here {
	leave := v.Say("web.here.leave")
	if s.Available == nil {
		return &here{Words: leave}
	}
	people, err := s.Available(c.UserContext())
	switch {
	case err != nil:
		return &here{Words: leave}
	case people == 0:
		return &here{Words: leave, Shut: true}
	}
	return &here{Words: v.Say("web.here.people", "count", people) + " " + v.Say("web.chat.wait_unknown")}
}
