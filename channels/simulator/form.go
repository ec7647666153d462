package simulator

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// APIVersion is the version of Twilio's API that is spoken.
const APIVersion = "2010-04-01"

// Sign returns the X-Twilio-Signature of a form posted to address: the Base64
// of the HMAC-SHA1, keyed with the account's token, over the address and every
// parameter sorted by name, name and value joined with nothing between.
func Sign(token, address string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(address))
	for _, name := range names {
		for _, value := range form[name] {
			mac.Write([]byte(name))
			mac.Write([]byte(value))
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// inboundForm is what Twilio posts for a message from a phone. The place fields
// are sent empty, as Twilio does where it knows none.
func (c *Carrier) inboundForm(m Message, keyword string) url.Values {
	f := url.Values{
		"MessageSid": {m.SID}, "SmsSid": {m.SID}, "SmsMessageSid": {m.SID},
		"AccountSid": {c.cfg.AccountSID}, "ApiVersion": {APIVersion},
		"From": {m.From}, "To": {m.To}, "Body": {m.Body}, "SmsStatus": {string(m.Status)},
		"NumMedia": {strconv.Itoa(len(m.Media))}, "NumSegments": {strconv.Itoa(m.Segments)},
	}
	if keyword != "" {
		f.Set("OptOutType", keyword)
	}
	for i, media := range m.Media {
		n := strconv.Itoa(i)
		f.Set("MediaUrl"+n, c.cfg.BaseURL+c.mediaPath(m.SID, media.SID))
		f.Set("MediaContentType"+n, media.ContentType)
	}
	if isWhatsApp(m.From) {
		f.Set("WaId", strings.TrimPrefix(m.From, whatsApp+"+"))
		f.Set("ProfileName", "Simulated phone")
		f.Set("MessageType", whatsAppType(m))
		return f
	}
	for _, end := range []string{"From", "To"} {
		f.Set(end+"Country", "US")
		for _, part := range []string{"City", "State", "Zip"} {
			f.Set(end+part, "")
		}
	}
	return f
}

func whatsAppType(m Message) string {
	if len(m.Media) == 0 {
		return "text"
	}
	kind, _, _ := strings.Cut(m.Media[0].ContentType, "/")
	return kind
}

// statusForm is what Twilio posts when a message changes its state.
func (c *Carrier) statusForm(m Message) url.Values {
	f := url.Values{
		"MessageSid": {m.SID}, "SmsSid": {m.SID}, "AccountSid": {c.cfg.AccountSID}, "ApiVersion": {APIVersion},
		"MessageStatus": {string(m.Status)}, "SmsStatus": {string(m.Status)}, "From": {m.From}, "To": {m.To},
	}
	if m.ErrorCode != 0 {
		f.Set("ErrorCode", strconv.Itoa(m.ErrorCode))
	}
	if m.Service != "" {
		f.Set("MessagingServiceSid", m.Service)
	}
	if isWhatsApp(m.To) {
		f.Set("ChannelPrefix", "whatsapp")
		f.Set("ChannelToAddress", m.To)
	}
	return f
}
