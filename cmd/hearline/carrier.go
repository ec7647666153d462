package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
)

// carrierCmd runs a carrier of our own, for demo, tests and benchmarks.
type carrierCmd struct {
	Addr       string `default:"127.0.0.1:4010" help:"Address to listen on."`
	AccountSID string `name:"account-sid" help:"Account that callers sign in with; an invented one unless given."`
	AuthToken  string `env:"HEARLINE_CARRIER_TOKEN" hidden:"" secret:"HEARLINE_CARRIER_TOKEN or --auth-token-file" help:"The token itself."`
	TokenFile  string `name:"auth-token-file" env:"HEARLINE_CARRIER_TOKEN_FILE" placeholder:"FILE" help:"File with the token that callers sign in with and webhooks are signed with; an invented one unless given."`
	Number     string `default:"+15550100100" help:"The service's own number."`
	Second     string `name:"second-number" help:"Another of its numbers, which texts of its canary come from."`

	Webhook  string `default:"http://127.0.0.1:8080/hooks/twilio/sms" help:"Called for each text from a phone; empty calls nobody."`
	Fallback string `default:"http://127.0.0.1:8080/hooks/twilio/fallback" help:"Called when the webhook fails."`
	Voice    string `default:"http://127.0.0.1:8080/hooks/twilio/voice" help:"Called for each call from a phone; empty calls nobody."`
	Status   string `default:"http://127.0.0.1:8080/hooks/twilio/status" help:"Called when a message changes its state, unless the message names an address."`

	Pace    time.Duration `default:"600ms" help:"Time from queued to sent, and from sent to delivered."`
	Traffic string        `placeholder:"2/s" help:"Invented people text at this rate, such as 2/s or 30/m."`

	Latency      time.Duration `help:"Fault: added to every API answer."`
	TooMany      int           `placeholder:"PERCENT" help:"Fault: API calls answered 429."`
	RetryAfter   time.Duration `default:"1s" help:"What a 429 says to wait."`
	ServerError  int           `placeholder:"PERCENT" help:"Fault: API calls answered 500."`
	Hang         int           `placeholder:"PERCENT" help:"Fault: messages accepted whose answer never comes."`
	Undelivered  int           `placeholder:"PERCENT" help:"Fault: messages that end undelivered."`
	Duplicate    int           `placeholder:"PERCENT" help:"Fault: webhooks and callbacks made twice."`
	Reorder      int           `placeholder:"PERCENT" help:"Fault: webhooks and callbacks overtaken by the next."`
	LoseCallback int           `placeholder:"PERCENT" help:"Fault: status callbacks never made."`
	LoseWebhook  int           `placeholder:"PERCENT" help:"Fault: texts from phones that nobody is told of."`
	OptedOut     []string      `placeholder:"NUMBER" help:"Numbers that refuse every message with 21610."`
}

// Run serves until ctx ends. It returns hotline.Invalid for a wrong flag and
// hotline.Unavailable when the address is taken.
func (c *carrierCmd) Run(ctx context.Context) error {
	rate, err := simulator.ParseRate(c.Traffic)
	if err != nil {
		return err
	}
	token, err := secretFrom(c.AuthToken, c.TokenFile, "--auth-token-file")
	if err != nil {
		return err
	}
	faults := c.faults()
	if err := faults.Validate(); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return hotline.Errorf(hotline.Unavailable, "listen for the carrier: %w; choose another --addr", err)
	}
	base := "http://" + listener.Addr().String()
	carrier := simulator.New(simulator.Config{
		AccountSID: c.AccountSID, AuthToken: token, Number: c.Number, Second: c.Second, BaseURL: base,
		WebhookURL: c.Webhook, FallbackURL: c.Fallback, StatusURL: c.Status, VoiceURL: c.Voice, Faults: faults, Pace: c.Pace,
	})
	for _, number := range c.OptedOut {
		carrier.SetOptedOut(number, true)
	}
	account := cmp.Or(c.AccountSID, simulator.DefaultAccountSID)
	fmt.Printf("phones   %s/\nAPI      %s/%s/Accounts/%s/Messages.json\n", base, base, simulator.APIVersion, account)
	return serveCarrier(ctx, listener, carrier, rate)
}

func (c *carrierCmd) faults() simulator.Faults {
	return simulator.Faults{
		LatencyMS: int(c.Latency.Milliseconds()), TooMany: c.TooMany, RetryAfterS: int(c.RetryAfter.Seconds()),
		ServerError: c.ServerError, Hang: c.Hang, Undelivered: c.Undelivered, Duplicate: c.Duplicate,
		Reorder: c.Reorder, LoseCallback: c.LoseCallback, LoseWebhook: c.LoseWebhook,
	}
}

// serveCarrier ends the phones' streams first, so that the server can stop.
func serveCarrier(ctx context.Context, listener net.Listener, carrier *simulator.Carrier, rate float64) error {
	server := &http.Server{Handler: carrier.Handler(), ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		carrier.Close()
		stopping, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(stopping)
	}()
	go carrier.Traffic(ctx, rate)
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return hotline.Errorf(hotline.Internal, "serve the carrier: %w", err)
	}
	<-done
	return nil
}
