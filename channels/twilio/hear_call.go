package twilio

import (
	"slices"
	"strings"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
)

// noNumber are what carriers put in the place of a number that they do not know:
// a word, spelt on the keys of a telephone.
var noNumber = []string{
	"+266696687",   // anonymous
	"+7378742833",  // restricted
	"+2562533",     // blocked
	"+8656696",     // unknown
	"+86282452253", // unavailable
}

// HearCall implements channels.Listener for a call that comes in. A caller whom no
// text can reach, because the number is withheld or is none, is heard all the same.
func (c *Carrier) HearCall(r channels.Request) (hotline.Inbound, error) {
	p, err := c.open(r)
	if err != nil {
		return hotline.Inbound{}, err
	}
	in := hotline.Inbound{Channel: hotline.SMS, ProviderID: p.callSID(), Call: true, At: c.cfg.Now()}
	in.From = p.caller(in.ProviderID)
	in.To = p.recipient()
	if p.fault != nil {
		return hotline.Inbound{}, p.fault
	}
	return in, nil
}

func (p *params) callSID() string {
	id := p.get("CallSid", maxField)
	if id == "" || len(id) > 64 || !all(id, isWordByte) {
		p.fail("CallSid", "is not a call id")
		return ""
	}
	return id
}

func (p *params) caller(callSID string) hotline.Address {
	from := p.get("From", maxField)
	if !isE164(from) || slices.Contains(noNumber, from) || strings.EqualFold(p.get("CallerName", maxField), "anonymous") {
		return hotline.WithheldAddress(callSID)
	}
	return hotline.Address(from)
}
