package console

import (
	"bufio"
	"context"
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// heartbeat keeps proxies from closing a quiet stream and finds browsers that
// have gone: only a failed write tells.
const heartbeat = 20 * time.Second

// streamMatch picks what an open screen wants to hear of.
func streamMatch(conv hotline.ConversationID) func(hotline.Event) bool {
	return func(e hotline.Event) bool {
		return e.Topic == "queue" || e.Topic == "conversation" && conv != "" && e.ConversationID == conv
	}
}

// eventsStream tells an open screen that something changed; the screen then
// asks for what. No event holds anything a person said.
func (s *Console) eventsStream(c *fiber.Ctx, v *visit) error {
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no")
	match, token := streamMatch(hotline.ConversationID(c.Query("conv"))), v.token
	// The stream outlives the handler, so it may hold neither c nor its context.
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) { s.stream(w, token, match) })
	return nil
}

func (s *Console) stream(w *bufio.Writer, token string, match func(hotline.Event) bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events := s.Events.Subscribe(ctx, match)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	// The screen reads everything again on "hello": what happened before we
	// listened is then on it.
	if !writeEvent(w, "hello", s.beat()) {
		return
	}
	for {
		select {
		case <-s.done:
			return
		case e, ok := <-events:
			if !ok || !writeEvent(w, "change", e) {
				return
			}
		case <-beat.C:
			if !s.stillIn(ctx, token) {
				writeEvent(w, "ended", struct{}{})
				return
			}
			if !writeEvent(w, "beat", s.beat()) {
				return
			}
		}
	}
}

// beat is the time of day on the screens.
func (s *Console) beat() any {
	return struct {
		At string `json:"at"`
	}{s.Now().In(s.Zone).Format(liveClock)}
}

// writeEvent sends one event at once; false when the browser has gone.
func writeEvent(w *bufio.Writer, name string, data any) bool {
	body, err := json.Marshal(data)
	if err != nil {
		return false
	}
	_, _ = w.WriteString("event: " + name + "\ndata: ")
	_, _ = w.Write(body)
	_, _ = w.WriteString("\n\n")
	return w.Flush() == nil
}

// stillIn says whether the session behind a stream goes on. When the store does
// not answer, it does: the stream tells nothing that matters.
func (s *Console) stillIn(ctx context.Context, token string) bool {
	session, err := s.Sessions.Session(ctx, hashToken(token))
	if err != nil {
		return hotline.CodeOf(err) != hotline.NotFound
	}
	return alive(session, s.Now())
}
