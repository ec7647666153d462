// Package api is the door for the programs of partners: a report comes in as JSON,
// with a key, and goes the same way as a text from a phone. The description of the
// door, in OpenAPI, stands at the door.
//
// It knows nothing of what a report means, nor of the database.
package api

import (
	"context"
	_ "embed"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/web/page"
)

// Path is what all addresses of the door begin with.
const Path = "/api"

const (
	reportsPath = Path + "/v1/reports"
	openAPIPath = Path + "/v1/openapi.json"
)

// patience ends before most clients give up, so that a slow database becomes a 503.
const patience = 10 * time.Second

//go:embed openapi.json
var openAPI []byte

// The limits. A partner's is far above what people report, and leaves room for a
// backlog; an address's is for those who try keys.
var (
	ofPartner = ratelimit.Limit{Events: 300, Per: time.Minute}
	ofAddress = ratelimit.Limit{Events: 600, Per: time.Minute}
)

// Receiver takes a report in; when it returns, the report is durable. The same
// ProviderID any number of times is one report.
type Receiver interface {
	Receive(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error)
}

// Partners finds whose key it is, by the key's hash, and notes the use. A key that
// is no good is hotline.Unauthenticated.
type Partners interface {
	UsePartner(ctx context.Context, keyHash string) (hotline.PartnerKey, error)
}

// Config is what the door needs.
type Config struct {
	Receiver Receiver
	Partners Partners
	Limiter  ratelimit.Limiter
	Now      func() time.Time
}

// Door opens the door on a router, which must be the app itself.
func Door(cfg Config) func(fiber.Router) {
	d := &door{cfg}
	return func(r fiber.Router) {
		group := r.Group(Path, headers)
		group.Get("/v1/openapi.json", describe)
		group.All("/v1/openapi.json", only(fiber.MethodGet))
		group.Post("/v1/reports", d.report)
		group.All("/v1/reports", only(fiber.MethodPost))
		group.Use(func(*fiber.Ctx) error {
			return hotline.Errorf(hotline.NotFound, "there is nothing here: see "+openAPIPath)
		})
	}
}

type door struct{ Config }

func headers(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.Next()
}

func describe(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(openAPI)
}

func only(method string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderAllow, method)
		return fiber.ErrMethodNotAllowed
	}
}

// Fail answers any failure as a problem of RFC 9457.
func Fail(c *fiber.Ctx, f page.Failure) error {
	if f.Status == fiber.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="reports"`)
	}
	return answerProblem(c, problem{Status: f.Status, Detail: f.Message, Reference: f.Reference})
}
