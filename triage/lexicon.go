package triage

import (
	"embed"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"github.com/hearline/hearline/hotline"
)

//go:embed lexicon/*.toml rules.toml evidence.toml
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
	e *Engine
	s scratch
}

func (l *loader) load() error {
	names, err := dataFiles.ReadDir("lexicon")
	if err != nil {
		return fmt.Errorf("read lexicon: %w", err)
	}
	sum := fnv.New64a()
	for _, n := range names {
		data, err := dataFiles.ReadFile(path.Join("lexicon", n.Name()))
		if err != nil {
			return fmt.Errorf("read lexicon %s: %w", n.Name(), err)
		}
		_, _ = sum.Write(data)
		var f lexiconFile
		if err := toml.Unmarshal(data, &f); err != nil {
			return fmt.Errorf("lexicon %s: %w", n.Name(), err)
		}
		if err := l.lexicon(hotline.Language(strings.TrimSuffix(n.Name(), ".toml")), f); err != nil {
			return fmt.Errorf("lexicon %s: %w", n.Name(), err)
		}
	}
	for _, f := range []struct {
		name string
		read func([]byte) error
	}{{"rules.toml", l.rules}, {"evidence.toml", l.evidence}} {
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

func (l *loader) lexicon(lang hotline.Language, f lexiconFile) error {
	n, err := l.e.language(lang)
	if err != nil {
		return err
	}
	if lang != universal {
		l.e.readable |= 1 << n
	}
	for _, w := range strings.Fields(f.Function) {
		l.function(w, n)
	}
	if err := l.numbers(f.Numbers, n); err != nil {
		return err
	}
	if err := l.suffixes(f.Suffixes, n); err != nil {
		return err
	}
	if err := l.prefixes(f.Prefixes, n); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(f.Concepts)) {
		forms := f.Concepts[name]
		c, err := l.e.conceptNamed(name)
		if err != nil {
			return err
		}
		for text := range strings.SplitSeq(forms, ",") {
			bare, negated := strings.CutPrefix(strings.TrimSpace(text), "!")
			for _, expanded := range expand(bare, f.VerbPrefixes) {
				if err := l.form(expanded, posting{concept: c, lang: n, negated: negated}); err != nil {
					return fmt.Errorf("concept %s: %w", name, err)
				}
			}
		}
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
		id := l.e.index.formOf(w, false)
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
		for _, w := range l.words(word) {
			id := l.e.index.formOf(w, false)
			l.e.index.forms[id].number = int32(value)
			l.e.index.forms[id].known |= 1 << lang
		}
	}
	return nil
}

// form files one word, stem or phrase.
func (l *loader) form(text string, p posting) error {
	if text == "" {
		return nil
	}
	x := l.e.index
	var row []int32
	for part := range strings.FieldsSeq(text) {
		bare, stem := strings.CutSuffix(part, "*")
		words := l.words(bare)
		if len(words) == 0 {
			return fmt.Errorf("form %q holds no word", text)
		}
		for i, w := range words {
			isStem := stem && i == len(words)-1
			if isStem && (len(w) < minStem || len(w) > maxStem) {
				return fmt.Errorf("stem %q must be of %d to %d bytes", text, minStem, maxStem)
			}
			row = append(row, x.formOf(w, isStem))
		}
	}
	if len(row) > 1 {
		x.addPhrase(row, p)
		return nil
	}
	f := &x.forms[row[0]]
	f.known |= 1 << p.lang
	if !slices.Contains(f.singles, p) {
		f.singles = append(f.singles, p)
	}
	return nil
}

// words normalises a form exactly as a message is, so that the two always meet.
func (l *loader) words(text string) []string {
	l.s.reset()
	t := tokenizer{fold: l.e.fold, text: text, s: &l.s}
	t.cut()
	out := make([]string, len(l.s.tokens))
	for i, tok := range l.s.tokens {
		out[i] = string(l.s.norm[tok.nstart:tok.nend])
	}
	return out
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
