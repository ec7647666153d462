package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // the image has no zones of its own
	"unicode/utf8"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/channels/twilio"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/web/public"
)

// storage says where the service keeps things and with which keys.
type storage struct {
	Database string `help:"SQLite file, or a postgres:// URL." default:"./data/hearline.db" env:"HEARLINE_DATABASE" placeholder:"PATH|URL" password:"HEARLINE_DATABASE"`
	KeysFile string `help:"File with the encryption keys (made by 'hearline init', mode 0600)." default:"./data/hearline.keys" env:"HEARLINE_KEYS_FILE" placeholder:"FILE"`
	Keys     string `help:"The encryption keys themselves, instead of a file." env:"HEARLINE_KEYS" hidden:"" secret:"HEARLINE_KEYS or --keys-file"`
}

// settings is everything a server can be told. Defaults stand here; validate
// says what is wrong with the rest.
type settings struct {
	storage

	Addr           string   `help:"Address for carriers, public pages and the console." default:"127.0.0.1:8080" env:"HEARLINE_ADDR"`
	MetricsAddr    string   `help:"Address of /metrics; 'off' for none." default:"127.0.0.1:9090" env:"HEARLINE_METRICS_ADDR"`
	PublicURL      string   `help:"The address that carriers and browsers use, such as https://help.example.org." env:"HEARLINE_PUBLIC_URL" placeholder:"URL"`
	TrustedProxies []string `help:"Addresses or networks (10.0.0.0/8) of the proxies in front whose X-Forwarded-For is believed, separated by commas; none believes nobody." env:"HEARLINE_TRUSTED_PROXIES" placeholder:"CIDR"`
	RedisURL       string   `help:"Redis for live updates and rate limits over several nodes; none for one node." env:"HEARLINE_REDIS_URL" placeholder:"URL" password:"HEARLINE_REDIS_URL"`

	Name          string   `help:"Neutral name of the service in texts, at most 12 characters." default:"Hearline" env:"HEARLINE_NAME"`
	Emergency     string   `help:"Emergency number shown and texted." default:"112" env:"HEARLINE_EMERGENCY"`
	InfoURL       string   `help:"Address in the HELP text, at most 22 characters." default:"hearline.example" env:"HEARLINE_INFO_URL"`
	ExitURL       string   `help:"Neutral page that 'Leave this site' opens." default:"https://www.weather.gov/" env:"HEARLINE_EXIT_URL"`
	WidgetOrigins []string `help:"Partner sites that may frame the button at /widget, such as https://partner.example. The script /widget.js works on any site." env:"HEARLINE_WIDGET_ORIGINS" placeholder:"URL,…"`
	Files         bool     `help:"Let visitors of the web page send pictures: JPEG and PNG up to 5 MB, made anew of their pixels, so that nothing hidden in them survives." env:"HEARLINE_FILES"`
	OnionURL      string   `help:"The onion address of the public pages, such as http://….onion; Tor Browser then offers it." env:"HEARLINE_ONION_URL" placeholder:"URL"`
	PageTitle     string   `help:"Neutral title of the public pages, at most 20 characters; empty is the word for messages in the page's language." env:"HEARLINE_PAGE_TITLE"`

	TimeZone string `help:"Time zone of the times that staff see, and visitors without scripts, such as Europe/Lisbon." default:"UTC" env:"HEARLINE_TIME_ZONE" placeholder:"ZONE"`

	Hours string `help:"When somebody reads, in the time zone, such as 'Mo-Fr 08:00-20:00; Sa 10:00-14:00'; empty is always." env:"HEARLINE_HOURS" placeholder:"HOURS"`

	Twilio carrierSettings `embed:"" prefix:"twilio-"`
	Canary canarySettings  `embed:"" prefix:"canary-"`

	Campaign campaignSettings `embed:"" prefix:"campaign-"`

	Send     bool   `help:"Send what waits in the outbox. Turn off on nodes that only receive." default:"true" negatable:"" env:"HEARLINE_SEND"`
	LogLevel string `help:"debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"HEARLINE_LOG_LEVEL"`
}

