package triage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

func TestReview(t *testing.T) {
	t.Parallel()
	e := load(t)
	r := e.NewReview()
	add := func(n int, priority hotline.Priority, overridden bool, coded *hotline.Case, texts ...string) {
		c := hotline.Conversation{
			ID: hotline.ConversationID(fmt.Sprintf("c%d", n)), Language: "en", Priority: priority, Overridden: overridden,
			CreatedAt: time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC),
		}
		var inbound []hotline.Message
		for _, text := range texts {
			a := e.Assess(text, hotline.Hints{})
			inbound = append(inbound, hotline.Message{Text: hotline.Text(text), Assessment: &a})
		}
		r.Add(c, inbound, coded, nil)
	}
	add(1, hotline.Urgent, false, &hotline.Case{Means: []hotline.Means{hotline.WithholdsDocuments, hotline.Threats}}, "my boss took my passport")
	for n := 2; n <= 4; n++ { // staff saw more, and all three wrote a word that no lexicon has
		add(n, hotline.Emergency, true, nil, fmt.Sprintf("they zwuggled my sister, only%dhere", n))
	}
	add(5, hotline.NoisePriority, true, nil, "my boss took my passport")
	var out strings.Builder
	if err := r.PrintReport(&out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	for _, want := range []string{"2026-03 en 5 3 1 20 %", "WithholdsDocuments 1 0 0 1.00", "Threats 0 1 0 0.00", "zwuggled en 3"} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Join(strings.Fields(l), " ") == want }) {
			t.Errorf("the report lacks %q:\n%s", want, out.String())
		}
	}
	for _, secret := range []string{"passport", "sister", "here"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the report holds %q, which people wrote", secret)
		}
	}
}

func TestReviewShowsWhatANewLexiconWouldChange(t *testing.T) {
	t.Parallel()
	e := load(t)
	r := e.NewReview()
	text := "help me please, he locked me in the room and he has a knife"
	now := e.Assess(text, hotline.Hints{})
	then := now
	then.Priority, then.Lexicon, then.Means = hotline.Standard, "older", nil
	for id, a := range map[hotline.ConversationID]hotline.Assessment{"c-same": now, "c-changed": then} {
		r.Add(hotline.Conversation{ID: id, Language: "en"}, []hotline.Message{{Text: hotline.Text(text), Assessment: &a}}, nil, nil)
	}
	var out strings.Builder
	if err := r.PrintShadow(&out); err != nil {
		t.Fatal(err)
	}
	flat := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{"2, of which 1 were read by 1 other versions", "would stay as they are 1", "standard emergency 1", "/o/conv/c-changed"} {
		if !strings.Contains(flat, want) {
			t.Errorf("lacks %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(flat, "c-same") || strings.Contains(flat, "knife") {
		t.Errorf("says too much:\n%s", out.String())
	}
}
