package triage

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

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

// prepareAll reads the lexicons on all cores, a few ahead of who files them: in
// order, so that numbers are given in order, and few, to need little memory.
func (l *loader) prepareAll(entries []fs.DirEntry) <-chan chan *prepared {
	ahead := make(chan chan *prepared, max(0, runtime.GOMAXPROCS(0)-2)) // and one that waits to go in
	go func() {
		defer close(ahead)
		for _, entry := range entries {
			one := make(chan *prepared, 1)
			go func() {
				own := loader{e: l.e, spare: l.spare}
				one <- own.prepare(entry.Name())
			}()
			ahead <- one
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
	p.forms = slices.Grow(p.forms, int(float64(len(p.data))/bytesPerForm))
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
