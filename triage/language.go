package triage

import (
	"math/bits"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage/ngram"
)

// What a word says for each language that knows it, divided by their number.
const (
	functionEvidence = 1.0
	wordEvidence     = 0.8
	stemEvidence     = 0.6
	letterEvidence   = 1.0
	scriptEvidence   = 3.0
	arabiziEvidence  = 1.2 // a digit used as a letter, as in 7abib
	weakEvidence     = 1.2 // below this the hint decides
	fewWordsEvidence = 2.4 // the same for a text of few words: "ok" is in many languages
	activeShare      = 0.3 // of the best score, for a second language to be read too
)

// detect scores the languages and sets which lexicons are read.
func (e *Engine) detect(text string, s *scratch, hints hotline.Hints) {
	for i := range s.tokens {
		e.vote(s, &s.tokens[i])
	}
	e.letterVotes(text, s)
	e.letterSequences(text, s)
	if n, ok := e.langByID[hints.Language]; ok && hints.Language != "" {
		s.scores[n] += 0.3
	}
	s.scores[e.mul] = 0
	if n, ok := e.langByID["en"]; ok && s.scores[n] > 0 {
		s.scores[n] += 0.1 // of those that know a lone "yes", English
	}
	s.active, s.language = 1<<e.mul, e.leader(s, 1<<e.mul)
	top := s.scores[s.language]
	if top <= 0 {
		s.active |= e.readable
		return
	}
	foreign := otherThanLatin(s)
	for n := range e.langs {
		if s.scores[n] >= activeShare*top || foreign && e.otherScriptLexicon(s, uint8(n)) {
			s.active |= 1 << n
		}
	}
	e.placeTokens(s)
}

// conclude names the language, once it is known how much of the text was read.
func (e *Engine) conclude(s *scratch, hints hotline.Hints) (hotline.Language, float64) {
	best := s.language
	top := s.scores[best]
	if top <= 0 {
		return hints.Language, 0
	}
	second := e.leader(s, 1<<e.mul|1<<best)
	s.coverage = e.coverage(s, best)
	confidence := e.confidence(s, best, top, s.scores[second])
	s.sure = confidence
	if e.twins&(1<<best) != 0 && e.twins&(1<<second) != 0 {
		s.sure = e.confidence(s, best, top, s.scores[e.leader(s, 1<<e.mul|e.twins)])
	}
	enough := float32(weakEvidence)
	if s.words <= fewWords {
		enough = fewWordsEvidence
	}
	if _, known := e.langByID[hints.Language]; top < enough && known {
		return hints.Language, max(confidence, 0.3)
	}
	return e.langs[best], confidence
}

func (e *Engine) loadModel() error {
	m, err := ngram.Load()
	if err != nil {
		return err
	}
	e.model = m
	for _, c := range m.Classes() {
		n, err := e.language(hotline.Language(c.Language))
		if err != nil {
			return err
		}
		e.classes = append(e.classes, n)
	}
	return nil
}

// letterSequences adds what the letter sequences say: more in a longer text, as
// words do, but never as much as many words that are known.
func (e *Engine) letterSequences(text string, s *scratch) {
	s.likely = e.model.Likely(text, s.likely[:0])
	weight := min(mostSequences, leastSequences+sequencesPerWord*float32(len(s.tokens)))
	for i, share := range s.likely {
		s.scores[e.classes[i]] += share * weight
	}
}

// What the letter sequences of a text are worth, in words.
const (
	leastSequences   = 0.1
	sequencesPerWord = 0.4
	mostSequences    = 6
)

// confidence is the amount of evidence times its margin over the runner-up, 0
// to 1. A lexicon that knows few of the words is not believed: Persian is full
// of Arabic words, and Portuguese of Spanish ones.
func (e *Engine) confidence(s *scratch, best uint8, top, second float32) float64 {
	margin := float64(top-second) / float64(top)
	amount := float64(top) / (float64(top) + 0.4)
	c := amount * min(1, 0.3+1.5*margin)
	if e.readable&(1<<best) != 0 {
		c *= min(1, max(0.3, s.coverage/fullCoverage))
	}
	if s.words <= 1 {
		c = min(c, oneWord)
	}
	return max(c, 0.01)
}

// oneWord is the most that a single word can prove: "no" is in many languages.
const oneWord = 0.5

// Shares of words that a lexicon must know.
const (
	fullCoverage = 0.55 // to be believed without reserve
	leastCover   = 0.4  // for the text to count as read at all
	fewWords     = 3    // texts this short are not measured
	leastSure    = 0.35 // confidence for the text to count as read at all
)

