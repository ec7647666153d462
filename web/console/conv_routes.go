package console

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// conversations are the pages of single conversations.
type conversations struct{ *Console }

func (s *Console) mountConversations(r fiber.Router, work func(func(*fiber.Ctx, *visit) error) fiber.Handler) {
	k := &conversations{s}
	r.Get("/o/new", work(k.enterShow))
	r.Post("/o/new", work(k.enter))
	r.Get("/o/conv/:id", work(k.show))
	if s.Files != nil {
		r.Get("/o/conv/:id/file/:file", work(k.file))
	}
	r.Post("/o/conv/:id/reply", work(k.reply))
	r.Post("/o/conv/:id/note", work(k.note))
	r.Post("/o/conv/:id/ask", work(k.askSafe))
	r.Post("/o/conv/:id/lift", work(k.lift))
	r.Post("/o/conv/:id/words", work(k.offerWords))
	r.Post("/o/conv/:id/plain", work(k.plain))
	r.Post("/o/conv/:id/calm", work(k.endAlarm))
	r.Post("/o/conv/:id/writing", work(k.writing))
	r.Post("/o/conv/:id/take", work(k.take))
	r.Post("/o/conv/:id/release", work(k.release))
	r.Post("/o/conv/:id/priority", work(k.priority))
	r.Post("/o/conv/:id/priority/undo", work(k.undoPriority))
	r.Post("/o/conv/:id/label", work(k.label))
	r.Post("/o/conv/:id/close", work(k.close))
	r.Post("/o/conv/:id/reveal", work(k.reveal))
	r.Post("/o/conv/:id/case", work(k.openCase))
}

func convOf(c *fiber.Ctx) hotline.ConversationID { return hotline.ConversationID(c.Params("id")) }

// backTo answers a form: the page of the conversation, with a word about what
// was done. A reload of that page does nothing twice.
func backTo(c *fiber.Ctx, id hotline.ConversationID, said string) error {
	return c.Redirect("/o/conv/"+string(id)+"?said="+said, fiber.StatusSeeOther)
}
