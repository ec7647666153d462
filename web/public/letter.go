package public

import (
	"crypto/sha256"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

// maxLetter is the longest message in characters: two pages of writing, well
// within what a batch holds.
const maxLetter = 4000

// letter is the form of one message, copied out of the request.
type letter struct {
	text  string
	token string
	trap  bool // the field that people do not see was filled in
}

func readLetter(c *fiber.Ctx) letter {
	text := strings.ToValidUTF8(c.FormValue("text"), "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(text)
	return letter{
		text:  strings.TrimSpace(text),
		token: postedToken(c),
		trap:  c.FormValue("more") != "",
	}
}

// onNewForm is the letter on a form that gets a new token.
func (l letter) onNewForm() letter {
	l.token = ""
	return l
}

// id names this letter: the same form with the same words is the same letter,
// and other words are another one, so that words changed after a failed try are
// never taken for a repetition. It gives away neither the words nor the token.
func (l letter) id() string {
	sum := sha256.Sum256([]byte(l.token + "\x00" + l.text))
	return "web:" + encoding.EncodeToString(sum[:18])
}

// problem is the key of what is wrong with the letter itself; "" for nothing.
func (l letter) problem(code hotline.Address) string {
	switch {
	case webchat.Contains(l.text, code):
		return "web.code.in_message"
	case l.text == "":
		return "web.errors.nothing"
	case utf8.RuneCountInString(l.text) > maxLetter:
		return "web.errors.too_long"
	case l.trap:
		return "web.errors.unread"
	}
	return ""
}
