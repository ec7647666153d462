package triage

import (
	"embed"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
)

//go:embed lexicon/*.toml rules.toml evidence.toml standard.toml
var dataFiles embed.FS

// lexiconFile is one lexicon/<lang>.toml. Lists are comma-separated so that the
// files stay readable and quick to load: "word, stem*, two words, +verb,
// !negated form".
type lexiconFile struct {
	Function     string            // function words, separated by spaces
	Numbers      string            // number words: "fifteen=15"
	VerbPrefixes []string          `toml:"verb_prefixes"` // what "+" forms are expanded with, one list per script
	Concepts     map[string]string // concept -> forms
	Suffixes     map[string]string // concept -> endings that a stem's word may carry ("beat-me")
	Prefixes     map[string]string // concept, or "any" -> beginnings to take off a word that is not known ("he-is-")
}

// evidenceFile helps to name languages that have no lexicon yet.
type evidenceFile struct {
	Function map[string]string // language -> function words
	Letters  map[string]string // language -> letters that speak for it
	Scripts  map[string]string // language -> first-last rune of a script that is its own
}

// universal is the pseudo-language of forms that count in every text.
const universal hotline.Language = "mul"

// loader fills an engine from the data files.
type loader struct {
	e     *Engine
	s     scratch
	spare chan buffers // of lexicons already filed
}

// prepared is one lexicon read and cut into words, ready to be filed.
type prepared struct {
	name string
	data []byte
	file lexiconFile
	buffers
	err error
}

// buffers are what a lexicon is cut into; they are used again for the next.
type buffers struct {
	forms []preparedForm
	parts []part
	text  []byte // of all parts
}

// preparedForm is one word, stem or phrase of a concept: a run of parts.
type preparedForm struct {
	concept     string
	negated     bool
	first, last int
}

// part is one word of a form, which ends in text where the next begins.
type part struct {
	end  int
	stem bool
}

// word is the text of a part.
func (p *prepared) word(i int) []byte {
	start := 0
	if i > 0 {
		start = p.parts[i-1].end
	}
	return p.text[start:p.parts[i].end]
}

func (l *loader) load() error {
	entries, err := dataFiles.ReadDir("lexicon")
	if err != nil {
		return fmt.Errorf("read lexicon: %w", err)
	}
	if err := l.makeRoom(entries); err != nil {
		return err
	}
	l.spare = make(chan buffers, len(entries))
	sum := fnv.New64a()
	var failed error
	for next := range l.prepareAll(entries) {
		p := <-next
		if failed == nil && p.err == nil {
			_, _ = sum.Write(p.data)
			p.err = l.lexicon(hotline.Language(strings.TrimSuffix(p.name, ".toml")), p)
		}
		l.spare <- p.buffers
		if failed == nil && p.err != nil {
			failed = fmt.Errorf("lexicon %s: %w", p.name, p.err)
		}
	}
	if failed != nil {
		return failed
	}
	for _, f := range []struct {
		name string
		read func([]byte) error
	}{{"rules.toml", l.rules}, {"evidence.toml", l.evidence}, {"standard.toml", l.standard}} {
		data, err := dataFiles.ReadFile(f.name)
		if err != nil {
			return fmt.Errorf("read %s: %w", f.name, err)
		}
		_, _ = sum.Write(data)
		if err := f.read(data); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	l.e.version = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// bytesPerForm is what a form takes in a lexicon, on average; it sizes the index.
const bytesPerForm = 16

func (l *loader) makeRoom(entries []fs.DirEntry) error {
	size := 0
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return fmt.Errorf("read lexicon %s: %w", entry.Name(), err)
		}
		size += int(info.Size())
	}
	l.e.index = newIndex(size / bytesPerForm)
	return nil
}

// prepareAll reads the lexicons on all cores, a few ahead of who files them: in
// order, so that numbers are given in order, and few, to need little memory.
func (l *loader) prepareAll(entries []fs.DirEntry) <-chan chan *prepared {
	ahead := make(chan chan *prepared, runtime.GOMAXPROCS(0)-1)
	go func() {
		defer close(ahead)
		for _, entry := range entries {
			one := make(chan *prepared, 1)
			ahead <- one
			go func() {
				own := loader{e: l.e, spare: l.spare}
				one <- own.prepare(entry.Name())
			}()
		}
	}()
	return ahead
}

