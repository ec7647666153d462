package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/lifecycle"
)

type demoCmd struct {
	Addr        string `help:"Address of the public pages and the console." default:"127.0.0.1:8080"`
	CarrierAddr string `help:"Address of the simulated carrier and its phones." default:"127.0.0.1:8081"`
	Traffic     string `help:"Let invented people write at this rate, such as 2/s or 30/m." placeholder:"RATE"`
	Verbose     bool   `help:"Show the server's log." short:"v"`
}

// The demo's account is invented and only ever meets the simulated carrier.
const (
	demoAccount = "AC0000000000000000000000000000de30"
	demoToken   = "demodemodemodemodemodemodemo0000"
	demoNumber  = "+15550100100"
	// demoCampaigns is the number that campaigns go out from.
	demoCampaigns = "+15550100200"
)

// Run starts everything on this machine, with a fresh key and a database in a
// temporary folder that goes when the demo ends.
func (c *demoCmd) Run(ctx context.Context) error {
	rate, err := simulator.ParseRate(c.Traffic)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "hearline-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	phones, err := net.Listen("tcp", c.CarrierAddr)
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "--carrier-addr: %w; stop the other program or choose another address", err)
	}
	clock := &demoClock{}
	a, err := c.build(ctx, folder, phones.Addr().String(), clock)
	if err != nil {
		_ = phones.Close()
		return err
	}
	defer a.close()
	accounts, err := c.fill(ctx, a, clock)
	if err != nil {
		_ = phones.Close()
		return err
	}
	c.print(phones.Addr().String(), accounts)
	return a.serve(ctx, func(group *lifecycle.Group) { c.addPhones(group, phones, rate) })
}

// build makes keys, database and app.
func (c *demoCmd) build(ctx context.Context, folder, phones string, clock *demoClock) (*app, error) {
	cfg := settings{
		storage: storage{Database: filepath.Join(folder, "hearline.db"), KeysFile: filepath.Join(folder, "hearline.keys")},
		Addr:    c.Addr, MetricsAddr: "off", PublicURL: "http://" + c.Addr,
		Name: "Hearline", Emergency: "112", InfoURL: "hearline.example", ExitURL: "https://www.weather.gov/",
		Twilio:   carrierSettings{AccountSID: demoAccount, AuthToken: demoToken, BaseURL: "http://" + phones, ValidityPeriod: time.Hour, ReconcileEvery: time.Minute},
		Campaign: campaignSettings{Senders: []string{demoCampaigns + "=5"}, TypeFrom: 100, Hold: time.Minute},
		Send:     true,
	}
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if err := writeKeys(cfg.KeysFile); err != nil {
		return nil, err
	}
	db, err := cfg.open(ctx, clock.now)
	if err != nil {
		return nil, err
	}
	err = errors.Join(db.Migrate(ctx), db.Close())
	if err != nil {
		return nil, err
	}
	return newApp(ctx, cfg, c.logger(), clock.now)
}

func (c *demoCmd) logger() *slog.Logger {
	out := io.Discard
	if c.Verbose {
		out = os.Stderr
	}
	return slog.New(slog.NewTextHandler(out, nil))
}

// account is a staff account of the demo with its password.
type account struct{ login, password, about string }

// fill adds members of staff and the seeds.
func (c *demoCmd) fill(ctx context.Context, a *app, clock *demoClock) ([]account, error) {
	staff := []hotline.User{
		{Login: "dina", Name: "Dina Haile", Role: hotline.Operator, Languages: []hotline.Language{"en", "es", "ar"}},
		{Login: "leila", Name: "Leila Moreau", Role: hotline.Supervisor, Languages: []hotline.Language{"en", "fr", "ar"}},
		{Login: "ada", Name: "Ada Obi", Role: hotline.Administrator, Languages: []hotline.Language{"en"}},
		{Login: "rosa", Name: "Rosa Lind", Role: hotline.Manager, Languages: []hotline.Language{"en", "es"}},
		{Login: "sam", Name: "Sam Osei", Role: hotline.Manager, Languages: []hotline.Language{"en", "es"}},
	}
	var accounts []account
	for _, user := range staff {
		password, err := addUser(ctx, a.db, user, "")
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, account{user.Login, password, string(user.Role)})
	}
	leila, err := a.db.UserByLogin(ctx, "leila")
	if err != nil {
		return nil, err
	}
	if err := (&seeder{app: a, clock: clock, staff: leila}).run(ctx); err != nil {
		return nil, err
	}
	return accounts, a.seedCampaign(ctx)
}

func (c *demoCmd) print(phones string, accounts []account) {
	fmt.Printf("Operators     http://%s/o\n", c.Addr)
	for _, a := range accounts {
		fmt.Printf("  sign in as  %-6s %s   (%s)\n", a.login, a.password, a.about)
	}
	fmt.Printf("Campaigns     http://%s/k   (rosa writes, sam approves)\n", c.Addr)
	fmt.Printf("Public page   http://%s/\n", c.Addr)
	fmt.Printf("Phones        http://%s/\n", phones)
	fmt.Println("All reports are invented. Ctrl+C ends the demo and removes its data.")
}

func (c *demoCmd) addPhones(group *lifecycle.Group, phones net.Listener, rate float64) {
	web := "http://" + c.Addr
	carrier := simulator.New(simulator.Config{
		AccountSID: demoAccount, AuthToken: demoToken, Number: demoNumber, Second: demoCampaigns, BaseURL: "http://" + phones.Addr().String(),
		WebhookURL: web + "/hooks/twilio/sms", FallbackURL: web + "/hooks/twilio/fallback", StatusURL: web + "/hooks/twilio/status",
		VoiceURL: web + "/hooks/twilio/voice",
		Pace:     600 * time.Millisecond, Now: time.Now, Rand: rand.NewPCG(rand.Uint64(), rand.Uint64()),
	})
	server := &http.Server{Handler: carrier.Handler(), ReadHeaderTimeout: 5 * time.Second}
	group.Add("phones", func(context.Context) error {
		go func() { _ = server.Serve(phones) }()
		return nil
	}, func(context.Context) error {
		carrier.Close()
		return server.Close()
	})
	if rate > 0 {
		group.Go("traffic", func(ctx context.Context) error {
			carrier.Traffic(ctx, rate)
			return nil
		})
	}
}

// demoClock can be set back, so that seeded reports have a past.
type demoClock struct{ behind atomic.Int64 }

func (d *demoClock) now() time.Time { return time.Now().Add(-time.Duration(d.behind.Load())) }

func (d *demoClock) set(t time.Time) { d.behind.Store(int64(time.Since(t))) }
