package extract

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// class says what a word helps to recognise; a word may have several.
type class uint32

const (
	isYears         class = 1 << iota // follows an age
	isAgeMark                         // stands before an age
	isPeople                          // whom a number counts
	isWeAre                           // "we are", before a number
	isPhoneMark                       // a phone number is near
	isNetwork                         // a handle follows
	isPlateMark                       // a plate is near
	isVehicle                         // a plate may be near
	isAM                              // after a time
	isPM                              // after a time
	isHour                            // after a time
	isMonth                           // value: 1 to 12
	isMoney                           // a currency
	isMultiple                        // value: by how much the number before it counts
	isStreetWord                      // after the name, number before
	isStreetFirst                     // before the name, number after
	isStreetEnd                       // after the name, number after
	isBusinessWord                    // before or after a name
	isBusinessFirst                   // before a name
	isCalled                          // before a name
	isHas                             // before an age in years: "she is", "tiene"
	isNumber                          // value: what the word counts
	isIn                              // before a place

	isStreet   = isStreetWord | isStreetFirst | isStreetEnd
	isBusiness = isBusinessWord | isBusinessFirst
)

var classNames = map[string]class{
	"years": isYears, "agemark": isAgeMark, "people": isPeople, "weare": isWeAre, "phonemark": isPhoneMark, "network": isNetwork,
	"platemark": isPlateMark, "vehicle": isVehicle, "am": isAM, "pm": isPM, "hour": isHour, "month": isMonth, "money": isMoney,
	"multiple": isMultiple, "street": isStreetWord, "streetfirst": isStreetFirst, "streetend": isStreetEnd,
	"business": isBusinessWord, "businessfirst": isBusinessFirst, "called": isCalled, "has": isHas, "number": isNumber, "in": isIn,
}

// entry is what is known of a word.
type entry struct {
	class    class
	value    int32  // of a month, number or multiple; -1
	currency string // ISO 4217
}

//go:embed words.txt
var wordsText string

var words = sync.OnceValue(func() map[string]entry {
	out := make(map[string]entry, 2048)
	for line := range strings.Lines(wordsText) {
		head, list, ok := strings.Cut(line, ":")
		if !ok || head[0] == '#' {
			continue
		}
		name, value, _ := strings.Cut(head, " ")
		for word := range strings.FieldsSeq(list) {
			key := Fold(word)
			e, known := out[key]
			if !known {
				e.value = nothing
			}
			e.class |= classNames[name]
			if n, err := strconv.Atoi(value); err == nil {
				e.value = int32(n)
			} else if value != "" {
				e.currency = value
			}
			out[key] = e
		}
	}
	return out
})

// lookup finds a folded word; an Arabic one also without article and joined
// particles.
func (s *scan) lookup(word []byte) (entry, bool) {
	e, ok := s.words[string(word)]
	if ok || !isArabic(word) {
		return e, ok
	}
	for _, prefix := range joined {
		if len(word) >= len(prefix)+4 && string(word[:len(prefix)]) == prefix {
			if e, ok = s.words[string(word[len(prefix):])]; ok {
				return e, true
			}
		}
	}
	return entry{}, false
}

func isArabic(word []byte) bool { return word[0] >= 0xD8 && word[0] <= 0xDB }

// joined are what Arabic writes together with the word after it.
var joined = []string{"وال", "بال", "لل", "ال", "و", "ب", "ل"}

// Fold returns the form in which words are compared: lower case, without
// accents, without gaps, one form of each Arabic letter, ASCII digits.
func Fold(word string) string {
	var out strings.Builder
	for _, r := range word {
		if kind, folded := fold(r); kind != gapRune && kind != dropRune {
			out.WriteRune(folded)
		}
	}
	return out.String()
}
