package triage_test

import (
	"testing"

	"github.com/hearline/hearline/triage"
)

func TestRead(t *testing.T) {
	t.Parallel()
	e := load(t)
	for name, c := range map[string]struct {
		signs               []string
		minor               bool
		class               triage.Class
		act, means, purpose triage.Finding
	}{
		"nothing told": {nil, false, triage.Unclassified, triage.Unknown, triage.Unknown, triage.Unknown},
		"long hours without pay": {
			[]string{"ExcessiveWorkingHours", "TakesEarnings", "ForcedLabour"},
			false,
			triage.LabourRightsCase, triage.Unknown, triage.Indicated, triage.Indicated,
		},
		"deceived besides": {
			[]string{"ExcessiveWorkingHours", "TakesEarnings", "FalsePromises", "Recruitment"},
			false,
			triage.DeceivedAndExploited, triage.Indicated, triage.Indicated, triage.Unknown,
		},
		"and held": {
			[]string{"ExcessiveWorkingHours", "TakesEarnings", "FalsePromises", "Recruitment", "WithholdsDocuments", "RestrictsMovement", "ForcedLabour"},
			false,
			triage.TraffickingForLabour, triage.Indicated, triage.Indicated, triage.Indicated,
		},
		"a child needs no means": {
			[]string{"ForcedBegging", "MovedNow"}, true, triage.Unclassified, triage.Indicated, triage.NotNeeded, triage.Indicated,
		},
	} {
		r := e.Read(c.signs, c.minor)
		if el := r.Elements; r.Class != c.class || el.Act.Finding != c.act || el.Means.Finding != c.means || el.Purpose.Finding != c.purpose {
			t.Errorf("%s: %+v", name, r)
		}
		if len(r.Dimensions) != 6 {
			t.Errorf("%s: %d dimensions", name, len(r.Dimensions))
		}
	}
}

// Threats of violence are a strong indicator for a child and a medium one for an
// adult, so that the same signs can be positive for the one alone.
func TestReadWeighsChildrenAnew(t *testing.T) {
	t.Parallel()
	e := load(t)
	signs := []string{"Threats", "ForcedCriminality"}
	at := func(minor bool) triage.DimensionReading {
		for _, d := range e.Read(signs, minor).Dimensions {
			if d.Dimension == triage.CoercionAtDestination {
				return d
			}
		}
		t.Fatal("no such dimension")
		return triage.DimensionReading{}
	}
	if adult, child := at(false), at(true); adult.Finding != triage.Some || child.Finding != triage.Indicated || child.Rule != "2 strong" {
		t.Errorf("adult %+v, child %+v", adult, child)
	}
}
