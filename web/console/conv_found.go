package console

import (
	"slices"
	"strings"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage/extract"
)

// foundText is one message of the person with what stands in it.
type foundText struct {
	text  string
	hints extract.Hints
	found []extract.Entity
}

func findIn(conv hotline.Conversation, messages []hotline.Message) []foundText {
	hints := extract.Hints{From: conv.Address.Reveal()}
	var out []foundText
	for _, m := range messages {
		if m.Direction == hotline.In {
			text := m.Text.Reveal()
			out = append(out, foundText{text, hints, extract.Find(text, hints)})
		}
	}
	return out
}

// tells says whether something of a kind stands in the texts.
func tells(texts []foundText, kind extract.Kind) bool {
	return slices.ContainsFunc(texts, func(t foundText) bool {
		return slices.ContainsFunc(t.found, func(e extract.Entity) bool { return e.Kind == kind && e.Confidence >= shownFrom })
	})
}

// foundRow is what stands in the texts of one kind.
type foundRow struct {
	Name   string
	Values []foundValue
	More   int
}

// foundValue is in the person's words; Means says what a place is.
type foundValue struct{ Words, Means string }

// What is shown of it.
const (
	shownFrom  = 0.6 // confidence
	foundShown = 5   // of one kind
)

// foundNames name the kinds, in the order of the rows.
var foundNames = []struct {
	kind extract.Kind
	name string
}{
	{extract.Place, "Place"},
	{extract.Address, "Address"},
	{extract.Employer, "Employer"},
	{extract.Plate, "Plate"},
	{extract.Phone, "Phone"},
	{extract.Handle, "Account"},
	{extract.Email, "E-mail"},
	{extract.URL, "Link"},
	{extract.Age, "Age"},
	{extract.Count, "People"},
	{extract.Money, "Money"},
	{extract.Date, "Date"},
	{extract.Time, "Time"},
}

// foundRows lists what stands in the texts, each once, in the order in which it
// was told.
func foundRows(texts []foundText) []foundRow {
	var rows []foundRow
	for _, n := range foundNames {
		r := foundRow{Name: n.name}
		seen := map[string]bool{}
		for _, t := range texts {
			for _, e := range t.found {
				if e.Kind != n.kind || e.Confidence < shownFrom || seen[e.Normal] {
					continue
				}
				if seen[e.Normal] = true; len(r.Values) == foundShown {
					r.More++
					continue
				}
				r.Values = append(r.Values, foundValue{e.Text, meaning(e)})
			}
		}
		if len(r.Values) > 0 {
			rows = append(rows, r)
		}
	}
	return rows
}

// meaning is the country that a place lies in, or is in another language.
func meaning(e extract.Entity) string {
	if e.Kind != extract.Place {
		return ""
	}
	code, _, _ := strings.Cut(e.Normal, ".")
	if name := countryName(code); !strings.EqualFold(name, e.Text) {
		return name
	}
	return ""
}
