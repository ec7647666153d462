package triage

import (
	"fmt"
	"math/bits"
	"sync"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage/ngram"
)

// Engine reads texts. It never changes after New and is safe for concurrent use.
type Engine struct {
	version  string
	fold     *foldTable
	index    *index
	langs    []hotline.Language
	langByID map[hotline.Language]uint8
	readable langs // languages that have a lexicon
	twins    langs // Hindi and Urdu: one language where they are written in Latin letters
	mul      uint8

	concepts   map[string]concept
	names      []string
	rules      []rule
	byAnchor   [maxConcepts][]int32
	endings    [64][]suffix // by language
	prefixes   []prefix
	numbers    map[numberWord]int32
	prefixesOf [64]span
	letters    map[rune]langs
	model      *ngram.Model
	classes    []uint8 // language of each class of the model
	scripts    []scriptRange
	standard   standard
	weights    *weightTable
	scratches  sync.Pool
}

type scriptRange struct {
	lo, hi rune
	lang   uint8
}

// New loads the embedded word data and rules. An error means that a data file
// is wrong, and names it.
func New() (*Engine, error) {
	return newEngine(true)
}

// newEngine is New, or an engine that weighs nothing, with which the weights are
// made.
func newEngine(weighs bool) (*Engine, error) {
	e := &Engine{
		fold: newFoldTable(), langByID: map[hotline.Language]uint8{},
		concepts: map[string]concept{}, letters: map[rune]langs{}, numbers: map[numberWord]int32{},
	}
	e.scratches.New = func() any { return &scratch{} }
	for _, name := range wellKnown {
		if _, err := e.conceptNamed(name); err != nil {
			return nil, err
		}
	}
	for _, twin := range []hotline.Language{"hi", "ur"} {
		n, err := e.language(twin)
		if err != nil {
			return nil, err
		}
		e.twins |= 1 << n
	}
	mul, err := e.language(universal)
	if err != nil {
		return nil, err
	}
	e.mul = mul
	if err := e.loadModel(); err != nil {
		return nil, fmt.Errorf("triage: %w", err)
	}
	l := loader{e: e, weighs: weighs}
	if err := l.load(); err != nil {
		return nil, fmt.Errorf("triage: %w", err)
	}
	return e, nil
}

// Version names the word data and rules in use; it is in each assessment.
func (e *Engine) Version() string { return e.version }

// Languages lists the languages that have a lexicon.
func (e *Engine) Languages() []hotline.Language {
	var out []hotline.Language
	for n, l := range e.langs {
		if e.readable&(1<<n) != 0 {
			out = append(out, l)
		}
	}
	return out
}

func (e *Engine) language(lang hotline.Language) (uint8, error) {
	if n, ok := e.langByID[lang]; ok {
		return n, nil
	}
	if len(e.langs) == 64 {
		return 0, fmt.Errorf("language %s: more than 64 languages", lang)
	}
	n := uint8(len(e.langs))
	e.langs = append(e.langs, lang)
	e.langByID[lang] = n
	return n, nil
}

func (e *Engine) conceptNamed(name string) (concept, error) {
	if c, ok := e.concepts[name]; ok {
		return c, nil
	}
	if len(e.names) == maxConcepts {
		return 0, fmt.Errorf("concept %s: more than %d concepts", name, maxConcepts)
	}
	c := concept(len(e.names))
	e.names = append(e.names, name)
	e.concepts[name] = c
	return c, nil
}

// scratch is the working memory of one assessment; pooled.
type scratch struct {
	tokens    []token
	norm      []byte
	sentences []sentence
	forms     []int32
	hits      []hit
	rows      []phraseRow
	scores    [64]float32
	likely    []float32
	active    langs
	language  uint8      // the best scored
	sure      float64    // that the text is in it, or in its twin
	words     int        // words, numbers apart
	coverage  float64    // share of them that the detected language knows
	present   conceptSet // concepts that stand un-negated
	negated   conceptSet // concepts that stand negated
	signs     [signCount]sign
	reasons   []found
}

func (s *scratch) reset() {
	s.tokens, s.norm, s.sentences = s.tokens[:0], s.norm[:0], s.sentences[:0]
	s.forms, s.hits, s.reasons = s.forms[:0], s.hits[:0], s.reasons[:0]
	s.scores, s.active, s.language, s.sure = [64]float32{}, 0, 0, 0
	s.words, s.coverage = 0, 0
	s.present, s.negated = conceptSet{}, conceptSet{}
	s.signs = [signCount]sign{}
}

// keepScratch is the size above which working memory is not pooled again.
const keepScratch = 4096

