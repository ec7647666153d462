package triage

import (
	"slices"

	"github.com/hearline/hearline/hotline"
)

// view is one text with its signs while conclusions are drawn.
type view struct {
	e          *Engine
	s          *scratch
	text       string
	lang       hotline.Language
	confidence float64
	adultAge   bool
	sum        [outcomeCount]float32 // what the weights say
}

// strength is the weight of the strongest rule that fired for a sign.
func (v *view) strength(id signID) float32 { return v.s.signs[id].weight }
func (v *view) has(id signID) bool         { return v.s.signs[id].count > 0 }

func (v *view) any(ids ...signID) bool {
	return slices.ContainsFunc(ids, v.has)
}

// conclude turns signs into the assessment.
func (v *view) conclude() hotline.Assessment {
	a := hotline.Assessment{Language: v.lang, LanguageConfidence: v.confidence, Lexicon: v.e.version}
	v.derive()
	v.weighAll()
	a.Kind = v.kind()
	switch a.Kind {
	case hotline.Report:
		a.Priority = v.priority()
		a.Minor = v.minor()
		a.Self = v.self()
		a.Exploitation = v.exploitation(a.Minor)
		a.Means = v.means()
	case hotline.Noise:
		a.Priority = hotline.NoisePriority
	default:
		a.Priority = hotline.Info
	}
	a.Score = v.score(a.Kind)
	a.Reasons = v.reasons(a)
	return a
}

// derive finds the signs that are no mere patterns of concepts.
func (v *view) derive() {
	v.ages()
	v.hours()
	v.labour()
	v.unnamedLabour()
}

// likelihood adds up the strongest evidence of each means and type; danger now
// is another axis and stays out of it.
func (v *view) likelihood() float32 {
	sum := float32(0)
	for id := range firstOther {
		sum += v.strength(id)
	}
	return sum
}

// score is the likelihood from 0 to 1.
func (v *view) score(k hotline.Kind) float64 {
	if k != hotline.Report {
		return 0
	}
	return squeeze(float64(v.likelihood()))
}

// readable says whether the text's language has a lexicon that knows enough of
// the words.
func (v *view) readable() bool {
	n, ok := v.e.langByID[v.lang]
	return ok && v.e.readable&(1<<n) != 0 && (v.s.words <= fewWords || v.s.coverage >= leastCover && v.s.sure >= leastSure)
}

// danger lists the signs of something happening now.
var danger = []signID{signViolenceNow, signMovedNow, signSuicide, signInjury, signTimePressure}

// priority follows the label conventions; see docs/triage.md.
func (v *view) priority() hotline.Priority {
	enough := emergencyEnough
	if v.told() < 2 {
		enough = emergencyUntold
	}
	switch {
	case v.certain(), chance(&v.sum, asEmergency) >= enough && v.showDanger():
		return hotline.Emergency
	case v.told() > 0 && v.sum[asUrgent] >= v.sum[asStandard]:
		return hotline.Urgent
	}
	return hotline.Standard
}

// certain says that what is told is an emergency whatever else is told: what a
// person says besides, of wages or papers, takes nothing away.
func (v *view) certain() bool {
	if v.any(signFree, signPast, signHabit) {
		return false
	}
	held := v.any(signLockedIn, signMovement)
	pleads := v.strength(signPlea) >= 2
	switch {
	case v.any(signViolenceNow, signMovedNow, signSuicide), v.strength(signInjury) >= 3:
		return true
	case v.has(signWeapon) && (held || pleads || v.has(signDeathThreat)):
		return true
	}
	return pleads && (held || v.any(signDeathThreat, signInjury, signTimePressure))
}

// Chances from which a report is an emergency: low, because one that is missed
// costs more than one too many; higher where hardly anything was told in words that
// are known.
const (
	emergencyEnough = 0.3
	emergencyUntold = 0.65
)

func (v *view) means() []hotline.Means {
	var out []hotline.Means
	for id := range firstExploitation {
		if v.strength(id) >= 2 {
			out = append(out, hotline.AllMeans[id])
		}
	}
	return out
}

// labour derives the types that follow from others: work under control is
// forced labour, in a household servitude.
func (v *view) labour() {
	s := v.s
	control := float32(0)
	for id := range firstExploitation {
		if id != signFalsePromises && id != signUsesChildren {
			control += v.strength(id)
		}
	}
	if v.has(signForce) {
		control += 3
	}
	minor := v.minor()
	if at, ok := v.place(signChildLabour); ok && (!minor || v.any(signSexual, signBegging, signMarriage, signMilitary, signCriminality, signAdoption, signSurrogacy, signRecruitment, signMovedNow)) {
		s.signs[signChildLabour] = sign{}
		s.drop(at)
	}
	if control < 2 && !minor {
		return
	}
	if at, ok := v.place(signHousehold); ok {
		s.note(signServitude, 3, at.from, at.to)
	} else if at, ok := v.place(signWorkplace); ok && control >= 2 && !v.any(signSexual, signBegging, signMarriage, signOrgan, signMilitary, signCriminality, signSurrogacy, signAdoption) {
		s.note(signForcedLabour, 2, at.from, at.to)
	}
}

// unnamedLabour takes means that only workers meet for forced labour, where the
// work itself is not told in words that are known.
func (v *view) unnamedLabour() {
	for id := firstExploitation; id < firstOther; id++ {
		if v.strength(id) >= 2 {
			return
		}
	}
	for _, id := range []signID{signTakesEarnings, signMedicalCare, signHours, signLawEnforcement} {
		if at, ok := v.place(id); ok && v.strength(id) >= 2 && !v.has(signHousehold) {
			v.s.note(signForcedLabour, 2, at.from, at.to)
			return
		}
	}
}

// place is where a sign was first found.
func (v *view) place(id signID) (found, bool) {
	for _, f := range v.s.reasons {
		if f.sign == id {
			return f, true
		}
	}
	return found{}, false
}

// drop forgets all places of a sign.
func (s *scratch) drop(f found) {
	s.reasons = slices.DeleteFunc(s.reasons, func(g found) bool { return g.sign == f.sign })
}

func (v *view) exploitation(minor bool) []hotline.Exploitation {
	var out []hotline.Exploitation
	for id := firstExploitation; id < firstOther; id++ {
		if v.strength(id) < 2 {
			continue
		}
		if id == signForcedLabour && v.any(signServitude, signChildLabour, signSexual, signBegging, signMilitary, signCriminality) {
			continue
		}
		out = append(out, hotline.Exploitations[id-firstExploitation])
	}
	if minor && v.has(signHousehold) && !slices.Contains(out, hotline.ChildLabour) && slices.Contains(out, hotline.Servitude) && !v.has(signSelf) {
		out = append(out, hotline.ChildLabour)
	}
	return out
}

// minor says that a person under 18 is a victim: an age, or children who are
// more than somebody's family at home.
func (v *view) minor() bool {
	return v.has(signMinor) || v.has(signChildVictim) && !v.adultAge
}

// self says that more speaks for the writer being the victim than for somebody
// else.
func (v *view) self() bool { return v.sum[asVictim] > v.sum[asOther] }

func (v *view) weigh(id signID) float32 {
	sum := float32(0)
	for _, f := range v.s.reasons {
		if f.sign == id {
			sum += f.weight
		}
	}
	return sum
}
