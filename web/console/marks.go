package console

import (
	"slices"
	"unicode/utf8"
)

// span of a text, in bytes, with the number of the reason it stands for.
type markSpan struct{ from, to, number int }

// segment is a piece of a message: plain, or marked with the numbers of the
// reasons that cover it. The pieces of a text, put together, are the text.
type segment struct {
	Text    string
	Numbers []int // of the list under "Why"; empty for plain text
}

// segments cuts text at the spans. Spans that overlap become one piece with all
// their numbers, so that no word is marked twice. What lies outside the text is
// left out, and a span never cuts a character in two: offsets come from another
// program and another version of the words may have made them.
func segments(text string, spans []markSpan) []segment {
	spans = fitting(text, spans)
	slices.SortStableFunc(spans, func(a, b markSpan) int { return a.from - b.from })
	var out []segment
	at := 0
	for i := 0; i < len(spans); {
		from, to, numbers := spans[i].from, spans[i].to, []int{spans[i].number}
		for i++; i < len(spans) && spans[i].from < to; i++ {
			to = max(to, spans[i].to)
			numbers = append(numbers, spans[i].number)
		}
		if at < from {
			out = append(out, segment{Text: text[at:from]})
		}
		slices.Sort(numbers)
		out = append(out, segment{Text: text[from:to], Numbers: slices.Compact(numbers)})
		at = to
	}
	if at < len(text) {
		out = append(out, segment{Text: text[at:]})
	}
	return out
}

// fitting keeps the spans that mark something, widened to whole characters.
func fitting(text string, spans []markSpan) []markSpan {
	var out []markSpan
	for _, m := range spans {
		m.from, m.to = max(m.from, 0), min(m.to, len(text))
		if m.from >= m.to {
			continue
		}
		for m.from > 0 && !utf8.RuneStart(text[m.from]) {
			m.from--
		}
		for m.to < len(text) && !utf8.RuneStart(text[m.to]) {
			m.to++
		}
		out = append(out, m)
	}
	return out
}
