package console

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/page"
)

// errorPage says what happened, what is safe and what to do next.
type errorPage struct {
	frame
	Head      string
	Happened  string
	Safe      string
	Next      string
	Again     string // address to try again; empty when that would not help
	Home      string
	HomeName  string
	Reference string
	At        string
}

// errorWords are the parts of the page that do not depend on what was asked.
type errorWords struct{ head, happened, safe, next string }

var wordsOf = map[hotline.Code]errorWords{
	hotline.Invalid: {
		"We could not read that", "Something in the address or the form was not as expected.",
		"Nothing was changed and nothing was sent.", "Go back and check what you entered.",
	},
	hotline.Forbidden: {
		"This is not open to you", "Your role does not include this, or the form was too old.",
		"Nothing was changed and nothing was sent.", "Go back and reload the page. If your work needs this, ask a supervisor.",
	},
	hotline.NotFound: {
		"Nothing is here", "The address is wrong, or what was here has been erased.",
		"Nothing was changed.", "Look for it in the queue, or check the address.",
	},
	hotline.Conflict: {
		"Someone was faster", "This changed while you had it open.",
		"Nothing of yours was sent.", "Open it again to see how it stands now.",
	},
	hotline.RateLimited: {
		"That was too often", "This was asked for many times in a short while.",
		"Nothing was lost.", "Wait a minute, then try again.",
	},
	hotline.Unavailable: {
		"We could not do this now", "A part of the service did not answer in time. This is our fault.",
		"What people sent us is kept. Nothing was sent to anybody.", "Try again. If it is an emergency, tell a supervisor.",
	},
	hotline.Internal: {
		"Something broke", "This is our fault.",
		"What people sent us is kept.", "Try again. If it happens again, tell your administrator the reference.",
	},
}

// Fail answers for a failure at one of the console's addresses.
func (s *Console) Fail(c *fiber.Ctx, f page.Failure) error {
	if c.Path() == "/o/events" || c.Query("part") != "" {
		return page.PlainFailure(c, f) // a script asked
	}
	if f.Code == hotline.Unauthenticated {
		return c.Redirect("/o/signin?"+s.comeBack(c).Encode(), fiber.StatusSeeOther)
	}
	words, ok := wordsOf[f.Code]
	if !ok {
		words = wordsOf[hotline.Internal]
	}
	p := errorPage{
		frame: s.bareFrame(c, words.head), Head: words.head, Happened: words.happened, Safe: words.safe, Next: words.next,
		Home: "/o/queue", HomeName: "Go to the queue", Reference: f.Reference, At: s.Now().In(s.Zone).Format("2 January 15:04"),
	}
	if said := f.Message; said != "" && f.Code != hotline.NotFound && !strings.EqualFold(said, statusText(f.Status)) {
		p.Happened = sentence(said)
	}
	if f.Status >= fiber.StatusInternalServerError && c.Method() == fiber.MethodGet {
		p.Again = c.OriginalURL()
	}
	if f.Code == hotline.Forbidden {
		p.Home, p.HomeName = "/me", "Go to your settings"
	}
	if err := s.pages.Render(c, f.Status, "error", p); err != nil {
		s.Log.Error("error page failed", "ref", f.Reference, "err", err)
		return page.PlainFailure(c, f)
	}
	return nil
}

func statusText(status int) string { return fiber.NewError(status).Message }

// comeBack is where sign-in leads afterwards: the page that was asked for, or
// the one with the form that was sent.
func (s *Console) comeBack(c *fiber.Ctx) url.Values {
	q := url.Values{}
	if c.Cookies(s.cookieName()) != "" {
		q.Set("ended", "1")
	}
	to := c.OriginalURL()
	if c.Method() != fiber.MethodGet {
		to = ""
		if u, err := url.Parse(c.Get(fiber.HeaderReferer)); err == nil && u.Host == string(c.Request().Host()) {
			to = u.RequestURI()
		}
	}
	if to != "" && to != "/o" && to != "/o/queue" {
		q.Set("to", to)
	}
	return q
}

// sentence begins with a capital and ends with a full stop.
func sentence(text string) string {
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
