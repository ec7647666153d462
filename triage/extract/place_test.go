package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hearline/hearline/triage/extract"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"they took us to Dubai", "AE.03.dubai"},
		{"in dubai", "AE.03.dubai"},
		{"أنا في دبي", "AE.03.dubai"},
		{"أنا بدبي الآن", "AE.03.dubai"},
		{"me llevaron a la Ciudad de México", "MX.09.mexico city"},
		{"I came from Albania two years ago", "AL"},
		{"from albania", "AL"},
		{"vengo de España", "ES"},
		{"я в Москве", ""}, // cases are not read
		{"я из Украина", "UA"},
		{"मैं नेपाल से हूं", "NP"},
		{"we are in Kuala Lumpur, Malaysia", "MY.14.kuala lumpur | MY"},
		{"near Ras Al Khaimah City", "AE.05.ras al khaimah city"},
		{"in the UAE", "AE"},
		{"they are in New York now", "US.NY"},
		{"Help us", ""},
		{"a white van, a nice man, reading in the bar", ""},
		{"Van waits outside", ""},
		{"he is my dad", ""},
		{"call me, police is here", ""},
		{"my friend Paris says hello", "FR.11.paris"},
	} {
		var out []string
		for _, e := range extract.Find(c.text, extract.Hints{}) {
			if e.Kind == extract.Place {
				out = append(out, e.Normal)
			}
		}
		if got := strings.Join(out, " | "); got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}

func TestWorkplaceNeedsAPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"she works at Hotel Sunrise in Dubai":     "[workplace sunrise, AE.03.dubai]",
		"in Dubai, behind the restaurant Sunrise": "[workplace sunrise, AE.03.dubai]",
		"she works at Hotel Sunrise":              "[]",
	} {
		var out []string
		for _, c := range extract.Clues(text, extract.Hints{}) {
			out = append(out, string(c.Kind)+" "+c.Value.Reveal())
		}
		if got := fmt.Sprint(out); got != want {
			t.Errorf("%q: %s", text, got)
		}
	}
}
