package extract

import "strings"

// employerWords is how many words the name of an employer may have.
const employerWords = 3

// findEmployers finds names of businesses beside the word for them: "Hotel
// Sunrise", "the Golden Dragon restaurant". Names are known by their capitals, in
// scripts without by a word such as "called".
func (s *scan) findEmployers() {
	for i := range s.tokens {
		if !s.is(i, isBusiness) {
			continue
		}
		if first, last := s.nameAfter(i); first > 0 {
			s.take(Employer, first, last, s.name(first, last), 0.7)
		} else if s.tokens[i].class&isBusinessWord != 0 {
			if first, last := s.nameBefore(i); last > first || last == first && last >= 0 {
				s.take(Employer, first, last, s.name(first, last), 0.7)
			}
		}
	}
}

// nameAfter is the row of capitalised words after a business, or what follows
// "called"; first is 0 when there is none.
func (s *scan) nameAfter(i int) (first, last int) {
	at := i + 1
	called := s.is(at, isCalled) && tight(s.gap(at))
	if called {
		at++
	}
	for k := at; k < len(s.tokens) && k < at+employerWords; k++ {
		quoted := k == at && strings.Trim(s.gap(k), " \"'«“:") == "" // Hotel "Sunrise"
		if !s.free(k) || s.gap(k) != " " && !quoted || s.tokens[k].number || !s.tokens[k].capital && !(called && k == at) {
			break
		}
		if first == 0 {
			first = k
		}
		last = k
	}
	return first, last
}

func (s *scan) nameBefore(i int) (first, last int) {
	first, last = -1, -1
	for k := i - 1; k >= 0 && k >= i-employerWords && s.free(k) && s.gap(k+1) == " " && s.tokens[k].capital && !s.sentenceStart(k); k-- {
		if first = k; last < 0 {
			last = k
		}
	}
	return first, last
}

// sentenceStart says that a word has its capital because a sentence begins.
func (s *scan) sentenceStart(i int) bool {
	return i == 0 || stops(s.gap(i)) || strings.Contains(s.gap(i), ".")
}

func (s *scan) name(first, last int) string {
	var b strings.Builder
	for i := first; i <= last; i++ {
		if i > first {
			b.WriteByte(' ')
		}
		b.Write(s.word(i))
	}
	return b.String()
}
