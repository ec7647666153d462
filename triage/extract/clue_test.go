package extract_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage/extract"
)

func TestClues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, text, want string }{
		{"", "they took my passport and I owe $500 since 10:30", ""},
		{"", "plate AB12 CDE, I say AB12CDE, call +1 555 0100 177", "plate AB12CDE | phone +15550100177"},
		{"+15550100177", "call me on +1 555 0100 177", ""},
		{"", "I saw it on www.facebook.com", ""},
		{"", "I saw it on www.jobs.example.com, write a@example.com or @jobs_now", "link jobs.example.com | email a@example.com | handle @jobs_now"},
		{"", "at 12 Baker Street", "address 12 baker st"},
	} {
		var out []string
		for _, clue := range extract.Clues(c.text, extract.Hints{From: c.from}) {
			out = append(out, string(clue.Kind)+" "+clue.Value.Reveal())
		}
		if got := strings.Join(out, " | "); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

const chain = "PLEASE FORWARD!! Girls are being taken near the bus station by two men in a white van. Yesterday they took " +
	"three from the school gate. Tell your sisters and daughters not to walk alone at night. Call 555 0100 if you see them."

func near(a, b string) bool {
	one := extract.Fingerprint(a)
	return slices.ContainsFunc(extract.Fingerprint(b), func(c hotline.Clue) bool { return slices.Contains(one, c) })
}

func TestNearCopies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, text string
		want       bool
	}{
		{"the same", chain, true},
		{"other case, marks and number", strings.ToLower(strings.NewReplacer("!!", "", ".", "", "555 0100", "555 0199").Replace(chain)), true},
		{"a greeting before it", "Hi all, " + chain, true},
		{"a word changed", strings.Replace(chain, "white", "black", 1), true},
		{"another text", "The owner of the farm keeps our passports in a drawer and we have not been paid since March. There are nine of us in " +
			"a container behind the house, and nobody may go to the town alone.", false},
		{"too short", "PLEASE FORWARD!! Girls are being taken near the bus station", false},
	} {
		if got := near(chain, c.text); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

// TestStrangersAreNotCopies draws texts from the same few words: they speak of
// the same thing and are still no copies.
func TestStrangersAreNotCopies(t *testing.T) {
	t.Parallel()
	words := strings.Fields("the boss took my passport and we can not leave house they lock door at night work every day no pay for months he says " +
		"police will come if go out please help us there are six women in one room")
	draw := rand.New(rand.NewPCG(1, 2))
	seen := map[hotline.Clue]int{}
	const texts = 3000
	shared := 0
	for n := range texts {
		var b strings.Builder
		for range 40 {
			fmt.Fprintf(&b, "%s ", words[draw.IntN(len(words))])
		}
		for _, c := range extract.Fingerprint(b.String()) {
			if _, ok := seen[c]; ok {
				shared++
			}
			seen[c] = n
		}
	}
	if shared > 3 {
		t.Errorf("%d of %d texts meet another", shared, texts)
	}
}