// Assess reads one text. It is pure, takes time linear in the text's length and
// allocates only what it returns. It never fails: a text it cannot read is a
// report of standard priority, so that a person reads it.
func (e *Engine) Assess(text string, hints hotline.Hints) hotline.Assessment {
	s := e.scratches.Get().(*scratch)
	s.reset()
	e.find(text, s, hints)
	e.mark(s)
	lang, confidence := e.conclude(s, hints)
	e.applyRules(s)
	v := view{e: e, s: s, text: text, lang: lang, confidence: confidence}
	a := v.conclude()
	if cap(s.tokens) <= keepScratch {
		e.scratches.Put(s)
	}
	return a
}

// find turns a text into concepts.
func (e *Engine) find(text string, s *scratch, hints hotline.Hints) {
	e.read(text, s)
	e.detect(text, s, hints)
	e.readNumbers(s)
	e.takePrefixes(s)
	e.findHits(s)
}

// read cuts the text into tokens and looks each of them up.
func (e *Engine) read(text string, s *scratch) {
	t := tokenizer{fold: e.fold, text: text, s: s}
	t.cut()
	for i := 0; i < len(s.tokens); i++ {
		tok := &s.tokens[i]
		word := s.norm[tok.nstart:tok.nend]
		tok.formsFrom = int32(len(s.forms))
		if tok.script != arabic || !e.withoutArticle(s, word) {
			s.forms = e.index.lookup(word, s.forms)
		}
		if !tok.number && !e.known(s.forms[tok.formsFrom:]) {
			switch {
			case tok.script == arabic:
				e.arabicForms(s, tok, word)
			case len(word) > 0 && word[0] >= '0' && word[0] <= '9':
				e.unitForms(s, tok, word)
			}
		}
		tok.forms = int32(len(s.forms))
	}
}

// numberWord is a word that is a number in a language.
type numberWord struct {
	form int32
	lang uint8
}

// readNumbers gives number words of the active languages their value: what is
// "eight" in one is "run" in another.
func (e *Engine) readNumbers(s *scratch) {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.value >= 0 {
			continue
		}
		for _, f := range s.forms[t.formsFrom:t.forms] {
			if !e.index.forms[f].number {
				continue
			}
			for rest := uint64(s.active); rest != 0; rest &= rest - 1 {
				if n, ok := e.numbers[numberWord{form: f, lang: uint8(bits.TrailingZeros64(rest))}]; ok {
					t.value, t.number = n, true
				}
			}
		}
	}
}

// takePrefixes reads words that no active language knows without the beginnings
// that their language joins to words.
func (e *Engine) takePrefixes(s *scratch) {
	for rest := uint64(s.active); rest != 0; rest &= rest - 1 {
		lang := bits.TrailingZeros64(rest)
		own := e.prefixes[e.prefixesOf[lang].from:e.prefixesOf[lang].to]
		for i := 0; i < len(s.tokens) && len(own) > 0; i++ {
			if t := &s.tokens[i]; t.prefix == 0 && !t.number && !e.knownIn(s.forms[t.formsFrom:t.forms], s.active) {
				e.takePrefix(s, t, own, e.prefixesOf[lang].from)
			}
		}
	}
}

// takePrefix tries the prefixes of a language on one word, the longest first. The
// whole word still counts in phrases.
func (e *Engine) takePrefix(s *scratch, t *token, own []prefix, first int) {
	word := s.norm[t.nstart:t.nend]
	for k := range own {
		p := &own[k]
		if len(word) < len(p.text)+minRest || string(word[:len(p.text)]) != p.text {
			continue
		}
		before := int32(len(s.forms))
		s.forms = append(s.forms, s.forms[t.formsFrom:t.forms]...)
		whole := len(s.forms)
		s.forms = e.index.lookup(word[len(p.text):], s.forms)
		if e.knownIn(s.forms[whole:], langs(1)<<p.lang) {
			t.prefix, t.negated = int16(first+k+1), p.negates
			t.formsFrom, t.forms = before, int32(len(s.forms))
			return
		}
		s.forms = s.forms[:before]
	}
}

// minRest is how many bytes of a word must remain when a prefix is taken off.
const minRest = 3

// knownIn says that one of the forms is a word of the languages on its own.
func (e *Engine) knownIn(forms []int32, in langs) bool {
	for _, f := range forms {
		if e.index.forms[f].known&in != 0 {
			return true
		}
	}
	return false
}

// known says that one of the forms is a word on its own, not just part of a phrase.
func (e *Engine) known(forms []int32) bool {
	return e.knownIn(forms, ^langs(0))
}

// unitForms reads "16yo", "8h" and "15ans": the token takes the number as its
// value and the rest as its word.
func (e *Engine) unitForms(s *scratch, tok *token, word []byte) {
	n := 0
	for n < len(word) && word[n] >= '0' && word[n] <= '9' {
		n++
	}
	before := len(s.forms)
	s.forms = e.index.lookup(word[n:], s.forms)
	if len(s.forms) > before && n <= 4 {
		tok.value, tok.number = parseNumber(word[:n]), true
	}
}
