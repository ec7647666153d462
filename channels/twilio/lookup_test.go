package twilio_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/channels/twilio"
	"github.com/hearline/hearline/hotline"
)

func TestNoAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	server := newAPI(t)
	now := noon
	carrier := server.carrier(func(c *twilio.Config) {
		c.Now = func() time.Time { return now }
	})
	var giveUp context.CancelFunc // of the request that hangs, once it has left
	send := func(out hotline.Outgoing) hotline.SendResult {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		giveUp = cancel
		return carrier.Send(ctx, out)
	}
	release := make(chan struct{})
	hang := func(arrives bool) {
		server.answers(func(_ http.ResponseWriter, r *http.Request) {
			if arrives {
				server.create(httptest.NewRecorder(), r)
			}
			giveUp()
			<-release
		})
	}
	out := outgoing(func(o *hotline.Outgoing) { o.LastTriedAt = noon })

	hang(false)
	first := send(out)
	if first.State != hotline.Unknown || !first.RetryAt.Equal(noon.Add(30*time.Second)) {
		t.Fatalf("no answer: %+v", first)
	}
	release <- struct{}{}
	out.Unknown, out.Attempts = true, 1

	if early := send(out); early.State != hotline.Unknown || len(server.asked()) != 1 {
		t.Fatalf("asked too early: %+v", early)
	}
	now = noon.Add(31 * time.Second)
	hang(true)
	if second := send(out); second.State != hotline.Unknown || len(server.asked()) != 3 {
		t.Fatalf("not there, so sent again: %+v after %d requests", second, len(server.asked()))
	}
	release <- struct{}{}
	third := send(out)
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
				c.Missing = func(_ context.Context, _ hotline.MessageID, ids []string) ([]string, error) {
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
		c.Missing = func(context.Context, hotline.MessageID, []string) ([]string, error) { return nil, errors.New("away") }
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
