// Package extract finds in a text what can be looked up or compared: phone
// numbers, e-mail addresses, links, handles, vehicle plates, places, street
// addresses, employers, ages, head counts, sums of money, times and dates. Each
// comes with its place in the text, a normal form that is the same however
// people write it, and how sure we are.
//
// It is pure, takes time linear in the text and knows nothing of reports, stores
// or screens. What it finds is a help to the eye and a thread between reports,
// never a finding.
package extract

import (
	"cmp"
	"slices"
	"sync"
)

// Kind is what an entity is.
type Kind string

// The kinds.
const (
	Phone    Kind = "phone"    // normal form E.164, or the bare digits when the country is not known
	Email    Kind = "email"    // lower case, without "+tag"
	URL      Kind = "url"      // host and path, without scheme and "www."
	Handle   Kind = "handle"   // "@name", lower case
	Plate    Kind = "plate"    // capitals and digits without gaps
	Age      Kind = "age"      // years
	Count    Kind = "count"    // of people
	Money    Kind = "money"    // "EUR 500"
	Time     Kind = "time"     // "22:30"
	Date     Kind = "date"     // "2026-05-12"
	Address  Kind = "address"  // number, name and sort of street, without accents
	Place    Kind = "place"    // "AE", "AE.03" or "AE.03.dubai"
	Employer Kind = "employer" // the name without its sort, without accents
)

// Entity is one thing found. text[Start:End] == Text, in bytes.
type Entity struct {
	Kind       Kind
	Text       string
	Start, End int
	Normal     string
	Confidence float64 // 0 to 1
}

// Hints are what is known before a text is read.
type Hints struct {
	From string // the writer's own number, "+15550100177": its country is tried for numbers without one
}

// maxEntities bounds what one text yields; no real message comes near it.
const maxEntities = 100

// Find returns what stands in a text, in its order, without overlaps. It never
// fails; a text of anything else has none.
func Find(text string, hints Hints) []Entity {
	s := scans.Get().(*scan)
	defer s.release()
	s.read(text, hints)
	s.findAll()
	if len(s.found) == 0 {
		return nil
	}
	found := slices.Clone(s.found)
	slices.SortFunc(found, func(a, b Entity) int { return cmp.Compare(a.Start, b.Start) })
	return found
}

var scans = sync.Pool{New: func() any { return &scan{} }}

// keepTokens is the size above which working memory is not pooled again.
const keepTokens = 1024

// release gives the working memory back. Nothing of what a person wrote stays
// in it.
func (s *scan) release() {
	if cap(s.tokens) > keepTokens {
		return
	}
	s.text, s.hints = "", Hints{}
	clear(s.folded)
	clear(s.found)
	scans.Put(s)
}

// findAll runs the finders, the surest first: what one has taken is not looked
// at by those after it.
func (s *scan) findAll() {
	if s.classes&isNetwork != 0 {
		s.findNamed()
	}
	if s.marks {
		s.findNet()
	}
	if s.digits {
		s.findDates()
		s.findMoney()
		s.findTimes()
		s.findPhones()
		s.findPlates()
	}
	if s.classes&isStreet != 0 {
		s.findAddresses()
	}
	if s.classes&(isYears|isAgeMark|isPeople|isWeAre) != 0 {
		s.findPeople()
	}
	if s.classes&isBusiness != 0 {
		s.findEmployers()
	}
	s.findPlaces()
}

// take notes an entity that covers the tokens from and to, both included.
func (s *scan) take(kind Kind, from, to int, normal string, confidence float64) {
	s.takeBytes(kind, int(s.tokens[from].start), int(s.tokens[to].end), normal, confidence)
}

// takeBytes notes an entity and marks the tokens it touches as taken. What
// reaches into another one is let go: two sums can stand on either side of one
// "$".
func (s *scan) takeBytes(kind Kind, start, end int, normal string, confidence float64) {
	if len(s.found) == maxEntities || slices.ContainsFunc(s.found, func(e Entity) bool { return start < e.End && e.Start < end }) {
		return
	}
	s.found = append(s.found, Entity{Kind: kind, Text: s.text[start:end], Start: start, End: end, Normal: normal, Confidence: confidence})
	for i := s.tokenAt(start); i < len(s.tokens) && int(s.tokens[i].start) < end; i++ {
		s.tokens[i].taken = true
	}
}

// tokenAt is the first token that ends after a byte.
func (s *scan) tokenAt(at int) int {
	i, _ := slices.BinarySearchFunc(s.tokens, at, func(t token, at int) int {
		if int(t.end) <= at {
			return -1
		}
		return 1
	})
	return i
}
