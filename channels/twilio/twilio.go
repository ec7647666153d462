// Package twilio speaks with Twilio: it checks and reads the webhooks of SMS,
// MMS and WhatsApp, sends through the Message resource, looks up what became of
// a try without an answer, and lists what came in.
//
// It knows nothing of what messages mean, of the database or of web frameworks.
// twilio-go is used for the Message resource alone; the signature check is our
// own, because twilio-go's takes one value a parameter.
package twilio

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
)

// Secret is an auth token. Printing or logging it shows a mask.
type Secret string

// String hides the value.
func (Secret) String() string { return "[secret]" }

// GoString hides the value from %#v.
func (s Secret) GoString() string { return s.String() }

// Format hides the value from every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// LogValue hides the value from structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the value from JSON and other encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Config is all the carrier needs to know. AccountSID, AuthTokens and PublicURL
// are required.
type Config struct {
	AccountSID string
	// AuthTokens holds the account's primary auth token, and during rotation
	// also the other one. Webhooks signed with any of them are trusted; calls
	// are made with the first.
	AuthTokens []Secret
	// PublicURL is the scheme, host and path prefix under which Twilio reaches
	// us, such as "https://hotline.example.org". Signatures are checked against
	// it and never against what the request says of itself.
	PublicURL string
	// BaseURL of the REST API; "" is https://api.twilio.com.
	BaseURL string
	// MessagingServiceSID, when set, sends SMS through that service, which then
	// chooses the sender where the message names none.
	MessagingServiceSID string
	// From is the sender of a channel for messages that name none.
	From map[hotline.Channel]string
	// ValidityPeriod ends a message that waits longer in Twilio's queue, 1 s to
	// 10 h; 0 leaves Twilio's default of 10 h.
	ValidityPeriod time.Duration
	// Missing returns those of Twilio's ids that are not stored yet: a message
	// that is belongs to another delivery than the one looked up. nil knows none.
	Missing func(ctx context.Context, of hotline.MessageID, providerIDs []string) ([]string, error)
	// Timeout of one call; 0 is 15 s.
	Timeout time.Duration
	// Transport is the way to the network; nil is http.DefaultTransport.
	Transport http.RoundTripper
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Chance gives numbers from 0 up to 1 that spread retries; nil is the
	// generator of math/rand.
	Chance func() float64
}

// Carrier is Twilio as a channel. It is safe for concurrent use.
type Carrier struct {
	cfg      Config
	signer   *signer
	base     *url.URL
	callback string
	recent   *recent
}

var (
	_ channels.Listener  = (*Carrier)(nil)
	_ channels.Sender    = (*Carrier)(nil)
	_ channels.Historian = (*Carrier)(nil)
)

// StatusPath is the door for status callbacks, below Config.PublicURL.
const StatusPath = "/hooks/twilio/status"

var (
	accountPattern = regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`)
	servicePattern = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)
	// twilio-go refuses any other password.
	tokenPattern = regexp.MustCompile(`^[0-9a-zA-Z]{16,64}$`)
)

// New checks the configuration; the error is hotline.Invalid and says which
// setting to change.
func New(cfg Config) (*Carrier, error) {
	cfg.defaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	public, err := webURL("PublicURL", cfg.PublicURL)
	if err != nil {
		return nil, err
	}
	base, err := webURL("BaseURL", cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	return &Carrier{
		cfg: cfg, base: base, callback: public.String() + StatusPath,
		signer: newSigner(public, cfg.AuthTokens), recent: newRecent(),
	}, nil
}

func (cfg *Config) defaults() {
	if cfg.BaseURL == "" {
		cfg.BaseURL = "https://api.twilio.com"
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 15 * time.Second
	}
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport
	}
	if cfg.Missing == nil {
		cfg.Missing = func(_ context.Context, _ hotline.MessageID, ids []string) ([]string, error) { return ids, nil }
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Chance == nil {
		cfg.Chance = rand.Float64
	}
}

func (cfg *Config) check() error {
	switch {
	case !accountPattern.MatchString(cfg.AccountSID):
		return hotline.Errorf(hotline.Invalid, "twilio: AccountSID must be AC and 32 hexadecimal digits")
	case len(cfg.AuthTokens) < 1 || len(cfg.AuthTokens) > 2:
		return hotline.Errorf(hotline.Invalid, "twilio: one auth token is needed, two during rotation")
	case cfg.MessagingServiceSID != "" && !servicePattern.MatchString(cfg.MessagingServiceSID):
		return hotline.Errorf(hotline.Invalid, "twilio: MessagingServiceSID must be MG and 32 hexadecimal digits")
	case cfg.ValidityPeriod != 0 && (cfg.ValidityPeriod < time.Second || cfg.ValidityPeriod > 10*time.Hour):
		return hotline.Errorf(hotline.Invalid, "twilio: ValidityPeriod must be between 1s and 10h")
	}
	for _, token := range cfg.AuthTokens {
		if !tokenPattern.MatchString(string(token)) {
			return hotline.Errorf(hotline.Invalid, "twilio: an auth token is 16 to 64 letters and digits")
		}
	}
	return nil
}

func webURL(setting, value string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(value, "/"))
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" ||
		u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, hotline.Errorf(hotline.Invalid, "twilio: %s must be like https://hotline.example.org", setting)
	}
	return u, nil
}
