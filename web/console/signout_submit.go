package console

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

func (s *Console) signoutSubmit(c *fiber.Ctx, v *visit) error {
	err := s.Sessions.DeleteSession(c.UserContext(), hashToken(v.token))
	if err != nil && hotline.CodeOf(err) != hotline.NotFound {
		return err
	}
	s.setCookie(c, "", time.Unix(1, 0))
	return c.Redirect("/o/signin", fiber.StatusSeeOther)
}
