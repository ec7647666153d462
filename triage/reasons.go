package triage

import (
	"slices"

	"github.com/hearline/hearline/hotline"
)

// reasons gives the places that led to the conclusions of a, in order of
// appearance, each indicator once per place.
func (v *view) reasons(a hotline.Assessment) []hotline.Reason {
	s := v.s
	s.reasons = slices.DeleteFunc(s.reasons, func(f found) bool { return !shown(f.sign, a) })
	slices.SortFunc(s.reasons, func(x, y found) int {
		if d := int(x.from) - int(y.from); d != 0 {
			return d
		}
		if d := int(x.sign) - int(y.sign); d != 0 {
			return d
		}
		return int(y.weight) - int(x.weight)
	})
	out := make([]hotline.Reason, 0, len(s.reasons))
	for i, f := range s.reasons {
		if v.overlapped(i) {
			continue
		}
		start, end := int(s.tokens[f.from].start), int(s.tokens[f.to].end)
		out = append(out, hotline.Reason{
			Indicator: signNames[f.sign], Text: v.text[start:end], Start: start, End: end, Weight: float64(f.weight),
		})
	}
	return out
}

// overlapped says that a stronger, or an earlier equal, reason of the same
// indicator covers some of the same words.
func (v *view) overlapped(i int) bool {
	f := v.s.reasons[i]
	for j, g := range v.s.reasons {
		if j == i || g.sign != f.sign || g.to < f.from || g.from > f.to {
			continue
		}
		if g.weight > f.weight || g.weight == f.weight && j < i {
			return true
		}
	}
	return false
}

// shown says whether a sign speaks for (or, in kind, explains) what a says.
func shown(id signID, a hotline.Assessment) bool {
	if id == signFree {
		return true // whatever the message is, "I am safe now" counts for its conversation
	}
	switch a.Kind {
	case hotline.Report:
		switch {
		case id == signMinor || id == signChildVictim:
			return a.Minor
		case id == signSelf:
			return a.Self
		case id == signOther:
			return !a.Self
		}
		return id < signNoHarm
	case hotline.Question:
		return id >= signNoHarm && id <= signOffer
	case hotline.Noise:
		return id >= signGreeting && id <= signTest
	}
	return id == signCommand
}
