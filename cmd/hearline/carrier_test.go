package main

import (
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
)

// startCarrier runs a simulated carrier with the account that servers of these
// tests use, until the test ends.
func startCarrier(t testing.TB, cfg simulator.Config) (carrier *simulator.Carrier, url string) {
	t.Helper()
	listening := httptest.NewUnstartedServer(nil)
	url = "http://" + listening.Listener.Addr().String()
	cfg.AccountSID, cfg.AuthToken, cfg.Number, cfg.BaseURL = benchAccount, benchToken, benchNumber, url
	carrier = simulator.New(cfg)
	listening.Config.Handler = carrier.Handler()
	listening.Start()
	t.Cleanup(func() {
		carrier.Close() // first, so that no stream keeps the server
		listening.CloseClientConnections()
		listening.Close()
	})
	return carrier, url
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

// app is the service in this process, on the estate, not yet serving. It sends
// nothing until its outbox runs.
func (e *estate) app(t testing.TB, log *slog.Logger, now func() time.Time, change func(*settings)) *app {
	t.Helper()
	a, err := newApp(t.Context(), e.settings(t, change), log, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.close)
	return a
}

func (e *estate) settings(t testing.TB, change func(*settings)) settings {
	t.Helper()
	cfg := settings{
		storage: storage{Database: e.database, KeysFile: e.keysFile},
		Addr:    free(t), MetricsAddr: "off", PublicURL: "http://127.0.0.1:1",
		Name: "Hearline", Emergency: "112", InfoURL: "hearline.example", ExitURL: "https://www.weather.gov/", PageTitle: "Messages",
		Twilio: carrierSettings{AccountSID: benchAccount, AuthToken: benchToken, BaseURL: "http://127.0.0.1:9", ValidityPeriod: time.Hour},
	}
	change(&cfg)
	if err := cfg.validate(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// operator is a member of staff.
func operator(t testing.TB, a *app) (user hotline.User, password string) {
	t.Helper()
	password, err := addUser(t.Context(), a.db, hotline.User{Login: "dina", Name: "Dina Haile", Role: hotline.Supervisor}, "")
	if err != nil {
		t.Fatal(err)
	}
	if user, err = a.db.UserByLogin(t.Context(), "dina"); err != nil {
		t.Fatal(err)
	}
	return user, password
}
