package triage

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/hearline/hearline/hotline"
)

// Explain draws an assessment for a terminal: the conclusions, the text with
// the telling words marked, and each reason with its weight. colour uses ANSI
// codes; without it the marks are brackets.
func Explain(w io.Writer, text string, a hotline.Assessment, colour bool) error {
	open, shut := "[", "]"
	if colour {
		open, shut = "\x1b[1;33m", "\x1b[0m"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s · %s · language %s (%.2f) · score %.2f\n", a.Kind, a.Priority, cmp.Or(string(a.Language), "unknown"), a.LanguageConfidence, a.Score)
	if a.Kind == hotline.Report {
		fmt.Fprintf(&b, "exploitation %v · means %v · minor %v · writer is the victim %v\n", a.Exploitation, a.Means, a.Minor, a.Self)
	}
	b.WriteString("  ")
	b.WriteString(mark(text, a.Reasons, open, shut))
	b.WriteString("\n")
	for _, r := range a.Reasons {
		bar := strings.Repeat("█", max(int(r.Weight), 1))
		fmt.Fprintf(&b, "  %-3s %-24s %s\n", bar, r.Indicator, printable(r.Text))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write explanation: %w", err)
	}
	return nil
}

// mark puts marks around the words that any reason covers.
func mark(text string, reasons []hotline.Reason, open, shut string) string {
	spans := make([][2]int, 0, len(reasons))
	for _, r := range reasons {
		spans = append(spans, [2]int{r.Start, r.End})
	}
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	var b strings.Builder
	at := 0
	for i := 0; i < len(spans); i++ {
		start, end := spans[i][0], spans[i][1]
		for i+1 < len(spans) && spans[i+1][0] <= end {
			i++
			end = max(end, spans[i][1])
		}
		b.WriteString(printable(text[at:start]))
		b.WriteString(open + printable(text[start:end]) + shut)
		at = end
	}
	b.WriteString(printable(text[at:]))
	return b.String()
}

// printable keeps a foreign text from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
