package simulator_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"sort"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
)

// expectedSignature is written from the vendor's description alone, apart from
// the code under test.
func expectedSignature(address string, c called) string {
	names := []string{}
	for name := range c.form {
		names = append(names, name)
	}
	sort.Strings(names)
	text := address
	for _, name := range names {
		text += name + c.form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(simulator.DefaultAuthToken))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestSignatureOfTheVendorsExample(t *testing.T) {
	t.Parallel()
	// The example of the vendor's security page: token, address and form.
	got := simulator.Sign("12345", "https://example.com/myapp.php?foo=1&bar=2", map[string][]string{
		"Digits": {"1234"}, "To": {"+18005551212"}, "From": {"+14158675310"}, "Caller": {"+14158675310"},
		"CallSid": {"CA1234567890ABCDE"},
	})
	if want := "L/OH5YylLD5NRKLltdqwSvS0BnU="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestInboundWebhook(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		send simulator.Sending
		want map[string]string
	}{
		{"sms", simulator.Sending{From: person, Body: "help me & <b>"}, map[string]string{
			"From": person, "To": simulator.DefaultNumber, "Body": "help me & <b>", "NumMedia": "0",
			"NumSegments": "1", "ApiVersion": "2010-04-01", "AccountSid": simulator.DefaultAccountSID, "SmsStatus": "received", "FromCountry": "US",
		}},
		{"arabic in three parts", simulator.Sending{From: person, Body: strings.Repeat("ساعدوني ", 20)}, map[string]string{
			"Body": strings.Repeat("ساعدوني ", 20), "NumSegments": "3",
		}},
		{"whatsapp", simulator.Sending{From: "whatsapp:" + person, Body: "hi"}, map[string]string{
			"From": "whatsapp:" + person, "To": "whatsapp:" + simulator.DefaultNumber, "WaId": person[1:], "MessageType": "text",
		}},
		{"picture", simulator.Sending{From: person, Media: []simulator.Attachment{{ContentType: "image/png"}}}, map[string]string{
			"Body": "", "NumMedia": "1", "MediaContentType0": "image/png",
		}},
		{"stop", simulator.Sending{From: person, Body: " stop"}, map[string]string{"OptOutType": "STOP"}},
		{"start", simulator.Sending{From: person, Body: "UNSTOP"}, map[string]string{"OptOutType": "START"}},
		{"help", simulator.Sending{From: person, Body: "Help"}, map[string]string{"OptOutType": "HELP"}},
		{"yes is an answer", simulator.Sending{From: person, Body: "YES"}, map[string]string{"OptOutType": ""}},
		{"stop in a sentence", simulator.Sending{From: person, Body: "stop it please"}, map[string]string{"OptOutType": ""}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := &hotlineService{}
			l := newLine(t, connected(s))
			sid, err := l.Send(t.Context(), row.send)
			if err != nil {
				t.Fatal(err)
			}
			c := s.all()[0]
			for field, want := range row.want {
				if got := c.form.Get(field); got != want {
					t.Errorf("%s = %q, want %q", field, got, want)
				}
			}
			if c.form.Get("MessageSid") != sid || c.form.Get("SmsSid") != sid || c.token == "" {
				t.Errorf("id or token: %v", c)
			}
			if want := expectedSignature(webhookURL, c); c.signature != want {
				t.Errorf("signature %s, want %s", c.signature, want)
			}
			if !l.Messages()[0].Taken {
				t.Error("not marked as taken")
			}
		})
	}
}

func TestMediaAddressInWebhookWorks(t *testing.T) {
	t.Parallel()
	s := &hotlineService{}
	cfg := connected(s)
	cfg.BaseURL = "http://carrier.example"
	l := newLine(t, cfg)
	_, err := l.Send(t.Context(), simulator.Sending{From: person, Media: []simulator.Attachment{{ContentType: "image/png", Content: []byte("dots")}}})
	if err != nil {
		t.Fatal(err)
	}
	path, ok := strings.CutPrefix(s.all()[0].form.Get("MediaUrl0"), "http://carrier.example")
	if a := l.request("GET", path, nil); !ok || a.status != 200 || string(a.body) != "dots" {
		t.Errorf("media at %s: %d %q", path, a.status, a.body)
	}
}

var errRefused = errors.New("connection refused")

