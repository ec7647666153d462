package public

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// A visitor's session lives 12 hours at most and ends after 20 idle minutes,
// with a warning two minutes before (P-17). Only what the visitor does counts
// as use; a list that refreshes itself does not.
const (
	sessionCookie = "m"
	sessionLife   = 12 * time.Hour
	idleLimit     = 20 * time.Minute
	idleWarning   = 18 * time.Minute
	touchEvery    = 30 * time.Second
)

// presence says what the session cookie of a request stands for.
type presence int

const (
	nobody  presence = iota // no cookie: a first visit
	gone                    // a session that has ended
	present                 // a living session
)

// visitor finds the session of a request. A session that has ended is deleted
// and its cookie expired. The error is the store's.
func (s *Site) visitor(c *fiber.Ctx) (hotline.Session, presence, error) {
	token := c.Cookies(sessionCookie)
	if token == "" {
		return hotline.Session{}, nobody, nil
	}
	session, err := s.Sessions.Session(c.UserContext(), hashToken(token))
	switch {
	case err == nil && isDraft(session):
		return hotline.Session{}, nobody, nil
	case hasCode(err, hotline.NotFound), err == nil && session.ConversationID == "":
		s.expireSession(c)
		return hotline.Session{}, gone, nil
	case err != nil:
		return hotline.Session{}, nobody, err
	}
	if now := s.Now(); now.Sub(session.SeenAt) >= idleLimit || !now.Before(session.ExpiresAt) {
		return hotline.Session{}, gone, s.endVisit(c, session)
	}
	return session, present, nil
}

// touch notes that the visitor did something.
func (s *Site) touch(c *fiber.Ctx, session hotline.Session) error {
	now := s.Now()
	if now.Sub(session.SeenAt) < touchEvery {
		return nil
	}
	return s.Sessions.ChangeSession(c.UserContext(), session.TokenHash, func(kept *hotline.Session) error {
		kept.SeenAt = now
		return nil
	})
}

// beginVisit opens a session for a receipt code.
func (s *Site) beginVisit(c *fiber.Ctx, code hotline.Address, id hotline.ConversationID) error {
	now := s.Now()
	return s.openSession(c, &hotline.Session{
		ConversationID: id, Address: code, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionLife),
	})
}

// openSession draws a token for a session and gives the browser its cookie.
func (s *Site) openSession(c *fiber.Ctx, session *hotline.Session) error {
	token, err := s.draw(32)
	if err != nil {
		return err
	}
	session.TokenHash = hashToken(token)
	if err := s.Sessions.AddSession(c.UserContext(), *session); err != nil {
		return err
	}
	c.Cookie(&fiber.Cookie{
		Name: sessionCookie, Value: token, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
		Secure: s.secure(c), SessionOnly: true,
	})
	return nil
}

// endVisit deletes the session and its cookie. The cookie goes even when the
// store fails.
func (s *Site) endVisit(c *fiber.Ctx, session hotline.Session) error {
	s.expireSession(c)
	err := s.Sessions.DeleteSession(c.UserContext(), session.TokenHash)
	if hasCode(err, hotline.NotFound) {
		return nil
	}
	return err
}

// expireSession takes the cookie back by name; Clear-Site-Data would wipe the
// mark that keeps Back from working too (ux.md, finding 3).
func (s *Site) expireSession(c *fiber.Ctx) {
	c.Cookie(&fiber.Cookie{
		Name: sessionCookie, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
		Secure: s.secure(c), Expires: time.Unix(1, 0),
	})
}

// draw makes an unguessable text of n random bytes.
func (s *Site) draw(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "", hotline.Errorf(hotline.Internal, "draw a token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func hasCode(err error, code hotline.Code) bool { return hotline.CodeOf(err) == code }

// visitorPage shows a page of somebody who has a session. Without one the way
// there is the code.
func (s *Site) visitorPage(c *fiber.Ctx, show func(*view, hotline.Session) error) error {
	v := s.view(c)
	session, is, err := s.visitor(c)
	switch {
	case err != nil:
		return err
	case is != present:
		return c.Redirect(v.Href("/return"), fiber.StatusSeeOther)
	}
	if err := s.touch(c, session); err != nil {
		return err
	}
	return show(v, session)
}
