package twilio_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/channels/twilio"
	"github.com/hearline/hearline/hotline"
)

const (
	account   = "AC00000000000000000000000000000001"
	token     = "0123456789abcdef0123456789abcdef"
	oldToken  = "fedcba9876543210fedcba9876543210"
	publicURL = "https://hotline.example.org"
	smsPath   = "/hooks/twilio/sms"
	sid       = "SM000000000000000000000000000000aa"
	person    = "+15550100177"
	ours      = "+15550100100"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func config() twilio.Config {
	return twilio.Config{
		AccountSID: account, AuthTokens: []twilio.Secret{token, oldToken}, PublicURL: publicURL,
		Now: func() time.Time { return noon }, Chance: func() float64 { return 0 },
	}
}

func newCarrier(t testing.TB, cfg twilio.Config) *twilio.Carrier {
	t.Helper()
	c, err := twilio.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func message(changes ...string) url.Values {
	form := url.Values{
		"AccountSid": {account}, "ApiVersion": {"2010-04-01"}, "Body": {"I need help"}, "From": {person},
		"FromCountry": {"US"}, "MessageSid": {sid}, "NumMedia": {"0"}, "NumSegments": {"1"},
		"SmsMessageSid": {sid}, "SmsSid": {sid}, "SmsStatus": {"received"}, "To": {ours},
	}
	for _, change := range changes {
		name, value, given := strings.Cut(change, "=")
		if given {
			form.Set(name, value)
		} else {
			form.Del(name)
		}
	}
	return form
}

func TestHear(t *testing.T) {
	t.Parallel()
	long := "me tienen encerrada en una casa y no puedo salir, por favor ayuda señor"
	plain := hotline.Inbound{
		Channel: hotline.SMS, From: person, To: ours, ProviderID: sid, Text: "I need help", Segments: 1, At: noon,
	}
	with := func(change func(*hotline.Inbound)) hotline.Inbound {
		in := plain
		change(&in)
		return in
	}
	picture := hotline.Media{ContentType: "image/jpeg", URL: "https://api.twilio.com/media/ME1"}
	cases := map[string]struct {
		form url.Values
		want hotline.Inbound
	}{
		"text":           {message(), plain},
		"old id":         {message("MessageSid", "SmsMessageSid"), plain},
		"unknown extras": {message("NewThing=1", "Übung=ja"), plain},
		"empty text":     {message("Body="), with(func(in *hotline.Inbound) { in.Text = "" })},
		"arabic":         {message("Body=أحتاج مساعدة"), with(func(in *hotline.Inbound) { in.Text = "أحتاج مساعدة" })},
		"segments":       {message("NumSegments=3"), with(func(in *hotline.Inbound) { in.Segments = 3 })},
		"base64":         {message("Body=" + base64.StdEncoding.EncodeToString([]byte(long))), with(func(in *hotline.Inbound) { in.Text = hotline.Text(long) })},
		"looks like it":  {message("Body=" + strings.Repeat("help", 20)), with(func(in *hotline.Inbound) { in.Text = hotline.Text(strings.Repeat("help", 20)) })},
		"short code":     {message("From=88022"), with(func(in *hotline.Inbound) { in.From = "88022" })},
		"sender's name":  {message("From=ACME Bank"), with(func(in *hotline.Inbound) { in.From = "ACME Bank" })},
		"opt-out":        {message("OptOutType=STOP", "Body=STOP"), with(func(in *hotline.Inbound) { in.OptOut, in.Text = hotline.OptOutStop, "STOP" })},
		"new opt-out":    {message("OptOutType=PAUSE"), plain},
		"whatsapp": {
			message("From=whatsapp:"+person, "To=whatsapp:"+ours),
			with(func(in *hotline.Inbound) { in.Channel = hotline.WhatsApp }),
		},
		"button": {
			message("From=whatsapp:"+person, "To=whatsapp:"+ours, "Body", "ButtonText=Yes", "ButtonPayload=safe_yes"),
			with(func(in *hotline.Inbound) { in.Channel, in.Text = hotline.WhatsApp, "Yes" }),
		},
		"picture": {
			message("NumMedia=1", "Body", "MediaUrl0="+picture.URL.Reveal(), "MediaContentType0=image/jpeg"),
			with(func(in *hotline.Inbound) { in.Text, in.Media = "", []hotline.Media{picture} }),
		},
		"place": {
			message("Latitude=52.5", "Longitude=-13.25", "Label=House", "Address=Street 1", "Body="),
			with(func(in *hotline.Inbound) {
				in.Text, in.Location = "", &hotline.Location{Latitude: 52.5, Longitude: -13.25, Label: "House, Street 1"}
			}),
		},
	}
	carrier := newCarrier(t, config())
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := carrier.Hear(signed(tc.form))
			if err != nil {
				t.Fatal(err)
			}
			if got.Text.Reveal() != tc.want.Text.Reveal() || got.From.Reveal() != tc.want.From.Reveal() {
				t.Error("text or address differ")
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHearRefuses(t *testing.T) {
	t.Parallel()
	const secret = "zq-marked-zq"
	twice := func(name string) url.Values {
		form := message()
		form[name] = append(form[name], secret)
		return form
	}
	cases := map[string]url.Values{
		"no id":            message("MessageSid", "SmsSid", "SmsMessageSid"),
		"odd id":           message("MessageSid=" + secret + "/.."),
		"no sender":        message("From"),
		"odd sender":       message("From=" + secret + "?!"),
		"other channel":    message("From=messenger:" + secret),
		"name on whatsapp": message("From=whatsapp:Someone"),
		"no recipient":     message("To"),
		"no body":          message("Body"),
		"bad UTF-8":        message("Body=" + secret + "\xff\xfe"),
		"NUL":              message("Body=" + secret + "\x00"),
		"long body":        message("Body=" + strings.Repeat(secret, 10_000)),
		"long sender":      message("From=+" + strings.Repeat("1", 5000)),
		"body twice":       twice("Body"),
		"sender twice":     twice("From"),
		"id twice":         twice("MessageSid"),
		"media count":      message("NumMedia=" + secret),
		"too many media":   message("NumMedia=99"),
		"no media address": message("NumMedia=1"),
		"media script":     message("NumMedia=1", "MediaUrl0=javascript:"+secret),
		"latitude":         message("Latitude="+secret, "Longitude=1"),
		"off the globe":    message("Latitude=91", "Longitude=1"),
		"not a number":     message("Latitude=NaN", "Longitude=1"),
		"segments":         message("NumSegments=-1"),
	}
	carrier := newCarrier(t, config())
	for name, form := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := carrier.Hear(signed(form))
			if hotline.CodeOf(err) != hotline.Invalid {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), person) {
				t.Fatal("the error repeats the input")
			}
		})
	}
}

