package triage

import (
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

// standard is standard.toml: what a set of signs means by the ILO's operational
// indicators and by the Palermo Protocol.
type standard struct {
	Dimensions []struct {
		Code       Dimension
		Indicators []indicator
	}
	Elements struct{ Act, Means, Purpose []string }
}

// indicator is one line of the ILO's list, with its weights and the signs in a
// text that speak for it.
type indicator struct {
	Name         string
	Adult, Child grade
	Signs        []string
}

// grade is a weight in the list: "S", "M", "W", or "-" for not on it.
type grade string

const (
	strong    grade = "S"
	medium    grade = "M"
	weak      grade = "W"
	notListed grade = "-"
)

// Dimension is one of the six that the ILO's list has.
type Dimension string

// The dimensions.
const (
	DeceptiveRecruitment           Dimension = "DeceptiveRecruitment"
	CoerciveRecruitment            Dimension = "CoerciveRecruitment"
	AbuseOfVulnerabilityRecruiting Dimension = "AbuseOfVulnerabilityAtRecruitment"
	ExploitationAtWork             Dimension = "Exploitation"
	CoercionAtDestination          Dimension = "CoercionAtDestination"
	AbuseOfVulnerabilityAtWork     Dimension = "AbuseOfVulnerabilityAtDestination"
)

// Finding is what is known of an element or a dimension. Nobody told is not no.
type Finding string

// The findings. A text can indicate; only a person can say no.
const (
	Unknown   Finding = "unknown"
	Some      Finding = "some"      // told of, too little to be positive
	Indicated Finding = "indicated" // positive by the rule
	NotNeeded Finding = "not_needed"
)

// Reading is what the standards make of the signs of a message or a whole
// conversation. It is a screening aid, never a finding in law.
type Reading struct {
	Elements   Elements
	Dimensions []DimensionReading // all six, in the list's order
	Class      Class
}

// Elements are the three that make trafficking in persons (Palermo Protocol,
// article 3).
type Elements struct{ Act, Means, Purpose Element }

// Element is what is known of one of them, with the signs that speak for it.
type Element struct {
	Finding Finding
	Signs   []string
}

// DimensionReading is one dimension with the indicators that speak for it.
type DimensionReading struct {
	Dimension  Dimension
	Finding    Finding
	Indicators []string // names from the list
	Rule       string   // which part of the rule was met, such as "1 strong + 1 other"
}

// Class is the ILO's reading of the six dimensions together.
type Class string

// The classes. There is none for "no exploitation": what nobody told is unknown.
const (
	Unclassified         Class = "unknown"
	LabourRightsCase     Class = "labour_rights"
	DeceivedAndExploited Class = "deception_and_exploitation"
	TraffickingForLabour Class = "trafficking_for_forced_labour"
)

func (l *loader) standard(data []byte) error {
	s := &l.e.standard
	if err := toml.Unmarshal(data, s); err != nil {
		return err
	}
	var named []string
	for _, d := range s.Dimensions {
		for _, i := range d.Indicators {
			for _, g := range []grade{i.Adult, i.Child} {
				if !slices.Contains([]grade{strong, medium, weak, notListed}, g) {
					return fmt.Errorf("indicator %q: weight %q is none of S, M, W, -", i.Name, g)
				}
			}
			named = append(named, i.Signs...)
		}
	}
	named = slices.Concat(named, s.Elements.Act, s.Elements.Means, s.Elements.Purpose)
	for _, name := range named {
		if !slices.Contains(signNames[:], name) {
			return fmt.Errorf("unknown sign %s", name)
		}
	}
	return nil
}

// Read tells what the standards make of the signs told of, by their names. For a
// person under 18 the means are not needed.
func (e *Engine) Read(signs []string, minor bool) Reading {
	told := func(of []string) (found []string) {
		for _, name := range of {
			if slices.Contains(signs, name) {
				found = append(found, name)
			}
		}
		return found
	}
	el := e.standard.Elements
	r := Reading{Elements: Elements{Act: element(told(el.Act)), Means: element(told(el.Means)), Purpose: element(told(el.Purpose))}}
	if minor && r.Elements.Means.Finding == Unknown {
		r.Elements.Means.Finding = NotNeeded
	}
	positive := map[Dimension]bool{}
	for _, d := range e.standard.Dimensions {
		reading := DimensionReading{Dimension: d.Code}
		var count tally
		for _, i := range d.Indicators {
			if len(told(i.Signs)) > 0 {
				g := i.Adult
				if minor {
					g = i.Child
				}
				if count.add(g) {
					reading.Indicators = append(reading.Indicators, i.Name)
				}
			}
		}
		reading.Finding, reading.Rule = count.finding()
		positive[d.Code] = reading.Finding == Indicated
		r.Dimensions = append(r.Dimensions, reading)
	}
	r.Class = classify(positive)
	return r
}

func element(signs []string) Element {
	if len(signs) == 0 {
		return Element{Finding: Unknown}
	}
	return Element{Finding: Indicated, Signs: signs}
}

// tally counts the indicators of a dimension by weight.
type tally struct{ strong, medium, weak int }

// add reports whether the weight counts at all.
func (t *tally) add(g grade) bool {
	switch g {
	case strong:
		t.strong++
	case medium:
		t.medium++
	case weak:
		t.weak++
	default:
		return false
	}
	return true
}

// finding applies the ILO's rule: two strong, or one strong and one other, or
// three medium, or two medium and one weak.
func (t tally) finding() (Finding, string) {
	switch {
	case t.strong >= 2:
		return Indicated, "2 strong"
	case t.strong == 1 && t.medium+t.weak >= 1:
		return Indicated, "1 strong + 1 other"
	case t.medium >= 3:
		return Indicated, "3 medium"
	case t.medium == 2 && t.weak >= 1:
		return Indicated, "2 medium + 1 weak"
	case t.strong+t.medium+t.weak > 0:
		return Some, ""
	}
	return Unknown, ""
}

// classify reads the six dimensions together, the gravest class first.
func classify(positive map[Dimension]bool) Class {
	recruited := positive[DeceptiveRecruitment] || positive[CoerciveRecruitment]
	switch {
	case !positive[ExploitationAtWork]:
		return Unclassified
	case recruited && positive[CoercionAtDestination]:
		return TraffickingForLabour
	case positive[DeceptiveRecruitment]:
		return DeceivedAndExploited
	}
	return LabourRightsCase
}
