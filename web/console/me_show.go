package console

import "github.com/gofiber/fiber/v2"

// Settings live in the browser, not with the account: they suit a screen and
// whoever sits before it. They hold nothing about anybody.
const (
	themeCookie = "theme"
	keysCookie  = "keys"
)

type mePage struct {
	frame
	Login, Role, Speaks, Zone string
}

func (s *Console) meShow(c *fiber.Ctx, v *visit) error {
	f, err := s.frame(c, v, "me", "Settings")
	if err != nil {
		return err
	}
	return s.pages.Render(c, fiber.StatusOK, "me", mePage{frame: f, Login: v.user.Login, Role: string(v.user.Role), Speaks: s.speaks(v), Zone: s.Zone.String()})
}
