package twilio_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
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

func TestNoAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	now := noon
	carrier := server.carrier(func(c *twilio.Config) {
		c.Timeout = 50 * time.Millisecond
		c.Now = func() time.Time { return now }
	})
	release := make(chan struct{})
	hang := func(arrives bool) {
		server.answers(func(_ http.ResponseWriter, r *http.Request) {
			if arrives {
				server.create(httptest.NewRecorder(), r)
			}
			<-release
		})
	}
	out := outgoing(func(o *hotline.Outgoing) { o.LastTriedAt = noon })

	hang(false)
	first := carrier.Send(context.Background(), out)
	if first.State != hotline.Unknown || !first.RetryAt.Equal(noon.Add(30*time.Second)) {
		t.Fatalf("no answer: %+v", first)
	}
	release <- struct{}{}
	out.Unknown, out.Attempts = true, 1

	if early := carrier.Send(context.Background(), out); early.State != hotline.Unknown || len(server.asked()) != 1 {
		t.Fatalf("asked too early: %+v", early)
	}
	now = noon.Add(31 * time.Second)
	hang(true)
	if second := carrier.Send(context.Background(), out); second.State != hotline.Unknown || len(server.asked()) != 3 {
		t.Fatalf("not there, so sent again: %+v after %d requests", second, len(server.asked()))
	}
	release <- struct{}{}
	third := carrier.Send(context.Background(), out)
	if third.State != hotline.Done || third.ProviderID == "" || len(server.asked()) != 4 {
		t.Fatalf("there, so done: %+v after %d requests", third, len(server.asked()))
	}
}

// listed is the message of outgoing in the carrier's list, with a change.
func listed(change func(map[string]any)) map[string]any {
	m := map[string]any{
		"sid": sid, "status": "sent", "direction": "outbound-api", "body": "We are here. ¿Está a salvo?",
		"to": person, "from": ours, "date_created": noon.Format(time.RFC1123Z),
	}
	if change != nil {
		change(m)
	}
	return m
}

