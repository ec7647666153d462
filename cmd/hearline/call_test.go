package main

import (
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Whoever calls gets at most one text a day, whatever became of the conversation in
// between, and none into a lock or without a number.
func TestMissedCalls(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		th := newTheatre(t, e)
		defer func() { th.close() }()
		from, serial := hotline.Address(phoneNumber), 0
		hear := func(in hotline.Inbound) hotline.Receipt {
			serial++
			in.Channel, in.To, in.At = hotline.SMS, "+15550100100", th.clock
			in.ProviderID = "CA" + string(rune('a'+serial))
			r, err := th.intake.Receive(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		texts := func(r hotline.Receipt) (n int) {
			messages, err := th.db.Messages(t.Context(), r.ConversationID, "", 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range messages {
				if m.TextKey == "sms.missed_call" {
					n++
				}
			}
			return n
		}
		first := hear(hotline.Inbound{From: from, Call: true})
		if n := texts(first); n != 1 || first.Priority != hotline.Standard {
			t.Errorf("%d texts for the first call, priority %d", n, first.Priority)
		}
		th.close()
		th.open()
		th.clock = th.clock.Add(time.Hour)
		if n := texts(hear(hotline.Inbound{From: from, Call: true})); n != 1 {
			t.Errorf("%d texts after a second call and a restart", n)
		}
		if err := th.desk.Close(t.Context(), hotline.User{ID: "u", Role: hotline.Operator}, first.ConversationID); err != nil {
			t.Fatal(err)
		}
		again := hear(hotline.Inbound{From: from, Call: true})
		if n := texts(again); n != 0 || again.ConversationID == first.ConversationID {
			t.Errorf("%d texts in a new conversation of the same day", n)
		}
		th.clock = th.clock.Add(25 * time.Hour)
		if n := texts(hear(hotline.Inbound{From: from, Call: true})); n != 1 {
			t.Errorf("%d texts a day later", n)
		}
		hear(hotline.Inbound{From: from, Text: "STOP"})
		th.clock = th.clock.Add(48 * time.Hour)
		if n := texts(hear(hotline.Inbound{From: from, Call: true})); n != 1 {
			t.Errorf("%d texts to a person who asked us to stop", n)
		}
		nobody := hear(hotline.Inbound{From: hotline.WithheldAddress("CA1"), Call: true})
		if n := texts(nobody); n != 0 || nobody.ConversationID == first.ConversationID {
			t.Errorf("%d texts to nobody", n)
		}
	})
}
