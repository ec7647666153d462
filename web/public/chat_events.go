package public

import (
	"bufio"
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

const (
	streamLife = 10 * time.Minute // the browser then asks again, and its session is looked at again
	heartbeat  = 20 * time.Second // a stream only notices that the other side is gone when it writes
)

// streamEvents tells an open page that there is something new, or that a helper
// is writing. It carries no text: the page then reads the list.
func (s *Site) streamEvents(c *fiber.Ctx) error {
	session, is, err := s.visitor(c)
	if err != nil {
		return err
	}
	if is != present {
		return c.SendStatus(fiber.StatusNoContent) // the browser stops asking
	}
	id := session.ConversationID
	ctx, cancel := context.WithTimeout(context.Background(), streamLife)
	events := s.Events.Subscribe(ctx, func(e hotline.Event) bool { return e.ConversationID == id })
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer cancel()
		stream(ctx, s.Done, events, w)
	})
	return nil
}

func stream(ctx context.Context, done <-chan struct{}, events <-chan hotline.Event, w *bufio.Writer) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	words := "retry: 3000\n\n"
	for {
		if _, err := w.WriteString(words); err != nil || w.Flush() != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-done:
			return
		case e, ok := <-events:
			if !ok {
				return
			}
			if words = "data: new\n\n"; e.Kind == "writing" {
				words = "event: writing\ndata: now\n\n"
			}
		case <-beat.C:
			words = ":\n\n"
		}
	}
}
