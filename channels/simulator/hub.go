package simulator

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
)

// event is one change that the phones' page shows.
type event struct {
	Kind     string    `json:"kind"` // hello, phones, message, status, optout, faults, log
	Phone    string    `json:"phone,omitempty"`
	Message  *bubble   `json:"message,omitempty"`
	OptedOut bool      `json:"opted_out,omitempty"`
	Faults   *Faults   `json:"faults,omitempty"`
	Phones   []Handset `json:"phones,omitempty"`
	Text     string    `json:"text,omitempty"`
	Hello    *hello    `json:"hello,omitempty"`
}

// bubble is a message as its phone shows it.
type bubble struct {
	ID       string    `json:"id"`
	Mine     bool      `json:"mine"` // written on this phone
	Note     bool      `json:"note,omitempty"`
	Body     string    `json:"body"`
	At       time.Time `json:"at"`
	State    string    `json:"state"`
	Segments int       `json:"segments"`
	Files    int       `json:"files,omitempty"`
}

// The states of a bubble written on the phone.
const (
	bubbleSent   = "sent"
	bubbleTaken  = "taken"
	bubbleFailed = "failed"
)

func bubbleOf(m *Message) *bubble {
	b := &bubble{
		ID: m.SID, Mine: m.Direction == Inbound, Note: m.note, Body: m.Body, At: m.DateCreated,
		State: string(m.Status), Segments: m.Segments, Files: len(m.Media),
	}
	if m.Direction == Inbound && m.Status == hotline.Received {
		switch {
		case m.Taken:
			b.State = bubbleTaken
		case m.failed:
			b.State = bubbleFailed
		default:
			b.State = bubbleSent
		}
	}
	return b
}

// listenerQueue is how many events a page may lag behind. A page that lags
// further is cut off; it comes back by itself and is told everything anew.
const listenerQueue = 256

// hub hands events to the pages that listen.
type hub struct {
	mu        sync.Mutex
	listeners map[chan []byte]bool
}

func newHub() *hub { return &hub{listeners: map[chan []byte]bool{}} }

func (h *hub) listen() chan []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	ch := make(chan []byte, listenerQueue)
	h.listeners[ch] = true
	return ch
}

func (h *hub) leave(ch chan []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(ch)
}

func (h *hub) drop(ch chan []byte) {
	if h.listeners[ch] {
		delete(h.listeners, ch)
		close(ch)
	}
}

func (h *hub) idle() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.listeners) == 0
}

func (h *hub) publish(e event) {
	data, err := json.Marshal(e)
	if err != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.listeners {
		select {
		case ch <- data:
		default:
			h.drop(ch)
		}
	}
}

// show publishes what concerns one phone, when that phone is on the page.
func (c *Carrier) show(phone string, e func() event) {
	if c.hub.idle() || !c.phones.has(phone) {
		return
	}
	ev := e()
	ev.Phone = phone
	c.hub.publish(ev)
}

func (c *Carrier) showStatus(m Message) {
	c.show(m.phone(), func() event { return event{Kind: "status", Message: bubbleOf(&m)} })
}

// tell writes a line of the page's carrier log about one phone.
func (c *Carrier) tell(phone, text string) {
	c.show(phone, func() event { return event{Kind: "log", Text: text} })
}

// note writes a line about the carrier as a whole.
func (c *Carrier) note(text string) {
	if !c.hub.idle() {
		c.hub.publish(event{Kind: "log", Text: text})
	}
}
