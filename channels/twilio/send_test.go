package twilio_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/channels/twilio"
	"github.com/hearline/hearline/hotline"
)

func outgoing(change func(*hotline.Outgoing)) hotline.Outgoing {
	out := hotline.Outgoing{
		MessageID: "m1", Kind: hotline.ReplyDelivery, Channel: hotline.SMS, To: person, From: ours,
		Text: "We are here. ¿Está a salvo?", CreatedAt: noon,
	}
	if change != nil {
		change(&out)
	}
	return out
}

func TestSendAsksFor(t *testing.T) {
	t.Parallel()
	const service = "MG00000000000000000000000000000001"
	common := url.Values{
		"To": {person}, "From": {ours}, "Body": {"We are here. ¿Está a salvo?"},
		"StatusCallback": {publicURL + twilio.StatusPath + "?message=m1"}, "ValidityPeriod": {"14400"},
	}
	with := func(changes ...string) url.Values {
		form := url.Values{}
		for name, values := range common {
			form[name] = values
		}
		for _, change := range changes {
			name, value, _ := strings.Cut(change, "=")
			if form.Set(name, value); value == "" {
				form.Del(name)
			}
		}
		return form
	}
	cases := map[string]struct {
		config func(*twilio.Config)
		out    func(*hotline.Outgoing)
		want   url.Values
	}{
		"plain":    {nil, nil, with()},
		"whatsapp": {nil, func(o *hotline.Outgoing) { o.Channel = hotline.WhatsApp }, with("To=whatsapp:"+person, "From=whatsapp:"+ours)},
		"validity": {func(c *twilio.Config) { c.ValidityPeriod = time.Hour }, nil, with("ValidityPeriod=3600")},
		"no age":   {nil, func(o *hotline.Outgoing) { o.CreatedAt = time.Time{} }, with("ValidityPeriod=")},
		"old":      {nil, func(o *hotline.Outgoing) { o.CreatedAt = noon.Add(-3 * time.Hour) }, with("ValidityPeriod=3600")},
		"old, short validity": {
			func(c *twilio.Config) { c.ValidityPeriod = time.Minute },
			func(o *hotline.Outgoing) { o.CreatedAt = noon.Add(-3 * time.Hour) }, with("ValidityPeriod=60"),
		},
		"last word":   {nil, func(o *hotline.Outgoing) { o.LastWord = true }, with("ValidityPeriod=120")},
		"at its last": {nil, func(o *hotline.Outgoing) { o.CreatedAt = noon.Add(-4 * time.Hour) }, with("ValidityPeriod=5")},
		"service":     {func(c *twilio.Config) { c.MessagingServiceSID = service }, nil, with("MessagingServiceSid=" + service)},
		"service chooses": {
			func(c *twilio.Config) { c.MessagingServiceSID = service },
			func(o *hotline.Outgoing) { o.From = "" }, with("MessagingServiceSid="+service, "From="),
		},
		"configured sender": {
			func(c *twilio.Config) { c.From = map[hotline.Channel]string{hotline.SMS: "+15550100101"} },
			func(o *hotline.Outgoing) { o.From = "" }, with("From=+15550100101"),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newAPI(t)
			got := server.carrier(tc.config).Send(context.Background(), outgoing(tc.out))
			want := hotline.SendResult{MessageID: "m1", State: hotline.Done, ProviderID: fmt.Sprintf("SM%032x", 1), Delivery: hotline.Queued}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tc.want, server.asked()[0].PostForm); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSendRefused(t *testing.T) {
	t.Parallel()
	later := func(d time.Duration) time.Time { return noon.Add(d) }
	cases := map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		out    func(*hotline.Outgoing)
		want   hotline.SendResult
	}{
		"too many":         {refuse(429, 20429, ""), nil, hotline.SendResult{State: hotline.Pending, Delivery: hotline.Queued, ErrorCode: 20429, RetryAt: later(2 * time.Second)}},
		"third time":       {refuse(429, 20429, ""), func(o *hotline.Outgoing) { o.Attempts = 3 }, hotline.SendResult{State: hotline.Pending, Delivery: hotline.Queued, ErrorCode: 20429, RetryAt: later(16 * time.Second)}},
		"many times":       {refuse(429, 20429, ""), func(o *hotline.Outgoing) { o.Attempts = 99 }, hotline.SendResult{State: hotline.Pending, Delivery: hotline.Queued, ErrorCode: 20429, RetryAt: later(10 * time.Minute)}},
		"retry after":      {refuse(429, 20429, "90"), nil, hotline.SendResult{State: hotline.Pending, Delivery: hotline.Queued, ErrorCode: 20429, RetryAt: later(90 * time.Second)}},
		"after no date":    {refuse(429, 20429, "soon"), nil, hotline.SendResult{State: hotline.Pending, Delivery: hotline.Queued, ErrorCode: 20429, RetryAt: later(2 * time.Second)}},
		"queue full":       {refuse(400, 21611, ""), nil, hotline.SendResult{State: hotline.Pending, Delivery: hotline.Queued, ErrorCode: 21611, RetryAt: later(time.Minute)}},
		"bad token":        {refuse(401, 20003, ""), nil, hotline.SendResult{State: hotline.Pending, Delivery: hotline.Queued, ErrorCode: 20003, RetryAt: later(5 * time.Minute)}},
		"nearly too old":   {refuse(429, 20429, ""), func(o *hotline.Outgoing) { o.CreatedAt = noon.Add(time.Second - 4*time.Hour) }, hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 20429}},
		"last word":        {refuse(429, 20429, ""), func(o *hotline.Outgoing) { o.LastWord = true }, hotline.SendResult{State: hotline.Pending, Delivery: hotline.Queued, ErrorCode: 20429, RetryAt: later(2 * time.Second)}},
		"last word, later": {refuse(400, 30003, ""), func(o *hotline.Outgoing) { o.LastWord = true }, hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 30003}},
		"unsubscribed":     {refuse(400, 21610, ""), nil, hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 21610, OptedOut: true}},
		"blocked":          {refuse(400, 63033, ""), nil, hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 63033, OptedOut: true}},
		"bad number":       {refuse(400, 21211, ""), nil, hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 21211}},
		"template":         {refuse(400, 63016, ""), nil, hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 63016}},
		"new code":         {refuse(400, 99999, ""), nil, hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: 99999}},
		"their trouble":    {refuse(500, 20500, ""), nil, hotline.SendResult{State: hotline.Unknown, Delivery: hotline.Sending, ErrorCode: 20500, RetryAt: later(30 * time.Second)}},
		"proxy's page": {
			func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) }, nil,
			hotline.SendResult{State: hotline.Unknown, Delivery: hotline.Sending, RetryAt: later(30 * time.Second)},
		},
		"no JSON": {
			func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }, nil,
			hotline.SendResult{State: hotline.Unknown, Delivery: hotline.Sending, RetryAt: later(30 * time.Second)},
		},
		"no id": {
			func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }, nil,
			hotline.SendResult{State: hotline.Unknown, Delivery: hotline.Sending, RetryAt: later(30 * time.Second)},
		},
		"hangs up": {
			func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, nil,
			hotline.SendResult{State: hotline.Unknown, Delivery: hotline.Sending, RetryAt: later(30 * time.Second)},
		},
		"moved": {
			func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, nil,
			hotline.SendResult{State: hotline.Unknown, Delivery: hotline.Sending, RetryAt: later(30 * time.Second)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newAPI(t)
			server.answers(tc.answer)
			tc.want.MessageID = "m1"
			if diff := cmp.Diff(tc.want, server.carrier(nil).Send(context.Background(), outgoing(tc.out))); diff != "" {
				t.Error(diff)
			}
			if len(server.asked()) != 1 {
				t.Errorf("%d requests for one try", len(server.asked()))
			}
		})
	}
}

