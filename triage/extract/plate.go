package extract

import (
	"strings"
	"unicode/utf8"
)

// Limits of a plate.
const (
	minPlate   = 4 // letters and digits
	maxPlate   = 10
	plateParts = 5 // groups of letters or digits
)

// findPlates looks for short groups of capitals and digits. Plates differ from
// country to country, so that the words around decide: "plate" or a vehicle.
func (s *scan) findPlates() {
	if s.classes&(isPlateMark|isVehicle) == 0 {
		return
	}
	for i := 0; i < len(s.tokens); i++ {
		if s.tokens[i].taken || i > 0 && s.gap(i) == "" {
			continue
		}
		if to, normal, mixed := s.plate(i); to >= 0 {
			if confidence := s.sureOfPlate(i, to, normal, mixed); confidence > 0 {
				s.take(Plate, i, to, normal, confidence)
				i = to
			}
		}
	}
}

// plate reads the longest row of groups from token i on that could be one; to
// is -1 when there is none.
func (s *scan) plate(i int) (to int, normal string, mixed bool) {
	var b strings.Builder
	to = -1
	length, letters, digits := 0, 0, 0
	for k := i; k < len(s.tokens) && k < i+plateParts; k++ {
		t := &s.tokens[k]
		if t.taken || k > i && !plateGap(s.gap(k)) || !t.number && !s.plateLetters(k) {
			break
		}
		n := utf8.RuneCount(s.word(k))
		if length += n; length > maxPlate {
			break
		}
		if t.number {
			digits += n
			b.Write(s.word(k))
		} else {
			letters += n
			writePlateLetters(&b, s.word(k))
		}
		ends := k+1 == len(s.tokens) || s.gap(k+1) != ""
		if length >= minPlate && digits >= 2 && ends {
			to, normal, mixed = k, b.String(), letters > 0
		}
	}
	return to, normal, mixed
}

func plateGap(gap string) bool {
	return gap == "" || gap == " " || gap == "-" || gap == "·" || gap == "." || gap == " - "
}

// plateLetters says that a word is one to three letters, all capitals where the
// script has them, and no word that we know.
func (s *scan) plateLetters(i int) bool {
	n := utf8.RuneCount(s.word(i))
	if n > 3 {
		return false
	}
	t := &s.tokens[i]
	touches := i > 0 && s.gap(i) == "" || i+1 < len(s.tokens) && s.gap(i+1) == ""
	written := s.text[t.start:t.end]
	if written == strings.ToUpper(written) {
		return t.class == 0 || n == 1 || touches
	}
	return touches // "ab12cde"
}

// sameLook are Cyrillic capitals that plates share with Latin ones.
var sameLook = map[rune]rune{
	'а': 'A', 'в': 'B', 'е': 'E', 'к': 'K', 'м': 'M', 'н': 'H', 'о': 'O', 'р': 'P', 'с': 'C', 'т': 'T', 'у': 'Y', 'х': 'X', 'і': 'I',
}

func writePlateLetters(b *strings.Builder, word []byte) {
	for _, r := range string(word) {
		if same, ok := sameLook[r]; ok {
			b.WriteRune(same)
		} else {
			b.WriteString(strings.ToUpper(string(r)))
		}
	}
}

// sureOfPlate weighs what stands around: a plate of digits alone needs the word
// for it right before.
func (s *scan) sureOfPlate(from, to int, normal string, mixed bool) float64 {
	switch {
	case mixed && s.near(from, to, 4, isPlateMark):
		return 0.9
	case mixed && s.near(from, to, 8, isVehicle) && capitals(s.text[s.tokens[from].start:s.tokens[to].end]):
		return 0.75
	case !mixed && len(normal) >= 4 && len(normal) < minPhone && s.before(from, 2, isPlateMark):
		return 0.6
	}
	return 0
}

func capitals(text string) bool { return text == strings.ToUpper(text) }
