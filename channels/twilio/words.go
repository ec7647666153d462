package twilio

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

func all(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isWordByte(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' || c == '-' }

// isE164 accepts a plus and 7 to 15 digits, the first not zero.
func isE164(s string) bool {
	return len(s) >= 8 && len(s) <= 16 && s[0] == '+' && s[1] != '0' && all(s[1:], isDigit)
}

func isShortCode(s string) bool { return len(s) >= 3 && len(s) <= 8 && all(s, isDigit) }

// isSenderName accepts an alphanumeric sender: up to 11 letters, digits and a
// few signs, at least one of them a letter.
func isSenderName(s string) bool {
	letters := 0
	return len(s) >= 1 && len(s) <= 11 && all(s, func(c byte) bool {
		if isLetter(c) {
			letters++
		}
		return isWordByte(c) || c == ' ' || c == '&' || c == '.'
	}) && letters > 0
}

// sameWords compares texts by their letters and digits alone: Twilio's Smart
// Encoding swaps quotes, dashes and spaces for cheaper ones, and a text that was
// not known again would be sent a second time. Where there are none, all counts.
func sameWords(a, b string) bool {
	wordsOnly := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}
	inA, inB := strings.Map(wordsOnly, a), strings.Map(wordsOnly, b)
	return inA == inB && (inA != "" || a == b)
}

// shortestLong is the length from which a body may be a long text that arrived
// in Base64: one SMS part in UCS-2, 134 bytes, is far above it.
const shortestLong = 60

// decodeLong undoes the Base64 in which some carriers hand long texts to
// Twilio. Only a body that is Base64 from end to end, and whose content is
// readable text with a space or a letter beyond ASCII, is taken for one: no
// sentence looks like that.
func decodeLong(body string) string {
	if len(body) < shortestLong || len(body)%4 != 0 {
		return body
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(body)
	if err != nil || !utf8.Valid(decoded) {
		return body
	}
	text, separated := string(decoded), false
	for _, r := range text {
		if !unicode.IsPrint(r) && !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf) {
			return body
		}
		separated = separated || r == ' ' || (r > unicode.MaxASCII && unicode.IsLetter(r))
	}
	if !separated {
		return body
	}
	return text
}