func TestHearStatus(t *testing.T) {
	t.Parallel()
	type statusCase struct {
		form url.Values
		want hotline.StatusUpdate
		code hotline.Code
	}
	cases := map[string]statusCase{
		"failed": {
			url.Values{"MessageSid": {sid}, "MessageStatus": {"failed"}, "ErrorCode": {"30003"}},
			hotline.StatusUpdate{ProviderID: sid, Delivery: hotline.Failed, ErrorCode: 30003},
			"",
		},
		"old names":   {url.Values{"SmsSid": {sid}, "SmsStatus": {"sent"}}, hotline.StatusUpdate{ProviderID: sid, Delivery: hotline.Sent}, ""},
		"no code":     {url.Values{"MessageSid": {sid}, "MessageStatus": {"delivered"}, "ErrorCode": {""}}, hotline.StatusUpdate{ProviderID: sid, Delivery: hotline.Delivered}, ""},
		"new state":   {url.Values{"MessageSid": {sid}, "MessageStatus": {"teleported"}}, hotline.StatusUpdate{ProviderID: sid, Delivery: "teleported"}, ""},
		"no state":    {url.Values{"MessageSid": {sid}}, hotline.StatusUpdate{}, hotline.Invalid},
		"odd state":   {url.Values{"MessageSid": {sid}, "MessageStatus": {"<b>"}}, hotline.StatusUpdate{}, hotline.Invalid},
		"no id":       {url.Values{"MessageStatus": {"sent"}}, hotline.StatusUpdate{}, hotline.Invalid},
		"odd code":    {url.Values{"MessageSid": {sid}, "MessageStatus": {"sent"}, "ErrorCode": {"many"}}, hotline.StatusUpdate{}, hotline.Invalid},
		"state twice": {url.Values{"MessageSid": {sid}, "MessageStatus": {"sent", "failed"}}, hotline.StatusUpdate{}, hotline.Invalid},
	}
	for code, out := range map[int]bool{21610: true, 63014: true, 63033: true, 30003: false, 30005: false, 30006: false} {
		cases[fmt.Sprintf("code %d", code)] = statusCase{
			url.Values{"MessageSid": {sid}, "MessageStatus": {"undelivered"}, "ErrorCode": {strconv.Itoa(code)}},
			hotline.StatusUpdate{ProviderID: sid, Delivery: hotline.Undelivered, ErrorCode: code, OptedOut: out},
			"",
		}
	}
	for _, state := range []hotline.Delivery{
		hotline.Queued, hotline.Sending, hotline.Sent, hotline.Failed, hotline.Delivered, hotline.Undelivered, hotline.Receiving,
		hotline.Received, hotline.Accepted, hotline.Scheduled, hotline.Read, hotline.PartiallyDelivered, hotline.Canceled,
	} {
		tc := cases["state twice"]
		tc.form, tc.code = url.Values{"MessageSid": {sid}, "MessageStatus": {string(state)}}, ""
		tc.want = hotline.StatusUpdate{ProviderID: sid, Delivery: state}
		cases["state "+string(state)] = tc
	}
	carrier := newCarrier(t, config())
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := carrier.HearStatus(signed(tc.form))
			if hotline.CodeOf(err) != tc.code || got != tc.want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// The address that Twilio is told to call names our message.
func TestStatusCallbackNamesTheMessage(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	const id = "0195d9a0-0000-7000-8000-00000000000a"
	server.carrier(nil).Send(context.Background(), outgoing(func(o *hotline.Outgoing) { o.MessageID = id }))
	address := server.asked()[0].PostForm.Get("StatusCallback")
	status := url.Values{"MessageSid": {sid}, "MessageStatus": {"sent"}}
	call := func(address string) channels.Request {
		path, query, _ := strings.Cut(strings.TrimPrefix(address, publicURL), "?")
		r := signed(status)
		r.Path, r.Query, r.Signature = path, query, sign(token, address, status)
		return r
	}
	carrier := newCarrier(t, config())
	if u, err := carrier.HearStatus(call(address)); err != nil || u.MessageID != id || u.ProviderID != sid {
		t.Errorf("called at %s: %+v, %v", address, u, err)
	}
	bare := publicURL + twilio.StatusPath
	for _, odd := range []string{bare, bare + "?message=", bare + "?message=%00", bare + "?%zz", bare + "?message=" + strings.Repeat("a", 65)} {
		if u, err := carrier.HearStatus(call(odd)); err != nil || u.MessageID != "" {
			t.Errorf("called at %s: %+v, %v", odd, u, err)
		}
	}
}

func FuzzHear(f *testing.F) {
	fuzz(f, func(c *twilio.Carrier, r channels.Request) error { _, err := c.Hear(r); return err })
}

func FuzzHearStatus(f *testing.F) {
	fuzz(f, func(c *twilio.Carrier, r channels.Request) error { _, err := c.HearStatus(r); return err })
}

// fuzz gives each body with a signature that fits, when net/url can read it, so
// that the fields are reached, and asks that every refusal has its code.
func fuzz(f *testing.F, hear func(*twilio.Carrier, channels.Request) error) {
	carrier := newCarrier(f, config())
	for _, form := range []url.Values{message(), message("NumMedia=2", "MediaUrl0=https://a/b"), message("Latitude=1", "Longitude=2")} {
		f.Add(form.Encode())
	}
	f.Add("MessageSid=SM1&MessageStatus=sent&ErrorCode=1")
	f.Add("%")
	f.Fuzz(func(t *testing.T, body string) {
		form, _ := url.ParseQuery(body)
		r := signed(form)
		r.Body = []byte(body)
		if err := hear(carrier, r); err != nil {
			if code := hotline.CodeOf(err); code != hotline.Invalid && code != hotline.Forbidden {
				t.Fatalf("code %q", code)
			}
		}
	})
}

func BenchmarkHear(b *testing.B) {
	carrier := newCarrier(b, config())
	r := signed(message("ToState=", "ToCity=", "ToZip=", "FromState=NY", "FromCity=NEW YORK", "FromZip=10001", "ToCountry=US"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := carrier.Hear(r); err != nil {
			b.Fatal(err)
		}
	}
}
