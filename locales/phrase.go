package locales

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// phrase is a text with named gaps, such as "Call {{.sos}}". It stands in for
// text/template: a gap is all that translators may use, a missing value is an
// error instead of "<no value>", and filling one takes a fraction of a
// microsecond, which counts because every inbound message is answered by one.
// A gap in capitals, such as {{.YES}}, is a word of the text's own language and
// is filled when the text is read.
type phrase struct{ pieces []piece }

// piece is either fixed text or, when gap is set, the name of a value.
type piece struct{ text, gap string }

// parser makes go-i18n use phrases.
type parser struct{}

// Cacheable tells go-i18n that a parsed phrase may be kept.
func (parser) Cacheable() bool { return true }

// Parse reads a text. It refuses any action but a plain {{.name}}, and other
// delimiters.
func (parser) Parse(src, left, right string) (template.ParsedTemplate, error) {
	if left != "" || right != "" {
		return nil, fmt.Errorf("own delimiters are not supported")
	}
	p, err := parsePhrase(src, nil)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// parsePhrase reads a text; words are what its gaps in capitals stand for.
func parsePhrase(src string, words map[string]string) (*phrase, error) {
	p := &phrase{}
	for src != "" {
		text, rest, open := strings.Cut(src, "{{")
		p.add(text)
		if !open {
			break
		}
		gap, after, closed := strings.Cut(rest, "}}")
		name, dotted := strings.CutPrefix(strings.TrimSpace(gap), ".")
		switch {
		case !closed || !dotted || !isName(name):
			return nil, fmt.Errorf("bad placeholder {{%s", gap)
		case !isWord(name):
			p.pieces = append(p.pieces, piece{gap: name})
		case words[name] == "":
			return nil, fmt.Errorf("there is no word for {{.%s}}", name)
		default:
			p.add(words[name])
		}
		src = after
	}
	return p, nil
}

// add appends fixed text.
func (p *phrase) add(text string) {
	switch last := len(p.pieces) - 1; {
	case text == "":
	case last >= 0 && p.pieces[last].gap == "":
		p.pieces[last].text += text
	default:
		p.pieces = append(p.pieces, piece{text: text})
	}
}

func isName(s string) bool {
	small := strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
	return s != "" && (small || isWord(s))
}

// isWord says whether a gap is one of the words that people answer with.
func isWord(name string) bool {
	return slices.Contains(Meanings, strings.ToLower(name)) && name == strings.ToUpper(name)
}

// Execute fills the gaps; a missing value is an error.
func (p *phrase) Execute(data any) (string, error) {
	values, _ := data.(map[string]any)
	for _, pc := range p.pieces {
		if _, ok := values[pc.gap]; pc.gap != "" && !ok {
			return "", fmt.Errorf("no value for {{.%s}}", pc.gap)
		}
	}
	return p.fill(values), nil
}

// fill is Execute with an empty text for a missing value.
func (p *phrase) fill(values map[string]any) string {
	if len(p.pieces) == 1 && p.pieces[0].gap == "" {
		return p.pieces[0].text
	}
	var b strings.Builder
	b.Grow(256)
	for _, pc := range p.pieces {
		if pc.gap == "" {
			b.WriteString(pc.text)
			continue
		}
		switch v := values[pc.gap].(type) {
		case nil:
		case string:
			b.WriteString(v)
		case int:
			b.WriteString(strconv.Itoa(v))
		default:
			fmt.Fprint(&b, v)
		}
	}
	return b.String()
}

// gaps lists the names of the gaps in order, repeated ones once.
func (p *phrase) gaps() []string {
	var names []string
	seen := map[string]bool{"": true}
	for _, pc := range p.pieces {
		if !seen[pc.gap] {
			seen[pc.gap] = true
			names = append(names, pc.gap)
		}
	}
	return names
}
