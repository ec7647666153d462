package public

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// The mark that a visitor has just left. While a browser carries it, every
// public page leads to the neutral site, so that Back shows nothing of ours
// (P-05). Changing a cookie also makes Chromium drop the pages it kept whole
// for Back, which no-store alone does not (ux.md, finding 1).
const (
	leftCookie = "b"
	leftFor    = 120 // seconds
)

// goodbye bounds how long the store may hold up someone who wants to leave.
const goodbye = 300 * time.Millisecond

// leave takes the visitor to the neutral site at once, whatever fails, ends
// the session and tells the helpers.
func (s *Site) leave(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), goodbye)
	defer cancel()
	c.SetUserContext(ctx)
	if session, is, err := s.visitor(c); err == nil && is == present {
		_ = s.endVisit(c, session) // the cookie goes in any case; the session ends when idle
		s.Events.Publish(hotline.Event{Topic: "conversation", Kind: "left", ConversationID: session.ConversationID})
	}
	if draft, is, err := s.drafting(c); err == nil && is == present {
		_ = s.Sessions.DeleteSession(ctx, draft.TokenHash)
	}
	s.expireSession(c)
	c.Cookie(&fiber.Cookie{
		Name: leftCookie, Value: "1", Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
		Secure: s.secure(c), MaxAge: s.leftFor,
	})
	return c.Redirect(s.ExitURL, fiber.StatusSeeOther)
}

// bounce sends a visitor who has just left to the neutral site again.
func (s *Site) bounce(c *fiber.Ctx) error {
	if c.Cookies(leftCookie) != "" {
		return c.Redirect(s.ExitURL, fiber.StatusSeeOther)
	}
	return c.Next()
}
