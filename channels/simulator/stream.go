package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// heartbeat keeps middle boxes from closing a quiet stream and finds pages that
// are gone.
const heartbeat = 15 * time.Second

// stream is the page's live connection: a hello with everything, then changes.
func (c *Carrier) stream(w http.ResponseWriter, r *http.Request) {
	events := c.hub.listen()
	defer c.hub.leave(events)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	first, err := json.Marshal(event{Kind: "hello", Hello: c.hello()})
	if err != nil || writeEvent(w, out, first) != nil {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-c.ctx.Done():
			return
		case <-beat.C:
			if _, err := io.WriteString(w, ": alive\n\n"); err != nil || out.Flush() != nil {
				return
			}
		case data, ok := <-events:
			if !ok || writeEvent(w, out, data) != nil {
				return
			}
		}
	}
}

// writeEvent sends one event; JSON has no line breaks of its own.
func writeEvent(w io.Writer, out *http.ResponseController, data []byte) error {
	for _, part := range [][]byte{[]byte("data: "), data, []byte("\n\n")} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return out.Flush()
}
