package console

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

func (s *Console) queueNext(c *fiber.Ctx, v *visit) error {
	id, err := s.Queue.TakeNext(c.UserContext(), v.user, v.user.Languages)
	switch {
	case hotline.CodeOf(err) == hotline.NotFound:
		return c.Redirect("/o/queue?said=none", fiber.StatusSeeOther)
	case err != nil:
		return err
	}
	return c.Redirect("/o/conv/"+string(id)+"?said=next", fiber.StatusSeeOther)
}
