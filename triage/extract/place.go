package extract

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed places.tsv.gz
var placesPacked []byte

// gazetteer is what we know of places; see NOTICE for where it is from.
type gazetteer struct {
	codes  map[string]string // by folded name, words parted by a space
	firsts map[string]int8   // how many words the longest name has that begins with a word
}

var places = sync.OnceValue(readPlaces)

func readPlaces() gazetteer {
	placesText := unpack(placesPacked)
	n := strings.Count(placesText, "\n")
	g := gazetteer{codes: make(map[string]string, n), firsts: make(map[string]int8, n)}
	for line := range strings.Lines(placesText) {
		name, code, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		g.codes[name] = code
		first, _, _ := strings.Cut(name, " ")
		g.firsts[first] = max(g.firsts[first], int8(strings.Count(name, " ")+1))
	}
	return g
}

// unpack takes an embedded file out of its wrapping; the build would have to be broken
// for that to fail.
func unpack(packed []byte) string {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// FoldName is Fold for names of several words, parted by a space each.
func FoldName(name string) string {
	s := scans.Get().(*scan)
	defer s.release()
	s.read(name, Hints{})
	return string(s.joined(nil, 0, len(s.tokens)-1))
}

// joined appends the folded words from and to, parted by spaces; letters of
// scripts without spaces stand together.
func (s *scan) joined(out []byte, from, to int) []byte {
	for i := from; i <= to; i++ {
		if i > from && (s.gap(i) != "" || s.tokens[i].number != s.tokens[i-1].number) {
			out = append(out, ' ')
		}
		out = append(out, s.word(i)...)
	}
	return out
}

// findPlaces finds names of countries, regions and cities.
func (s *scan) findPlaces() {
	g := places()
	for i := 0; i < len(s.tokens); i++ {
		if s.tokens[i].number || s.tokens[i].taken {
			continue
		}
		if to, code := s.place(g, i); to >= 0 {
			if confidence := s.sureOfPlace(i, to, code); confidence > 0 {
				s.take(Place, i, to, code, confidence)
				i = to
			}
		}
	}
}

// place finds the longest name that begins with token i; to is -1 without one.
func (s *scan) place(g gazetteer, i int) (to int, code string) {
	first := s.word(i)
	cut := 0
	longest, ok := g.firsts[string(first)]
	for n := 0; !ok && n < len(joined) && isArabic(first); n++ { // "in Dubai" is one word
		if prefix := joined[n]; len(first) >= len(prefix)+6 && string(first[:len(prefix)]) == prefix {
			longest, ok = g.firsts[string(first[len(prefix):])]
			cut = len(prefix)
		}
	}
	if !ok {
		return -1, ""
	}
	last := i
	for last+1 < len(s.tokens) && last+1 < i+int(longest) && s.free(last+1) && !s.tokens[last+1].number && tight(s.gap(last+1)) {
		last++
	}
	var buffer [96]byte
	for ; last >= i; last-- {
		if code, ok := g.codes[string(s.joined(buffer[:0], i, last)[cut:])]; ok {
			return last, code
		}
	}
	return -1, ""
}

// sureOfPlace weighs how a name is written: where a script has capitals a place
// has one, or a word such as "in" before it.
func (s *scan) sureOfPlace(from, to int, code string) float64 {
	word := s.word(from)
	r, _ := utf8.DecodeRune(word)
	cased, letters := r < 0x530, utf8.RuneCount(word)
	after := s.before(from, 1, isIn)
	confidence := 0.6
	switch {
	case to > from && (s.tokens[from].capital || !cased):
		confidence = 0.8
	case !cased:
		if letters < 3 || s.tokens[from].class != 0 {
			return 0
		}
	case s.tokens[from].class != 0 && !after, letters < 3 && !strings.Contains(code, "."):
		if s.text[s.tokens[from].start:s.tokens[from].end] != strings.ToUpper(s.text[s.tokens[from].start:s.tokens[from].end]) || letters < 2 {
			return 0
		}
	case !s.tokens[from].capital:
		if !after || letters < 5 || strings.Count(code, ".") == 1 {
			return 0
		}
	case s.sentenceStart(from) && !after:
		confidence = 0.4
	}
	if after {
		confidence += 0.2
	}
	return min(confidence+0.1*float64(2-strings.Count(code, ".")), 0.95)
}
