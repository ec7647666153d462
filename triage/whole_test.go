package triage_test

import (
	"slices"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

func TestWhole(t *testing.T) {
	t.Parallel()
	e := load(t)
	start := time.Date(2026, 3, 1, 20, 0, 0, 0, time.UTC)
	answer := func(minute int, value string) hotline.Answer {
		return hotline.Answer{Question: "danger", Value: value, At: start.Add(time.Duration(minute) * time.Minute)}
	}
	emergency := "help me please, he locked me in the room and he has a knife"
	for name, c := range map[string]struct {
		texts   []string // a minute apart
		answers []hotline.Answer
		danger  triage.Danger
	}{
		"nothing told":                  {[]string{"hello"}, nil, triage.DangerUnknown},
		"exploited, no danger named":    {[]string{"my boss took my passport and does not pay me"}, nil, triage.DangerUnknown},
		"danger now":                    {[]string{emergency}, nil, triage.InDanger},
		"later safe":                    {[]string{emergency, "I am safe now, I got out and I am at my friend's"}, nil, triage.WasInDanger},
		"safe, then danger again":       {[]string{emergency, "I am safe now, I got out", emergency}, nil, triage.InDanger},
		"asked, yes":                    {[]string{"my boss took my passport"}, []hotline.Answer{answer(1, "yes")}, triage.InDanger},
		"asked, no, outranks the text":  {[]string{emergency}, []hotline.Answer{answer(1, "no")}, triage.DangerDenied},
		"no, and then danger":           {[]string{"hello", emergency}, []hotline.Answer{answer(0, "no")}, triage.InDanger},
		"unsure is not no":              {[]string{"my boss took my passport"}, []hotline.Answer{answer(1, "unsure")}, triage.DangerUnknown},
		"thanks takes no danger away":   {[]string{emergency, "thank you"}, nil, triage.InDanger},
		"safe and still locked in door": {[]string{emergency, "I am safe now but please come, he is breaking the door"}, nil, triage.InDanger},
	} {
		var told []triage.Told
		for i, text := range c.texts {
			told = append(told, triage.Told{At: start.Add(time.Duration(i) * time.Minute), Assessment: e.Assess(text, hotline.Hints{})})
		}
		p := e.Whole(told, c.answers)
		if p.Danger != c.danger {
			t.Errorf("%s: danger %s, want %s", name, p.Danger, c.danger)
		}
		if c.danger == triage.InDanger && p.DangerSince.IsZero() {
			t.Errorf("%s: since when?", name)
		}
	}
}

func TestWholeKeepsWhatWasTold(t *testing.T) {
	t.Parallel()
	e := load(t)
	var told []triage.Told
	for _, text := range []string{
		"they promised me a job in a shop but it was all lies", "he took my passport and I get no pay, we work 16 hours a day",
		"we are locked in at night and he beats us", "I am safe now, thank you",
	} {
		told = append(told, triage.Told{Assessment: e.Assess(text, hotline.Hints{})})
	}
	p := e.Whole(told, nil)
	for _, m := range []hotline.Means{hotline.WithholdsDocuments, hotline.TakesEarnings, hotline.RestrictsMovement, hotline.PhysicalAbuse, hotline.FalsePromises} {
		if !slices.Contains(p.Means, m) {
			t.Errorf("%s was forgotten: %v", m, p.Means)
		}
	}
	if alone := e.Whole(told[:1], nil); p.Score <= alone.Score {
		t.Errorf("score %.2f does not grow from %.2f", p.Score, alone.Score)
	}
	for name, el := range map[string]triage.Element{"act": p.Elements.Act, "means": p.Elements.Means, "purpose": p.Elements.Purpose} {
		if el.Finding != triage.Indicated {
			t.Errorf("%s: %+v", name, el)
		}
	}
}
