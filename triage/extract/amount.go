package extract

import (
	"fmt"
	"strconv"
	"strings"
)

// number reads the digits from token i on, with the marks that part thousands,
// and returns the token after them. ok is false for what is too large.
func (s *scan) number(i int) (value int64, next int, ok bool) {
	if s.tokens[i].value < 0 {
		return 0, i + 1, false
	}
	value = int64(s.tokens[i].value)
	next = i + 1
	for next < len(s.tokens) && s.tokens[next].number && s.size(next) == 3 && s.size(i) <= 3 && thousands(s.gap(next)) && value < 1e9 {
		value = value*1000 + int64(s.tokens[next].value)
		next++
	}
	if next < len(s.tokens) && s.tokens[next].number && s.size(next) <= 2 && (s.gap(next) == "." || s.gap(next) == ",") {
		next++ // cents
	}
	return value, next, true
}

func thousands(gap string) bool {
	switch gap {
	case ",", ".", " ", "'", "’", "\u00A0", "\u202F", "٬":
		return true
	}
	return false
}

// signs are currencies written as a sign. "$" and "¥" stand for several.
var signs = [...]struct{ sign, code string }{
	{"$", "$"},
	{"€", "EUR"},
	{"£", "GBP"},
	{"₹", "INR"},
	{"₺", "TRY"},
	{"₽", "RUB"},
	{"₴", "UAH"},
	{"₦", "NGN"},
	{"₱", "PHP"},
	{"฿", "THB"},
	{"¥", "¥"},
	{"₫", "VND"},
	{"৳", "BDT"},
	{"₪", "ILS"},
	{"﷼", "SAR"},
}

// findMoney finds sums with their currency.
func (s *scan) findMoney() {
	for i := 0; i < len(s.tokens); i++ {
		if !s.tokens[i].number || s.tokens[i].taken {
			continue
		}
		value, next, ok := s.number(i)
		if !ok {
			continue
		}
		start, end := int(s.tokens[i].start), int(s.tokens[next-1].end)
		if s.is(next, isMultiple) && len(s.gap(next)) <= 1 && (s.size(next) > 1 || s.gap(next) == "") {
			value *= int64(s.tokens[next].value)
			end = int(s.tokens[next].end)
			next++
		}
		currency, from, to := s.currency(i, next, start, end)
		if currency == "" {
			continue
		}
		s.takeBytes(Money, from, to, currency+" "+strconv.FormatInt(value, 10), 0.9)
		i = next - 1
	}
}

// currency looks before and after a number, and returns where the whole begins
// and ends.
func (s *scan) currency(first, next, start, end int) (currency string, from, to int) {
	before := strings.TrimRight(s.gap(first), " ")
	after := s.text[end:]
	for _, c := range signs {
		sign, code := c.sign, c.code
		if strings.HasSuffix(before, sign) {
			if before == "$" && first > 0 && string(s.word(first-1)) == "r" {
				return "BRL", int(s.tokens[first-1].start), end
			}
			return code, start - len(s.gap(first)) + len(before) - len(sign), end
		}
		if rest := strings.TrimPrefix(after, " "); strings.HasPrefix(rest, sign) && !s.numberAt(end+len(after)-len(rest)+len(sign)) {
			return code, start, end + len(after) - len(rest) + len(sign)
		}
	}
	if s.is(next, isMoney) && len(s.gap(next)) <= 1 {
		return s.code(next), start, int(s.tokens[next].end)
	}
	if s.is(first-1, isMoney) && len(s.gap(first)) <= 2 && !s.tokens[first-1].number {
		return s.code(first - 1), int(s.tokens[first-1].start), end
	}
	return "", 0, 0
}

// numberAt says that a number begins at a byte.
func (s *scan) numberAt(at int) bool {
	i := s.tokenAt(at)
	return i < len(s.tokens) && int(s.tokens[i].start) == at && s.tokens[i].number
}

func (s *scan) code(i int) string {
	e, _ := s.lookup(s.word(i))
	return e.currency
}

// findTimes finds times of the day: "10:30", "10.30pm", "8h30", "9 pm".
func (s *scan) findTimes() {
	for i := 0; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		if !t.number || t.taken || s.size(i) > 2 || t.value > 24 || i > 0 && s.gap(i) == "" {
			continue
		}
		to, minutes := i, int32(0)
		gap, two := "", i+1 < len(s.tokens) && s.tokens[i+1].number && s.size(i+1) == 2 && s.tokens[i+1].value < 60
		if two {
			gap = s.gap(i + 1)
		}
		if two && (gap == ":" || gap == ".") {
			to, minutes = i+1, s.tokens[i+1].value
		}
		hour, sure := t.value, to > i && gap == ":"
		switch next := to + 1; {
		case s.is(next, isPM|isAM) && len(s.gap(next)) <= 1 && hour <= 12:
			if pm := s.tokens[next].class&isPM != 0; pm && hour < 12 {
				hour += 12
			} else if !pm && hour == 12 {
				hour = 0
			}
			to, sure = next, true
		case s.is(next, isHour) && s.gap(next) == "" && s.size(next) == 1 && next+1 < len(s.tokens) && s.gap(next+1) == "" && s.tokens[next+1].number && s.size(next+1) == 2:
			to, minutes, sure = next+1, s.tokens[next+1].value, true
		}
		if sure && !(to+1 < len(s.tokens) && s.gap(to+1) == "" && s.tokens[to+1].number) {
			s.take(Time, i, to, fmt.Sprintf("%02d:%02d", hour%24, minutes), 0.9)
			i = to
		}
	}
}