// carrierSettings is the Twilio account. Empty AccountSID means that SMS and
// WhatsApp are off and only the web chat is served.
type carrierSettings struct {
	AccountSID            string        `help:"Twilio account SID (AC…); empty turns SMS and WhatsApp off." env:"HEARLINE_TWILIO_ACCOUNT_SID"`
	AuthToken             string        `help:"Auth token." env:"HEARLINE_TWILIO_AUTH_TOKEN" hidden:"" secret:"HEARLINE_TWILIO_AUTH_TOKEN or --twilio-auth-token-file"`
	AuthTokenFile         string        `help:"File that holds the auth token." env:"HEARLINE_TWILIO_AUTH_TOKEN_FILE" placeholder:"FILE"`
	PreviousAuthToken     string        `help:"The old token." env:"HEARLINE_TWILIO_PREVIOUS_AUTH_TOKEN" hidden:"" secret:"HEARLINE_TWILIO_PREVIOUS_AUTH_TOKEN or --twilio-previous-auth-token-file"`
	PreviousAuthTokenFile string        `help:"File that holds the old token, still accepted while rotating." env:"HEARLINE_TWILIO_PREVIOUS_AUTH_TOKEN_FILE" placeholder:"FILE"`
	BaseURL               string        `help:"API address, for a simulated carrier." default:"https://api.twilio.com" env:"HEARLINE_TWILIO_BASE_URL"`
	MessagingService      string        `help:"Messaging Service SID (MG…) to send SMS through. Its pool must hold our numbers: a reply still comes from the one the person wrote to." env:"HEARLINE_TWILIO_MESSAGING_SERVICE"`
	ValidityPeriod        time.Duration `help:"How long the carrier may keep trying to deliver." default:"4h" env:"HEARLINE_TWILIO_VALIDITY"`
	ReconcileEvery        time.Duration `help:"How often the carrier's list is compared with ours." default:"5m" env:"HEARLINE_TWILIO_RECONCILE_EVERY"`
}

func (c carrierSettings) on() bool { return c.AccountSID != "" }

// tokens returns the auth tokens to accept, the current one first.
func (c carrierSettings) tokens() ([]twilio.Secret, error) {
	token, err := secretFrom(c.AuthToken, c.AuthTokenFile, "--twilio-auth-token-file")
	if err != nil {
		return nil, err
	}
	if token == "" {
		return nil, hotline.Errorf(hotline.Invalid, "--twilio-account-sid is set, but there is no auth token: set HEARLINE_TWILIO_AUTH_TOKEN or --twilio-auth-token-file")
	}
	previous, err := secretFrom(c.PreviousAuthToken, c.PreviousAuthTokenFile, "--twilio-previous-auth-token-file")
	if err != nil {
		return nil, err
	}
	tokens := []twilio.Secret{twilio.Secret(token)}
	if previous != "" {
		tokens = append(tokens, twilio.Secret(previous))
	}
	return tokens, nil
}

// secretFrom returns a secret that stands in a file, when one is named, or else
// the given one.
func secretFrom(given, file, flag string) (string, error) {
	if file == "" {
		return given, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", hotline.Errorf(hotline.Invalid, "%s: %w", flag, err)
	}
	return strings.TrimSpace(string(data)), nil
}

// validate checks the settings that a type cannot. Each error is one line that
// says what to change.
func (s *settings) validate() error {
	if err := checkURL("--public-url", s.PublicURL, s.Twilio.on()); err != nil {
		return err
	}
	if err := checkURL("--exit-url", s.ExitURL, true); err != nil {
		return err
	}
	if err := public.CheckWidgetOrigins(s.WidgetOrigins); err != nil {
		return hotline.Errorf(hotline.Invalid, "--widget-origins: %w", err)
	}
	if err := checkOnion(s.OnionURL); err != nil {
		return err
	}
	if err := checkURL("--twilio-base-url", s.Twilio.BaseURL, s.Twilio.on()); err != nil {
		return err
	}
	if err := s.Canary.validate(s.Twilio.on()); err != nil {
		return err
	}
	if err := s.Campaign.validate(); err != nil {
		return err
	}
	if _, err := s.proxies(); err != nil {
		return err
	}
	if _, err := s.hours(); err != nil {
		return err
	}
	if v := s.Twilio.ValidityPeriod; v < time.Second || v > 10*time.Hour {
		return hotline.Errorf(hotline.Invalid, "--twilio-validity-period: %s is outside the carrier's range, 1s to 10h", v)
	}
	for _, limit := range []struct {
		flag, value string
		most        int
	}{{"--name", s.Name, 12}, {"--emergency", s.Emergency, 5}, {"--info-url", s.InfoURL, 22}, {"--page-title", s.PageTitle, 20}} {
		if n := utf8.RuneCountInString(limit.value); n == 0 && limit.flag != "--page-title" || n > limit.most {
			return hotline.Errorf(hotline.Invalid, "%s: %d characters; write 1 to %d, so that each text fits one SMS", limit.flag, n, limit.most)
		}
	}
	return nil
}

