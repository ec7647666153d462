package triage

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// outcome is one of the answers that the weights of a text speak for.
type outcome uint8

const (
	asReport outcome = iota
	asQuestion
	asNoise
	asEmergency
	asUrgent
	asStandard
	asVictim // the writer is the victim
	asOther
	outcomeCount
)

// outcomeNames are the columns of weights.tsv.
var outcomeNames = [outcomeCount]string{"report", "question", "noise", "emergency", "urgent", "standard", "victim", "other"}

// choices are the questions that are decided: each is a row of answers that
// leave each other out.
var choices = [...][]outcome{
	{asReport, asQuestion, asNoise},
	{asEmergency, asUrgent, asStandard},
	{asVictim, asOther},
}

// fact is what a text has besides signs and concepts.
type fact int

const (
	factAlways fact = iota
	factTold
	factAsks
	factNoise
	factNothingTold
	factNothingAsked
	factNoNoise
	factQuestionMark
	factOfferOnly
	factSelf
	factOthers
	factNobodySelf
	factNobodyElse
	factSelfShare
	factSelfLeads
	factWords3
	factWords8
	factWords20
	factWords30
	factSentences
	factBarePlea
	factCount
)

var factNames = [factCount]string{
	"=always", "=told", "=asks", "=noise", "=nothing_told", "=nothing_asked", "=no_noise", "=question_mark", "=offer_only",
	"=self", "=others", "=nobody_self", "=nobody_else", "=self_share", "=self_leads", "=up_to_3_words", "=up_to_8_words", "=from_20_words", "=from_30_words", "=sentences", "=bare_plea",
}

// Where the kinds of feature begin: signs, concepts, denied concepts, facts.
const (
	firstConcept = int(signCount)
	firstDenied  = firstConcept + maxConcepts
	firstFact    = firstDenied + maxConcepts
	featureCount = firstFact + int(factCount)
)

// weightTable says how much each feature of a text speaks for each outcome. It is
// made by TestWeights from the development messages that are not held back: a
// logistic regression for each choice.
type weightTable [featureCount][outcomeCount]float32

// weights reads weights.tsv: a line for each feature, a column for each outcome.
func (l *loader) weights(data []byte) error {
	e := l.e
	e.weights = new(weightTable)
	if !l.weighs {
		return nil
	}
	number := map[string]int{}
	for id, name := range signNames {
		number[name] = id
	}
	for c, name := range e.names {
		number[name], number["!"+name] = firstConcept+c, firstDenied+c
	}
	for f, name := range factNames {
		number[name] = firstFact + f
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		id, ok := number[fields[0]]
		if !ok || len(fields) != 1+int(outcomeCount) {
			return fmt.Errorf("line %q: not a sign, concept or fact with %d numbers; run go generate ./triage", line, outcomeCount)
		}
		for o, text := range fields[1:] {
			n, err := strconv.ParseFloat(text, 32)
			if err != nil {
				return fmt.Errorf("line %q: %w", line, err)
			}
			e.weights[id][o] = float32(n)
		}
	}
	return nil
}

// features yields what a text has and how much of it, about 0 to 1 each.
func (v *view) features(yield func(id int, much float32)) {
	s := v.s
	for id := range s.signs {
		if s.signs[id].count > 0 {
			yield(id, s.signs[id].weight/3)
		}
	}
	s.present.each(func(c concept) { yield(firstConcept+int(c), 1) })
	s.negated.each(func(c concept) { yield(firstDenied+int(c), 1) })
	v.facts(func(f fact, much float32) { yield(firstFact+int(f), much) })
}

func (v *view) facts(yield func(f fact, much float32)) {
	when := func(f fact, is bool) {
		if is {
			yield(f, 1)
		}
	}
	amount := func(f, none fact, much float32) {
		if much == 0 {
			yield(none, 1)
			return
		}
		yield(f, min(much, 9)/3)
	}
	yield(factAlways, 1)
	amount(factTold, factNothingTold, v.told())
	amount(factAsks, factNothingAsked, v.asks())
	amount(factNoise, factNoNoise, v.noise())
	self, others := v.weigh(signSelf), v.weigh(signOther)
	amount(factSelf, factNobodySelf, self)
	amount(factOthers, factNobodyElse, others)
	yield(factSelfShare, (self+0.5)/(self+others+1))
	when(factSelfLeads, self > others)
	when(factQuestionMark, slices.ContainsFunc(v.s.sentences, func(st sentence) bool { return st.question }))
	when(factOfferOnly, v.offerOnly())
	when(factWords3, v.s.words <= 3)
	when(factWords8, v.s.words <= 8)
	when(factWords20, v.s.words >= 20)
	when(factWords30, v.s.words >= 30)
	when(factSentences, len(v.s.sentences) > 1)
	when(factBarePlea, v.has(signPlea) && !v.any(danger...) && !v.any(signLockedIn, signWeapon, signMovement, signMedicalCare, signPhysical, signSexualAbuse))
}

// weighAll adds up what speaks for each outcome.
func (v *view) weighAll() {
	v.features(func(id int, much float32) {
		w := &v.e.weights[id]
		for o := range w {
			v.sum[o] += w[o] * much
		}
	})
}

// chance is how likely an outcome is among those of its choice, 0 to 1.
func chance(sum *[outcomeCount]float32, of outcome) float64 {
	for _, choice := range choices {
		if !slices.Contains(choice, of) {
			continue
		}
		all := 0.0
		for _, o := range choice {
			all += math.Exp(float64(sum[o] - sum[of]))
		}
		return 1 / all
	}
	return 0
}

// telling is the least difference between an emergency and a standard report for
// a concept to be shown as a reason.
const telling = 0.25

// showDanger notes the words that speak for an emergency and are part of no sign
// that does. It says whether there are any: a low count of words is no emergency.
func (v *view) showDanger() bool {
	s := v.s
	tells := func(id int) bool { return v.e.weights[id][asEmergency]-v.e.weights[id][asStandard] >= telling }
	reasons := slices.DeleteFunc(slices.Clone(s.reasons), func(f found) bool { return !tells(int(f.sign)) })
	for _, h := range s.hits {
		id := firstConcept + int(h.concept)
		if h.negated {
			id = firstDenied + int(h.concept)
		}
		if tells(id) && !slices.ContainsFunc(reasons, func(f found) bool { return f.from <= h.from && h.to <= f.to }) {
			s.note(signDanger, 1, h.from, h.to)
		}
	}
	return len(reasons) > 0 || v.has(signDanger)
}
