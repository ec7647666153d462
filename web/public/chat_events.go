package public

import (
	"context"
	"io"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

const (
	streamLife = 10 * time.Minute // the browser then asks again, and its session is looked at again
	heartbeat  = 20 * time.Second // a stream only notices that the other side is gone when it writes
	writeLimit = 10 * time.Second // for a few bytes: who takes longer is gone
)

// streamEvents tells an open page that there is something new, or that a helper
// is writing. It carries no text: the page then reads the list.
//
// It takes the connection over from the server and gives back all that the
// server holds for a request. The server's own streams cost two goroutines, a
// pipe and four buffers for each open page: five times the memory
// (docs/benchmarks.md).
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
	c.Response().Header.SetConnectionClose() // its end is the end of the stream
	head := c.Response().Header.String()
	c.Context().HijackSetNoResponse(true)
	c.Context().Hijack(func(conn net.Conn) {
		go hold(ctx, cancel, s.Done, events, conn.(interface{ UnsafeConn() net.Conn }).UnsafeConn(), head)
	})
	return nil
}

// hold owns the connection until the stream ends.
func hold(ctx context.Context, cancel context.CancelFunc, done <-chan struct{}, events <-chan hotline.Event, conn net.Conn, head string) {
	defer cancel()
	defer conn.Close() //nolint:errcheck // nobody is left to tell
	w := timely{conn}
	if _, err := io.WriteString(w, head); err != nil {
		return
	}
	stream(ctx, done, events, w)
}

// timely is a connection that each write has a little time for.
type timely struct{ net.Conn }

func (t timely) Write(p []byte) (int, error) {
	if err := t.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return 0, err
	}
	return t.Conn.Write(p)
}

func stream(ctx context.Context, done <-chan struct{}, events <-chan hotline.Event, w io.Writer) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	words := "retry: 3000\n\n"
	for {
		if _, err := io.WriteString(w, words); err != nil {
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
