package public

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/web/page"
)

// Instead of a puzzle (P-24). The limits are far above what a person types;
// those for an address alone allow for many people behind one.
var (
	lettersOfVisitor  = ratelimit.Limit{Events: 20, Per: time.Minute}
	beginningsOfPhone = ratelimit.Limit{Events: 10, Per: 10 * time.Minute}
	beginningsAddress = ratelimit.Limit{Events: 100, Per: 10 * time.Minute}
	codesOfPhone      = ratelimit.Limit{Events: 5, Per: 10 * time.Minute}
	codesOfAddress    = ratelimit.Limit{Events: 60, Per: 10 * time.Minute}
)

// mayWrite counts a message: by session, or before there is one by phone and by
// address. Keys are hashed before they leave the process.
func (s *Site) mayWrite(c *fiber.Ctx, session hotline.Session) (ok bool, wait time.Duration) {
	if session.TokenHash != "" {
		return s.Limiter.Allow(c.UserContext(), "public.letter:"+session.TokenHash, lettersOfVisitor)
	}
	return s.allowBoth(c, "public.begin", beginningsOfPhone, beginningsAddress)
}

// mayTryCode counts a try to come back.
func (s *Site) mayTryCode(c *fiber.Ctx) (ok bool, wait time.Duration) {
	return s.allowBoth(c, "public.code", codesOfPhone, codesOfAddress)
}

// allowBoth counts by phone (address and what the browser says of itself, so
// that neighbours behind one address do not block each other) and by address.
func (s *Site) allowBoth(c *fiber.Ctx, what string, phone, address ratelimit.Limit) (ok bool, wait time.Duration) {
	ip := page.Caller(c)
	own := ip + "|" + c.Get(fiber.HeaderUserAgent) + "|" + c.Get(fiber.HeaderAcceptLanguage)
	if ok, wait = s.Limiter.Allow(c.UserContext(), what+".phone:"+own, phone); !ok {
		return false, wait
	}
	return s.Limiter.Allow(c.UserContext(), what+".address:"+ip, address)
}

// waitWords also sets Retry-After.
func (s *Site) waitWords(c *fiber.Ctx, wait time.Duration) string {
	c.Set(fiber.HeaderRetryAfter, strconv.Itoa(max(1, int((wait+time.Second-1)/time.Second))))
	minutes := max(1, int((wait+time.Minute-1)/time.Minute))
	return s.view(c).Say("web.errors.wait", "count", minutes)
}