// proxies reads TrustedProxies. A network of everybody is refused: anyone could
// then choose the address that their tries are counted by.
func (s *settings) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range s.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if addr, alone := netip.ParseAddr(text); alone == nil {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil || p.Bits() == 0 {
			return nil, hotline.Errorf(hotline.Invalid, "--trusted-proxies: %q is no address or network of a proxy; write such as 127.0.0.1 or 10.0.0.0/8", text)
		}
		out = append(out, p)
	}
	return out, nil
}

func (s *settings) zone() (*time.Location, error) {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return nil, hotline.Errorf(hotline.Invalid, "--time-zone: there is no zone %q; write one such as Europe/Lisbon or UTC", s.TimeZone)
	}
	return zone, nil
}

// hours are read in the time zone, which is checked with them.
func (s *settings) hours() (hotline.Hours, error) {
	zone, err := s.zone()
	if err != nil {
		return hotline.Hours{}, err
	}
	hours, err := hotline.ParseHours(s.Hours, zone)
	if err != nil {
		return hotline.Hours{}, hotline.Errorf(hotline.Invalid, "--hours: %w", err)
	}
	return hours, nil
}

func checkURL(flag, value string, required bool) error {
	if value == "" && !required {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return hotline.Errorf(hotline.Invalid, "%s: write a whole address such as https://help.example.org", flag)
	}
	return nil
}

// checkOnion wants an origin, for it is put before paths and compared.
func checkOnion(value string) error {
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || !strings.HasSuffix(u.Host, ".onion") || value != "http://"+u.Host && value != "https://"+u.Host {
		return hotline.Errorf(hotline.Invalid, "--onion-url: write the onion address alone, such as http://example.onion")
	}
	return nil
}

// keyring loads the keys from the environment or the file.
func (s storage) keyring() (*seal.Keyring, error) {
	if s.Keys != "" {
		return parseKeys("HEARLINE_KEYS", []byte(s.Keys))
	}
	data, err := os.ReadFile(s.KeysFile)
	if os.IsNotExist(err) {
		return nil, hotline.Errorf(hotline.Invalid, "no keys at %s: run 'hearline init' first, or set HEARLINE_KEYS_FILE", s.KeysFile)
	}
	if err != nil {
		return nil, hotline.Errorf(hotline.Invalid, "--keys-file: %w", err)
	}
	info, err := os.Stat(s.KeysFile)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, hotline.Errorf(hotline.Invalid, "%s can be read by others: run 'chmod 600 %s'", s.KeysFile, s.KeysFile)
	}
	return parseKeys("--keys-file", data)
}

func parseKeys(setting string, text []byte) (*seal.Keyring, error) {
	keys, err := seal.Parse(text)
	if err != nil {
		return nil, hotline.Errorf(hotline.Invalid, "%s: %w", setting, err)
	}
	return keys, nil
}

func (s *settings) logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel))
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// tomlFile lets kong read flags from a TOML file whose keys are flag names.
func tomlFile(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if err := toml.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	return tomlResolver(values), nil
}

type tomlResolver map[string]any

// Resolve gives a flag its value from the file, unless the environment has one:
// kong itself would let the file win.
func (t tomlResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	return t[flag.Name], nil
}

// Validate refuses a key that is no flag of any command: a mistyped setting
// must not be ignored.
func (t tomlResolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for key := range t {
		if !known[key] {
			return fmt.Errorf("configuration file: there is no setting %q; see 'hearline serve --help'", key)
		}
	}
	return nil
}
