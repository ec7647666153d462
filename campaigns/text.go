package campaigns

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

// Speaker says texts of the catalogues.
type Speaker interface {
	Say(lang hotline.Language, key string, data map[string]any) string
}

// Writer turns what a manager wrote into what a person gets: the gaps are filled, and
// the line that says how to end it is added, which nobody can leave out.
type Writer struct {
	speaker      Speaker
	name, number string
	parsed       sync.Map // of *template, by the text
}

// NewWriter makes a Writer. name is what the service calls itself in texts, number
// the one that people may call or write to.
func NewWriter(speaker Speaker, name, number string) *Writer {
	return &Writer{speaker: speaker, name: name, number: number}
}

// Number is the one that people may call or write to, "" for none.
func (w *Writer) Number() string { return w.number }

// The gaps that a text may have. {region} is of the recipient, the others are of the
// service. "{region|your area}" says what stands there for somebody whose region is
// not known.
const (
	nameGap   = "name"
	numberGap = "number"
	regionGap = "region"
)

// Gaps lists the gaps that texts may have.
var Gaps = []string{nameGap, numberGap, regionGap}

// part of a template: plain words, or a gap with what stands there instead.
type part struct{ words, gap, instead string }

// template is a text, taken apart.
type template struct{ parts []part }

// parseText takes a text apart. The error is hotline.Invalid and says which gap is
// wrong and how to write it.
func parseText(text string) (*template, error) {
	t := &template{}
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return nil, hotline.Errorf(hotline.Invalid, "There is a } without its {. Write a gap such as {name}.")
		}
		if before != "" {
			t.parts = append(t.parts, part{words: before})
		}
		if !found {
			break
		}
		inside, next, closed := strings.Cut(after, "}")
		if !closed {
			return nil, hotline.Errorf(hotline.Invalid, "The gap {%s is not closed. Write such as {name}.", firstWord(after))
		}
		gap, instead, _ := strings.Cut(inside, "|")
		switch gap = strings.TrimSpace(gap); gap {
		case nameGap, numberGap, regionGap:
		default:
			return nil, hotline.Errorf(hotline.Invalid, "There is no gap {%s}. There are {name}, {number} and {region}.", firstWord(gap))
		}
		if gap == regionGap && strings.TrimSpace(instead) == "" {
			return nil, hotline.Errorf(hotline.Invalid, "Say what stands in {region} for people whose region is not known, such as {region|your area}.")
		}
		t.parts = append(t.parts, part{gap: gap, instead: strings.TrimSpace(instead)})
		rest = next
	}
	return t, nil
}

func firstWord(s string) string {
	const enough = 20 // characters
	word, _, _ := strings.Cut(s, " ")
	if r := []rune(word); len(r) > enough {
		word = string(r[:enough])
	}
	return word
}

func (w *Writer) template(text string) (*template, error) {
	if t, is := w.parsed.Load(text); is {
		return t.(*template), nil
	}
	t, err := parseText(text)
	if err == nil {
		w.parsed.Store(text, t)
	}
	return t, err
}

// fill puts a person's region, "" when it is not known, into the gaps.
func (w *Writer) fill(t *template, region string) string {
	var b strings.Builder
	for _, p := range t.parts {
		value := p.words
		switch p.gap {
		case nameGap:
			value = w.name
		case numberGap:
			value = w.number
		case regionGap:
			value = region
		}
		if value == "" {
			value = p.instead
		}
		b.WriteString(value)
	}
	return b.String()
}

// StopLine is what is added to every message of a language.
func (w *Writer) StopLine(lang hotline.Language) string {
	return w.speaker.Say(lang, "campaign.stop_line", nil)
}

// whole is a text as it goes out.
func (w *Writer) whole(t *template, lang hotline.Language, region string) string {
	return strings.TrimRight(w.fill(t, region), " \n") + " " + w.StopLine(lang)
}

// Text is what a recipient gets in a step, and in how many segments it is billed; ok
// is false when there is no text for them. A WhatsApp template has its own words.
func (w *Writer) Text(plan *hotline.CampaignPlan, step int, r *hotline.Recipient) (text hotline.Text, segments int, ok bool) {
	found := TextOf(plan, r.Language, r.Variant, step)
	if found == nil {
		found = TextOf(plan, plan.Fallback, r.Variant, step)
	}
	if found == nil {
		return "", 0, false
	}
	t, err := w.template(found.Text)
	if err != nil {
		return "", 0, false
	}
	out := w.whole(t, found.Language, RegionName(r.Region))
	_, _, segments = locales.Segments(out)
	return hotline.Text(out), segments, true
}

// RegionName is a region in words: a source's own words as they are, and nothing for
// a code, which tells people nothing.
func RegionName(region string) string {
	if len(region) >= 4 && len(region) <= 6 && region[2] == '-' && strings.ToUpper(region) == region {
		return ""
	}
	return region
}

// Preview is a text as it goes out with the longest values: the worst that it can
// cost. regions are those of the people who get it.
func (w *Writer) Preview(text string, lang hotline.Language, regions []string) (words, stopLine string, err error) {
	t, err := w.template(text)
	if err != nil {
		return "", "", err
	}
	longest := ""
	for _, r := range append(regions, t.instead()...) {
		if name := RegionName(r); utf8.RuneCountInString(name) > utf8.RuneCountInString(longest) || longest == "" {
			longest = name
		}
	}
	return strings.TrimRight(w.fill(t, longest), " \n"), w.StopLine(lang), nil
}

func (t *template) instead() (out []string) {
	for _, p := range t.parts {
		if p.gap == regionGap {
			out = append(out, p.instead)
		}
	}
	return out
}
