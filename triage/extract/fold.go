package extract

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// foldedRune is what a rune becomes.
type foldedRune struct {
	kind  int8
	value rune
}

// folds holds the alphabets of the first blocks, ready made.
var folds = func() (table [0x2000]foldedRune) {
	for r := range table {
		kind, value := foldSlow(rune(r))
		table[r] = foldedRune{int8(kind), value}
	}
	return table
}()

// fold gives the sort of a rune and its folded form: lower case, without
// accents, one form of each Arabic letter, ASCII digits.
func fold(r rune) (kind int, folded rune) {
	if int(r) < len(folds) {
		f := folds[r]
		return int(f.kind), f.value
	}
	return foldSlow(r)
}

// sameLetter maps letters that writers mix up, and that decomposition leaves
// alone.
var sameLetter = map[rune]rune{
	'ı': 'i', 'ø': 'o', 'đ': 'd', 'ð': 'd', 'ł': 'l', 'ħ': 'h', 'ё': 'е', 'ə': 'e', 'ß': 's', 'æ': 'a', 'œ': 'o', 'ς': 'σ',
	'أ': 'ا', 'إ': 'ا', 'آ': 'ا', 'ٱ': 'ا', 'ى': 'ي', 'ئ': 'ي', 'ؤ': 'و', 'ة': 'ه', 'ہ': 'ه', 'ھ': 'ه', 'ک': 'ك', 'ی': 'ي', 'ے': 'ي',
}

func foldSlow(r rune) (kind int, folded rune) {
	switch {
	case r == tatweel || r == zwnj || r == 0x200D || unicode.Is(unicode.Mn, r) && r < 0x900:
		return dropRune, 0
	case unicode.Is(unicode.Nd, r):
		return digitRune, '0' + digit(r)
	case unicode.Is(unicode.M, r): // a vowel of Indic and South-East Asian scripts
		return letterRune, r
	case !unicode.IsLetter(r):
		return gapRune, 0
	}
	r = unicode.ToLower(r)
	if same, ok := sameLetter[r]; ok {
		return letterRune, same
	}
	if r < 0x400 || r >= 0x1E00 && r < 0x2000 || r >= 0xFF00 && r < 0xFFF0 || r >= 0xFB50 && r < 0xFEFF {
		for _, d := range norm.NFKD.String(string(r)) {
			r = unicode.ToLower(d)
			break
		}
	}
	if unspaced(r) {
		return alone, r
	}
	return letterRune, r
}

// unspaced says that a script puts no spaces between words.
func unspaced(r rune) bool {
	return r >= 0xE00 && r < 0xF00 || r >= 0x1000 && r < 0x10A0 || r >= 0x1780 && r < 0x1800 || r >= firstCJK && r < 0xA000 || r >= 0x20000 && r < 0x30000
}

// digit is the value of a decimal digit; every block of them begins with its
// zero.
func digit(r rune) rune {
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