// findDates finds days: "2026-05-12", "12/05/2026", "12 May". Of "05/06/2026"
// nobody can tell which is the month: it has no normal form but its digits.
func (s *scan) findDates() {
	for i := 0; i+1 < len(s.tokens); i++ {
		if !s.tokens[i].number || s.tokens[i].taken {
			continue
		}
		if i+2 < len(s.tokens) && s.tokens[i+1].number && s.tokens[i+2].number && s.gap(i+1) == s.gap(i+2) && dateGap(s.gap(i+1)) {
			if normal, sure := s.day(i); normal != "" {
				s.take(Date, i, i+2, normal, sure)
				i += 2
			}
			continue
		}
		d := s.tokens[i].value
		if s.is(i+1, isMonth) && d >= 1 && d <= 31 && len(s.gap(i+1)) <= 2 && s.size(i) <= 2 {
			s.take(Date, i, i+1, fmt.Sprintf("--%02d-%02d", s.tokens[i+1].value, d), 0.8)
		}
	}
}

func dateGap(gap string) bool { return gap == "/" || gap == "-" || gap == "." }

func (s *scan) day(i int) (normal string, confidence float64) {
	a, b, c := s.tokens[i].value, s.tokens[i+1].value, s.tokens[i+2].value
	year := func(i int, v int32) bool { return s.size(i) == 4 && v >= 1900 && v < 2100 }
	short := s.size(i+1) <= 2
	switch {
	case year(i, a) && short && s.size(i+2) <= 2 && b >= 1 && b <= 12 && c >= 1 && c <= 31:
		return fmt.Sprintf("%d-%02d-%02d", a, b, c), 0.95
	case !year(i+2, c) || !short || s.size(i) > 2 || a < 1 || b < 1 || a > 31 || b > 31:
		return "", 0
	case a > 12 && b <= 12:
		return fmt.Sprintf("%d-%02d-%02d", c, b, a), 0.9
	case b > 12 && a <= 12:
		return fmt.Sprintf("%d-%02d-%02d", c, a, b), 0.9
	case a == b:
		return fmt.Sprintf("%d-%02d-%02d", c, a, b), 0.9
	case a > 12 && b > 12:
		return "", 0
	}
	return fmt.Sprintf("%d %02d %02d", c, min(a, b), max(a, b)), 0.6
}

// findPeople finds ages and head counts.
func (s *scan) findPeople() {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.taken || t.value <= 0 || t.value > 999 || !t.number && t.class&isNumber == 0 || i > 0 && s.gap(i) == "" {
			continue
		}
		next := i + 1
		tight := next < len(s.tokens) && len(s.gap(next)) <= 2 && !stops(s.gap(next))
		switch {
		case tight && s.is(next, isYears) && t.value < 100 && (t.number || t.value > 2) && s.isAge(i, next):
			s.take(Age, i, s.ageEnd(next), strconv.Itoa(int(t.value)), 0.8)
		case t.number && t.value < 100 && s.before(i, 2, isAgeMark) && !(tight && s.is(next, isMoney)):
			s.take(Age, i, i, strconv.Itoa(int(t.value)), 0.8)
		case tight && s.is(next, isPeople), tight && next+1 < len(s.tokens) && s.is(next+1, isPeople) && s.tokens[next].class == 0 && !s.tokens[next].number && s.gap(next) == " " && s.gap(next+1) == " ":
			s.take(Count, i, i, strconv.Itoa(int(t.value)), 0.85)
		case s.weAre(i) && t.value <= maxOfUs && !(next < len(s.tokens) && s.tokens[next].class&(isYears|isMoney|isHour) != 0):
			s.take(Count, i, i, strconv.Itoa(int(t.value)), 0.6)
		}
	}
}

// maxOfUs is how many "we" can be when nothing says that people are counted.
const maxOfUs = 50

// weAre says that "we are" stands before a number.
func (s *scan) weAre(i int) bool {
	return s.before(i, 1, isWeAre) || i > 0 && string(s.word(i-1)) == "are" && s.before(i, 2, isWeAre)
}

// isAge tells "she is 15 years old" from "for 15 years": words of years count
// only with a mark of age, or "old", or beside a person.
func (s *scan) isAge(i, years int) bool {
	if word := string(s.word(years)); word == "yo" || word == "yold" || word == "yearold" || s.tokens[years].class == isYears && s.ageEnd(years) > years {
		return true
	}
	return s.near(i, years, 3, isAgeMark|isPeople) || s.before(i, 3, isHas)
}

// ageEnd takes in "old" after "years".
func (s *scan) ageEnd(years int) int {
	if n := years + 1; n < len(s.tokens) && s.free(n) && string(s.word(n)) == "old" && len(s.gap(n)) <= 1 {
		return n
	}
	return years
}
