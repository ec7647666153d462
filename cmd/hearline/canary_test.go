package main

import (
	"strings"
	"testing"

	"github.com/hearline/hearline/channels/simulator"
)

// The canary goes out through the carrier and comes back through the webhook; it
// is no message, no gap, and both the doctor and the metrics tell of it.
func TestCanaryThroughTheCarrier(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		addr := free(t)
		carrier, carrierURL := startCarrier(t, simulator.Config{WebhookURL: "http://" + addr + "/hooks/twilio/sms", Second: "+15550100101"})
		flags := []string{"--canary-every", "1h", "--canary-from", "+15550100101", "--canary-to", benchNumber, "--twilio-base-url", carrierURL}
		s := e.serve(t, append([]string{"--addr", addr, "--send", "--twilio-reconcile-every", "200ms"}, flags...)...)
		db := e.open(t)
		eventually(t, "the canary is back", func() bool {
			latest, err := db.Canaries(t.Context(), 2)
			return err == nil && len(latest) == 1 && !latest[0].HeardAt.IsZero()
		})
		if err := carrier.Text(t.Context(), phoneNumber, "They took my passport"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the comparison has counted the one message", func() bool { return s.counters(t)["hearline_reconcile_carrier"] == 1 })
		if inbound, _, _, err := db.Stored(t.Context()); inbound != 1 || err != nil {
			t.Errorf("%d messages are stored, %v", inbound, err)
		}
		if counters := s.counters(t); counters["hearline_canary_late"] != 0 || counters["hearline_reconcile_filed_total"] != 0 {
			t.Errorf("late %v, filed %v", counters["hearline_canary_late"], counters["hearline_reconcile_filed_total"])
		}
		out, _ := invoke(t, []string{"HEARLINE_TWILIO_AUTH_TOKEN=" + benchToken}, append([]string{
			"doctor", "--database", e.database, "--keys-file", e.keysFile, "--public-url", s.url(), "--twilio-account-sid", benchAccount,
		}, flags...)...)
		for _, want := range []string{"ok    canary", "the carrier has 1 inbound messages of the last 24h0m0s, 1 of them are stored"} {
			if !strings.Contains(out, want) {
				t.Errorf("the doctor does not say %q:\n%s", want, out)
			}
		}
	})
}
