// Package ngram tells languages apart by their letter sequences: a naive Bayes
// model over hashed sequences of two to four letters, for the scripts that
// several of our languages share. It knows nothing of concepts, lexicons, hints
// or conversations.
package ngram

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:generate sh train/train.sh

// The model's shape, shared with its training.
const (
	Buckets = 1 << 14 // rows of the table; a sequence's hash names its row
	Longest = 4       // letters of the longest sequence
	Step    = 0.08    // natural logarithms per unit of the table
)

const (
	maxLetters = 400  // what is read of a text; more tells nothing new
	temper     = 0.35 // sequences overlap, so they prove less than their number says
)

// Script is the writing of a class of texts, by its ISO 15924 code.
type Script string

// The scripts that several of our languages share.
const (
	Latin      Script = "Latn"
	Arabic     Script = "Arab"
	Cyrillic   Script = "Cyrl"
	Devanagari Script = "Deva"
)

//go:embed model.bin.gz
var trained []byte

// Model scores texts. It never changes and is safe for concurrent use.
type Model struct {
	classes []Class
	groups  []group
	table   []byte // Buckets rows of one column a class: log-probability as int8, in Steps
}

// Class is what a text can be: a language in a script.
type Class struct {
	Language string // ISO 639-1
	Script   Script
}

// group is a run of classes that write one script.
type group struct {
	script   Script
	from, to int
}

// Load returns the model that comes with the program. An error means that the
// file is damaged.
func Load() (*Model, error) {
	packed, err := gzip.NewReader(bytes.NewReader(trained))
	if err != nil {
		return nil, fmt.Errorf("the language model is damaged: %w", err)
	}
	data, err := io.ReadAll(packed)
	if err != nil {
		return nil, fmt.Errorf("the language model is damaged: %w", err)
	}
	return Read(data)
}

// Read takes a model in its file format: the classes as "hi-Latn", separated by
// spaces, scripts together, ended by a newline; then the table.
func Read(data []byte) (*Model, error) {
	head, table, _ := bytes.Cut(data, []byte("\n"))
	m := &Model{table: table}
	for name := range strings.FieldsSeq(string(head)) {
		language, script, ok := strings.Cut(name, "-")
		if !ok {
			return nil, fmt.Errorf("language model: class %q names no script", name)
		}
		c := Class{Language: language, Script: Script(script)}
		if n := len(m.groups); n == 0 || m.groups[n-1].script != c.Script {
			m.groups = append(m.groups, group{script: c.Script, from: len(m.classes)})
		}
		m.classes = append(m.classes, c)
		m.groups[len(m.groups)-1].to = len(m.classes)
	}
	if len(m.classes) == 0 || len(table) != Buckets*len(m.classes) {
		return nil, fmt.Errorf("language model: table of %d bytes for %d classes", len(table), len(m.classes))
	}
	return m, nil
}

// Classes lists what the model tells apart, in the order of Likely's result.
func (m *Model) Classes() []Class { return m.classes }

// Likely appends to dst, for each class, the share of the text's letters that
// it most likely explains: numbers from 0 to 1 whose sum is the share of letters
// in scripts that the model knows. It takes time linear in the text's length.
func (m *Model) Likely(text string, dst []float32) []float32 {
	first := len(dst)
	for range m.classes {
		dst = append(dst, 0)
	}
	out := dst[first:]
	var sums [64]int32
	var letters [8]int32
	all := int32(0)
	EachWord(text, func(word []rune, script Script) {
		all += int32(len(word))
		for g, grp := range m.groups {
			if grp.script == script {
				letters[g] += int32(len(word))
				m.add(word, grp, &sums)
			}
		}
	})
	for g, grp := range m.groups {
		if letters[g] > 0 {
			share(sums[grp.from:grp.to], out[grp.from:grp.to], float64(letters[g])/float64(all))
		}
	}
	return dst
}

// add sums the table's rows of a word's sequences.
func (m *Model) add(word []rune, grp group, sums *[64]int32) {
	n := len(m.classes)
	Sequences(word, func(bucket uint32) {
		row := m.table[int(bucket)*n+grp.from : int(bucket)*n+grp.to]
		into := sums[grp.from:grp.to]
		for i, v := range row {
			into[i] += int32(int8(v))
		}
	})
}

// share spreads a weight over classes by the likelihood of their sums.
func share(sums []int32, out []float32, weight float64) {
	best := sums[0]
	for _, s := range sums {
		best = max(best, s)
	}
	total := 0.0
	for i, s := range sums {
		p := math.Exp(temper * Step * float64(s-best))
		out[i] = float32(p)
		total += p
	}
	for i := range out {
		out[i] *= float32(weight / total)
	}
}

// Sequences calls f with the bucket of each sequence of two to Longest letters
// of a word, its borders counting as letters.
func Sequences(word []rune, f func(bucket uint32)) {
	const border = ' '
	for i := -1; i < len(word); i++ {
		h := uint32(2166136261)
		for k := i; k < i+Longest && k <= len(word); k++ {
			r := rune(border)
			if k >= 0 && k < len(word) {
				r = word[k]
			}
			h = (h ^ uint32(r)) * 16777619
			if k > i {
				f((h ^ h>>15) & (Buckets - 1))
			}
		}
	}
}

// EachWord calls f with each word of a text, in lower case, and its script.
// Digits inside Latin words stay: they are letters in romanised Arabic.
func EachWord(text string, f func(word []rune, script Script)) {
	var buf [48]rune
	word := buf[:0]
	script := Script("")
	flush := func() {
		if script != "" {
			f(word, script)
		}
		word, script = buf[:0], ""
	}
	seen := 0
	for _, r := range text {
		if seen++; seen > maxLetters {
			break
		}
		s, joins := scriptOf(r)
		switch {
		case s != "" && script != "" && s != script:
			flush()
		case s == "" && !joins:
			flush()
			continue
		}
		if s != "" {
			script = s
		}
		if len(word) < cap(buf) {
			word = append(word, unicode.ToLower(r))
		}
	}
	flush()
}

// scriptOf gives the script of a letter, and whether the rune belongs to a word.
func scriptOf(r rune) (Script, bool) {
	switch {
	case r >= '0' && r <= '9' || r == '\'' || r == '’':
		return "", true
	case r < utf8.RuneSelf:
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return Latin, true
		}
		return "", false
	case unicode.IsMark(r) && !unicode.Is(unicode.Devanagari, r):
		return "", true
	case unicode.Is(unicode.Latin, r):
		return Latin, true
	case unicode.Is(unicode.Arabic, r):
		return Arabic, true
	case unicode.Is(unicode.Cyrillic, r):
		return Cyrillic, true
	case unicode.Is(unicode.Devanagari, r):
		return Devanagari, true
	case unicode.IsLetter(r):
		return other, true
	}
	return "", false
}

// other stands for all scripts that the model does not know.
const other Script = "Zzzz"
