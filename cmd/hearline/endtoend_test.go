package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
)

const phoneNumber = "+15550100177"

// outbound returns what the service has sent to a number, by text.
func outbound(carrier *simulator.Carrier, to, body string) (found []simulator.Message) {
	for _, m := range carrier.Messages() {
		if m.Direction == simulator.Outbound && m.To == to && (body == "" || m.Body == body) {
			found = append(found, m)
		}
	}
	return found
}

func conversationOf(t testing.TB, db *store.Store, from hotline.Address) hotline.ConversationID {
	t.Helper()
	id, err := db.ConversationOf(t.Context(), hotline.SMS, from)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// deliveryOf returns the ticks of the message with this text, "" without one.
func deliveryOf(t testing.TB, db *store.Store, id hotline.ConversationID, text string) hotline.Delivery {
	t.Helper()
	messages, err := db.Messages(t.Context(), id, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if m.Text.Reveal() == text {
			return m.Delivery
		}
	}
	return ""
}

// The whole way, over a carrier that now and then forgets to call: a text is
// filed by reconciliation, a reply goes out while the carrier says that it is
// too much, and its ticks come back.
func TestProveLostWebhooksAreFiledAndRepliesArrive(t *testing.T) {
	t.Parallel()
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	addr := free(t)
	carrier, carrierURL := startCarrier(t, simulator.Config{
		WebhookURL: "http://" + addr + "/hooks/twilio/sms", FallbackURL: "http://" + addr + "/hooks/twilio/fallback",
		Faults: simulator.Faults{LoseWebhook: 100},
	})
	lost := scaled(20, 500)
	for n := range lost {
		if err := carrier.Text(t.Context(), benchSender(int64(n)+1), benchOpening(int64(n))); err != nil {
			t.Fatal(err)
		}
	}
	if err := carrier.Text(t.Context(), phoneNumber, "They took my passport"); err != nil {
		t.Fatal(err)
	}
	s := e.serve(t, "--addr", addr, "--send", "--twilio-base-url", carrierURL, "--twilio-reconcile-every", "200ms")
	db := e.open(t)
	eventually(t, "what no webhook brought is filed", func() bool {
		inbound, different, assessed, err := db.Stored(t.Context())
		return err == nil && inbound == lost+1 && different == inbound && assessed == inbound
	})
	id := conversationOf(t, db, phoneNumber)
	eventually(t, "each of them has got the first answer", func() bool { return outboundAt(carrier) == lost+1 })

	setFaults(t, carrier, simulator.Faults{TooMany: 100, RetryAfterS: 1})
	const reply = "We are here. Who has it?"
	desk := e.app(t, quiet(), time.Now, func(*settings) {})
	by, _ := operator(t, desk)
	if err := desk.desk.Reply(t.Context(), by, id, reply, "en", ""); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the reply was refused once and waits", func() bool { return s.counters(t)["hearline_outbox_retried_total"] > 0 })
	setFaults(t, carrier, simulator.Faults{})
	eventually(t, "the reply is delivered", func() bool { return deliveryOf(t, db, id, reply) == hotline.Delivered })
	if n := len(outbound(carrier, phoneNumber, reply)); n != 1 {
		t.Errorf("the phone got the reply %d times", n)
	}
	if n, err := db.Outstanding(t.Context()); err != nil || n != 0 {
		t.Errorf("%d wait in the outbox, %v", n, err)
	}
}

func setFaults(t *testing.T, carrier *simulator.Carrier, f simulator.Faults) {
	t.Helper()
	if err := carrier.SetFaults(f); err != nil {
		t.Fatal(err)
	}
}

// cutter stands before a carrier and, when told to, cuts the line after the
// carrier has taken a message and before its answer has come back.
type cutter struct {
	cut   atomic.Bool
	cuts  atomic.Int64
	proxy *httputil.ReverseProxy
}

func (c *cutter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || !c.cut.Load() {
		c.proxy.ServeHTTP(w, r)
		return
	}
	c.proxy.ServeHTTP(httptest.NewRecorder(), r)
	c.cuts.Add(1)
	panic(http.ErrAbortHandler) // the server closes the connection, as a time-out does
}

// When nobody knows whether a message went out, the carrier is asked, and only
// what it does not have is sent again.
func TestProveUnknownOutcomesAreLookedUp(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		carrier, carrierURL := startCarrier(t, simulator.Config{})
		address, err := url.Parse(carrierURL)
		if err != nil {
			t.Fatal(err)
		}
		line := &cutter{proxy: httputil.NewSingleHostReverseProxy(address)}
		line.cut.Store(true)
		between := httptest.NewServer(line)
		t.Cleanup(between.Close)
		clock := &demoClock{}
		a := e.app(t, quiet(), clock.now, func(c *settings) { c.Send, c.Twilio.BaseURL = true, between.URL })
		people := scaled(10, 200)
		for n := range people {
			in := hotline.Inbound{
				Channel: hotline.SMS, From: hotline.Address(benchSender(int64(n) + 1)), To: benchNumber,
				ProviderID: messageSID(int64(n)), Text: hotline.Text(benchOpening(int64(n))), At: clock.now(),
			}
			if _, err := a.intake.Receive(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = a.outbox.Run(ctx) })
		t.Cleanup(func() { cancel(); running.Wait() })
		eventually(t, "every answer has gone into the unknown", func() bool { return int(a.outbox.Stats().Unknown.Load()) >= people })
		line.cut.Store(false)
		eventually(t, "all is settled", func() bool {
			clock.behind.Add(-int64(time.Second)) // the carrier is asked half a minute after a try
			n, err := a.db.Outstanding(t.Context())
			return err == nil && n == 0
		})
		if n := outboundAt(carrier); n != people || int(line.cuts.Load()) != people {
			t.Errorf("%d cut lines; the carrier has %d messages for %d people", line.cuts.Load(), n, people)
		}
	})
}
