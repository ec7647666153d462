package triage

import "math/bits"

// concept is the number of a concept; names live in the engine's tables.
type concept uint16

const maxConcepts = 320

// conceptSet is a set of concepts.
type conceptSet [maxConcepts / 64]uint64

func (s *conceptSet) add(c concept)      { s[c>>6] |= 1 << (c & 63) }
func (s *conceptSet) has(c concept) bool { return s[c>>6]&(1<<(c&63)) != 0 }

// each calls f with every concept of the set, in order.
func (s *conceptSet) each(f func(concept)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			f(concept(i*64 + bits.TrailingZeros64(word)))
		}
	}
}

// langs is a set of languages by their number in the engine; at most 64.
type langs uint64

// posting says that a form stands for a concept in a language, or for its
// negation ("vermiyor" is "!give").
type posting struct {
	concept concept
	lang    uint8
	negated bool
}

// form is one word or stem as it appears in some lexicon.
type form struct {
	singles  list
	begins   int32  // node of the phrases that begin with it; 0 for none
	known    langs  // languages in which it is a word on its own
	function uint16 // place in index.functions: languages in which it is a function word; 0 for none
	number   bool   // a number word of some language
	phrases  bool   // begins or continues a phrase
	stem     bool
	size     int8 // bytes of a stem
}

// suffix is an ending that stands for a concept when a stem's word carries it.
type suffix struct {
	concept concept
	text    string
}

// prefix is a beginning that a language joins to words, with what it stands for.
type prefix struct {
	text     string
	lang     uint8
	negates  bool
	concepts []concept
}

// span is a range of a slice, its end not included.
type span struct{ from, to int }

// index finds the forms of a word and the phrases of a row of words.
type index struct {
	functions []langs // see form.function; few forms have any
	forms     []form
	exact     wordTable
	stems     wordTable
	lengths   [4096]uint64 // stem lengths in use, by hash of the first three bytes
	phrases   trie
	nodes     []list // phrase postings by node
	links     []link
}

// list is what a form or a phrase stands for: nothing when 0, one posting when
// negative, which is nearly always so and takes no room besides, else the number
// of the first link of a chain.
type list int32

type link struct {
	posting posting
	next    list
}

// alone is the list of one posting.
func alone(p posting) list {
	packed := list(p.concept)<<8 | list(p.lang)<<1
	if p.negated {
		packed |= 1
	}
	return -packed - 1
}

// first takes a list apart; ok is false for an empty one.
func (x *index) first(l list) (p posting, rest list, ok bool) {
	switch {
	case l == 0:
		return posting{}, 0, false
	case l < 0:
		packed := -l - 1
		return posting{concept: concept(packed >> 8), lang: uint8(packed >> 1 & 0x7f), negated: packed&1 == 1}, 0, true
	}
	return x.links[l].posting, x.links[l].next, true
}

// file adds a posting to a list, once.
func (x *index) file(l *list, p posting) {
	if *l == 0 {
		*l = alone(p)
		return
	}
	for at := *l; at != 0; {
		there, rest, _ := x.first(at)
		if there == p {
			return
		}
		at = rest
	}
	x.links = append(x.links, link{posting: p, next: *l})
	*l = list(len(x.links) - 1)
}

// all yields the postings of a list.
func (x *index) all(l list) func(yield func(posting) bool) {
	return func(yield func(posting) bool) {
		for {
			p, rest, ok := x.first(l)
			if !ok || !yield(p) {
				return
			}
			l = rest
		}
	}
}

const (
	minStem = 3
	maxStem = 63
)

// newIndex makes an index with room for so many forms, of which the parts take the
// shares that the lexicons have; each grows when that is too little.
func newIndex(room int) *index {
	return &index{
		functions: make([]langs, 1, 4096),
		forms:     make([]form, 0, room*42/100), exact: newWordTable(room * 29 / 100), stems: newWordTable(room * 13 / 100),
		phrases: newTrie(room), nodes: make([]list, 1, 1+room), links: make([]link, 1, 1+room*14/100),
	}
}

func stemSlot(b []byte) uint32 {
	h := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	return h * 2654435761 >> 20
}

// formOf returns the number of a word or stem, making it when new.
func (x *index) formOf(word []byte, stem bool) int32 {
	table := &x.exact
	if stem {
		table = &x.stems
	}
	if id, ok := table.find(word); ok {
		return id
	}
	id := int32(len(x.forms))
	x.forms = append(x.forms, form{stem: stem, size: int8(min(len(word), maxStem))})
	table.add(word, id)
	if stem {
		x.lengths[stemSlot(word)] |= 1 << len(word)
	}
	return id
}

// serve makes a form a function word of a language.
func (x *index) serve(id int32, lang uint8) {
	f := &x.forms[id]
	if f.function == 0 {
		f.function = uint16(len(x.functions))
		x.functions = append(x.functions, 0)
	}
	x.functions[f.function] |= 1 << lang
}

// follow is the node after node by a form, made when new.
func (x *index) follow(node, f int32) int32 {
	if begins := x.forms[f].begins; node == 0 && begins != 0 {
		return begins
	}
	x.forms[f].phrases = true
	next := x.phrases.extend(node, f)
	if int(next) == len(x.nodes) {
		x.nodes = append(x.nodes, 0)
	}
	if node == 0 {
		x.forms[f].begins = next
	}
	return next
}

// next is the node after node by a form; 0 when there is none.
func (x *index) next(node, f int32) int32 {
	switch fm := &x.forms[f]; {
	case node == 0:
		return fm.begins
	case !fm.phrases:
		return 0
	}
	return x.phrases.next(node, f)
}

// lookup appends the forms of a normalised word: the exact one first, then its
// stems.
func (x *index) lookup(word []byte, dst []int32) []int32 {
	if id, ok := x.exact.find(word); ok {
		dst = append(dst, id)
	}
	if len(word) < minStem {
		return dst
	}
	lengths := x.lengths[stemSlot(word)]
	for n := minStem; n <= maxStem && n <= len(word) && lengths>>n != 0; n++ {
		if lengths&(1<<n) == 0 {
			continue
		}
		if id, ok := x.stems.find(word[:n]); ok {
			dst = append(dst, id)
		}
	}
	return dst
}
