package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/store/storetest"
)

// crashSenders write again and again, so that most messages change a
// conversation that is there already.
const crashSenders = 150

func crashMessage(n int64) (from, body string) {
	return benchSender(n%crashSenders + 1), benchAnswer(n/crashSenders, n)
}

// acknowledged notes which messages the server has answered with 200.
type acknowledged struct {
	mu    sync.Mutex
	ids   map[string]int64
	count atomic.Int64
}

func (a *acknowledged) add(n int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids[messageSID(n)] = n
	a.count.Add(1)
}

func TestProveKillKeepsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		kills := scaled(3, 20)
		acked := &acknowledged{ids: map[string]int64{}}
		carrier, carrierURL := startCarrier(t, simulator.Config{})
		var next int64
		for i := range kills {
			sending := []string{"--no-send"}
			if i%3 == 1 { // two of three times nothing competes with the intake
				sending = []string{"--send", "--twilio-base-url", carrierURL}
			}
			next = killUnderLoad(t, e, acked, next, sending...)
		}
		e.serve(t).kill() // what a restart has to mend is mended
		proveStored(t, e, acked, next)
		sent, open := storetest.Sending(t, e.database)
		if at := outboundAt(carrier); at > sent+open {
			t.Errorf("the carrier has %d messages, %d are known to be sent and %d may be: something went out twice", at, sent, open)
		}
		t.Logf("%d kills, %d messages acknowledged of %d, %d sent", kills, acked.count.Load(), next, sent)
	})
}

// killUnderLoad starts a server, writes to it, kills it after a while, and
// returns the number of the last message.
func killUnderLoad(t *testing.T, e *estate, acked *acknowledged, next int64, flags ...string) int64 {
	t.Helper()
	s := e.serve(t, flags...)
	l := s.load(16)
	l.next.Store(next)
	l.acked = acked.add
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	over := make(chan struct{})
	go func() { defer close(over); l.run(ctx, time.Minute, crashMessage) }()
	enough := acked.count.Load() + 50 + rand.Int64N(450)
	eventually(t, "messages are acknowledged", func() bool { return acked.count.Load() >= enough })
	s.kill()
	cancel()
	<-over
	return l.next.Load()
}

// proveStored holds the database against what was sent and acknowledged.
func proveStored(t *testing.T, e *estate, acked *acknowledged, sent int64) {
	t.Helper()
	storetest.Whole(t, e.database, true)
	db := e.open(t)
	var ids []string
	for id := range acked.ids {
		ids = append(ids, id)
	}
	if missing := missingOf(t, db, ids); len(missing) > 0 {
		t.Errorf("%d of %d acknowledged messages are not stored", len(missing), len(ids))
	}
	inbound, different, assessed, err := db.Stored(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if inbound != different || inbound != assessed || inbound < len(ids) || inbound > int(sent) {
		t.Errorf("%d stored, %d ids, %d assessed; %d acknowledged, %d sent", inbound, different, assessed, len(ids), sent)
	}
	of := map[string]int64{}
	for n := int64(1); n <= sent; n++ {
		of[messageSID(n)] = n
	}
	readable := 0
	for n := range int64(crashSenders) {
		from := hotline.Address(benchSender(n + 1))
		for _, m := range inboundOf(t, db, from) {
			number, known := of[m.ProviderID]
			wantFrom, wantBody := crashMessage(number)
			if !known || m.Text.Reveal() != wantBody || from.Reveal() != wantFrom || m.Assessment == nil || m.Assessment.Kind == "" {
				t.Fatalf("message %d is not what was sent, or not assessed", number)
			}
			readable++
		}
	}
	if readable != inbound {
		t.Errorf("%d stored, %d of them can be read in their conversations", inbound, readable)
	}
}

func missingOf(t *testing.T, db *store.Store, ids []string) (missing []string) {
	t.Helper()
	for len(ids) > 0 {
		n := min(len(ids), 500)
		some, err := db.Missing(t.Context(), ids[:n])
		if err != nil {
			t.Fatal(err)
		}
		missing, ids = append(missing, some...), ids[n:]
	}
	return missing
}

// inboundOf returns all that a person has written, in its order; nothing for a
// stranger.
func inboundOf(t *testing.T, db *store.Store, from hotline.Address) (in []hotline.Message) {
	t.Helper()
	id, err := db.ConversationOf(t.Context(), hotline.SMS, from)
	if hotline.CodeOf(err) == hotline.NotFound {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	for after := hotline.MessageID(""); ; {
		page, err := db.Messages(t.Context(), id, after, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return in
		}
		for _, m := range page {
			if m.Direction == hotline.In {
				in = append(in, m)
			}
		}
		after = page[len(page)-1].ID
	}
}

func TestProveTermKeepsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		acked := &acknowledged{ids: map[string]int64{}}
		s := e.serve(t)
		l := s.load(16)
		l.acked = acked.add
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() { defer close(over); l.run(ctx, time.Minute, crashMessage) }()
		eventually(t, "messages are acknowledged", func() bool { return acked.count.Load() >= 300 })
		if code := s.stop(t, patience); code != 0 {
			t.Errorf("exit code %d:\n%s", code, s.stderr.Bytes())
		}
		cancel()
		<-over
		proveStored(t, e, acked, l.next.Load())
	})
}
