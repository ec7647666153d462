package main

import (
	"testing"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
)

// A part that the carrier lost is found in its list: staff see it, and the person is
// asked once to send it again.
func TestLostPartIsAskedForOnce(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		addr := free(t)
		carrier, carrierURL := startCarrier(t, simulator.Config{WebhookURL: "http://" + addr + "/hooks/twilio/sms"})
		s := e.serve(t, "--addr", addr, "--send", "--twilio-base-url", carrierURL, "--twilio-reconcile-every", "100ms")
		sid, err := carrier.Send(t.Context(), simulator.Sending{From: phoneNumber, Body: "They took my passport and"})
		if err != nil || !carrier.LosePart(sid) {
			t.Fatal(err)
		}
		db := e.open(t)
		id := conversationOf(t, db, phoneNumber)
		const again = "Part of your text did not reach us. If it is safe, please send it again."
		eventually(t, "the person is asked", func() bool { return len(outbound(carrier, phoneNumber, again)) == 1 })
		compared := s.counters(t)["hearline_reconcile_carrier"]
		if compared != 1 {
			t.Errorf("%v in the list", compared)
		}
		messages, err := db.Messages(t.Context(), id, "", 100)
		if err != nil || messages[0].ErrorCode != hotline.PartMissing {
			t.Errorf("the message is not marked: %v", err)
		}
		if _, err := carrier.Send(t.Context(), simulator.Sending{From: phoneNumber, Body: "my phone"}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the list was compared again", func() bool { return s.counters(t)["hearline_reconcile_carrier"] == 2 })
		if n := len(outbound(carrier, phoneNumber, again)); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}
