package console

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// file answers with a picture of a conversation to who may open it.
func (k *conversations) file(c *fiber.Ctx, v *visit) error {
	id := convOf(c)
	x, err := k.Reader.Conversation(c.UserContext(), id)
	if err != nil {
		return err
	}
	if !k.MayOpen(v.user, x.Conversation) {
		return hotline.Errorf(hotline.Forbidden, "this conversation is not yours to open")
	}
	f, err := k.Files.File(c.UserContext(), id, hotline.FileID(strings.Clone(c.Params("file"))))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/jpeg")
	c.Set(fiber.HeaderContentDisposition, `inline; filename="picture.jpg"`)
	return c.Send(f.Body)
}

// pictures are the addresses of what we keep ourselves, and what is left at the
// carrier.
func pictures(id hotline.ConversationID, media []hotline.Media) (ours []string, others []hotline.Media) {
	for _, m := range media {
		if file, ok := m.File(); ok {
			ours = append(ours, "/o/conv/"+string(id)+"/file/"+string(file))
		} else {
			others = append(others, m)
		}
	}
	return ours, others
}
