package console

import (
	"fmt"

	"github.com/gofiber/fiber/v2"
)

func (s *Console) mineShow(c *fiber.Ctx, v *visit) error {
	ask, err := s.readAsk(c, "/o/mine")
	if err != nil {
		return err
	}
	ask.filter.OwnerID, ask.filter.NoOwner = v.user.ID, false
	f, err := s.frame(c, v, "mine", "Mine")
	if err != nil {
		return err
	}
	p, err := s.queuePage(c.UserContext(), v, f, ask)
	if err != nil {
		return err
	}
	p.Own, p.Sub = true, fmt.Sprintf("%d open", f.Mine)
	return s.renderQueue(c, p)
}
