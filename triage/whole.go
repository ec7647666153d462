package triage

import (
	"math"
	"slices"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Told is one message of a conversation as triage read it.
type Told struct {
	At         time.Time
	Assessment hotline.Assessment
}

// Danger says whether somebody is in danger now, which is another question than
// how likely exploitation is.
type Danger string

// What is known of danger now.
const (
	DangerUnknown Danger = "unknown" // nobody spoke of it
	InDanger      Danger = "now"
	WasInDanger   Danger = "passed" // told of before; later they said that they are safe
	DangerDenied  Danger = "denied" // they were asked and said no
)

// Picture is what a whole conversation tells. Messages add up: what was told
// once stays, whatever comes later.
type Picture struct {
	Danger       Danger
	DangerSince  time.Time // of the first message that told of it; zero when none did
	Score        float64   // 0 to 1, how much speaks for exploitation
	Exploitation []hotline.Exploitation
	Means        []hotline.Means
	Minor, Self  bool
	Reading
}

// answerDanger and its values are the question of the guided conversation that
// this package knows; see the script in package intake.
const (
	answerDanger = "danger"
	answerYes    = "yes"
	answerNo     = "no"
)

// Whole puts the messages of a conversation, oldest first, and the answers of
// the guided conversation together. An answer is a fact: it outranks what the
// texts before it led to.
func (e *Engine) Whole(told []Told, answers []hotline.Answer) Picture {
	p := Picture{Danger: DangerUnknown}
	strongest := map[string]float64{}
	for _, t := range told {
		p.add(t, strongest)
	}
	p.hear(told, answers)
	var signs []string
	sum := 0.0
	for id, name := range signNames {
		w, ok := strongest[name]
		if ok {
			signs = append(signs, name)
		}
		if signID(id) < firstOther {
			sum += w
		}
	}
	p.Score = squeeze(sum)
	p.Reading = e.Read(signs, p.Minor)
	return p
}

// add takes in one message.
func (p *Picture) add(t Told, strongest map[string]float64) {
	a := t.Assessment
	if a.Kind != hotline.Report {
		return
	}
	for _, r := range a.Reasons {
		strongest[r.Indicator] = max(strongest[r.Indicator], r.Weight)
	}
	p.Exploitation = united(p.Exploitation, a.Exploitation, hotline.Exploitations)
	p.Means = united(p.Means, a.Means, hotline.AllMeans)
	p.Minor, p.Self = p.Minor || a.Minor, p.Self || a.Self
}

// hear follows what was said of danger, texts and answers in the order of time.
func (p *Picture) hear(told []Told, answers []hotline.Answer) {
	next := 0
	answerUntil := func(at time.Time) {
		for ; next < len(answers) && !answers[next].At.After(at); next++ {
			p.answered(answers[next])
		}
	}
	for _, t := range told {
		answerUntil(t.At.Add(-1))
		switch a := t.Assessment; {
		case a.Priority == hotline.Emergency:
			p.Danger = InDanger
			if p.DangerSince.IsZero() {
				p.DangerSince = t.At
			}
		case p.Danger == InDanger && a.SaysSafe():
			p.Danger = WasInDanger
		}
	}
	for ; next < len(answers); next++ {
		p.answered(answers[next])
	}
}

func (p *Picture) answered(a hotline.Answer) {
	if a.Question != answerDanger {
		return
	}
	switch a.Value {
	case answerYes:
		p.Danger = InDanger
		if p.DangerSince.IsZero() {
			p.DangerSince = a.At
		}
	case answerNo:
		p.Danger = DangerDenied
	}
}

// united is the union of two lists, in the order of all.
func united[T comparable](a, b, all []T) []T {
	var out []T
	for _, x := range all {
		if slices.Contains(a, x) || slices.Contains(b, x) {
			out = append(out, x)
		}
	}
	return out
}

// squeeze turns added weights into 0 to 1; one strong and one medium sign give
// about a half.
func squeeze(sum float64) float64 {
	return math.Round(100*(1-math.Exp(-sum/7))) / 100
}
