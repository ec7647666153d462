package extract

import "strings"

// Limits of what is tried as a phone number.
const (
	minPhone  = 7  // digits
	maxPhone  = 15 // digits, ITU-T E.164
	maxGroups = 6  // groups of digits in one number
	maxParses = 24 // tries in one text
)

// findPhones tries every run of digit groups.
func (s *scan) findPhones() {
	for i := 0; i < len(s.tokens) && s.parses < maxParses; i++ {
		if s.tokens[i].number && !s.tokens[i].taken && (i == 0 || s.gap(i) != "" || s.tokens[i-1].class&isPhoneMark != 0) {
			i = s.phoneFrom(i)
		}
	}
}

// phoneFrom takes the surest number that begins with token i, of equal ones the
// longest, and returns its last token, or i.
func (s *scan) phoneFrom(i int) int {
	var best dialled
	digits := s.size(i)
	for to := i; ; {
		if digits >= minPhone && digits <= maxPhone+2 {
			if d := s.phone(i, to, digits); d.confidence > 0 && d.confidence >= best.confidence {
				best = d
			}
		}
		to++
		if to == len(s.tokens) || to == i+maxGroups || !s.tokens[to].number || s.tokens[to].taken || !phoneGap(s.gap(to)) {
			break
		}
		digits += s.size(to)
	}
	if best.confidence == 0 {
		return i
	}
	s.takeBytes(Phone, best.start, int(s.tokens[best.last].end), best.normal, best.confidence)
	return best.last
}

// dialled is a reading of digits as a phone number.
type dialled struct {
	start, last int // first byte, last token
	normal      string
	confidence  float64
}

// phoneGap says that people write this between groups of one number.
func phoneGap(gap string) bool {
	if gap == "" || len(gap) > 4 {
		return false
	}
	for _, r := range gap {
		switch r {
		case ' ', '-', '.', '/', '(', ')', '\u00A0', '\u2010', '\u2011', '\u2013', '\u202F':
		default:
			return false
		}
	}
	return true
}

// phone reads the tokens from and to as a phone number; confidence is 0 when
// they are none.
func (s *scan) phone(from, to, digits int) (d dialled) {
	if to+1 < len(s.tokens) && s.gap(to+1) == "" { // digits of something longer, such as "2019AB"
		return d
	}
	before, first := s.gap(from), s.word(from)
	plus := len(before) - len(strings.TrimRight(before, "(+"))
	if !strings.Contains(before[len(before)-plus:], "+") {
		plus = 0
	}
	abroad := plus > 0 || len(first) > 2 && first[0] == '0' && first[1] == '0'
	marked := s.near(from, to, 4, isPhoneMark)
	if !abroad && !marked && s.unlikely(from, to, digits) {
		return d
	}
	number := make([]byte, 0, maxPhone+4)
	for i := from; i <= to; i++ {
		number = append(number, s.word(i)...)
	}
	d.normal, d.confidence = s.dial(string(number), abroad, marked)
	d.start, d.last = int(s.tokens[from].start)-plus, to
	return d
}

// unlikely says that digits without a mark are hardly a phone number: too few, or
// years.
func (s *scan) unlikely(from, to, digits int) bool {
	if digits < 8 {
		return true
	}
	years := 0
	for i := from; i <= to; i++ {
		if v := s.tokens[i].value; s.size(i) == 4 && v >= 1900 && v < 2100 {
			years++
		}
	}
	return years == to-from+1
}

// dial reads a number as its country would dial it; 0 says that it is none.
func (s *scan) dial(number string, abroad, marked bool) (normal string, confidence float64) {
	s.parses++
	if abroad {
		switch normal, how := international(strings.TrimLeft(number, "+0")); how {
		case valid:
			return normal, 0.95
		case possible:
			return normal, 0.8
		}
		return "", 0
	}
	if home := s.home(); home != nil {
		if rest, how := home.fit(number); how == valid || how == possible && marked {
			return "+" + home.calling + rest, 0.85
		}
	}
	if marked || number[0] == '0' && len(number) >= 9 {
		return number, 0.6
	}
	return "", 0
}

// home is the plan of the writer's own number; nil when it is not known.
func (s *scan) home() *plan {
	if found := country(strings.TrimPrefix(s.hints.From, "+")); strings.HasPrefix(s.hints.From, "+") && len(found) > 0 {
		return found[0]
	}
	return nil
}