// What waited too long, in an outage of ours, is not sent even once.
func TestSendTooLate(t *testing.T) {
	t.Parallel()
	old := func(age time.Duration, lastWord, unknown bool) func(*hotline.Outgoing) {
		return func(o *hotline.Outgoing) {
			o.CreatedAt, o.LastWord, o.Unknown, o.LastTriedAt = noon.Add(-age), lastWord, unknown, noon.Add(-time.Minute)
		}
	}
	cases := map[string]struct {
		out   func(*hotline.Outgoing)
		sends bool
	}{
		"reply in time":          {old(4*time.Hour, false, false), true},
		"reply":                  {old(4*time.Hour+time.Second, false, false), false},
		"reply, days":            {old(50*time.Hour, false, false), false},
		"reply, looked up":       {old(5*time.Hour, false, true), false},
		"last word in time":      {old(2*time.Minute, true, false), true},
		"last word":              {old(2*time.Minute+time.Second, true, false), false},
		"last word, looked up":   {old(3*time.Minute, true, true), false},
		"last word, not arrived": {old(time.Minute, true, true), true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, posts := newAPI(t), 0
			server.answers(func(w http.ResponseWriter, r *http.Request) { posts++; server.create(w, r) })
			got := server.carrier(nil).Send(context.Background(), outgoing(tc.out))
			want := hotline.SendResult{MessageID: "m1", State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: hotline.TooOld}
			if tc.sends {
				want = hotline.SendResult{MessageID: "m1", State: hotline.Done, ProviderID: fmt.Sprintf("SM%032x", 1), Delivery: hotline.Queued}
			}
			if diff := cmp.Diff(want, got); diff != "" || (posts == 1) != tc.sends {
				t.Errorf("%d sent\n%s", posts, diff)
			}
		})
	}
}

func TestSendNeedsANumber(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	got := server.carrier(nil).Send(context.Background(), outgoing(func(o *hotline.Outgoing) { o.To = "ACME" }))
	if got.State != hotline.GivenUp || got.ErrorCode != 21211 || len(server.asked()) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestNoConnectionIsNoTry(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(nil)
	gone.Close()
	got := newAPI(t).carrier(func(c *twilio.Config) { c.BaseURL = gone.URL }).Send(context.Background(), outgoing(nil))
	if got.State != hotline.Pending || !got.RetryAt.Equal(noon.Add(2*time.Second)) {
		t.Errorf("got %+v", got)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*twilio.Config){
		"account":  func(c *twilio.Config) { c.AccountSID = "AC1" },
		"no token": func(c *twilio.Config) { c.AuthTokens = nil },
		"token":    func(c *twilio.Config) { c.AuthTokens = []twilio.Secret{"with a space in it"} },
		"public":   func(c *twilio.Config) { c.PublicURL = "hotline.example.org" },
		"query":    func(c *twilio.Config) { c.PublicURL = publicURL + "?a=b" },
		"base":     func(c *twilio.Config) { c.BaseURL = "ftp://x" },
		"service":  func(c *twilio.Config) { c.MessagingServiceSID = "x" },
		"validity": func(c *twilio.Config) { c.ValidityPeriod = 11 * time.Hour },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config()
			change(&cfg)
			_, err := twilio.New(cfg)
			if hotline.CodeOf(err) != hotline.Invalid || strings.Contains(err.Error(), token) {
				t.Errorf("got %v", err)
			}
		})
	}
	if shown := fmt.Sprintf("%v %+v %#v", config(), config(), config()); strings.Contains(shown, token) {
		t.Error("a printed configuration shows a token")
	}
}
