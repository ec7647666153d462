package dialling

import (
	"strings"
	"unicode"
)

// keepsZero are the countries in which the 0 before a national number is part of it.
var keepsZero = map[string]bool{"IT": true, "SM": true, "VA": true}

// fewestDigits and mostDigits bound a number with its calling code (E.164).
const (
	fewestDigits = 8
	mostDigits   = 15
)

// Normalize turns a telephone number as people write it into E.164: with spaces,
// dashes and brackets, with 00 or + before the calling code, or without one, when it
// is of the country; in the digits of any script. ok is false for what cannot be one.
// Numbers that are written in two ways come out in one: Brazil's mobiles get their
// ninth digit, and Mexico's lose the old 1.
func Normalize(typed, country string) (e164 string, ok bool) {
	digits, plus := digitsOf(typed)
	code := numbers().codes[country]
	switch {
	case plus:
	case strings.HasPrefix(digits, "00"):
		digits = digits[2:]
	case code == "":
		return "", false
	case code == "1" && len(digits) == 11 && digits[0] == '1': // written with the calling code
	case code != "1" && strings.HasPrefix(digits, code) && len(digits) >= len(code)+8 && digits[0] != '0':
	case keepsZero[country]:
		digits = code + digits
	default:
		digits = code + strings.TrimPrefix(digits, "0")
	}
	digits = oneForm(digits)
	if len(digits) < fewestDigits || len(digits) > mostDigits || digits[0] == '0' || Country("+"+digits) == "" {
		return "", false
	}
	return "+" + digits, true
}

// digitsOf takes the digits of any script out of a text, and says whether a + stands
// before them. Letters make it no number.
func digitsOf(typed string) (digits string, plus bool) {
	var b strings.Builder
	for _, r := range typed {
		switch {
		case r == '+' || r == '＋':
			plus = plus || b.Len() == 0
		case unicode.Is(unicode.Nd, r):
			b.WriteByte('0' + byte(valueOf(r)))
		case unicode.IsLetter(r):
			return "", false
		}
	}
	return b.String(), plus
}

// valueOf is what a digit is worth: those of a script stand in a row that begins at
// its zero.
func valueOf(r rune) int {
	for _, in := range unicode.Nd.R16 {
		if uint16(r) >= in.Lo && uint16(r) <= in.Hi && r <= 0xFFFF {
			return int(uint16(r)-in.Lo) % 10
		}
	}
	for _, in := range unicode.Nd.R32 {
		if uint32(r) >= in.Lo && uint32(r) <= in.Hi {
			return int(uint32(r)-in.Lo) % 10
		}
	}
	return 0
}

// oneForm joins the two ways in which some countries' mobiles are written.
func oneForm(digits string) string {
	switch {
	case strings.HasPrefix(digits, "55") && len(digits) == 12 && digits[4] >= '6': // mobiles began with 6 to 9
		return digits[:4] + "9" + digits[4:]
	case strings.HasPrefix(digits, "521") && len(digits) == 13:
		return "52" + digits[3:]
	}
	return digits
}