func (l *loader) prepare(name string) *prepared {
	p := &prepared{name: name}
	select {
	case p.buffers = <-l.spare:
		p.forms, p.parts, p.text = p.forms[:0], p.parts[:0], p.text[:0]
	default:
	}
	if p.data, p.err = dataFiles.ReadFile(path.Join("lexicon", name)); p.err != nil {
		return p
	}
	if p.err = toml.Unmarshal(p.data, &p.file); p.err != nil {
		return p
	}
	p.text, p.parts = slices.Grow(p.text, len(p.data)), slices.Grow(p.parts, len(p.data)/6)
	p.forms = slices.Grow(p.forms, len(p.data)/bytesPerForm)
	for _, c := range slices.Sorted(maps.Keys(p.file.Concepts)) {
		for text := range strings.SplitSeq(p.file.Concepts[c], ",") {
			bare, negated := strings.CutPrefix(strings.TrimSpace(text), "!")
			for _, expanded := range expand(bare, p.file.VerbPrefixes) {
				first := len(p.parts)
				if err := l.cut(expanded, p); err != nil {
					p.err = fmt.Errorf("concept %s: %w", c, err)
					return p
				}
				if last := len(p.parts); last > first {
					p.forms = append(p.forms, preparedForm{concept: c, negated: negated, first: first, last: last})
				}
			}
		}
	}
	return p
}

func (l *loader) lexicon(lang hotline.Language, p *prepared) error {
	n, err := l.e.language(lang)
	if err != nil {
		return err
	}
	if lang != universal {
		l.e.readable |= 1 << n
	}
	for _, w := range strings.Fields(p.file.Function) {
		l.function(w, n)
	}
	if err := l.numbers(p.file.Numbers, n); err != nil {
		return err
	}
	if err := l.suffixes(p.file.Suffixes, n); err != nil {
		return err
	}
	if err := l.prefixes(p.file.Prefixes, n); err != nil {
		return err
	}
	for _, f := range p.forms {
		c, err := l.e.conceptNamed(f.concept)
		if err != nil {
			return err
		}
		l.form(p, f, posting{concept: c, lang: n, negated: f.negated})
	}
	return nil
}

// suffixes files endings such as the object pronouns that Arabic joins to verbs.
func (l *loader) suffixes(lists map[string]string, lang uint8) error {
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		c, err := l.e.conceptNamed(name)
		if err != nil {
			return err
		}
		for _, ending := range strings.Fields(lists[name]) {
			for _, w := range l.words(ending) {
				l.e.endings[lang] = append(l.e.endings[lang], suffix{concept: c, text: w})
			}
		}
	}
	return nil
}

// anyPrefix is the key of beginnings that stand for no concept of their own.
const anyPrefix = "any"

