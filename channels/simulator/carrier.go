package simulator

import (
	"context"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Defaults of Config. DefaultPatience is the carrier's limit for an answer.
const (
	DefaultAccountSID = "AC00000000000000000000000000005150"
	DefaultAuthToken  = "simulated-auth-token"
	DefaultNumber     = "+15550100100"
	DefaultKeep       = 100_000
	DefaultPatience   = 15 * time.Second

	workers = 16 // the default of AtOnce
)

// Config describes the account and who is called. Every field may be zero: the
// account then has invented credentials, nobody is called, and all happens at
// once.
type Config struct {
	AccountSID string
	AuthToken  string
	Number     string // the service's own number, for SMS and WhatsApp
	Second     string // another of its numbers, to send SMS from; "" for none

	WebhookURL  string // called for each inbound message; "" means nobody is called
	FallbackURL string // called when WebhookURL fails; "" means the message is in the list only
	StatusURL   string // for messages created without a StatusCallback
	VoiceURL    string // called for each call; "" means that all calls ring out
	BaseURL     string // how this server is reached; begins the address of media in webhooks

	Faults   Faults        // taken as none when out of range
	Pace     time.Duration // from queued to sent, and from sent to delivered
	Patience time.Duration // longest wait for an answer, each address on its own
	Keep     int           // messages remembered; the oldest are forgotten first
	AtOnce   int           // webhooks and callbacks under way at a time

	Now    func() time.Time
	Rand   rand.Source // ids, chance of faults, traffic
	Client *http.Client
}

// Carrier is the simulated account. All methods are safe for concurrent use.
type Carrier struct {
	cfg     Config
	box     *box
	faults  *faultPanel
	optOuts *optOuts
	phones  *handsets
	hub     *hub
	agenda  *agenda
	chance  *chance
	held    held

	ctx  context.Context // ends with Close
	stop context.CancelFunc
	busy sync.WaitGroup
}

// New starts a carrier; Close ends it.
func New(cfg Config) *Carrier {
	cfg = withDefaults(cfg)
	c := &Carrier{
		cfg:     cfg,
		box:     newBox(cfg.Keep),
		faults:  &faultPanel{},
		optOuts: &optOuts{numbers: map[string]bool{}},
		phones:  newHandsets(),
		hub:     newHub(),
		agenda:  newAgenda(cfg.Keep, cfg.AtOnce),
		chance:  &chance{rng: rand.New(cfg.Rand)},
	}
	if cfg.Faults.Validate() == nil {
		c.faults.set(cfg.Faults)
	}
	c.ctx, c.stop = context.WithCancel(context.Background())
	for range cfg.AtOnce {
		c.busy.Go(func() { c.agenda.work(c.ctx) })
	}
	return c
}

func withDefaults(cfg Config) Config {
	if cfg.AccountSID == "" {
		cfg.AccountSID = DefaultAccountSID
	}
	if cfg.AuthToken == "" {
		cfg.AuthToken = DefaultAuthToken
	}
	if cfg.Number == "" {
		cfg.Number = DefaultNumber
	}
	if cfg.Patience <= 0 {
		cfg.Patience = DefaultPatience
	}
	if cfg.Keep <= 0 {
		cfg.Keep = DefaultKeep
	}
	if cfg.AtOnce <= 0 {
		cfg.AtOnce = workers
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.NewPCG(rand.Uint64(), rand.Uint64())
	}
	if cfg.Client == nil {
		cfg.Client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: cfg.AtOnce, IdleConnTimeout: time.Minute}}
	}
	cfg.BaseURL = strings.TrimSuffix(cfg.BaseURL, "/")
	return cfg
}

// Close ends streams, hanging answers and callbacks under way, and waits for
// the workers. Callbacks not yet made are lost.
func (c *Carrier) Close() {
	c.stop()
	c.busy.Wait()
	c.cfg.Client.CloseIdleConnections()
}

// Sending is what a phone sends.
type Sending struct {
	From  string // a number; for WhatsApp with the prefix "whatsapp:"
	Body  string
	Media []Attachment
}

// Attachment is a picture or file of a message. URL is where an outbound one
// lies; an inbound one carries its Content.
type Attachment struct {
	ContentType string
	Content     []byte
	URL         string
}

var phoneNumber = regexp.MustCompile(`^(whatsapp:)?\+[1-9][0-9]{6,14}$`)

// Limits of what a phone may send: 1,600 characters of up to four bytes, and
// Twilio's ten files of 5 MB in all.
const (
	maxInboundBytes = 6400
	maxFiles        = 10
	maxFileBytes    = 5 << 20
)

func (s Sending) validate() error {
	if !phoneNumber.MatchString(s.From) {
		return hotline.Errorf(hotline.Invalid, "the sender is no phone number")
	}
	if s.Body == "" && len(s.Media) == 0 || len(s.Body) > maxInboundBytes {
		return hotline.Errorf(hotline.Invalid, "the text is empty or too long")
	}
	size := 0
	for _, file := range s.Media {
		size += len(file.Content)
	}
	if len(s.Media) > maxFiles || size > maxFileBytes {
		return hotline.Errorf(hotline.Invalid, "too many or too large files")
	}
	return nil
}

// Text lets a phone send a text to the service and returns when the service has
// answered. The errors are those of Send.
func (c *Carrier) Text(ctx context.Context, from, body string) error {
	_, err := c.Send(ctx, Sending{From: from, Body: body})
	return err
}

// Send is Text with attachments; it returns the new message's id. It returns
// hotline.Invalid for a sender or text that no carrier would take, and
// hotline.Unavailable when neither webhook nor fallback answered with 2xx: the
// message is then in the list of messages all the same. While a fault holds the
// message back, Send returns at once.
func (c *Carrier) Send(ctx context.Context, s Sending) (sid string, err error) {
	if err := s.validate(); err != nil {
		return "", err
	}
	to := c.cfg.Number
	if isWhatsApp(s.From) {
		to = whatsApp + to
	}
	m := c.newMessage(Message{Direction: Inbound, From: s.From, To: to, Body: s.Body, Status: hotline.Received}, s.Media)
	m.DateSent = m.DateCreated
	keyword := c.optOuts.hear(s.From, s.Body)
	c.keep(m)
	if keyword == optStop || keyword == optStart {
		c.answerKeyword(m, keyword)
	}
	return m.SID, c.bring(ctx, m, keyword)
}

// Messages returns what is remembered, oldest first.
func (c *Carrier) Messages() []Message {
	found, _ := c.box.newest(0, c.cfg.Keep, func(m *Message) bool { return !m.note })
	for i, j := 0, len(found)-1; i < j; i, j = i+1, j-1 {
		found[i], found[j] = found[j], found[i]
	}
	return found
}

// keep remembers a message and shows it on its phone.
func (c *Carrier) keep(m Message) {
	c.box.add(m)
	c.show(m.phone(), func() event { return event{Kind: "message", Message: bubbleOf(&m)} })
}
