package twilio

import (
	"bytes"
	"math"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
)

// Limits of what is believed to be a message. SMS bodies end at 1,600
// characters and WhatsApp's at 4,096; the rest is room.
const (
	maxBody  = 64 << 10 // bytes
	maxField = 1 << 10  // bytes
	maxURL   = 4 << 10  // bytes
	maxMedia = 10
)

// Hear implements channels.Listener for SMS, MMS and WhatsApp messages.
// Parameters it does not know are accepted; Twilio adds them without notice.
func (c *Carrier) Hear(r channels.Request) (hotline.Inbound, error) {
	p, err := c.open(r)
	if err != nil {
		return hotline.Inbound{}, err
	}
	in := hotline.Inbound{ProviderID: p.sid(), At: c.cfg.Now()}
	in.Channel, in.From = p.sender()
	in.To = p.recipient()
	in.Media = p.media()
	in.Location = p.location()
	in.OptOut = p.optOut()
	in.Segments = p.number("NumSegments", 1, 1000)
	in.Text = p.text(len(in.Media) > 0 || in.Location != nil)
	if p.fault != nil {
		return hotline.Inbound{}, p.fault
	}
	return in, nil
}

// HearStatus implements channels.Listener for status callbacks. A state we do
// not know is no error; hotline.Delivery.Known tells.
func (c *Carrier) HearStatus(r channels.Request) (hotline.StatusUpdate, error) {
	p, err := c.open(r)
	if err != nil {
		return hotline.StatusUpdate{}, err
	}
	u := hotline.StatusUpdate{
		ProviderID: p.sid(),
		MessageID:  messageOf(r.Query),
		Delivery:   p.state(),
		ErrorCode:  p.number("ErrorCode", 0, 999_999),
	}
	u.OptedOut = adviceOf[u.ErrorCode].action == optOut
	if p.fault != nil {
		return hotline.StatusUpdate{}, p.fault
	}
	return u, nil
}

// messageOf is our message's id in a callback's query, "" where there is none:
// the set-up at Twilio may name a callback of its own.
func messageOf(query string) hotline.MessageID {
	values, err := url.ParseQuery(query)
	if id := values.Get(messageParam); err == nil && len(id) <= 64 && all(id, isWordByte) {
		return hotline.MessageID(id)
	}
	return ""
}

// open checks the signature and decodes the form. What cannot be shown to be
// Twilio's is forbidden, however malformed it is besides.
func (c *Carrier) open(r channels.Request) (*params, error) {
	if r.Signature == "" {
		return nil, hotline.Errorf(hotline.Forbidden, "the signature is missing")
	}
	f, fault := parseForm(r.Body)
	if fault == tooMuch || !c.signer.verify(r, f) && !c.signer.verifyOther(r) {
		return nil, hotline.Errorf(hotline.Forbidden, "the signature does not fit")
	}
	kind, _, _ := strings.Cut(r.ContentType, ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		return nil, hotline.Errorf(hotline.Invalid, "the body must be an URL-encoded form")
	}
	if fault != "" {
		return nil, hotline.Errorf(hotline.Invalid, "the body is not a well-formed form: %s", fault)
	}
	return &params{form: f}, nil
}

// params reads typed values and keeps the first fault. A fault names the
// parameter and repeats nothing of its value.
type params struct {
	form  form
	fault error
}

func (p *params) fail(name, what string) {
	if p.fault == nil {
		p.fault = hotline.Errorf(hotline.Invalid, "%s %s", name, what)
	}
}

// get returns a parameter that may be there once at most, "" when it is not.
func (p *params) get(name string, limit int) string {
	value, times := p.form.lookup(name)
	switch {
	case times == 0:
		return ""
	case times > 1:
		p.fail(name, "is there more than once")
	case len(value) > limit:
		p.fail(name, "is too long")
	case !utf8.Valid(value):
		p.fail(name, "is not UTF-8")
	case bytes.IndexByte(value, 0) >= 0:
		p.fail(name, "holds a NUL")
	default:
		return string(value)
	}
	return ""
}

// sid reads the message's id. Twilio sends it under three names, the older two
// for old programs.
func (p *params) sid() string {
	for _, name := range []string{"MessageSid", "SmsMessageSid", "SmsSid"} {
		id := p.get(name, maxField)
		if id == "" {
			continue
		}
		if len(id) > 64 || !all(id, isWordByte) {
			p.fail(name, "is not a message id")
			return ""
		}
		return id
	}
	p.fail("MessageSid", "is missing")
	return ""
}

