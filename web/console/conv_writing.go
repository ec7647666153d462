package console

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// writing tells the person's open page that somebody is writing (P-45), and
// nothing of what. It is no change of the conversation: other screens of staff
// have nothing to read again.
func (k *conversations) writing(c *fiber.Ctx, _ *visit) error {
	k.Events.Publish(hotline.Event{Topic: "presence", Kind: "writing", ConversationID: convOf(c)})
	return c.SendStatus(fiber.StatusNoContent)
}
