package simulator

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Twilio's code for a phone that is switched off or out of reach.
const codeUnreachable = 30003

// later plans do; with a full agenda the caller does it now, which slows the
// callers down instead of growing without end.
func (c *Carrier) later(wait time.Duration, do func(context.Context)) {
	if !c.agenda.after(wait, do) {
		do(c.ctx)
	}
}

// depart plans the way of a new outbound message.
func (c *Carrier) depart(m Message) {
	wait := c.cfg.Pace
	if m.Status == hotline.Scheduled {
		wait = max(0, m.SendAt.Sub(c.cfg.Now()))
	}
	c.later(wait, func(ctx context.Context) { c.transmit(ctx, m.SID) })
}

// transmit hands a message to the network: sent, and after a while arrived.
// There is no callback for the first state, as with Twilio.
func (c *Carrier) transmit(ctx context.Context, sid string) {
	m, ok := c.advance(sid, hotline.Sent)
	if !ok {
		return
	}
	overtaken := c.chance.percent(c.faults.get().Reorder)
	if !overtaken {
		c.callBack(ctx, m)
	}
	c.later(c.cfg.Pace, func(ctx context.Context) {
		c.arrive(ctx, sid)
		if overtaken {
			c.tell(m.phone(), "callback overtaken")
			c.callBack(ctx, m)
		}
	})
}

// arrive is the end of the way: delivered or not, and on WhatsApp read.
func (c *Carrier) arrive(ctx context.Context, sid string) {
	state := hotline.Delivered
	if c.chance.percent(c.faults.get().Undelivered) {
		state = hotline.Undelivered
	}
	m, ok := c.advance(sid, state)
	if !ok {
		return
	}
	c.callBack(ctx, m)
	if state == hotline.Delivered && m.To == c.cfg.Number { // from one of our numbers to the other
		_ = c.Text(ctx, m.From, m.Body)
	}
	if state != hotline.Delivered || !isWhatsApp(m.To) {
		return
	}
	c.later(c.cfg.Pace, func(ctx context.Context) {
		if m, ok := c.advance(sid, hotline.Read); ok {
			c.callBack(ctx, m)
		}
	})
}

// advance moves a message to its next state; ok is false when it is gone,
// canceled or already further.
func (c *Carrier) advance(sid string, state hotline.Delivery) (Message, bool) {
	now := c.cfg.Now().UTC()
	m, ok := c.box.change(sid, func(m *Message) bool {
		if !state.Follows(m.Status) {
			return false
		}
		m.Status, m.DateUpdated = state, now
		switch state {
		case hotline.Sent:
			m.DateSent = now
			if m.From == "" {
				m.From = c.senderFor(m.To)
			}
			if m.discard {
				m.Body = ""
			}
		case hotline.Undelivered:
			m.ErrorCode, m.ErrorText = codeUnreachable, "Unreachable destination handset"
		}
		return true
	})
	if ok {
		c.showStatus(m)
	}
	return m, ok
}

// senderFor is what a Messaging Service picks: the one number, on the channel of
// the recipient.
func (c *Carrier) senderFor(to string) string {
	if isWhatsApp(to) {
		return whatsApp + c.cfg.Number
	}
	return c.cfg.Number
}

// callBack tells the service of a message's state, as the faults let it. A
// callback that fails is not repeated.
func (c *Carrier) callBack(ctx context.Context, m Message) {
	address := m.callback
	if address == "" {
		address = c.cfg.StatusURL
	}
	if address == "" {
		return
	}
	f := c.faults.get()
	if c.chance.percent(f.LoseCallback) {
		c.tell(m.phone(), "callback lost: "+string(m.Status))
		return
	}
	form, token := c.statusForm(m), c.chance.hex16()
	c.post(ctx, address, form, token)
	if c.chance.percent(f.Duplicate) {
		c.tell(m.phone(), "callback made twice: "+string(m.Status))
		c.post(ctx, address, form, token)
	}
}
