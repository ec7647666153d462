package triage_test

import (
	"slices"
	"testing"

	"github.com/hearline/hearline/hotline"
)

func TestKindAndPriorityOfPlainMessages(t *testing.T) {
	t.Parallel()
	e := load(t)
	for _, c := range []struct {
		text     string
		kind     hotline.Kind
		priority hotline.Priority
	}{
		{"he has a knife and I am locked in the room", hotline.Report, hotline.Emergency},
		{"I am hiding in the bathroom, he comes back in ten minutes", hotline.Report, hotline.Emergency},
		{"they take us to another town tonight", hotline.Report, hotline.Emergency},
		{"my boss took my passport", hotline.Report, hotline.Urgent},
		{"please help me, my boss has not paid me for five months", hotline.Report, hotline.Urgent},
		{"years ago I worked on a farm and was never paid, I am home now", hotline.Report, hotline.Standard},
		{"they zwuggled my sister", hotline.Report, hotline.Standard},
		{"if the boss hits me, may I leave?", hotline.Question, hotline.Info},
		{"is it legal to keep my passport?", hotline.Question, hotline.Info},
		{"can you help me find a lawyer", hotline.Question, hotline.Info},
		{"my boss will kill me, I am late again haha", hotline.Noise, hotline.NoisePriority},
		{"thank you, good night", hotline.Noise, hotline.NoisePriority},
	} {
		if a := e.Assess(c.text, hotline.Hints{}); a.Kind != c.kind || a.Priority != c.priority {
			t.Errorf("%q: %s, %s; want %s, %s", c.text, a.Kind, a.Priority, c.kind, c.priority)
		}
	}
}

func TestNothingToldBesidesTakesAnEmergencyAway(t *testing.T) {
	t.Parallel()
	e := load(t)
	besides := []string{"he keeps my passport", "there is no pay", "I owe him money", "they promised me a job in a shop but it was all lies", "I must work 16 hours a day"}
	for _, text := range []string{"help, he locked me in and has a knife", "he is beating my sister right now", "I want to die"} {
		for _, more := range besides {
			text += ". " + more
			if a := e.Assess(text, hotline.Hints{}); a.Priority != hotline.Emergency {
				t.Errorf("%q: %s", text, a.Priority)
			}
		}
	}
}

// TestEmergencyShowsWords goes through all messages: who is paged may ask why.
func TestEmergencyShowsWords(t *testing.T) {
	t.Parallel()
	e := load(t)
	scene := []string{"Self", "Other", "Workplace", "Household"}
	for _, l := range own(t) {
		a := e.Assess(l.Text, hotline.Hints{})
		if a.Priority == hotline.Emergency && !slices.ContainsFunc(a.Reasons, func(r hotline.Reason) bool { return !slices.Contains(scene, r.Indicator) }) {
			t.Errorf("%s: an emergency for %v alone", l.ID, a.Reasons)
		}
	}
}
