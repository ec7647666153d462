package store

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestAnswersAreReadAsWritten(t *testing.T) {
	t.Parallel()
	where := answer{Question: "where", Words: "قرب السوق", At: -5}
	for name, tc := range map[string]struct {
		answers []answer
		plain   bool
	}{
		"one":     {[]answer{{Question: "safe", Value: "yes", At: 1_764_000_000_123_456}}, true},
		"several": {[]answer{{Question: "who", Skipped: true}, where, {Question: "all", Value: "v", Words: "w", Skipped: true, At: 1}}, true},
		"quotes":  {[]answer{where, {Question: "where", Words: `the "blue" house`}}, false},
		"escape":  {[]answer{{Question: "where", Words: `left \ right`}}, false},
		"newline": {[]answer{{Question: "where", Words: "here\nthere"}}, false},
		"markup":  {[]answer{{Question: "where", Words: "A & B"}}, false},
	} {
		text, err := json.Marshal(tc.answers)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := plainAnswers(string(text))
		if ok != tc.plain || ok && !slices.Equal(got, tc.answers) {
			t.Errorf("%s: %s is read as %+v, %t", name, text, got, ok)
		}
	}
}

func TestOtherAnswersAreLeftToJSON(t *testing.T) {
	t.Parallel()
	whole := `[{"q":"safe","v":"yes","at":1},{"q":"where","at":2}]`
	for n := range len(whole) {
		if got, ok := plainAnswers(whole[:n]); ok {
			t.Errorf("%s is read as %+v", whole[:n], got)
		}
	}
	for _, text := range []string{whole + "]", "[]", "null", `[{"v":"yes","q":"safe","at":1}]`, `[{"q":"safe","at":1.5}]`, `[ {"q":"safe","at":1}]`} {
		if got, ok := plainAnswers(text); ok {
			t.Errorf("%s is read as %+v", text, got)
		}
	}
}
