package twilio

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
)

const (
	// lookupDelay is how long after a try without an answer Twilio is asked
	// what became of it: longer than Twilio itself works on a request.
	lookupDelay = 30 * time.Second
	// firstBackoff doubles with each try, up to longestBackoff.
	firstBackoff   = 2 * time.Second
	longestBackoff = 10 * time.Minute
	// messageParam of a callback's address is the id of our message.
	messageParam = "message"
	// leastValidity is the shortest time that Twilio advises to leave a message
	// in its queue.
	leastValidity = 5 * time.Second
	// invalidNumber is Twilio's code for a recipient that is no phone number.
	invalidNumber = 21211
)

// Send implements channels.Sender.
func (c *Carrier) Send(ctx context.Context, out hotline.Outgoing) hotline.SendResult {
	if !isE164(out.To.Reveal()) {
		return channels.GiveUp(out, invalidNumber) // a short code or a name cannot be answered
	}
	if out.Unknown {
		if result, settled := c.settle(ctx, out); settled {
			return result
		}
	}
	switch {
	case out.AskOnly:
		return hotline.SendResult{MessageID: out.MessageID, State: hotline.Pending, RetryAt: c.cfg.Now()}
	case channels.Expired(out, c.cfg.Now()):
		return channels.GiveUp(out, hotline.TooOld)
	}
	return c.create(ctx, out)
}

// settle finds out what became of a try without an answer. settled is false
// when it is certain that nothing was sent.
func (c *Carrier) settle(ctx context.Context, out hotline.Outgoing) (result hotline.SendResult, settled bool) {
	if due := out.LastTriedAt.Add(lookupDelay); c.cfg.Now().Before(due) {
		return hotline.SendResult{MessageID: out.MessageID, State: hotline.Unknown, RetryAt: due}, true
	}
	found, err := c.find(ctx, out)
	switch {
	case err != nil:
		return c.undecided(out, 0), true
	case found != nil:
		return c.accepted(out, found), true
	}
	return hotline.SendResult{}, false
}

func (c *Carrier) create(ctx context.Context, out hotline.Outgoing) hotline.SendResult {
	one, api, done := c.begin(ctx)
	defer done()
	message, err := api.CreateMessage(c.createParams(out))
	switch {
	case err == nil && message.Sid != nil:
		return c.accepted(out, message)
	case one.status == 0 && !one.left.Load():
		return c.again(out, 0, 0) // no connection: nothing was sent
	case one.status == 0 || one.status < 400:
		return c.undecided(out, 0)
	}
	return c.refused(out, one, code(err))
}

func (c *Carrier) createParams(out hotline.Outgoing) *openapi.CreateMessageParams {
	p := &openapi.CreateMessageParams{}
	p.SetTo(prefixed(out.Channel, out.To.Reveal())).SetBody(out.Text.Reveal()).SetStatusCallback(c.statusCallback(out.MessageID))
	if from := c.from(out); from != "" {
		p.SetFrom(from)
	}
	if c.service(out.Channel) != "" {
		p.SetMessagingServiceSid(c.service(out.Channel))
	}
	if validity := c.validity(out); validity > 0 {
		p.SetValidityPeriod(int(validity / time.Second))
	}
	return p
}

// statusCallback is where Twilio tells how far a message got. It names our
// message, because the first call may come before we have stored Twilio's id.
func (c *Carrier) statusCallback(id hotline.MessageID) string {
	return c.callback + "?" + url.Values{messageParam: {string(id)}}.Encode()
}

// validity is how long the message may wait in Twilio's queue: never past the
// delivery's deadline. 0 is Twilio's default.
func (c *Carrier) validity(out hotline.Outgoing) time.Duration {
	deadline := channels.Deadline(out)
	if deadline.IsZero() {
		return c.cfg.ValidityPeriod
	}
	left := max(deadline.Sub(c.cfg.Now()), leastValidity)
	if c.cfg.ValidityPeriod > 0 {
		left = min(left, c.cfg.ValidityPeriod)
	}
	return left
}

// from is the sender the person wrote to, so that the answer comes from the
// number they know; else the configured one, unless the service chooses.
func (c *Carrier) from(out hotline.Outgoing) string {
	switch {
	case out.From != "":
		return prefixed(out.Channel, out.From)
	case c.service(out.Channel) == "" && c.cfg.From[out.Channel] != "":
		return prefixed(out.Channel, c.cfg.From[out.Channel])
	}
	return ""
}

func (c *Carrier) service(ch hotline.Channel) string {
	if ch == hotline.SMS {
		return c.cfg.MessagingServiceSID
	}
	return ""
}

func prefixed(ch hotline.Channel, address string) string {
	if ch == hotline.WhatsApp && !strings.HasPrefix(address, "whatsapp:") {
		return "whatsapp:" + address
	}
	return address
}

// accepted is a message the carrier has.
func (c *Carrier) accepted(out hotline.Outgoing, m *openapi.ApiV2010Message) hotline.SendResult {
	r := hotline.SendResult{
		MessageID: out.MessageID, State: hotline.Done,
		ProviderID: text(m.Sid), Delivery: hotline.Delivery(text(m.Status)),
	}
	if !r.Delivery.Known() {
		r.Delivery = hotline.Queued
	}
	if m.ErrorCode != nil {
		r.ErrorCode, r.OptedOut = *m.ErrorCode, adviceOf[*m.ErrorCode].action == optOut
	}
	c.recent.add(r.ProviderID, out.MessageID)
	return r
}

// refused is an answer that says no, or not now, or that cannot be trusted.
func (c *Carrier) refused(out hotline.Outgoing, one *call, code int) hotline.SendResult {
	a := adviseOn(one.status, code)
	switch a.action {
	case retry:
		return c.again(out, code, max(a.after, one.after))
	case unknown:
		return c.undecided(out, code)
	case optOut:
		r := channels.GiveUp(out, code)
		r.OptedOut = true
		return r
	}
	return channels.GiveUp(out, code)
}

// again plans another try; nothing was sent. One that would come too late is
// given up at once, so that staff see it while they can still do something.
func (c *Carrier) again(out hotline.Outgoing, code int, after time.Duration) hotline.SendResult {
	at := c.cfg.Now().Add(c.wait(out.Attempts, after))
	if channels.Expired(out, at) {
		return channels.GiveUp(out, cmp.Or(code, hotline.TooOld))
	}
	return hotline.SendResult{
		MessageID: out.MessageID, State: hotline.Pending, Delivery: hotline.Queued, ErrorCode: code, RetryAt: at,
	}
}

// undecided plans a look-up; something may have been sent.
func (c *Carrier) undecided(out hotline.Outgoing, code int) hotline.SendResult {
	now := c.cfg.Now()
	if channels.Expired(out, now) {
		return channels.GiveUp(out, hotline.NoAnswer)
	}
	return hotline.SendResult{
		MessageID: out.MessageID, State: hotline.Unknown, Delivery: hotline.Sending,
		ErrorCode: code, RetryAt: now.Add(c.wait(out.Attempts, lookupDelay)),
	}
}

// wait is the backoff after so many tries, at least least, with up to half as
// much again by chance, so that many waiting messages do not come back at once.
func (c *Carrier) wait(attempts int, least time.Duration) time.Duration {
	backoff := min(firstBackoff<<min(max(attempts, 0), 16), longestBackoff)
	d := max(backoff, least)
	return d + time.Duration(c.cfg.Chance()*float64(d)/2)
}
