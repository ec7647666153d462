package triage

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What a rune becomes. Values above zero are the folded rune itself; values at
// or below foldMany index foldTable.many.
const (
	foldSeparator rune = 0
	foldDrop      rune = -1 // zero-width, combining mark, tatweel
	foldSymbol    rune = -2 // emoji, currency: a token of its own
	foldMany      rune = -3
)

// foldTable maps every rune of the basic plane to what matching sees: NFKD,
// lower case, no Latin, Greek, Cyrillic, Arabic or Hebrew marks, one form of
// each Arabic letter, ASCII digits. Marks of Indic and South-East Asian scripts
// are vowels and stay.
type foldTable struct {
	bmp  [0x10000]rune
	many []string
}

// letterFolds are the letters that NFKD leaves alone but writers mix up.
var letterFolds = map[rune]string{
	'ı': "i", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'ħ': "h", 'þ': "th", 'ŋ': "n",
	'ሐ': "ሀ", 'ሑ': "ሁ", 'ሒ': "ሂ", 'ሓ': "ሀ", 'ሔ': "ሄ", 'ሕ': "ህ", 'ሖ': "ሆ", 'ኀ': "ሀ", 'ኁ': "ሁ", 'ኂ': "ሂ", 'ኃ': "ሀ", 'ኄ': "ሄ",
	'ኅ': "ህ", 'ኆ': "ሆ", 'ሃ': "ሀ", 'ሠ': "ሰ", 'ሡ': "ሱ", 'ሢ': "ሲ", 'ሣ': "ሳ", 'ሤ': "ሴ", 'ሥ': "ስ", 'ሦ': "ሶ", 'ዐ': "አ", 'ዑ': "ኡ",
	'ዒ': "ኢ", 'ዓ': "አ", 'ዔ': "ኤ", 'ዕ': "እ", 'ዖ': "ኦ", 'ኣ': "አ", 'ፀ': "ጸ", 'ፁ': "ጹ", 'ፂ': "ጺ", 'ፃ': "ጻ", 'ፄ': "ጼ", 'ፅ': "ጽ",
	'ፆ': "ጾ",
	'ə': "e", 'ɗ': "d", 'ɓ': "b", 'ƙ': "k", 'ƴ': "y", 'ς': "σ", 'ё': "е",
	'أ': "ا", 'إ': "ا", 'آ': "ا", 'ٱ': "ا", 'ى': "ي", 'ئ': "ي", 'ؤ': "و", 'ة': "ه", 'ۀ': "ه", 'ہ': "ه", 'ۂ': "ه",
	'ھ': "ه", 'ە': "ه", 'ک': "ك", 'ڭ': "ك", 'ی': "ي", 'ې': "ي", 'ے': "ي", 'ڤ': "ف", 'ڨ': "ق",
	'ँ': "ं",
}

func newFoldTable() *foldTable {
	t := &foldTable{}
	var buf []rune
	for r := rune(0); r < 0x10000; r++ {
		if unchanged(r) {
			t.bmp[r] = r
			continue
		}
		var class rune
		class, buf = foldRune(r, buf[:0])
		switch {
		case class != 0 || len(buf) == 0:
			t.bmp[r] = class
		case len(buf) == 1:
			t.bmp[r] = buf[0]
		default:
			t.bmp[r] = foldMany - rune(len(t.many))
			t.many = append(t.many, string(buf))
		}
	}
	return t
}

// unchanged names the big blocks that need no work, so that loading is quick.
func unchanged(r rune) bool {
	return r >= 0x3400 && r < 0xA000 || r >= 0xAC00 && r < 0xD7A4 || r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
}

// foldRune gives the class of a rune that is no letter, or its folded letters.
func foldRune(r rune, out []rune) (rune, []rune) {
	switch {
	case r == 0x0640 || r == 0x30FC || unicode.Is(unicode.Cf, r) || strippedMark(r):
		return foldDrop, out
	case unicode.IsDigit(r):
		return 0, append(out, '0'+digitValue(r))
	case r == '%' || r == '&' || unicode.Is(unicode.Sc, r) || unicode.Is(unicode.So, r):
		return foldSymbol, out
	case !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r):
		return foldSeparator, out
	}
	var scratch [utf8Max]byte
	for _, d := range string(norm.NFKD.AppendString(scratch[:0], string(r))) {
		out = foldLetter(d, out)
	}
	return 0, out
}

const utf8Max = 64

func foldLetter(d rune, out []rune) []rune {
	if strippedMark(d) || d == 0x0640 {
		return out
	}
	if unicode.IsDigit(d) {
		return append(out, '0'+digitValue(d))
	}
	if !unicode.IsLetter(d) && !unicode.IsMark(d) {
		return out
	}
	d = unicode.ToLower(d)
	if s, ok := letterFolds[d]; ok {
		return append(out, []rune(s)...)
	}
	return append(out, d)
}

// strippedMark says whether a mark is mere decoration for matching.
func strippedMark(r rune) bool {
	switch {
	case r >= 0x0300 && r <= 0x036F, r >= 0x0483 && r <= 0x0489, r >= 0x0591 && r <= 0x05C7,
		r >= 0x0610 && r <= 0x061A, r >= 0x064B && r <= 0x065F, r == 0x0670, r >= 0x06D6 && r <= 0x06ED && r != 0x06DD,
		r == 0x093C, r >= 0x1AB0 && r <= 0x1AFF, r >= 0x1DC0 && r <= 0x1DFF, r >= 0x20D0 && r <= 0x20FF,
		r >= 0xFE00 && r <= 0xFE0F, r >= 0xFE20 && r <= 0xFE2F:
		return true
	}
	return false
}

// digitValue relies on every decimal digit block beginning with its zero.
func digitValue(r rune) rune {
	for _, b := range unicode.Nd.R16 {
		if rune(b.Lo) <= r && r <= rune(b.Hi) {
			return (r - rune(b.Lo)) % 10
		}
	}
	for _, b := range unicode.Nd.R32 {
		if rune(b.Lo) <= r && r <= rune(b.Hi) {
			return (r - rune(b.Lo)) % 10
		}
	}
	return 0
}
