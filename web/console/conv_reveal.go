package console

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
)

// reveal shows the readable address on the page it answers with, and only
// there: an address of ours that led to it would be kept in the browser's
// history. Each look is written down, a reload of the answer as well.
func (k *conversations) reveal(c *fiber.Ctx, v *visit) error {
	address, err := k.Desk.Reveal(c.UserContext(), v.user, convOf(c), c.FormValue("reason"))
	if hotline.CodeOf(err) == hotline.Invalid {
		return k.lost(c, v, err, "")
	}
	if err != nil {
		return err
	}
	p, err := k.page(c, v)
	if err != nil {
		return err
	}
	p.Number = address.Reveal()
	p.Toast = toast{Text: "The number is shown on this page only", More: "Your look is written down"}
	return k.render(c, fiber.StatusOK, p)
}

// revealReasons are the reasons the form offers, in intake's order.
func revealReasons() []filterOption {
	out := make([]filterOption, len(intake.RevealReasons))
	for i, code := range intake.RevealReasons {
		out[i] = filterOption{Value: code, Label: revealWords[code]}
	}
	return out
}
