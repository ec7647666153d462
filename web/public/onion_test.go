package public

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const onion = "http://exampleexampleexampleexampleexampleexampleexampleexampl.onion"

func TestP26OnionAddressIsOffered(t *testing.T) {
	t.Parallel()
	_, host, _ := strings.Cut(onion, "://")
	h := newHouse(t, func(c *Config) { c.Onion, c.Secure, c.Origin = onion, true, "https://talk.example" })
	for _, path := range append(openPages, "/?l=ar") {
		if got := h.phone().get(path).header.Get("Onion-Location"); got != onion+path {
			t.Errorf("%s: Onion-Location %q", path, got)
		}
	}
	h.phone().get("/safety").want(t, http.StatusOK, "Use Tor Browser", `dir="ltr" translate="no">`+host+"<")

	plain := newHouse(t).phone()
	if a := plain.get("/safety"); a.header.Get("Onion-Location") != "" || strings.Contains(a.body, "Tor Browser") {
		t.Error("an onion address that there is none of")
	}
}

func TestP26TheOnionAddressWorksLikeTheOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *Config) { c.Onion, c.Secure, c.Origin = onion, true, "https://talk.example" })
	for name, c := range map[string]struct {
		at, origin string
		ok, secure bool
	}{
		"by the onion":        {onion, onion, true, false},
		"by the other":        {"https://talk.example", "https://talk.example", true, true},
		"onion, from outside": {onion, "https://evil.example", false, false},
		"other, from onion":   {"https://talk.example", onion, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := h.phone()
			p.header = http.Header{"Origin": {c.origin}, "User-Agent": {name}}
			page := p.do(httptest.NewRequest(http.MethodGet, c.at+"/c/new", nil))
			if got := page.header.Get("Onion-Location") == ""; got != (c.at == onion) {
				t.Error("the address is offered to who is there, or not to who is not")
			}
			form := url.Values{"text": {"hello"}, "token": {page.token(t)}}
			r := httptest.NewRequest(http.MethodPost, c.at+"/c", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			a := p.do(r)
			if got := a.status == http.StatusSeeOther; got != c.ok {
				t.Errorf("status %d", a.status)
			}
			if got := strings.Contains(strings.ToLower(a.header.Get("Set-Cookie")), "secure"); c.ok && got != c.secure {
				t.Errorf("cookie %q", a.header.Get("Set-Cookie"))
			}
		})
	}
}
