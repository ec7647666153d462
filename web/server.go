// Package web is the front of the house: one Fiber app with its doors (hooks
// for carriers, the public pages, the staff console), the assets they share and
// the probes. It knows nothing of what goes on behind a door.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/web/assets"
	"github.com/hearline/hearline/web/page"
)

// maxBody is above the largest webhook a carrier sends and the largest form of
// ours; anything bigger is answered 413 without being read.
const maxBody = 3 << 19 // 1.5 MiB

// Surface is one door: its routes, and how it tells of a failure.
type Surface struct {
	Paths []string // what its addresses begin with; empty for the one that has the rest
	Mount func(fiber.Router)
	Fail  func(*fiber.Ctx, page.Failure) error // nil: one line of plain text
}

// Config is what the front needs.
type Config struct {
	Log    *slog.Logger
	Now    func() time.Time
	Ready  func(context.Context) error // nil error: requests can be served
	Assets *assets.Set

	// Proxies are those in front of us whose X-Forwarded-For is believed.
	Proxies []netip.Prefix

	// LargePath is the one address whose bodies may have up to LargeBody bytes;
	// "" for none.
	LargePath string
	LargeBody int

	// Surfaces are mounted in this order; the first whose Paths fit an address
	// answers for its failures. Carriers come first, so that a hook passes
	// nothing but the log on its way.
	Surfaces []Surface
}

// readyWithin bounds a readiness probe; orchestrators give up after about a
// second.
const readyWithin = 900 * time.Millisecond

// App is what New builds. The name stands here because the roof holds and
// starts the app, and Fiber may be imported only inside this package.
type App = fiber.App

// New builds the app. It does not listen.
func New(cfg Config) (*App, error) {
	if cfg.Log == nil || cfg.Now == nil || cfg.Ready == nil || cfg.Assets == nil {
		return nil, errors.New("web: Log, Now, Ready and Assets are needed")
	}
	app := fiber.New(fiber.Config{
		AppName:               "hearline",
		Immutable:             true, // Fiber reuses its strings; ours outlive the request
		StrictRouting:         false,
		BodyLimit:             max(maxBody, cfg.LargeBody),
		ReadTimeout:           readWithin(cfg.LargeBody),
		WriteTimeout:          0, // a deadline would cut healthy event streams
		IdleTimeout:           75 * time.Second,
		DisableStartupMessage: true,
		ErrorHandler:          page.ErrorHandler(cfg.Log, failOf(cfg.Surfaces)),
	})
	app.Server().KeepHijackedConns = true // who takes a connection over closes it, too
	app.Use(page.Observe(cfg.Log, cfg.Now), page.Callers(cfg.Proxies))
	app.Use(func(c *fiber.Ctx) error {
		if len(c.Request().Body()) > maxBody && c.Path() != cfg.LargePath {
			return fiber.ErrRequestEntityTooLarge
		}
		return c.Next()
	})
	app.Get("/healthz", func(c *fiber.Ctx) error { return probe(c, nil) })
	app.Get("/readyz", func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(c.UserContext(), readyWithin)
		defer cancel()
		return probe(c, cfg.Ready(ctx))
	})
	cfg.Assets.Mount(app)
	for _, s := range cfg.Surfaces {
		s.Mount(app)
	}
	return app, nil
}

// readWithin gives slow phones the time that a picture takes.
func readWithin(largest int) time.Duration {
	if largest > maxBody {
		return 2 * time.Minute
	}
	return 15 * time.Second
}

func probe(c *fiber.Ctx, err error) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if err != nil {
		return c.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
	}
	return c.SendString("ok\n")
}

// failOf sends a failure to the surface that owns the address.
func failOf(surfaces []Surface) func(*fiber.Ctx, page.Failure) error {
	return func(c *fiber.Ctx, f page.Failure) error {
		for _, s := range surfaces {
			if !owns(s.Paths, c.Path()) {
				continue
			}
			if s.Fail == nil {
				break
			}
			return s.Fail(c, f)
		}
		return page.PlainFailure(c, f)
	}
}

// owns says whether path is one of the prefixes or lies below it; a slash at
// the end of a prefix makes no difference.
func owns(prefixes []string, path string) bool {
	for _, p := range prefixes {
		p = strings.TrimSuffix(p, "/")
		if rest, ok := strings.CutPrefix(path, p); ok && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return len(prefixes) == 0
}