// sender accepts E.164 numbers, and from SMS also short codes and alphanumeric
// names: what they say is heard even though no answer can go to a name.
func (p *params) sender() (hotline.Channel, hotline.Address) {
	value := p.get("From", maxField)
	if value == "" {
		p.fail("From", "is missing")
		return "", ""
	}
	channel, address := split(value)
	if channel == hotline.SMS && (isShortCode(address) || isSenderName(address)) || isE164(address) {
		return channel, hotline.Address(address)
	}
	p.fail("From", "is neither a phone number nor a sender's name")
	return "", ""
}

func (p *params) recipient() string {
	value := p.get("To", maxField)
	if value == "" {
		p.fail("To", "is missing")
		return ""
	}
	_, address := split(value)
	if !isE164(address) && !isShortCode(address) && !isSenderName(address) {
		p.fail("To", "is neither a phone number nor a sender's name")
	}
	return address
}

// split takes the channel's prefix off an address.
func split(value string) (hotline.Channel, string) {
	if rest, ok := strings.CutPrefix(value, "whatsapp:"); ok {
		return hotline.WhatsApp, rest
	}
	return hotline.SMS, value
}

// text reads what was written, or the button that was pressed. A message may be
// empty, but it must say so, or carry something else.
func (p *params) text(carriesMore bool) hotline.Text {
	if body := p.get("Body", maxBody); body != "" {
		return hotline.Text(decodeLong(body))
	}
	button := p.get("ButtonText", maxField)
	if button == "" {
		button = p.get("ButtonPayload", maxField)
	}
	if _, times := p.form.lookup("Body"); times == 0 && button == "" && !carriesMore {
		p.fail("Body", "is missing")
	}
	return hotline.Text(button)
}

func (p *params) media() []hotline.Media {
	n := p.number("NumMedia", 0, maxMedia)
	if n == 0 {
		return nil
	}
	media := make([]hotline.Media, n)
	for i := range media {
		name := "MediaUrl" + strconv.Itoa(i)
		link := p.get(name, maxURL)
		if u, err := url.Parse(link); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			p.fail(name, "is not a web address")
			return nil
		}
		media[i] = hotline.Media{
			ContentType: p.get("MediaContentType"+strconv.Itoa(i), maxField),
			URL:         hotline.Text(link),
		}
	}
	return media
}

func (p *params) location() *hotline.Location {
	lat, lon := p.get("Latitude", maxField), p.get("Longitude", maxField)
	if lat == "" && lon == "" {
		return nil
	}
	l := &hotline.Location{Latitude: p.degrees("Latitude", lat, 90), Longitude: p.degrees("Longitude", lon, 180)}
	label, address := p.get("Label", maxField), p.get("Address", maxField)
	if label != "" && address != "" {
		label += ", "
	}
	l.Label = label + address
	return l
}

func (p *params) degrees(name, value string, limit float64) float64 {
	d, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(d) || math.Abs(d) > limit {
		p.fail(name, "is not in degrees")
	}
	return d
}

// optOut passes on what Advanced Opt-Out acted on. A word we do not know is no
// reason to refuse a message.
func (p *params) optOut() hotline.OptOut {
	switch o := hotline.OptOut(strings.ToUpper(p.get("OptOutType", maxField))); o {
	case hotline.OptOutStop, hotline.OptOutStart, hotline.OptOutHelp:
		return o
	}
	return ""
}

func (p *params) state() hotline.Delivery {
	name := "MessageStatus"
	state := p.get(name, maxField)
	if state == "" {
		name = "SmsStatus"
		state = p.get(name, maxField)
	}
	if state == "" {
		p.fail("MessageStatus", "is missing")
		return ""
	}
	if len(state) > 32 || !all(state, isWordByte) {
		p.fail(name, "is not a state")
		return ""
	}
	return hotline.Delivery(strings.ToLower(state))
}

// number reads a whole number; absent is missing.
func (p *params) number(name string, missing, limit int) int {
	value := p.get(name, maxField)
	if value == "" {
		return missing
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > limit {
		p.fail(name, "is not a number in range")
		return missing
	}
	return n
}