func TestLookUp(t *testing.T) {
	t.Parallel()
	const stored = "SM000000000000000000000000000000bb" // as what became of another message
	cases := map[string]struct {
		listed map[string]any
		found  bool
	}{
		"there":               {listed(nil), true},
		"failed there":        {listed(func(m map[string]any) { m["status"], m["error_code"] = "failed", 30007 }), true},
		"smart encoding":      {listed(func(m map[string]any) { m["body"] = "We are here.  Está a salvo?" }), true},
		"other text":          {listed(func(m map[string]any) { m["body"] = "We are" }), false},
		"their clock is slow": {listed(func(m map[string]any) { m["date_created"] = noon.Add(-twilio.ClockSkew).Format(time.RFC1123Z) }), true},
		"stored":              {listed(func(m map[string]any) { m["sid"] = stored }), false},
		"before": {listed(func(m map[string]any) {
			m["date_created"] = noon.Add(-twilio.ClockSkew - time.Second).Format(time.RFC1123Z)
		}), false},
		"from them":    {listed(func(m map[string]any) { m["direction"] = "inbound" }), false},
		"other sender": {listed(func(m map[string]any) { m["from"] = "+15550100102" }), false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newAPI(t)
			other := listed(func(m map[string]any) { m["body"] = "other" })
			server.messages = []map[string]any{other, other, other, tc.listed} // on the second page
			carrier := server.carrier(func(c *twilio.Config) {
				c.Missing = func(_ context.Context, ids []string) ([]string, error) {
					return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == stored }), nil
				}
			})
			got := carrier.Send(context.Background(), outgoing(func(o *hotline.Outgoing) {
				o.Unknown, o.LastTriedAt = true, noon.Add(-time.Hour)
			}))
			if got.State != hotline.Done || (got.ProviderID == tc.listed["sid"]) != tc.found {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestLookUpFindsAnOptOut(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	server.messages = []map[string]any{listed(func(m map[string]any) { m["status"], m["error_code"] = "failed", 21610 })}
	got := server.carrier(nil).Send(context.Background(), outgoing(func(o *hotline.Outgoing) { o.Unknown = true }))
	want := hotline.SendResult{MessageID: "m1", State: hotline.Done, ProviderID: sid, Delivery: hotline.Failed, ErrorCode: 21610, OptedOut: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLookUpTakesNoOtherMessageForOurs(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	carrier := server.carrier(nil)
	first := carrier.Send(context.Background(), outgoing(nil))
	second := carrier.Send(context.Background(), outgoing(func(o *hotline.Outgoing) { o.MessageID, o.Unknown = "m2", true }))
	if second.State != hotline.Done || first.ProviderID == second.ProviderID {
		t.Errorf("the same text sent before was taken for the lost one: %+v", second)
	}
}

// What came of a try may be lost on our side too, when it cannot be stored.
func TestLookUpFindsWhatCouldNotBeStored(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	carrier := server.carrier(nil)
	first := carrier.Send(context.Background(), outgoing(nil))
	server.messages = append(server.messages, listed(func(m map[string]any) { m["sid"] = first.ProviderID }))
	again := carrier.Send(context.Background(), outgoing(func(o *hotline.Outgoing) { o.Unknown = true }))
	if again.State != hotline.Done || again.ProviderID != first.ProviderID {
		t.Errorf("sent a second time: %+v", again)
	}
}

func TestFailedLookUpSendsNothing(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			t.Error("sent without knowing")
		}
		refuse(500, 20500, "")(w, r)
	})
	got := server.carrier(nil).Send(context.Background(), outgoing(func(o *hotline.Outgoing) { o.Unknown = true }))
	if got.State != hotline.Unknown || got.RetryAt.IsZero() {
		t.Errorf("got %+v", got)
	}
}

// Without knowing what is stored nothing can be told apart, and nothing is sent.
func TestLookUpNeedsTheStore(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	server.messages = []map[string]any{listed(nil)}
	got := server.carrier(func(c *twilio.Config) {
		c.Missing = func(context.Context, []string) ([]string, error) { return nil, errors.New("away") }
	}).Send(context.Background(), outgoing(func(o *hotline.Outgoing) { o.Unknown = true }))
	if got.State != hotline.Unknown || len(server.asked()) != 1 {
		t.Errorf("got %+v after %d requests", got, len(server.asked()))
	}
}

// Nobody can say any more whether it arrived, and staff are told so.
func TestFailedLookUpEnds(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	server.Config.Handler = http.HandlerFunc(refuse(500, 20500, ""))
	got := server.carrier(nil).Send(context.Background(), outgoing(func(o *hotline.Outgoing) {
		o.Unknown, o.LastWord, o.CreatedAt = true, true, noon.Add(-3*time.Minute)
	}))
	want := hotline.SendResult{MessageID: "m1", State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: hotline.NoAnswer}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInboundSince(t *testing.T) {
	t.Parallel()
	listed := func(id int, direction string, at time.Time, media string) map[string]any {
		return map[string]any{
			"sid": fmt.Sprintf("SM%032x", id), "status": "received", "direction": direction, "body": "help", "to": ours,
			"from": person, "date_created": at.Format(time.RFC1123Z), "num_media": media, "num_segments": "2",
		}
	}
	server := newAPI(t)
	server.messages = []map[string]any{
		listed(5, "inbound", noon.Add(3*time.Minute), "0"), listed(4, "outbound-reply", noon, "0"),
		listed(3, "inbound", noon.Add(time.Minute), "1"), listed(2, "inbound", noon, "0"),
		listed(1, "inbound", noon.Add(-time.Minute), "0"), listed(6, "inbound", noon, "0"),
	}
	delete(server.messages[5], "date_created") // it does not say when it came
	server.messages[0]["from"], server.messages[0]["to"] = "whatsapp:"+person, "whatsapp:"+ours
	server.media = []map[string]any{{"content_type": "image/png", "uri": "/2010-04-01/M/ME1.json"}}
	var got []hotline.Inbound
	pages, carrier := 0, server.carrier(nil)
	err := carrier.InboundSince(context.Background(), noon, func(page []hotline.Inbound) error {
		pages++
		got = append(got, page...)
		return nil
	})
	if err != nil || pages != 3 || len(server.asked()) != 3 {
		t.Fatalf("%d pages of %d requests, %v", pages, len(server.asked()), err)
	}
	in := func(id int, ch hotline.Channel, at time.Time, media ...hotline.Media) hotline.Inbound {
		return hotline.Inbound{Channel: ch, From: person, To: ours, ProviderID: fmt.Sprintf("SM%032x", id), Text: "help", Segments: 2, At: at, Media: media}
	}
	want := []hotline.Inbound{
		in(5, hotline.WhatsApp, noon.Add(3*time.Minute)),
		in(3, hotline.SMS, noon.Add(time.Minute), hotline.Media{}),
		in(2, hotline.SMS, noon),
		in(6, hotline.SMS, noon),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if since := server.asked()[0].URL.Query().Get("DateSent>"); since != "2026-11-24T12:00:00Z" {
		t.Errorf("asked since %q", since)
	}
	media, err := carrier.Media(context.Background(), want[1].ProviderID)
	if picture := (hotline.Media{ContentType: "image/png", URL: hotline.Text(server.URL + "/2010-04-01/M/ME1")}); err != nil || len(media) != 1 || media[0] != picture {
		t.Errorf("media %+v, %v", media, err)
	}
}

func TestInboundSinceStops(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	server.messages = []map[string]any{listed(nil), listed(nil), listed(nil)}
	full := errors.New("full")
	err := server.carrier(nil).InboundSince(context.Background(), noon, func([]hotline.Inbound) error { return full })
	if !errors.Is(err, full) || len(server.asked()) != 1 {
		t.Errorf("got %v after %d requests", err, len(server.asked()))
	}
}

func TestInboundSinceFails(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	server.Config.Handler = http.HandlerFunc(refuse(503, 20503, ""))
	carrier := server.carrier(nil)
	err := carrier.InboundSince(context.Background(), noon, func([]hotline.Inbound) error { return nil })
	if hotline.CodeOf(err) != hotline.Unavailable || strings.Contains(err.Error(), "http") {
		t.Errorf("got %v", err)
	}
	if _, err := carrier.Media(context.Background(), sid); hotline.CodeOf(err) != hotline.Unavailable || strings.Contains(err.Error(), "http") {
		t.Errorf("got %v", err)
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
