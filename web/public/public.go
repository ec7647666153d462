package public

import (
	"context"
	"crypto/rand"
	"embed"
	"io"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/page"
)

//go:embed pages/*.html assets/*
var files embed.FS

// Config is what the public pages need. Fields without a default must be set.
type Config struct {
	Receiver Receiver
	Reader   Reader
	Sessions Sessions
	Eraser   Eraser
	Hider    Hider
	Events   Events
	Limiter  Limiter
	Speaker  Speaker
	Files    Files // nil: no page takes pictures

	// Available counts the helpers who are here now. nil, or an error, promises
	// only that a person will read.
	Available func(ctx context.Context) (int, error)
	// GivenByText says whether a code was given to somebody by text message. nil:
	// none ever is.
	GivenByText func(ctx context.Context, code hotline.Address) (bool, error)
	// Opens says that it is outside the hours, and when they begin, in the time of
	// Zone. nil: there are no hours.
	Opens func(now time.Time) (at time.Time, closed bool)

	Secret    []byte // signs the forms: 32 bytes or more, the same on every node and after a restart
	Title     string // in the tab and the bar; default the translated word "Messages"
	Emergency string // number to call in danger; default "112"
	ExitURL   string // neutral site, not personalised; default https://www.weather.com/
	Secure    bool   // the service is reached by https, though a proxy may end it before us
	Origin    string // what browsers say of our pages ("https://…"); "" compares with the address asked for
	Onion     string // our onion address ("http://….onion"); "" for none
	// WidgetOrigins are the sites that may frame our button (CheckWidgetOrigins);
	// none: there is no page to frame.
	WidgetOrigins []string
	Zone          *time.Location // for the times beside messages without scripts; default UTC

	Now    func() time.Time // default time.Now
	Random io.Reader        // default crypto/rand
	Done   <-chan struct{}  // closed when the server stops, so that live streams end
}

func (c Config) withDefaults() Config {
	if c.Emergency == "" {
		c.Emergency = "112"
	}
	if c.ExitURL == "" {
		c.ExitURL = "https://www.weather.com/"
	}
	if c.GivenByText == nil {
		c.GivenByText = func(context.Context, hotline.Address) (bool, error) { return false, nil }
	}
	if c.Opens == nil {
		c.Opens = func(time.Time) (time.Time, bool) { return time.Time{}, false }
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	return c
}

// Site is the public surface.
type Site struct {
	Config
	render *page.Renderer
	assets assets
	tongue tongues

	oneFile sync.Mutex // one picture is made anew at a time
	leftFor int        // seconds that the mark of exit.go lives
}

// New makes the public pages ready. hotline.Invalid means that the secret is too
// short; any other error is a template that does not parse.
func New(cfg Config) (*Site, error) {
	cfg = cfg.withDefaults()
	if len(cfg.Secret) < secretBytes {
		return nil, hotline.Errorf(hotline.Invalid, "the public pages need a secret of %d bytes", secretBytes)
	}
	assets, err := loadAssets(files)
	if err != nil {
		return nil, err
	}
	render, err := page.NewRenderer(files, "pages", nil)
	if err != nil {
		return nil, err
	}
	return &Site{Config: cfg, render: render, assets: assets, tongue: newTongues(cfg.Speaker.Languages()), leftFor: leftFor}, nil
}

// Mount puts the public pages on r, which must be the root: the paths are part
// of what visitors were told. Its server must leave connections that were taken
// over to those who took them (KeepHijackedConns).
func (s *Site) Mount(r fiber.Router) {
	r.Get(s.assets.scriptPath, s.script)
	s.mountWidget(r)

	secure, framed := page.Secure(s.assets.policy("'none'"), s.Secure), page.Secure(s.assets.policy("'self'"), s.Secure)
	get := func(path string, h fiber.Handler) { r.Get(path, secure, s.bounce, s.offerOnion, h) }
	post := func(path string, h fiber.Handler) { r.Post(path, secure, s.bounce, s.sameOrigin, h) }

	get("/", s.showStart)
	get("/lang", s.chooseLanguage)
	get("/c/new", s.newChat)
	for n := range reportSteps {
		get(reportPath(n), s.showReport(n))
		post(reportPath(n), s.answerReport(n))
	}
	get("/report/done", s.reportDone)
	get("/c", s.showChat)
	post("/c", s.sendMessage)
	r.Get("/c/log", framed, s.bounce, s.showLog)
	r.Post("/c/person", framed, s.bounce, s.sameOrigin, s.askPerson)
	if s.Files != nil {
		r.Post(FilePath, framed, s.bounce, s.sameOrigin, s.sendFile)
	}
	get("/c/events", s.streamEvents)
	get("/c/code", s.showCode)
	post("/c/code", s.checkCode)
	get("/print", s.showCopy)
	get("/return", s.askCode)
	post("/return", s.comeBack)
	get("/delete", s.offerErase)
	get("/delete/confirm", s.confirmErase)
	post("/delete/confirm", s.eraseAll)
	get("/delete/replies", s.offerHide)
	post("/delete/replies", s.hideReplies)
	get("/delete/done", s.erased)
	get("/exit", s.leave)
	get("/ended", s.endSession)
	for _, name := range []string{"safety", "about", "privacy", "help"} {
		get("/"+name, s.showText(name))
	}
}

// Failure answers with the public error page: what happened, what to do, and a
// reference for our log. It fits page.ErrorHandler.
func (s *Site) Failure(c *fiber.Ctx, f page.Failure) error {
	page.SetHeaders(c, s.assets.policy("'none'"), s.Secure)
	v := s.view(c)
	v.Problem = v.Say(problemKey(f.Status))
	v.Reference = f.Reference
	return s.render.Render(c, f.Status, "failure", v)
}

func problemKey(status int) string {
	switch {
	case status == fiber.StatusNotFound || status == fiber.StatusMethodNotAllowed:
		return "web.errors.not_found"
	case status == fiber.StatusForbidden:
		return "web.errors.not_allowed"
	case status >= fiber.StatusInternalServerError:
		return "web.errors.trouble"
	}
	return "web.errors.unread"
}
