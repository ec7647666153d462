package public

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

// maxLetter is the longest message in characters: two pages of writing, well
// within what a batch holds.
const maxLetter = 4000

// tokenBytes is the size of a form's one-time token.
const tokenBytes = 16

var tokenForm = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

// letter is the form of one message, copied out of the request.
type letter struct {
	text  string
	token string
	trap  bool // the field that people do not see was filled in
	about bool
}

func readLetter(c *fiber.Ctx) letter {
	text := strings.ToValidUTF8(c.FormValue("text"), "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(text)
	return letter{
		text:  strings.TrimSpace(text),
		token: strings.Clone(c.FormValue("token")),
		trap:  c.FormValue("more") != "",
		about: c.FormValue("about") != "",
	}
}

// id names this letter: the same form with the same words is the same letter,
// and other words are another one, so that words changed after a failed try are
// never taken for a repetition. It gives away neither the words nor the token.
func (l letter) id() string {
	sum := sha256.Sum256([]byte(l.token + "\x00" + l.text))
	return "web:" + base64.RawURLEncoding.EncodeToString(sum[:18])
}

// problem is the key of what keeps the letter from being sent; "" for nothing.
func (l letter) problem() string {
	switch {
	case !tokenForm.MatchString(l.token):
		return "web.errors.old_page"
	case l.text == "":
		return "web.errors.nothing"
	case utf8.RuneCountInString(l.text) > maxLetter:
		return "web.errors.too_long"
	case l.trap:
		return "web.errors.unread"
	}
	return ""
}
