package campaigns

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

// lockScreen is how many characters of a message a locked phone shows.
const lockScreen = 40

// LockScreen is what somebody sees who picks up the phone: the first characters, with
// an ellipsis when there are more. No letter is cut from its marks.
func LockScreen(text string) string {
	n := 0
	for i, r := range text {
		if unicode.Is(unicode.M, r) || r == '\u200d' || r == '\u200c' {
			continue
		}
		if n == lockScreen {
			return strings.TrimRight(text[:i], " ") + "…"
		}
		n++
	}
	return text
}

// Remark is one thing to know about a text on a watched phone.
type Remark struct {
	Fine  bool
	Block bool   // it may not go out like this
	Code  string // such as "telling_word"
	Says  string
}

// shorteners are public ones, which carriers refuse (CTIA; transport.md §6.2).
var shorteners = regexp.MustCompile(`(?i)\b(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|is\.gd|buff\.ly|rebrand\.ly|cutt\.ly|shorturl\.at|t\.ly|rb\.gy|lnkd\.in)\b`)

var (
	webAddress = regexp.MustCompile(`(?i)\b(?:https?://|www\.)\S+|\b[a-z0-9-]+\.(?:com|org|net|info|io|int|gov|edu|example)\b\S*`)
	mailOrCall = regexp.MustCompile(`(?i)[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}|\+?\d[\d ().-]{6,}\d`)
)

// Lint looks at a text, its gaps filled, with the eyes of somebody who watches the
// phone.
func Lint(lang hotline.Language, text, ownNumber string) (out []Remark) {
	first := LockScreen(text)
	shown, rest := locales.Telling(lang, first), locales.Telling(lang, text)
	switch {
	case shown != "":
		out = append(out, Remark{Code: "telling_word", Says: "“" + shown + "” stands where a locked phone shows it, and tells what this is about. Say it in other words, or later in the text."})
	case rest != "":
		out = append(out, Remark{Code: "telling_word_later", Says: "“" + rest + "” tells what this is about, though a locked phone does not show it."})
	default:
		out = append(out, Remark{Fine: true, Code: "telling_word", Says: "No telling word in the first 40 letters, none in the rest"})
	}
	switch link := webAddress.FindString(text); {
	case shorteners.MatchString(text):
		out = append(out, Remark{Block: true, Code: "shortener", Says: "A link that a public shortener made: carriers refuse these, and people cannot see where it leads. Write the whole address, or none."})
	case link != "" && locales.Telling(lang, link) != "":
		out = append(out, Remark{Code: "telling_link", Says: "The web address tells what this is about, and stays in the phone's history."})
	case link != "":
		out = append(out, Remark{Code: "link", Says: "A web address stays in the phone's history. Do people need it?"})
	default:
		out = append(out, Remark{Fine: true, Code: "link", Says: "No web address"})
	}
	for _, found := range mailOrCall.FindAllString(text, -1) {
		if ownNumber == "" || !strings.Contains(digits(ownNumber), digits(found)) || digits(found) == "" {
			out = append(out, Remark{Code: "personal", Says: "There is a number or an address that is not the service's own. Is it anybody's?"})
			break
		}
	}
	return out
}
