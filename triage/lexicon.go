package triage

import (
	"embed"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
)

//go:embed lexicon/*.toml rules.toml evidence.toml standard.toml weights.tsv
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

// evidenceFile holds what speaks for a language besides its words, also for
// languages that have no lexicon.
type evidenceFile struct {
	Letters map[string]string // language -> letters that speak for it
	Scripts map[string]string // language -> first-last rune of a script that is its own
}

// universal is the pseudo-language of forms that count in every text.
const universal hotline.Language = "mul"

// loader fills an engine from the data files.
type loader struct {
	e     *Engine
	s     scratch
	spare chan buffers // of lexicons already filed

	weighs bool // whether the weights are read
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
	}{{"rules.toml", l.rules}, {"evidence.toml", l.evidence}, {"standard.toml", l.standard}, {"weights.tsv", l.weights}} {
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

// bytesPerForm is what a form takes in a lexicon, on average; it sizes the index,
// closely: a table that is a little too large is twice as large.
const bytesPerForm = 17.25

func (l *loader) makeRoom(entries []fs.DirEntry) error {
	size := 0
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return fmt.Errorf("read lexicon %s: %w", entry.Name(), err)
		}
		size += int(info.Size())
	}
	l.e.index = newIndex(int(float64(size) / bytesPerForm))
	return nil
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

func (l *loader) function(word string, lang uint8) {
	for _, w := range l.words(word) {
		id := l.e.index.formOf([]byte(w), false)
		l.e.index.serve(id, lang)
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

func (l *loader) evidence(data []byte) error {
	var f evidenceFile
	if err := toml.Unmarshal(data, &f); err != nil {
		return err
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
