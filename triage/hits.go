package triage

import "math/bits"

// hit is a concept at a place, in token numbers, both ends included.
type hit struct {
	concept  concept
	lang     uint8
	negated  bool
	from, to int32
}

// phraseRow is one trie walk in progress.
type phraseRow struct {
	node int32
	tok  int32
}

const (
	maxPhrase   = 24 // tokens of the longest phrase; each letter is one where no spaces are written
	maxPerPlace = 24 // hits beginning at one token
	negReach    = 3 * contentStep
)

// findHits turns tokens into concepts: single words and phrases of the active
// languages, with negation resolved.
func (e *Engine) findHits(s *scratch) {
	if s.active&^(1<<e.mul) == e.readable { // nothing spoke for a language
		e.placeTokens(s)
	}
	harmless, phrase, kin := int32(-1), int32(-1), int32(-1)
	for i := range s.tokens {
		first := len(s.hits)
		e.hitsAt(s, int32(i))
		phrase = s.dropLetters(first, int32(i), phrase)
		kin = s.dropOwners(first, int32(i), kin)
		for j := first; j < len(s.hits); j++ {
			if s.hits[j].concept == cHarmless {
				harmless = max(harmless, s.hits[j].to)
			}
		}
		if int32(i) <= harmless { // harmless phrases swallow what they hold
			kept := first
			for j := first; j < len(s.hits); j++ {
				if h := s.hits[j]; h.concept == cHarmless || h.to > harmless || unswallowed(h.concept) {
					s.hits[kept] = h
					kept++
				}
			}
			s.hits = s.hits[:kept]
		}
	}
	e.negate(s)
}

// mark notes which concepts were found at all.
func (e *Engine) mark(s *scratch) {
	for i := range s.hits {
		if h := &s.hits[i]; h.negated {
			s.negated.add(h.concept)
		} else {
			s.present.add(h.concept)
		}
	}
}

// dropLetters drops single letters of a script without spaces that stand inside
// a longer word found, up to token phrase: the "hit" in "telephone" is no
// beating. It returns how far words found reach now.
func (s *scratch) dropLetters(first int, i, phrase int32) int32 {
	if !unspaced(s.tokens[i].script) {
		return phrase
	}
	for _, h := range s.hits[first:] {
		if h.to > i {
			phrase = max(phrase, h.to)
		}
	}
	if i > phrase {
		return phrase
	}
	kept := first
	for _, h := range s.hits[first:] {
		if h.to > i || h.concept == cSelf || h.concept == cMy {
			s.hits[kept] = h
			kept++
		}
	}
	s.hits = s.hits[:kept]
	return phrase
}

// dropOwners drops the "my" that ends a word for kin, up to token kin, where it
// follows what is owned: "sister-my" is no word about the writer. It returns how
// far words for kin reach now.
func (s *scratch) dropOwners(first int, i, kin int32) int32 {
	kept := first
	for _, h := range s.hits[first:] {
		if i > kin || h.to > kin || h.concept != cSelf && h.concept != cMy {
			s.hits[kept] = h
			kept++
		}
	}
	s.hits = s.hits[:kept]
	for _, h := range s.hits[first:] {
		if h.concept == cKin && unspaced(s.tokens[i].script) {
			kin = max(kin, h.to)
		}
	}
	return kin
}

// unswallowed are concepts that stay true inside a harmless phrase.
func unswallowed(c concept) bool {
	switch c {
	case cNeg, cNegAfter, cNoNeg, cConj, cSubject, cSelf, cMy, cChat, cSpam, cGreeting, cThanks, cService, cRights, cQuestion, cOffer:
		return true
	}
	return false
}

func (e *Engine) hitsAt(s *scratch, i int32) {
	t := &s.tokens[i]
	first := len(s.hits)
	phrases := false
	for _, f := range s.forms[t.formsFrom:t.forms] {
		fm := &e.index.forms[f]
		phrases = phrases || fm.phrases
		for p := range e.index.all(fm.singles) {
			if e.index.functions[fm.function]&(1<<s.language) != 0 && p.lang != s.language && p.lang != e.mul {
				continue // "me" is "in" in Hindi, whatever it is in English
			}
			e.addHit(s, first, p, i, i)
		}
	}
	if t.conj {
		e.addHit(s, first, posting{concept: cConj, lang: e.mul}, i, i)
	}
	if t.prefix > 0 {
		p := &e.prefixes[t.prefix-1]
		for _, c := range p.concepts {
			e.addHit(s, first, posting{concept: c, lang: p.lang}, i, i)
		}
	}
	e.endingHits(s, first, i)
	if !phrases {
		return
	}
	s.rows = append(s.rows[:0], phraseRow{node: 0, tok: i})
	for len(s.rows) > 0 {
		row := s.rows[len(s.rows)-1]
		s.rows = s.rows[:len(s.rows)-1]
		if row.tok >= int32(len(s.tokens)) || row.tok-i >= maxPhrase || len(s.hits)-first >= maxPerPlace {
			continue
		}
		next := &s.tokens[row.tok]
		if row.tok > i && (next.brk == sentenceBreak || next.brk == commaBreak && !unspaced(next.script)) {
			continue
		}
		for _, f := range s.forms[next.formsFrom:next.forms] {
			node := e.index.next(row.node, f)
			if node == 0 {
				continue
			}
			for p := range e.index.all(e.index.nodes[node]) {
				e.addHit(s, first, p, i, row.tok)
			}
			s.rows = append(s.rows, phraseRow{node: node, tok: row.tok + 1})
		}
	}
}

