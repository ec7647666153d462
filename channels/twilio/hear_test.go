package twilio_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"

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

// sign is the rule as Twilio's documentation words it, written without regard
// to speed.
func sign(key, address string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(address))
	for _, name := range names {
		for _, value := range form[name] {
			mac.Write([]byte(name + value))
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
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

func signed(form url.Values) channels.Request {
	return channels.Request{
		Path: smsPath, ContentType: "application/x-www-form-urlencoded; charset=UTF-8",
		Body: []byte(form.Encode()), Signature: sign(token, publicURL+smsPath, form),
	}
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

func TestSignature(t *testing.T) {
	t.Parallel()
	form := message()
	repeated := message()
	repeated["Extra"] = []string{"b", "a", "b"}
	at := func(address string, form url.Values) channels.Request {
		r := signed(form)
		r.Signature = sign(token, address, form)
		return r
	}
	// raw is a body signed with its query and what follows the address.
	raw := func(body, query, rest string) channels.Request {
		address := publicURL + smsPath
		if query != "" {
			address += "?" + query
		}
		return channels.Request{Path: smsPath, Body: []byte(body), Signature: sign(token, address+rest, nil)}
	}
	as := func(contentType, query string, r channels.Request) func() channels.Request {
		r.ContentType, r.Query = contentType, query
		return func() channels.Request { return r }
	}
	sum := sha256.Sum256([]byte(`{"Body":"x"}`))
	hashed := "bodySHA256=" + hex.EncodeToString(sum[:])
	const formType = "application/x-www-form-urlencoded"
	cases := map[string]struct {
		request func() channels.Request
		want    hotline.Code
	}{
		"right": {func() channels.Request { return signed(form) }, ""},
		"other token": {func() channels.Request {
			r := signed(form)
			r.Signature = sign(oldToken, publicURL+smsPath, form)
			return r
		}, ""},
		"with the port":  {func() channels.Request { return at(publicURL+":443"+smsPath, form) }, ""},
		"with a query":   {func() channels.Request { r := at(publicURL+smsPath+"?a=1&b", form); r.Query = "a=1&b"; return r }, ""},
		"repeated names": {func() channels.Request { return signed(repeated) }, ""},
		"repeated, sorted": {func() channels.Request {
			sorted := message()
			sorted["Extra"] = []string{"a", "b"}
			r := signed(repeated)
			r.Signature = signed(sorted).Signature
			return r
		}, ""},
		"missing": {func() channels.Request { r := signed(form); r.Signature = ""; return r }, hotline.Forbidden},
		"short":   {func() channels.Request { r := signed(form); r.Signature = "AAAA"; return r }, hotline.Forbidden},
		"wrong token": {func() channels.Request {
			r := signed(form)
			r.Signature = sign("x"+token, publicURL+smsPath, form)
			return r
		}, hotline.Forbidden},
		"other address": {func() channels.Request { return at("https://evil.example.org"+smsPath, form) }, hotline.Forbidden},
		"other path":    {func() channels.Request { r := signed(form); r.Path = "/hooks/twilio/fallback"; return r }, hotline.Forbidden},
		"query added":   {func() channels.Request { r := signed(form); r.Query = "x=1"; return r }, hotline.Forbidden},
		"body changed":  {func() channels.Request { r := signed(form); r.Body = append(r.Body, "&Body2=x"...); return r }, hotline.Forbidden},
		"trimmed value": {func() channels.Request {
			r := signed(message("Body= x "))
			r.Signature = signed(message("Body=x")).Signature
			return r
		}, hotline.Forbidden},
		// A request that is malformed too is forbidden before it is malformed.
		"form as JSON":        {as("application/json", "", signed(form)), hotline.Invalid},
		"form without a type": {as("", "", signed(form)), hotline.Invalid},
		"forged JSON":         {as("application/json", "", raw(`{"Body":"x"}`, "", "AAAA")), hotline.Forbidden},
		"JSON":                {as("application/json", hashed, raw(`{"Body":"x"}`, hashed, "")), hotline.Invalid},
		"JSON, other body":    {as("application/json", hashed, raw(`{"Body":"y"}`, hashed, "")), hotline.Forbidden},
		"JSON without hash":   {as("application/json", "", raw(`{"Body":"x"}`, "", "")), hotline.Forbidden},
		"bad escape":          {as(formType, "", raw("Body=%zz", "", "Body%zz")), hotline.Invalid},
		"forged bad escape":   {as(formType, "", raw("Body=%zz", "", "Body")), hotline.Forbidden},
		"half an escape":      {as(formType, "", raw("Body=%4", "", "Body%4")), hotline.Invalid},
		"forged half":         {as(formType, "", raw("Body=%4", "", "x")), hotline.Forbidden},
		"a million of them":   {as(formType, "", raw(strings.Repeat("a&", 500_000), "", strings.Repeat("a", 500_000))), hotline.Forbidden},
	}
	carrier := newCarrier(t, config())
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := carrier.Hear(tc.request()); hotline.CodeOf(err) != tc.want {
				t.Errorf("got %v, want code %q", err, tc.want)
			}
		})
	}
}

// The vector is the example of Twilio's security documentation.
func TestSignatureVector(t *testing.T) {
	t.Parallel()
	form := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"},
		"From": {"+14158675309"}, "To": {"+18005551212"},
	}
	const address = "https://mycompany.com/myapp.php?foo=1&bar=2"
	if got := sign("12345", address, form); got != "RSOYDt4T1cUTdK1PDd93/VVr8B8=" {
		t.Fatalf("the test's own signer is wrong: %s", got)
	}
	validator := client.NewRequestValidator(token)
	carrier := newCarrier(t, config())
	for _, form := range []url.Values{message(), message("Body=a+b &=%é"), message("Body=")} {
		r := signed(form)
		if !validator.ValidateBody(publicURL+smsPath, r.Body, r.Signature) {
			t.Error("twilio-go refuses what we sign")
		}
		if _, err := carrier.Hear(r); err != nil {
			t.Errorf("we refuse what twilio-go takes: %v", err)
		}
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
