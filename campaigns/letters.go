package campaigns

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/hearline/hearline/locales"
)

// Letter is one outside the short alphabet of text messages (GSM-7) that another one
// can stand for.
type Letter struct {
	Letter, Instead string
	Word            string // in which it stands
}

// instead are look-alikes that taking accents off does not find.
var instead = map[rune]string{
	'’': "'", '‘': "'", '“': "\"", '”': "\"", '„': "\"", '«': "\"", '»': "\"", '–': "-", '—': "-", '…': "...", ' ': " ", '\u202f': " ", '·': ".", '•': "-",
	'ı': "i", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'ş': "s", 'ţ': "t", 'œ': "oe", 'Œ': "OE", 'ð': "d", 'þ': "th", '´': "'", '`': "'", 'ª': "a", 'º': "o",
}

// Letters lists the letters that make a text cost more, once for each word, when
// others can stand for all of them; none when the text is in another script anyway.
func Letters(text string) (out []Letter) {
	for _, word := range strings.Fields(text) {
		for _, r := range norm.NFC.String(word) {
			if short(string(r)) {
				continue
			}
			other := lookAlike(r)
			if other == "" {
				return nil
			}
			out = append(out, Letter{string(r), other, strings.TrimFunc(word, unicode.IsPunct)})
		}
	}
	for _, r := range text { // spaces that Fields has passed over
		if unicode.IsSpace(r) && !short(string(r)) {
			out = append(out, Letter{string(r), " ", ""})
		}
	}
	return out
}

func short(s string) bool {
	encoding, _, _ := locales.Segments(s)
	return encoding == locales.GSM7
}

// lookAlike is what may stand for a letter in the short alphabet, "" for none.
func lookAlike(r rune) string {
	if s, is := instead[r]; is {
		return s
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(string(r)))
	if plain != string(r) && plain != "" && short(plain) {
		return plain
	}
	return ""
}

// Shorten replaces every letter that Letters lists.
func Shorten(text string) string {
	swap := map[string]string{}
	for _, l := range Letters(text) {
		swap[l.Letter] = l.Instead
	}
	var b strings.Builder
	for _, r := range norm.NFC.String(text) {
		if s, is := swap[string(r)]; is {
			b.WriteString(s)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