func TestWebhookFails(t *testing.T) {
	t.Parallel()
	hook, fall := "/hooks/twilio/sms", "/hooks/twilio/fallback"
	for _, row := range []struct {
		name   string
		answer func(n int, c called) (int, error)
		paths  []string // called in this order
		code   string   // told to the fallback
		fails  bool
	}{
		{
			"500", func(_ int, c called) (int, error) { return map[bool]int{true: 500, false: 200}[c.path == hook], nil },
			[]string{hook, fall},
			"11200", false,
		},
		{
			"403", func(_ int, c called) (int, error) { return map[bool]int{true: 403, false: 200}[c.path == hook], nil },
			[]string{hook, fall},
			"11200", false,
		},
		{"no connection once", func(n int, _ called) (int, error) {
			if n == 1 {
				return 0, errRefused
			}
			return 200, nil
		}, []string{hook, hook}, "", false},
		{"no connection", func(_ int, c called) (int, error) {
			if c.path == hook {
				return 0, errRefused
			}
			return 200, nil
		}, []string{hook, hook, fall}, "11205", false},
		{"all down", func(int, called) (int, error) { return 503, nil }, []string{hook, fall}, "11200", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := &hotlineService{answer: row.answer}
			l := newLine(t, connected(s))
			err := l.Text(t.Context(), person, "hello")
			if fails := hotline.CodeOf(err) == hotline.Unavailable; fails != row.fails {
				t.Errorf("error %v", err)
			}
			var paths []string
			calls := s.all()
			for _, c := range calls {
				paths = append(paths, c.path)
				if c.token != calls[0].token || c.form.Get("MessageSid") != calls[0].form.Get("MessageSid") {
					t.Error("a repeated call must carry the same token and id")
				}
			}
			last := calls[len(calls)-1]
			if !slices.Equal(paths, row.paths) || last.form.Get("ErrorCode") != row.code {
				t.Errorf("called %v with code %q", paths, last.form.Get("ErrorCode"))
			}
			if last.path == fall && (last.signature != expectedSignature(fallbackURL, last) || last.form.Get("ErrorUrl") != webhookURL) {
				t.Error("the fallback is signed for its own address and names the one that failed")
			}
			if l.Messages()[0].Taken == row.fails {
				t.Error("taken and failed do not agree")
			}
		})
	}
}

// A service that never answers is given up after fifteen seconds.
func TestWebhookTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &hotlineService{}
		cfg := connected(s)
		hang := make(chan struct{})
		cfg.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/hooks/twilio/sms" {
				select {
				case <-r.Context().Done():
					return nil, context.Cause(r.Context())
				case <-hang:
				}
			}
			return s.RoundTrip(r)
		})}
		c := simulator.New(cfg)
		defer c.Close()
		began := time.Now()
		if err := c.Text(t.Context(), person, "hello"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != simulator.DefaultPatience {
			t.Errorf("gave up after %v", took)
		}
		if got := s.trail("/hooks/twilio/fallback", "ErrorCode"); !slices.Equal(got, []string{"11200"}) {
			t.Errorf("fallback told %v", got)
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestStatusCallbacks(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		order  []string
		faults simulator.Faults
		want   []string
	}{
		{"sms", nil, simulator.Faults{}, []string{"sent", "delivered"}},
		{
			"whatsapp",
			[]string{"To", "whatsapp:" + person, "From", "whatsapp:" + simulator.DefaultNumber},
			simulator.Faults{},
			[]string{"sent", "delivered", "read"},
		},
		{"undelivered", nil, simulator.Faults{Undelivered: 100}, []string{"sent", "undelivered"}},
		{"reordered", nil, simulator.Faults{Reorder: 100}, []string{"delivered", "sent"}},
		{"twice", nil, simulator.Faults{Duplicate: 100}, []string{"sent", "sent", "delivered", "delivered"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := &hotlineService{}
			cfg := connected(s)
			cfg.Faults = row.faults
			l := newLine(t, cfg)
			sid := l.create(order(row.order...))
			path := "/hooks/twilio/status"
			await(t, "callbacks", func() bool { return len(s.all()) >= len(row.want) })
			if got := s.trail(path, "MessageStatus"); !slices.Equal(got, row.want) {
				t.Errorf("callbacks %v, want %v", got, row.want)
			}
			for _, c := range s.all() {
				if c.form.Get("MessageSid") != sid || c.signature != expectedSignature(statusURL, c) {
					t.Errorf("callback %v", c)
				}
			}
			if row.faults.Undelivered > 0 {
				if got := s.trail(path, "ErrorCode"); !slices.Equal(got, []string{"", "30003"}) {
					t.Errorf("error codes %v", got)
				}
			}
		})
	}
}

func TestCallbackAddressOfTheMessageWins(t *testing.T) {
	t.Parallel()
	s := &hotlineService{}
	l := newLine(t, connected(s))
	l.create(order("StatusCallback", "https://hotline.example/own"))
	await(t, "callbacks", func() bool { return len(s.trail("/own", "MessageStatus")) == 2 })
	if got := s.trail("/hooks/twilio/status", "MessageStatus"); len(got) != 0 {
		t.Errorf("also called: %v", got)
	}
}

func TestScheduledMessageWaitsAndCanBeCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &hotlineService{}
		c := simulator.New(connected(s))
		defer c.Close()
		l := &line{t, c, c.Handler()}
		soon := func() string { return time.Now().Add(time.Hour).Format(time.RFC3339) }
		f := order("From", "", "MessagingServiceSid", service, "ScheduleType", "fixed", "SendAt", soon())
		first, second := l.create(f), l.create(f)
		l.call("POST", "/"+second+".json", map[string][]string{"Status": {"canceled"}})
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		if got := s.trail("/hooks/twilio/status", "MessageStatus"); !slices.Equal(got, []string{"canceled"}) {
			t.Errorf("before its time: %v", got)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := s.trail("/hooks/twilio/status", "MessageSid"); !slices.Equal(got, []string{second, first, first}) {
			t.Errorf("callbacks for %v", got)
		}
		if m := c.Messages()[0]; m.Status != hotline.Delivered || m.From != simulator.DefaultNumber {
			t.Errorf("scheduled message: %s from the service's number %t", m.Status, m.From == simulator.DefaultNumber)
		}
	})
}
