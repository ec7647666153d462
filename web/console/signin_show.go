package console

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/campaigns"
)

// signinPage is the form, with what went wrong the last time.
type signinPage struct {
	frame
	Login   string
	To      string
	Problem string
	Ended   bool // the session ended while somebody was at work
}

func (s *Console) signinShow(c *fiber.Ctx) error {
	if v, err := s.visit(c); err == nil {
		return c.Redirect(home(v, c.Query("to")), fiber.StatusSeeOther)
	}
	return s.renderSignin(c, fiber.StatusOK, signinPage{To: c.Query("to"), Ended: c.Query("ended") != ""})
}

func (s *Console) renderSignin(c *fiber.Ctx, status int, p signinPage) error {
	p.frame = s.bareFrame(c, "Sign in")
	return s.pages.Render(c, status, "signin", p)
}

// home is where somebody goes after signing in: back to where they wanted, when
// that is a page of ours, else to the first page of their role.
func home(v *visit, to string) string {
	if u, err := url.Parse(to); err == nil && u.Host == "" && u.Scheme == "" &&
		(u.Path == "/me" || u.Path == "/k" || strings.HasPrefix(u.Path, "/o/") || strings.HasPrefix(u.Path, "/k/")) && !strings.Contains(to, "\\") {
		return u.RequestURI()
	}
	if v.user.HandlesConversations() {
		return "/o/queue"
	}
	if campaigns.MayPlan(v.user) {
		return "/k"
	}
	return "/me"
}
