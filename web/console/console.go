// Package console is the staff's door: sign-in, the queue, conversations, cases
// and the live events that keep open screens fresh. Every page is rendered on
// the server and works without scripts; scripts only keep it moving.
//
// It holds no rule about reports: what may be sent, taken, closed or seen is
// decided behind its ports.
package console

import (
	"embed"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
	"github.com/hearline/hearline/web/assets"
	"github.com/hearline/hearline/web/page"
)

//go:embed templates/*.html
var templates embed.FS

// csp is the strictest policy under which the pages work: nothing inline,
// nothing from elsewhere.
const csp = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Config is what the console stands on.
type Config struct {
	Log *slog.Logger
	Now func() time.Time

	Reader    Reader
	Files     Files // nil: there are none
	Links     Links
	Cases     CaseReader
	Desk      Desk
	Pipe      Pipe
	Queue     Queue
	Casework  Casework
	Scripts   Scripts
	Publisher Publisher
	Countries []string // ISO 3166 codes of those with telephones

	Emergencies Emergencies
	Lookup      Lookup
	Health      Health
	CanaryEvery time.Duration // 0: none are sent
	Reach       *Reach        // nil: there are no campaigns
	Staff       Staff
	Sessions    Sessions
	Passwords   Passwords
	Events      Events
	Limiter     Limiter
	Assets      *assets.Set

	// MayOpen says whether a member of staff may open a conversation.
	MayOpen func(hotline.User, hotline.Conversation) bool
	// Target is how soon a conversation of a priority is answered; 0: no target.
	Target func(hotline.Priority) time.Duration
	// Assess reads one text, as it is read when it is filed.
	Assess func(text string, hints hotline.Hints) hotline.Assessment
	// Whole reads all messages of a conversation together.
	Whole func(told []triage.Told, answers []hotline.Answer) triage.Picture
	// Segments counts a text as the carrier will.
	Segments func(text string) (encoding string, units, segments int)
	// Languages are those we speak, in the order menus show them.
	Languages []hotline.Language
	// EnglishName and NativeName name a language; Direction is its "ltr" or "rtl".
	EnglishName, NativeName, Direction func(hotline.Language) string
	// Wording is a catalogue's text as shipped, "" when there is none.
	Wording func(lang hotline.Language, key string) string

	Zone   *time.Location // of the times on screen; nil: UTC
	Secure bool           // the service is reached by https
	Origin string         // "https://help.example" when Host is not to be trusted; may be empty
}

// Console serves the staff pages.
type Console struct {
	Config
	pages *page.Renderer
	names *roster
	done  chan struct{}
	once  sync.Once
}

// New parses the pages. Close ends what it starts.
func New(cfg Config) (*Console, error) {
	if cfg.Reader == nil || cfg.Links == nil || cfg.MayOpen == nil || cfg.Cases == nil || cfg.Desk == nil || cfg.Pipe == nil || cfg.Assess == nil || cfg.Queue == nil || cfg.Casework == nil || cfg.Scripts == nil || cfg.Publisher == nil || cfg.Emergencies == nil || cfg.Health == nil || cfg.Lookup == nil ||
		cfg.Staff == nil || cfg.Sessions == nil || cfg.Passwords == nil || cfg.Events == nil || cfg.Limiter == nil ||
		cfg.Log == nil || cfg.Now == nil || cfg.Assets == nil || cfg.Target == nil || cfg.Whole == nil || cfg.Segments == nil ||
		cfg.EnglishName == nil || cfg.NativeName == nil || cfg.Direction == nil || cfg.Wording == nil {
		return nil, errors.New("console: something in Config is missing")
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	s := &Console{Config: cfg, done: make(chan struct{}), names: &roster{staff: cfg.Staff, now: cfg.Now}}
	var err error
	s.pages, err = page.NewRenderer(templates, "templates", s.funcs())
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Close ends all open event streams, so that the server can stop.
func (s *Console) Close() { s.once.Do(func() { close(s.done) }) }

// Paths are what the console's addresses begin with.
func Paths() []string { return []string{"/o", "/me", "/x", "/k"} }

// Mount adds the routes.
func (s *Console) Mount(r fiber.Router) {
	secure := page.Secure(csp, s.Secure)
	for _, p := range Paths() {
		r.Use(p, secure, s.sameOrigin)
	}
	r.Get("/o/signin", s.signinShow)
	r.Post("/o/signin", s.signinSubmit)

	staff := func(h func(*fiber.Ctx, *visit) error) fiber.Handler { return s.signedIn(h) }
	work := func(h func(*fiber.Ctx, *visit) error) fiber.Handler { return s.signedIn(worker(h)) }
	r.Get("/o", func(c *fiber.Ctx) error { return c.Redirect("/o/queue", fiber.StatusSeeOther) })
	r.Post("/o/signout", staff(s.signoutSubmit))
	r.Get("/me", staff(s.meShow))
	r.Post("/me", staff(s.meSave))

	r.Get("/o/queue", work(s.queueShow))
	r.Get("/o/mine", work(s.mineShow))
	r.Post("/o/next", work(s.queueNext))
	r.Get("/o/events", work(s.eventsStream))

	s.mountConversations(r, work)
	r.Get("/o/code", work(s.codeShow))
	r.Post("/o/code", work(s.codeFind))
	s.mountCases(r, work)
	s.mountScripts(r)
	s.mountEmergencies(r)
	s.mountHealth(r)
	s.mountCampaigns(r)
}
