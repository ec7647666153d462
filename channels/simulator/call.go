package simulator

import (
	"context"
	"net/http"
	"net/url"

	"github.com/hearline/hearline/hotline"
)

// anonymous is what stands in From when a phone withholds its number.
const anonymous = "+266696687"

// Call lets a phone call the service and returns the call's id when the service
// has answered. The call is never picked up, and is in no list of messages.
// withheld hides the phone's number. The errors are hotline.Invalid for a caller
// that is no phone number, and hotline.Unavailable when nobody took the call.
func (c *Carrier) Call(ctx context.Context, from string, withheld bool) (sid string, err error) {
	if !phoneNumber.MatchString(from) || isWhatsApp(from) {
		return "", hotline.Errorf(hotline.Invalid, "the caller is no phone number")
	}
	sid = "CA" + c.chance.hex16()
	said := "You called. The line was busy."
	if c.cfg.VoiceURL != "" {
		shown := from
		if withheld {
			shown = anonymous
		}
		if code := c.post(ctx, c.cfg.VoiceURL, c.callForm(sid, shown), c.chance.hex16()); code != 0 {
			said, err = "You called. Nobody took the call.", hotline.Errorf(hotline.Unavailable, "the service did not take the call (%d)", code)
			c.tell(from, "nobody took the call")
		}
	}
	c.keep(c.newMessage(Message{Direction: Outbound, From: c.cfg.Number, To: from, Body: said, Status: hotline.Delivered, note: true}, nil))
	return sid, err
}

// callForm is what Twilio posts for a call that comes in.
func (c *Carrier) callForm(sid, from string) url.Values {
	return url.Values{
		"CallSid": {sid}, "AccountSid": {c.cfg.AccountSID}, "ApiVersion": {APIVersion}, "Direction": {"inbound"},
		"From": {from}, "To": {c.cfg.Number}, "Caller": {from}, "Called": {c.cfg.Number}, "CallStatus": {"ringing"},
	}
}

type callOrder struct {
	From     string `json:"from"`
	Withheld bool   `json:"withheld"`
}

// postCall calls as a phone on the page does. That nobody took the call is shown
// on the phone, so that it is no failure of this call.
func (c *Carrier) postCall(_ *http.Request, o callOrder) (any, error) {
	sid, err := c.Call(c.ctx, o.From, o.Withheld)
	if err != nil && hotline.CodeOf(err) != hotline.Unavailable {
		return nil, err
	}
	return map[string]any{"id": sid, "taken": err == nil}, nil
}