// prefixes files beginnings such as the subject, tense and object marks that
// Swahili joins to verbs, the longest first.
func (l *loader) prefixes(lists map[string]string, lang uint8) error {
	var found []prefix
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		var c concept
		if name != anyPrefix {
			var err error
			if c, err = l.e.conceptNamed(name); err != nil {
				return err
			}
		}
		for _, beginning := range strings.Fields(lists[name]) {
			for _, w := range l.words(beginning) {
				i := slices.IndexFunc(found, func(p prefix) bool { return p.text == w })
				if i < 0 {
					i = len(found)
					found = append(found, prefix{text: w, lang: lang})
				}
				switch {
				case name == anyPrefix:
				case c == cNeg:
					found[i].negates = true
				default:
					found[i].concepts = append(found[i].concepts, c)
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b prefix) int { return len(b.text) - len(a.text) })
	first := len(l.e.prefixes)
	l.e.prefixes = append(l.e.prefixes, found...)
	l.e.prefixesOf[lang] = span{first, len(l.e.prefixes)}
	return nil
}

// expand turns "+stem" into the stem after each verb prefix of its script; words
// that follow the stem stay as they are.
func expand(text string, lists []string) []string {
	stem, ok := strings.CutPrefix(text, "+")
	if !ok {
		return []string{text}
	}
	stem, rest, _ := strings.Cut(stem, " ")
	rest = "* " + rest
	out := []string{stem + rest}
	for _, list := range lists {
		for _, p := range strings.Fields(list) {
			if (p[0] < utf8.RuneSelf) == (stem[0] < utf8.RuneSelf) {
				out = append(out, p+stem+rest)
			}
		}
	}
	return out
}

func (l *loader) function(word string, lang uint8) {
	for _, w := range l.words(word) {
		id := l.e.index.formOf([]byte(w), false)
		l.e.index.forms[id].function |= 1 << lang
		l.e.index.forms[id].known |= 1 << lang
	}
}

func (l *loader) numbers(list string, lang uint8) error {
	for _, pair := range strings.Fields(list) {
		word, digits, _ := strings.Cut(pair, "=")
		value, err := strconv.Atoi(digits)
		if err != nil {
			return fmt.Errorf("number %q: %w", pair, err)
		}
		words := l.words(word)
		if len(words) != 1 {
			continue // a word of several letters in a script without spaces: none of them is the number
		}
		id := l.e.index.formOf([]byte(words[0]), false)
		l.e.index.forms[id].number = true
		l.e.numbers[numberWord{form: id, lang: lang}] = int32(value)
		l.e.index.forms[id].known |= 1 << lang
	}
	return nil
}

// form files one word, stem or phrase.
func (l *loader) form(p *prepared, f preparedForm, as posting) {
	x := l.e.index
	if f.last-f.first == 1 {
		w := &x.forms[x.formOf(p.word(f.first), p.parts[f.first].stem)]
		w.known |= 1 << as.lang
		x.file(&w.singles, as)
		return
	}
	node := int32(0)
	for i := f.first; i < f.last; i++ {
		node = x.follow(node, x.formOf(p.word(i), p.parts[i].stem))
	}
	x.file(&x.nodes[node], as)
}

// cut appends the words of a form to p.
func (l *loader) cut(text string, p *prepared) error {
	for word := range strings.FieldsSeq(text) {
		bare, stem := strings.CutSuffix(word, "*")
		first := len(p.parts)
		if isFolded(bare) {
			p.text = append(p.text, bare...)
			p.parts = append(p.parts, part{end: len(p.text)})
		} else {
			l.tokenize(bare)
			for _, t := range l.s.tokens {
				p.text = append(p.text, l.s.norm[t.nstart:t.nend]...)
				p.parts = append(p.parts, part{end: len(p.text)})
			}
		}
		last := len(p.parts) - 1
		if last < first {
			return fmt.Errorf("form %q holds no word", text)
		}
		p.parts[last].stem = stem
		if n := len(p.word(last)); stem && (n < minStem || n > maxStem) {
			return fmt.Errorf("stem %q must be of %d to %d bytes", text, minStem, maxStem)
		}
	}
	return nil
}

// isFolded says that a word is plain enough to be its own normal form.
func isFolded(word string) bool {
	for i := range len(word) {
		if c := word[i]; c < 'a' || c > 'z' || i > 1 && word[i-1] == c && word[i-2] == c {
			return false
		}
	}
	return word != "" && len(word) <= maxTokenSize
}

// words normalises a form exactly as a message is, so that the two always meet.
func (l *loader) words(text string) []string {
	l.tokenize(text)
	out := make([]string, len(l.s.tokens))
	for i, tok := range l.s.tokens {
		out[i] = string(l.s.norm[tok.nstart:tok.nend])
	}
	return out
}

func (l *loader) tokenize(text string) {
	l.s.reset()
	t := tokenizer{fold: l.e.fold, text: text, s: &l.s}
	t.cut()
}

func (l *loader) evidence(data []byte) error {
	var f evidenceFile
	if err := toml.Unmarshal(data, &f); err != nil {
		return err
	}
	for _, lang := range slices.Sorted(maps.Keys(f.Function)) {
		words := f.Function[lang]
		n, err := l.e.language(hotline.Language(lang))
		if err != nil {
			return err
		}
		for _, w := range strings.Fields(words) {
			l.function(w, n)
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(f.Letters)) {
		letters := f.Letters[lang]
		n, err := l.e.language(hotline.Language(lang))
		if err != nil {
			return err
		}
		for _, r := range strings.ReplaceAll(letters, " ", "") {
			l.e.letters[r] |= 1 << n
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(f.Scripts)) {
		span := f.Scripts[lang]
		n, err := l.e.language(hotline.Language(lang))
		if err != nil {
			return err
		}
		bounds := []rune(span)
		if len(bounds) != 3 || bounds[0] > bounds[2] {
			return fmt.Errorf("script of %s must read first-last, got %q", lang, span)
		}
		l.e.scripts = append(l.e.scripts, scriptRange{lo: bounds[0], hi: bounds[2], lang: n})
	}
	return nil
}
