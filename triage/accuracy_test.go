package triage_test

import (
	"flag"
	"os"
	"testing"

	"github.com/hearline/hearline/triage"
)

var (
	tables = flag.Bool("tables", false, "print the evaluation tables")
	misses = flag.Bool("misses", false, "print each disagreement as well")
)

// floor is what a set of messages must reach; a little below what was measured,
// so that a regression fails and a neutral change of one message does not.
type floor struct {
	language, kind, priority, recall, precision, exploitation, means, minor, self float64
}

func TestAccuracy(t *testing.T) {
	e := load(t)
	readable := map[string]bool{}
	for _, l := range e.Languages() {
		readable[string(l)] = true
	}
	for _, set := range []struct {
		name  string
		load  func(testing.TB) []triage.Labelled
		keep  func(triage.Labelled) bool
		floor floor
	}{
		{"own, seen", own, func(l triage.Labelled) bool { return !l.Held }, floor{0.98, 0.97, 0.95, 0.98, 0.92, 0.92, 0.91, 0.95, 0.95}},
		{"own, held back", own, func(l triage.Labelled) bool { return l.Held }, floor{0.95, 0.93, 0.85, 0.94, 0.80, 0.80, 0.81, 0.88, 0.85}},
		{"shared", shared, func(l triage.Labelled) bool { return readable[string(l.Language)] }, floor{0.97, 0.98, 0.97, 0.97, 0.93, 0.94, 0.94, 0.95, 0.90}},
	} {
		t.Run(set.name, func(t *testing.T) {
			ev := e.Evaluate(only(set.load(t), set.keep))
			if *tables || *misses {
				if err := ev.Print(os.Stdout, *misses); err != nil {
					t.Fatal(err)
				}
			}
			check(t, ev.All, set.floor)
		})
	}
}

func check(t *testing.T, a triage.Tally, f floor) {
	t.Helper()
	n := float64(a.Messages)
	for _, m := range []struct {
		name      string
		got, want float64
	}{
		{"language", float64(a.Language) / n, f.language},
		{"kind", float64(a.Kind) / n, f.kind},
		{"priority", float64(a.Priority) / n, f.priority},
		{"emergency recall", a.Emergency.Recall(), f.recall},
		{"emergency precision", a.Emergency.Precision(), f.precision},
		{"exploitation F1", a.Exploitation.F1(), f.exploitation},
		{"means F1", a.Means.F1(), f.means},
		{"minor F1", a.Minor.F1(), f.minor},
		{"self F1", a.Self.F1(), f.self},
	} {
		if m.got < m.want {
			t.Errorf("%s %.3f, below %.2f", m.name, m.got, m.want)
		}
	}
	if a.ReportAsNoise > a.Reports/100 {
		t.Errorf("%d of %d reports were called noise", a.ReportAsNoise, a.Reports)
	}
}
