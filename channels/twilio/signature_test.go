package twilio_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/twilio/twilio-go/client"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
)

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

func signed(form url.Values) channels.Request {
	return channels.Request{
		Path: smsPath, ContentType: "application/x-www-form-urlencoded; charset=UTF-8",
		Body: []byte(form.Encode()), Signature: sign(token, publicURL+smsPath, form),
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
