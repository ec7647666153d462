package console

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/page"
)

// reply sends a text to the person.
func (k *conversations) reply(c *fiber.Ctx, v *visit) error {
	id, text := convOf(c), hotline.Text(c.FormValue("text"))
	err := k.writes.do(c.FormValue("once"), func() error {
		return k.Desk.Reply(c.UserContext(), v.user, id, text, "")
	})
	if err != nil {
		return k.writeAgain(c, v, err, func(p *convPage) { p.Compose.Text, p.Compose.Problem = text.Reveal(), p.problem })
	}
	return backTo(c, id, "sent")
}

// note keeps a note that only staff see.
func (k *conversations) note(c *fiber.Ctx, v *visit) error {
	id, text := convOf(c), hotline.Text(c.FormValue("text"))
	err := k.writes.do(c.FormValue("once"), func() error {
		return k.Desk.Note(c.UserContext(), v.user, id, text)
	})
	if err != nil {
		return k.writeAgain(c, v, err, func(p *convPage) {
			p.Compose.Note, p.Compose.NoteProblem, p.Compose.NoteFirst = text.Reveal(), p.problem, true
		})
	}
	return backTo(c, id, "noted")
}

// writeAgain shows the conversation as it stands now, with what was typed still
// in its box and the reason why it was not kept. What cannot be shown at all
// goes the way of all errors.
func (k *conversations) writeAgain(c *fiber.Ctx, v *visit, cause error, keep func(*convPage)) error {
	f := page.Explain(c, cause)
	switch f.Code {
	case hotline.Forbidden, hotline.NotFound, hotline.Unauthenticated:
		return cause
	case hotline.Invalid:
		f.Status = fiber.StatusUnprocessableEntity
	}
	p, err := k.page(c, v)
	if err != nil {
		return cause
	}
	if f.Status >= fiber.StatusInternalServerError {
		k.Log.Error("not written", "ref", f.Reference, "code", f.Code, "err", cause)
		f.Message = "This was our fault. Your words are still here. Try again"
	}
	p.problem = sentence(f.Message)
	keep(&p)
	return k.render(c, f.Status, p)
}
