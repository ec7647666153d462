package simulator

import (
	"strings"
	"sync"
)

// Twilio's OptOutType values.
const (
	optStop  = "STOP"
	optStart = "START"
	optHelp  = "HELP"
)

// Twilio's own English keywords, understood only when they are the whole text.
// YES is left out: a hotline asks "is it safe to text?", so its service has
// that keyword removed.
var keywords = map[string]string{
	"STOP": optStop, "STOPALL": optStop, "UNSUBSCRIBE": optStop, "CANCEL": optStop, "END": optStop,
	"QUIT": optStop, "REVOKE": optStop, "OPTOUT": optStop,
	"START": optStart, "UNSTOP": optStart,
	"HELP": optHelp, "INFO": optHelp,
}

// What the carrier itself says on the phone after STOP and START. As with
// Twilio, these are in no message list.
var keywordAnswers = map[string]string{
	optStop:  "You have been unsubscribed and will get no more texts from this number. Reply START to begin again.",
	optStart: "You will get texts from this number again. Reply STOP to end.",
}

// optOuts are the addresses that nothing may be sent to.
type optOuts struct {
	mu      sync.RWMutex
	numbers map[string]bool
}

// hear applies a keyword and returns its type, "" for any other text.
func (o *optOuts) hear(address, body string) string {
	kind := keywords[strings.ToUpper(strings.TrimSpace(body))]
	switch kind {
	case optStop:
		o.set(address, true)
	case optStart:
		o.set(address, false)
	}
	return kind
}

func (o *optOuts) set(address string, out bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if out {
		o.numbers[address] = true
	} else {
		delete(o.numbers, address)
	}
}

func (o *optOuts) has(address string) bool {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.numbers[address]
}

// SetOptedOut makes sending to an address fail with 21610, or work again. The
// service is not told; that is the point of the fault.
func (c *Carrier) SetOptedOut(address string, out bool) {
	c.optOuts.set(address, out)
	c.show(address, func() event { return event{Kind: "optout", OptedOut: out} })
}

func (c *Carrier) answerKeyword(heard Message, kind string) {
	c.show(heard.From, func() event { return event{Kind: "optout", OptedOut: kind == optStop} })
	note := c.newMessage(Message{
		Direction: Outbound, From: heard.To, To: heard.From, Body: keywordAnswers[kind], Status: "delivered", note: true,
	}, nil)
	c.keep(note)
}
