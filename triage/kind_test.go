package triage_test

import (
	"testing"

	"github.com/hearline/hearline/hotline"
)

// What is told makes a report, whatever is asked besides; what is only asked about
// makes none.
func TestAskingBesideTelling(t *testing.T) {
	t.Parallel()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]hotline.Kind{
		"Hello, is anyone there? I clean in a house. The madam took my passport when I came.": hotline.Report,
		"Is it legal that my boss keeps my passport?":                                         hotline.Question,
	} {
		if got := e.Assess(text, hotline.Hints{}).Kind; got != want {
			t.Errorf("%q is a %s, want %s", text, got, want)
		}
	}
}
