package public

import (
	"errors"
	"html/template"
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

// here is the honest line under the button (P-42). How long people wait is not
// known, so no minutes are promised.
type here struct {
	Words template.HTML
	Opens string // when somebody will be, for machines; "" unless Words say it
	Shut  bool   // nobody is here: the button leaves a message
}

func (s *Site) here(c *fiber.Ctx, v *view) *here {
	people, err := 0, errNotAsked
	if s.Available != nil {
		people, err = s.Available(c.UserContext())
	}
	opens, closed := s.Opens(s.Now())
	switch {
	case err == nil && people > 0:
		return &here{Words: v.text(v.Say("web.here.people", "count", people) + " " + v.Say("web.chat.wait_unknown"))}
	case closed:
		return &here{Words: v.openFrom(opens), Opens: opens.UTC().Format(time.RFC3339), Shut: true}
	}
	return &here{Words: v.text(v.Say("web.here.leave")), Shut: err == nil}
}

var errNotAsked = errors.New("nobody counts the helpers")

// openFrom says when somebody reads again, the time kept apart for the script,
// which shows the visitor's own.
func (v *view) openFrom(at time.Time) template.HTML {
	clock := at.Format("15:04")
	return v.mark("bdi", clock, "web.here.closed", "open", clock)
}

func (v *view) text(words string) template.HTML {
	return template.HTML(template.HTMLEscapeString(words)) //nolint:gosec // escaped here
}
