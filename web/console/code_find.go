package console

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/web/page"
)

// codesOfStaff bounds what one member of staff can guess; a caller who reads
// badly needs a few tries.
var codesOfStaff = ratelimit.Limit{Events: 20, Per: 10 * time.Minute}

type codePage struct {
	frame
	Problem string
}

// codeShow is the form for a receipt code that a caller reads aloud.
func (s *Console) codeShow(c *fiber.Ctx, v *visit) error {
	return s.codeForm(c, v, fiber.StatusOK, "")
}

// codeFind leads to the conversation of the code. What was typed is in no address
// and not shown again: somebody may look over a shoulder.
func (s *Console) codeFind(c *fiber.Ctx, v *visit) error {
	ok, wait := s.Limiter.Allow(c.UserContext(), "staff-code:"+string(v.user.ID), codesOfStaff)
	if !ok {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(wait.Seconds())+1))
		return s.codeForm(c, v, fiber.StatusTooManyRequests, "Too many tries. Wait "+minutes(wait)+", then try again.")
	}
	id, err := s.Lookup.ByCode(c.UserContext(), v.user, c.FormValue("code"))
	switch hotline.CodeOf(err) {
	case "":
		return c.Redirect("/o/conv/"+string(id), fiber.StatusSeeOther)
	case hotline.Invalid:
		return s.codeForm(c, v, fiber.StatusUnprocessableEntity, sentence(page.Explain(c, err).Message))
	case hotline.NotFound:
		return s.codeForm(c, v, fiber.StatusUnprocessableEntity, "Nobody has this code, or what was said under it was erased. Ask the caller to read it again.")
	}
	return err
}

func (s *Console) codeForm(c *fiber.Ctx, v *visit, status int, problem string) error {
	f, err := s.frame(c, v, "queue", "Find by code")
	if err != nil {
		return err
	}
	return s.pages.Render(c, status, "code", codePage{frame: f, Problem: problem})
}
