package console

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/web/page"
)

// Tries allowed for one login name and for one address. The first stops
// guessing one person's password, the second trying one password on everybody;
// an office behind one address still gets in.
var (
	triesPerLogin   = ratelimit.Limit{Events: 8, Per: 15 * time.Minute}
	triesPerAddress = ratelimit.Limit{Events: 60, Per: 15 * time.Minute}
)

// signinWithin bounds the wait for a turn at hashing.
const signinWithin = 8 * time.Second

func (s *Console) signinSubmit(c *fiber.Ctx) error {
	p := signinPage{Login: strings.TrimSpace(c.FormValue("login")), To: c.FormValue("to")}
	ctx, cancel := context.WithTimeout(c.UserContext(), signinWithin)
	defer cancel()
	if wait := s.tooMany(ctx, page.Caller(c), p.Login); wait > 0 {
		p.Problem = "Too many tries. Wait " + minutes(wait) + ", then try again."
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(wait.Seconds())+1))
		return s.renderSignin(c, fiber.StatusTooManyRequests, p)
	}
	user, err := s.authenticate(ctx, p.Login, c.FormValue("password"))
	if err != nil {
		return err
	}
	if user.ID == "" {
		p.Problem = "That login and password do not go together. Check both and try again."
		return s.renderSignin(c, fiber.StatusUnauthorized, p)
	}
	token, err := s.begin(c, user)
	if err != nil {
		return err
	}
	return c.Redirect(home(&visit{user: user, token: token}, p.To), fiber.StatusSeeOther)
}

func (s *Console) tooMany(ctx context.Context, address, login string) time.Duration {
	okA, waitA := s.Limiter.Allow(ctx, "signin-address:"+address, triesPerAddress)
	okL, waitL := s.Limiter.Allow(ctx, "signin-login:"+strings.ToLower(login), triesPerLogin)
	if okA && okL {
		return 0
	}
	return max(waitA, waitL, time.Second)
}

// authenticate returns the user, or one without an id when login and password
// do not go together. It takes as long for a login that does not exist.
func (s *Console) authenticate(ctx context.Context, login, password string) (hotline.User, error) {
	user, err := s.Staff.UserByLogin(ctx, strings.ToLower(login))
	if err != nil && hotline.CodeOf(err) != hotline.NotFound {
		return hotline.User{}, err
	}
	match, err := s.Passwords.Verify(ctx, password, user.PasswordHash)
	if err != nil {
		return hotline.User{}, err
	}
	if !match || user.Disabled {
		return hotline.User{}, nil
	}
	return user, nil
}

// begin makes a new session, whatever the browser held before.
func (s *Console) begin(c *fiber.Ctx, user hotline.User) (string, error) {
	if old := c.Cookies(s.cookieName()); old != "" {
		_ = s.Sessions.DeleteSession(c.UserContext(), hashToken(old))
	}
	token, now := newToken(), s.Now()
	err := s.Sessions.AddSession(c.UserContext(), hotline.Session{
		TokenHash: hashToken(token), UserID: user.ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionLife),
	})
	if err != nil {
		return "", err
	}
	s.setCookie(c, token, now.Add(sessionLife))
	return token, nil
}

func minutes(d time.Duration) string {
	n := int((d + time.Minute - 1) / time.Minute)
	if n <= 1 {
		return "a minute"
	}
	return strconv.Itoa(n) + " minutes"
}
