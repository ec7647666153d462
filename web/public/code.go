package public

import (
	"crypto/subtle"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

// showCode is the page behind "Type it once now": the code, folded away, and a
// box to try it (P-36).
func (s *Site) showCode(c *fiber.Ctx) error { return s.codePage(c, "") }

// checkCode says whether the visitor typed their own code. It answers with a
// page, since what was typed belongs in no address.
func (s *Site) checkCode(c *fiber.Ctx) error {
	return s.codePage(c, strings.Clone(c.FormValue("code")))
}

func (s *Site) codePage(c *fiber.Ctx, typed string) error {
	return s.visitorPage(c, func(v *view, session hotline.Session) error {
		v.Code, v.Draft = webchat.Groups(session.Address), typed
		status := fiber.StatusOK
		switch {
		case typed == "":
		case !s.goodToken(postedToken(c), checkForm, session.Address):
			status, v.Problem = fiber.StatusUnprocessableEntity, v.Say("web.errors.old_page")
		default:
			v.Check = checkTyped(typed, session.Address)
		}
		return s.renderForm(c, status, "code", v, checkForm, session.Address)
	})
}

func checkTyped(typed string, own hotline.Address) string {
	code, _ := webchat.ParseCode(typed)
	if subtle.ConstantTimeCompare([]byte(code.Reveal()), []byte(own.Reveal())) == 1 {
		return "right"
	}
	return "wrong"
}
