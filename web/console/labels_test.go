package console

import (
	"testing"

	"github.com/hearline/hearline/cases"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/triage"
)

// Every code that a rule can give has plain words, and no words are left over
// from a code that is gone.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	whole(t, "channel", hotline.Channels, channelWords)
	whole(t, "exploitation", hotline.Exploitations, exploitationWords)
	whole(t, "means", hotline.AllMeans, meansWords)
	whole(t, "reveal reason", intake.RevealReasons, revealWords)
	whole(t, "override reason", triage.OverrideReasons, overrideWords)
	whole(t, "case status", cases.Statuses, caseStatusWords)
	whole(t, "consent", cases.Consents, consentWords)
	whole(t, "trafficking", cases.Traffickings, traffickingWords)
	whole(t, "role", cases.Roles, roleWords)
	whole(t, "gender", cases.Genders, genderWords)
	whole(t, "age band", cases.AgeBands, ageWords)
}

func whole[C comparable](t *testing.T, what string, codes []C, words map[C]string) {
	t.Helper()
	for _, code := range codes {
		if words[code] == "" {
			t.Errorf("%s %v has no words", what, code)
		}
	}
	if len(words) != len(codes) {
		t.Errorf("%s: %d codes and %d words", what, len(codes), len(words))
	}
}

// Whatever triage reads in a text has a name here.
func TestIndicatorsHaveWords(t *testing.T) {
	t.Parallel()
	engine, err := triage.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"He locked us in and took my passport. I am 15. They will move me tonight and he has a gun. He will kill me.",
		"They beat me every day, I am bleeding and I want to die. Please help, hurry, he comes back soon.",
		"My sister was offered a job abroad, is this offer real? What are my rights? Do you keep this secret?",
		"WIN a new phone, click www.example.com", "hello", "thanks", "lol just a joke", "test", "STOP", "I saw it on the news",
	} {
		for _, r := range engine.Assess(text, hotline.Hints{}).Reasons {
			if indicatorWords(r.Indicator) == r.Indicator && r.Indicator != "Threats" {
				t.Errorf("indicator %s has no words", r.Indicator)
			}
		}
	}
	if got := indicatorWords("NewerThanThis"); got != "NewerThanThis" {
		t.Errorf("an unknown indicator reads %q", got)
	}
}