// endingHits reads the endings that a language joins to a known stem.
func (e *Engine) endingHits(s *scratch, first int, i int32) {
	t := &s.tokens[i]
	word := s.norm[t.nstart:t.nend]
	for rest := uint64(s.active); rest != 0; rest &= rest - 1 {
		lang := uint8(bits.TrailingZeros64(rest))
		for _, x := range e.endings[lang] {
			if len(word) > len(x.text) && string(word[len(word)-len(x.text):]) == x.text && e.stemBefore(s, t, lang, len(word)-len(x.text)) {
				e.addHit(s, first, posting{concept: x.concept, lang: lang}, i, i)
			}
		}
	}
}

// stemBefore says that a stem of the language stands within the first bytes of
// a word.
func (e *Engine) stemBefore(s *scratch, t *token, lang uint8, bytes int) bool {
	for _, f := range s.forms[t.formsFrom:t.forms] {
		if fm := &e.index.forms[f]; fm.stem && fm.known&(1<<lang) != 0 && int(fm.size) <= bytes {
			return true
		}
	}
	return false
}

func (e *Engine) addHit(s *scratch, first int, p posting, from, to int32) {
	if s.active&(1<<p.lang) == 0 || len(s.hits)-first >= maxPerPlace {
		return
	}
	for j := first; j < len(s.hits); j++ {
		if s.hits[j].concept == p.concept && s.hits[j].negated == p.negated {
			s.hits[j].to = max(s.hits[j].to, to)
			return
		}
	}
	s.hits = append(s.hits, hit{concept: p.concept, lang: p.lang, negated: p.negated, from: from, to: to})
}

// negate marks what a negation reaches: at most three content words, never past
// punctuation, a conjunction or a new subject. A negation that follows its verb
// (French pas) also reaches back to it.
func (e *Engine) negate(s *scratch) {
	denies := int32(-1) // last token of a phrase such as "not only", which denies nothing
	for i := range s.hits {
		h := &s.hits[i]
		for j := i + 1; j < len(s.hits) && s.hits[j].from == h.from; j++ {
			if s.hits[j].concept == cNoNeg {
				denies = max(denies, s.hits[j].to)
			}
		}
		if s.tokens[h.from].negated && negatable(h.concept) {
			h.negated = true
		}
		if h.concept == cNoNeg {
			denies = max(denies, h.to)
		}
		if h.concept != cNeg && h.concept != cNegAfter || h.from <= denies {
			continue
		}
		start := s.tokens[h.to].pos
		if h.concept == cNegAfter && s.tokens[h.from].brk == noBreak {
			for j := i - 1; j >= 0 && start-s.tokens[s.hits[j].to].pos <= contentStep+2*lightStep; j-- {
				switch g := &s.hits[j]; {
				case g.to >= h.from:
				case g.concept == cConj || g.concept == cSubject:
					j = 0
				case negatable(g.concept):
					g.negated = true
				}
			}
		}
		for j := i + 1; j < len(s.hits); j++ {
			g := &s.hits[j]
			t := &s.tokens[g.from]
			if g.from <= h.to {
				continue
			}
			if t.pos-start > negReach || t.brk != noBreak || broken(s, h.to+1, g.from) {
				break
			}
			if g.concept == cConj || g.concept == cSubject && t.pos-start > 2*lightStep {
				break
			}
			if negatable(g.concept) {
				g.negated = true
			}
		}
	}
}

func broken(s *scratch, from, to int32) bool {
	for k := from; k < to; k++ {
		if s.tokens[k].brk != noBreak {
			return true
		}
	}
	return false
}

// negatable leaves out what a negation never turns round.
func negatable(c concept) bool {
	switch c {
	case cNeg, cNegAfter, cNoNeg, cConj, cSubject, cSelf, cMy, cQuestion, cNow, cGreeting, cJoke, cUnpaid:
		return false
	}
	return true
}
