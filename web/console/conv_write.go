package console

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/page"
)

// reply sends a text to the person. The page's word makes it go out once.
func (k *conversations) reply(c *fiber.Ctx, v *visit) error {
	id, text, once := convOf(c), hotline.Text(c.FormValue("text")), c.FormValue("once")
	if err := k.Desk.Reply(c.UserContext(), v.user, id, text, "", once); err != nil {
		return k.writeAgain(c, v, err, func(p *convPage) {
			p.Compose.Text, p.Compose.Problem, p.Compose.Once = text.Reveal(), p.problem, once
		})
	}
	return backTo(c, id, "sent")
}

// note keeps a note that only staff see.
func (k *conversations) note(c *fiber.Ctx, v *visit) error {
	id, text, once := convOf(c), hotline.Text(c.FormValue("text")), c.FormValue("once")
	if err := k.Desk.Note(c.UserContext(), v.user, id, text, once); err != nil {
		return k.writeAgain(c, v, err, func(p *convPage) {
			p.Compose.Note, p.Compose.NoteProblem, p.Compose.NoteOnce, p.Compose.NoteFirst = text.Reveal(), p.problem, once, true
		})
	}
	return backTo(c, id, "noted")
}

// writeAgain shows the conversation as it stands now, with what was typed still
// in its box and the reason why it was not kept. The form keeps its word: a write
// that failed for us may have gone through. What cannot be shown at all goes the
// way of all errors.
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
