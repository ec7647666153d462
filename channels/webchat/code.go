package webchat

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/hearline/hearline/hotline"
)

// codeLength is 15 random digits and one check digit: ten to the power of
// fifteen codes, so that guessing one of a hundred thousand living codes takes
// ten thousand million tries.
const codeLength = 16

// groupLength is how codes are shown and remembered: four groups of four.
const groupLength = 4

// maxTyped bounds what ParseCode looks at.
const maxTyped = 200

// NewCode draws a receipt code from random. The error is hotline.Internal when
// random fails.
func NewCode(random io.Reader) (hotline.Address, error) {
	const below = 1_000_000_000_000_000
	const fair = (1 << 63) / below * below // values from here on would favour low codes
	for {
		var b [8]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", hotline.Errorf(hotline.Internal, "draw a receipt code: %w", err)
		}
		if n := binary.BigEndian.Uint64(b[:]) >> 1; n < fair {
			digits := fmt.Sprintf("%0*d", codeLength-1, n%below)
			return hotline.Address(digits + string('0'+rune(check(digits)))), nil
		}
	}
}

// ParseCode reads a code as people type it: digits of any script, with spaces,
// hyphens and invisible direction marks anywhere. ok is false when it is not a
// code or when the check digit shows a slip.
func ParseCode(typed string) (code hotline.Address, ok bool) {
	digits, ok := Digits(typed)
	if !ok || check(digits) != 0 {
		return "", false
	}
	return hotline.Address(digits), true
}

// Digits are those of a text that is a code and nothing else, also of one with a
// slip in it.
func Digits(typed string) (code string, ok bool) {
	if len(typed) > maxTyped {
		return "", false
	}
	digits := make([]byte, 0, codeLength)
	for _, r := range typed {
		value, isDigit := digitValue(r)
		switch {
		case isDigit && len(digits) < codeLength:
			digits = append(digits, byte('0'+value))
		case isDigit || !separator(r):
			return "", false
		}
	}
	return string(digits), len(digits) == codeLength
}

// Groups cuts a code into the four groups that are shown.
func Groups(code hotline.Address) []string {
	digits := code.Reveal()
	var groups []string
	for len(digits) > groupLength {
		groups, digits = append(groups, digits[:groupLength]), digits[groupLength:]
	}
	return append(groups, digits)
}

// Contains says whether text gives the code away, in whatever script and
// grouping it was typed.
func Contains(text string, code hotline.Address) bool {
	if code == "" {
		return false
	}
	var plain strings.Builder
	for _, r := range text {
		value, isDigit := digitValue(r)
		switch {
		case isDigit:
			plain.WriteByte(byte('0' + value))
		case !separator(r):
			plain.WriteByte(' ')
		}
	}
	return strings.Contains(plain.String(), code.Reveal())
}

func separator(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf) || strings.ContainsRune("._/,،·", r)
}

// zeros are the zeros of the decimal digits people have on their keyboards; the
// other nine follow each in order.
var zeros = []rune{
	'0', '٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '༠', '၀', '០', '᠐', '０',
}

func digitValue(r rune) (value int, ok bool) {
	for _, zero := range zeros {
		if r >= zero && r <= zero+9 {
			return int(r - zero), true
		}
	}
	return 0, false
}

// damm is H. Michael Damm's totally anti-symmetric quasigroup of order ten: it
// finds every single wrong digit and every swap of two neighbours.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
	{7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
	{1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
	{8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
	{2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

// check returns the digit that completes digits; 0 for digits that are complete.
func check(digits string) byte {
	var interim byte
	for i := range len(digits) {
		interim = damm[interim][digits[i]-'0']
	}
	return interim
}
