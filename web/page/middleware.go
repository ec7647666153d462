package page

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

const requestIDKey = "request_id"

// RequestID is the reference that the log line, the error page and the answer's
// X-Request-Id share.
func RequestID(c *fiber.Ctx) string {
	id, _ := c.Locals(requestIDKey).(string)
	return id
}

// Observe gives each request its reference, keeps a panic from ending the
// process, and writes one log line: method, route pattern, status, duration,
// size. Never the address of the caller, the path as asked, a query, a header
// or a body: none of them may name a person in a log.
func Observe(log *slog.Logger, now func() time.Time) fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		start := now()
		id := newRequestID()
		c.Locals(requestIDKey, id)
		c.Set(fiber.HeaderXRequestID, id)
		defer func() {
			if p := recover(); p != nil {
				log.Error("panic", "ref", id, "stack", string(debug.Stack()))
				err = hotline.Errorf(hotline.Internal, "panic in %s", c.Route().Path)
			}
			if err != nil {
				err = c.App().ErrorHandler(c, err)
			}
			log.Debug("request", "ref", id, "method", c.Method(), "route", c.Route().Path,
				"status", c.Response().StatusCode(), "ms", now().Sub(start).Milliseconds())
		}()
		return c.Next()
	}
}

func newRequestID() string {
	var b [6]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Secure sets the headers every page carries. csp is the surface's own
// Content-Security-Policy; https says that browsers reach us by https, which a
// proxy in front of us may end.
func Secure(csp string, https bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		SetHeaders(c, csp, https)
		return c.Next()
	}
}

// SetHeaders sets the headers every page carries (ux.md §5), for pages that no
// middleware has passed: those of failures.
func SetHeaders(c *fiber.Ctx, csp string, https bool) {
	c.Set(fiber.HeaderContentSecurityPolicy, csp)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderXDNSPrefetchControl, "off")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), clipboard-read=(), geolocation=(), microphone=(), payment=(), usb=()")
	c.Set("X-Robots-Tag", "noindex, nofollow")
	if https {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=63072000")
	}
}
