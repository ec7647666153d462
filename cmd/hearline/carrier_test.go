package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/hearline/hearline/channels/simulator"
)

// startCarrier runs a simulated carrier with the account that servers of these
// tests use, until the test ends.
func startCarrier(t testing.TB, cfg simulator.Config) (carrier *simulator.Carrier, url string) {
	t.Helper()
	var handler http.Handler
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	cfg.AccountSID, cfg.AuthToken, cfg.Number, cfg.BaseURL = benchAccount, benchToken, benchNumber, listening.URL
	carrier = simulator.New(cfg)
	handler = carrier.Handler()
	t.Cleanup(func() {
		carrier.Close() // first, so that no stream keeps the server
		listening.CloseClientConnections()
		listening.Close()
	})
	return carrier, listening.URL
}

// outboundAt counts what the service has sent.
func outboundAt(carrier *simulator.Carrier) (n int) {
	for _, m := range carrier.Messages() {
		if m.Direction == simulator.Outbound {
			n++
		}
	}
	return n
}
