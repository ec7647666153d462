package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// Sessions end after a shift at the latest, and after half an hour in which
// nobody did anything (OWASP ASVS 7.3: 12 h and 15 to 30 min for work that
// shows personal data). Live updates do not count as doing something.
const (
	sessionLife = 12 * time.Hour
	sessionIdle = 30 * time.Minute
	seenEvery   = time.Minute // how often use is written down
)

// visit is one request of somebody who is signed in.
type visit struct {
	user  hotline.User
	token string // the cookie's value
}

// csrf is the token that forms of this session carry. It is made from the
// cookie, so that only who holds the cookie can make it and nothing is stored.
func (v *visit) csrf() string {
	mac := hmac.New(sha256.New, []byte(v.token))
	mac.Write([]byte("form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// cookieName carries the __Host- prefix where the browser honours it: over
// https, for this host only.
func (s *Console) cookieName() string {
	if s.Secure {
		return "__Host-desk"
	}
	return "desk"
}

func (s *Console) setCookie(c *fiber.Ctx, token string, expires time.Time) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(), Value: token, Path: "/", Expires: expires,
		HTTPOnly: true, Secure: s.Secure, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// signedIn lets a handler run only for somebody with a living session; others
// go to the sign-in page and come back afterwards.
func (s *Console) signedIn(h func(*fiber.Ctx, *visit) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		v, err := s.visit(c)
		if err != nil {
			return err
		}
		if c.Method() == fiber.MethodPost && !sameToken(c.FormValue("csrf"), v.csrf()) {
			return hotline.Errorf(hotline.Forbidden, "this form is too old. Go back, reload the page and try again")
		}
		return h(c, v)
	}
}

func sameToken(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *Console) visit(c *fiber.Ctx) (*visit, error) {
	ended := hotline.Errorf(hotline.Unauthenticated, "sign in to go on")
	token := c.Cookies(s.cookieName())
	if token == "" {
		return nil, ended
	}
	session, err := s.liveSession(c, token)
	switch {
	case hotline.CodeOf(err) == hotline.NotFound:
		return nil, ended
	case err != nil:
		return nil, err
	}
	user, err := s.Staff.User(c.UserContext(), session.UserID)
	switch {
	case hotline.CodeOf(err) == hotline.NotFound || err == nil && user.Disabled:
		return nil, ended
	case err != nil:
		return nil, err
	}
	return &visit{user: user, token: token}, nil
}

// liveSession finds the session, ends it when it was idle too long, and writes
// down that it was used unless a script or a timer asked by itself.
func (s *Console) liveSession(c *fiber.Ctx, token string) (hotline.Session, error) {
	ctx, hash, now := c.UserContext(), hashToken(token), s.Now()
	session, err := s.Sessions.Session(ctx, hash)
	if err != nil {
		return session, err
	}
	if !alive(session, now) {
		_ = s.Sessions.DeleteSession(ctx, hash)
		return session, hotline.Errorf(hotline.NotFound, "session ended")
	}
	if byItself(c) || now.Sub(session.SeenAt) < seenEvery {
		return session, nil
	}
	return session, s.Sessions.ChangeSession(ctx, hash, func(x *hotline.Session) error {
		x.SeenAt = now
		return nil
	})
}

// alive says whether a member of staff's session goes on.
func alive(session hotline.Session, now time.Time) bool {
	return session.UserID != "" && now.Before(session.ExpiresAt) && now.Sub(session.SeenAt) <= sessionIdle
}

// byItself says that no person asked: a live update or a timed reload.
func byItself(c *fiber.Ctx) bool {
	return c.Query("part") != "" || c.Query("auto") != "" || c.Path() == "/o/events"
}

// worker lets only roles through that read reports.
func worker(h func(*fiber.Ctx, *visit) error) func(*fiber.Ctx, *visit) error {
	return func(c *fiber.Ctx, v *visit) error {
		if !v.user.HandlesConversations() {
			return hotline.Errorf(hotline.Forbidden, "reports are for operators and supervisors")
		}
		return h(c, v)
	}
}

// sameOrigin refuses forms that another site sent. Browsers say so in
// Sec-Fetch-Site, older ones in Origin.
func (s *Console) sameOrigin(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead {
		return c.Next()
	}
	foreign := hotline.Errorf(hotline.Forbidden, "this form did not come from this site")
	if site := c.Get("Sec-Fetch-Site"); site != "" {
		if site != "same-origin" {
			return foreign
		}
		return c.Next()
	}
	if origin := c.Get(fiber.HeaderOrigin); origin != "" && !s.isOurs(origin, string(c.Request().Host())) {
		return foreign
	}
	return c.Next()
}

func (s *Console) isOurs(origin, host string) bool {
	if s.Origin != "" {
		return origin == s.Origin
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == host
}