// coverage is the share of the words that a language knows, alone or in phrases.
func (e *Engine) coverage(s *scratch, lang uint8) float64 {
	words, known := 0, 0
	next, phrase := 0, int32(-1) // how far phrases reach
	for i := range s.tokens {
		for ; next < len(s.hits) && s.hits[next].from <= int32(i); next++ {
			if h := &s.hits[next]; h.lang == lang && h.to > h.from {
				phrase = max(phrase, h.to)
			}
		}
		t := &s.tokens[i]
		if t.number || t.nend-t.nstart == 0 {
			continue
		}
		words++
		if int32(i) <= phrase {
			known++
			continue
		}
		for _, f := range s.forms[t.formsFrom:t.forms] {
			if e.index.forms[f].known&(1<<lang|1<<e.mul) != 0 {
				known++
				break
			}
		}
	}
	s.words = words
	if words == 0 {
		return 0
	}
	return float64(known) / float64(words)
}

// otherThanLatin says that less than half of the words are in Latin letters.
func otherThanLatin(s *scratch) bool {
	count := 0
	for i := range s.tokens {
		if s.tokens[i].script != latin {
			count++
		}
	}
	return 2*count > len(s.tokens)
}

// otherScriptLexicon lets English and French words inside a text in other letters
// count. Neighbours that share its letters do not: a Persian word is another in
// Arabic.
func (e *Engine) otherScriptLexicon(s *scratch, n uint8) bool {
	return (e.langs[n] == "en" || e.langs[n] == "fr") && s.scores[n] >= 0.8
}

func (e *Engine) vote(s *scratch, t *token) {
	mixed := false
	var known, function langs
	exact := false
	for _, f := range s.forms[t.formsFrom:t.forms] {
		fm := &e.index.forms[f]
		known |= fm.known
		function |= e.index.functions[fm.function]
		exact = exact || !fm.stem && fm.known != 0
	}
	known &^= 1 << e.mul
	weight := float32(stemEvidence)
	switch {
	case function != 0:
		weight = functionEvidence
	case exact:
		weight = wordEvidence
	case known == 0:
		mixed = !t.number && t.script == latin && arabizi(s.norm[t.nstart:t.nend])
	}
	if mixed {
		if n, ok := e.langByID["ar"]; ok {
			s.scores[n] += arabiziEvidence
		}
		return
	}
	if function != 0 {
		known = function | known&function
	}
	if known == 0 {
		return
	}
	count := bits.OnesCount64(uint64(known))
	if t.script == latin && known&e.twins == e.twins {
		count--
	}
	weight /= float32(count)
	for rest := uint64(known); rest != 0; rest &= rest - 1 {
		s.scores[bits.TrailingZeros64(rest)] += weight
	}
}

// arabizi says whether a Latin word uses 2, 3, 5, 7 or 9 as a letter.
func arabizi(word []byte) bool {
	letters, digits := 0, 0
	for i, b := range word {
		switch {
		case b >= 'a' && b <= 'z':
			letters++
		case b == '2' || b == '3' || b == '5' || b == '7' || b == '8' || b == '9':
			if i > 0 && word[i-1] >= '0' && word[i-1] <= '9' {
				return false
			}
			digits++
		}
	}
	return digits > 0 && letters >= 2
}

// letterVotes looks at scripts and telling letters, once per letter kind.
func (e *Engine) letterVotes(text string, s *scratch) {
	var seen [64]float32
	for i := 0; i < len(text) && i < 2000; {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if m := e.letters[r]; m != 0 {
			for rest := uint64(m); rest != 0; rest &= rest - 1 {
				seen[bits.TrailingZeros64(rest)] += letterEvidence / 2
			}
		}
		if r >= 0x370 && !(r >= 0x600 && r < 0x700) {
			for _, sc := range e.scripts {
				if r >= sc.lo && r <= sc.hi {
					seen[sc.lang] += scriptEvidence / 4
				}
			}
		}
		if r >= 0x600 && r < 0x700 {
			if n, ok := e.langByID["ar"]; ok && seen[n] < 0.5 {
				seen[n] += 0.1
			}
		}
	}
	for n := range seen {
		s.scores[n] += min(seen[n], 2*scriptEvidence)
	}
}

// leader is the best scored language that is not left out.
func (e *Engine) leader(s *scratch, without langs) uint8 {
	best, top := uint8(0), float32(-1)
	for n := range e.langs {
		if without&(1<<n) == 0 && s.scores[n] > top {
			best, top = uint8(n), s.scores[n]
		}
	}
	return best
}

// Distances are in quarters of a content word: function words count one
// quarter, so that windows mean the same in chatty and in terse languages.
const (
	contentStep  = 4
	lightStep    = 1
	commaStep    = 4
	sentenceStep = 24
)

func (e *Engine) placeTokens(s *scratch) {
	pos := int32(0)
	for i := range s.tokens {
		t := &s.tokens[i]
		t.light = false
		for _, f := range s.forms[t.formsFrom:t.forms] {
			if e.index.functions[e.index.forms[f].function]&s.active != 0 {
				t.light = true
			}
		}
		if t.light {
			pos += lightStep
		} else {
			pos += contentStep
		}
		switch t.brk {
		case commaBreak:
			pos += commaStep
		case sentenceBreak:
			pos += sentenceStep
		}
		t.pos = pos
	}
}
