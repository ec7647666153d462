package triage

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
	maxPhrase   = 8  // tokens of the longest phrase
	maxPerPlace = 24 // hits beginning at one token
	negReach    = 3 * contentStep
)

// findHits turns tokens into concepts: single words and phrases of the active
// languages, with negation resolved.
func (e *Engine) findHits(s *scratch) {
	if s.active&^(1<<e.mul) == e.readable { // nothing spoke for a language
		e.placeTokens(s)
	}
	harmless := int32(-1)
	for i := range s.tokens {
		first := len(s.hits)
		e.hitsAt(s, int32(i))
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
	for i := range s.hits {
		if h := &s.hits[i]; h.negated {
			s.negated.add(h.concept)
		} else {
			s.present.add(h.concept)
		}
	}
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
		for _, p := range fm.singles {
			e.addHit(s, first, p, i, i)
		}
	}
	if t.conj {
		e.addHit(s, first, posting{concept: cConj, lang: e.mul}, i, i)
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
		if row.tok > i && next.brk == sentenceBreak {
			continue
		}
		for _, f := range s.forms[next.formsFrom:next.forms] {
			node, ok := e.index.next[uint64(row.node)<<32|uint64(f)]
			if !ok {
				continue
			}
			for _, p := range e.index.nodes[node] {
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
	for k := range e.endings {
		x := &e.endings[k]
		if s.active&(1<<x.lang) == 0 || len(word) <= len(x.text) || string(word[len(word)-len(x.text):]) != x.text {
			continue
		}
		for _, f := range s.forms[t.formsFrom:t.forms] {
			fm := &e.index.forms[f]
			if fm.stem && fm.known&(1<<x.lang) != 0 && int(fm.size)+len(x.text) <= len(word) {
				e.addHit(s, first, x.posting, i, i)
				break
			}
		}
	}
}

func (e *Engine) addHit(s *scratch, first int, p posting, from, to int32) {
	if s.active&(1<<p.lang) == 0 || len(s.hits)-first >= maxPerPlace {
		return
	}
	for j := first; j < len(s.hits); j++ {
		if s.hits[j].concept == p.concept {
			s.hits[j].to = max(s.hits[j].to, to)
			return
		}
	}
	s.hits = append(s.hits, hit{concept: p.concept, lang: p.lang, from: from, to: to})
}

// negate marks what a negation reaches: at most three content words, never past
// punctuation, a conjunction or a new subject. A negation that follows its verb
// (French pas) also reaches back to it.
func (e *Engine) negate(s *scratch) {
	denies := int32(-1) // last token of a phrase such as "after what", which denies nothing
	for i := range s.hits {
		h := &s.hits[i]
		if s.tokens[h.from].negated && h.concept != cNeg {
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
