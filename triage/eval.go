package triage

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/hearline/hearline/hotline"
)

// Labelled is one message with the labels a person gave it.
type Labelled struct {
	ID           string                 `json:"id"`
	Language     hotline.Language       `json:"lang"`
	Text         string                 `json:"text"`
	Style        string                 `json:"style"`
	Kind         hotline.Kind           `json:"kind"`
	Priority     string                 `json:"priority"`
	Exploitation []hotline.Exploitation `json:"exploitation"`
	Means        []hotline.Means        `json:"means"`
	Minor        bool                   `json:"minor"`
	Self         bool                   `json:"self"`
	Held         bool                   `json:"held"` // kept back while the word data was written
}

// ReadLabelled reads labelled JSON lines; a bad line is hotline.Invalid with
// its number.
func ReadLabelled(r io.Reader) ([]Labelled, error) {
	var out []Labelled
	err := eachLine(r, func(line []byte) (bad, err error) {
		var l Labelled
		if err := json.Unmarshal(line, &l); err != nil {
			return errors.New(cause(err)), nil
		}
		if _, ok := hotline.ParsePriority(l.Priority); !ok {
			return errors.New("unknown priority"), nil
		}
		out = append(out, l)
		return nil, nil
	})
	return out, err
}

// Count is a tally for one label.
type Count struct{ TP, FP, FN int }

// Precision is 1 when nothing was predicted.
func (c Count) Precision() float64 { return ratio(c.TP, c.TP+c.FP) }

// Recall is 1 when nothing was to be found.
func (c Count) Recall() float64 { return ratio(c.TP, c.TP+c.FN) }

// F1 is the harmonic mean of precision and recall.
func (c Count) F1() float64 { return ratio(2*c.TP, 2*c.TP+c.FP+c.FN) }

func (c *Count) add(want, got bool) {
	switch {
	case want && got:
		c.TP++
	case want:
		c.FN++
	case got:
		c.FP++
	}
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// Miss is a message on which engine and label disagree.
type Miss struct {
	Labelled   Labelled
	Assessment hotline.Assessment
	What       []string // which labels differ
}

// Tally is the evaluation of a set of messages.
type Tally struct {
	Messages, Language, Kind, Priority, WithinOne int
	Reports, ReportAsNoise                        int
	EmergencyOrUrgent                             Count // emergencies called emergency or urgent: recall only
	Emergency, Minor, Self                        Count
	Exploitation, Means                           Count // pooled over types
	Labels                                        map[string]*Count
	Confusion                                     [6][6]int // [wanted][got] by priority
}

// Evaluation is the tally of all messages, of each language, and the misses.
type Evaluation struct {
	All       Tally
	Languages map[hotline.Language]*Tally
	Misses    []Miss
}

// Evaluate compares the engine with the labels. ForcedLabour beside Servitude,
// ChildLabour or ForcedCriminality counts neither way, as the conventions say.
func (e *Engine) Evaluate(set []Labelled) Evaluation {
	ev := Evaluation{All: Tally{Labels: map[string]*Count{}}, Languages: map[hotline.Language]*Tally{}}
	for _, l := range set {
		a := e.Assess(l.Text, hotline.Hints{})
		t := ev.Languages[l.Language]
		if t == nil {
			t = &Tally{Labels: map[string]*Count{}}
			ev.Languages[l.Language] = t
		}
		t.add(l, a)
		if what := ev.All.add(l, a); len(what) > 0 {
			ev.Misses = append(ev.Misses, Miss{Labelled: l, Assessment: a, What: what})
		}
	}
	return ev
}

func (t *Tally) add(l Labelled, a hotline.Assessment) (what []string) {
	differ := func(ok bool, format string, args ...any) {
		if !ok {
			what = append(what, fmt.Sprintf(format, args...))
		}
	}
	want, _ := hotline.ParsePriority(l.Priority)
	t.Messages++
	t.Confusion[want][a.Priority]++
	t.Language += count(l.Language == a.Language)
	t.Kind += count(l.Kind == a.Kind)
	t.Priority += count(want == a.Priority)
	t.WithinOne += count(max(want, a.Priority)-min(want, a.Priority) <= 1)
	t.Reports += count(l.Kind == hotline.Report)
	t.ReportAsNoise += count(l.Kind == hotline.Report && a.Kind == hotline.Noise)
	t.Emergency.add(want == hotline.Emergency, a.Priority == hotline.Emergency)
	if want == hotline.Emergency {
		t.EmergencyOrUrgent.add(true, a.Priority <= hotline.Urgent)
	}
	differ(l.Language == a.Language, "language %s, got %s", l.Language, a.Language)
	differ(l.Kind == a.Kind, "kind %s, got %s", l.Kind, a.Kind)
	differ(want == a.Priority, "priority %s, got %s", want, a.Priority)
	t.Minor.add(l.Minor, a.Minor)
	differ(l.Minor == a.Minor, "minor %v", l.Minor)
	t.Self.add(l.Self, a.Self)
	differ(l.Self == a.Self, "self %v", l.Self)
	wantX, gotX := labourAside(l.Exploitation, a.Exploitation)
	what = append(what, compare(t, &t.Exploitation, wantX, gotX)...)
	return append(what, compare(t, &t.Means, l.Means, a.Means)...)
}

func count(ok bool) int {
	if ok {
		return 1
	}
	return 0
}

// labourAside takes ForcedLabour out of both lists where it is optional.
func labourAside(want, got []hotline.Exploitation) (w, g []hotline.Exploitation) {
	optional := slices.ContainsFunc(want, func(x hotline.Exploitation) bool {
		return x == hotline.Servitude || x == hotline.ChildLabour || x == hotline.ForcedCriminality
	})
	if !optional {
		return want, got
	}
	labour := func(x hotline.Exploitation) bool { return x == hotline.ForcedLabour }
	return slices.DeleteFunc(slices.Clone(want), labour), slices.DeleteFunc(slices.Clone(got), labour)
}

func compare[T ~string](t *Tally, pooled *Count, want, got []T) (what []string) {
	for _, label := range union(want, got) {
		w, g := slices.Contains(want, label), slices.Contains(got, label)
		pooled.add(w, g)
		c := t.Labels[string(label)]
		if c == nil {
			c = &Count{}
			t.Labels[string(label)] = c
		}
		c.add(w, g)
		switch {
		case w && !g:
			what = append(what, "missed "+string(label))
		case g && !w:
			what = append(what, "wrong "+string(label))
		}
	}
	return what
}

func union[T cmp.Ordered](a, b []T) []T {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// Print prints the tables; misses adds each disagreement with its reasons and
// its text, so do not keep that output of real messages.
func (ev *Evaluation) Print(w io.Writer, misses bool) error {
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "set\tn\tlang\tkind\tprio\t±1\trep>noise\temR\temR+u\temP\texplF1\tmeansF1\tminorF1\tselfF1\t")
	ev.All.row(tw, "all")
	for _, lang := range sortedKeys(ev.Languages) {
		ev.Languages[lang].row(tw, string(lang))
	}
	fmt.Fprintln(tw, "\nlabel\tP\tR\tF1\tTP\tFP\tFN\t")
	for _, label := range sortedKeys(ev.All.Labels) {
		c := ev.All.Labels[label]
		fmt.Fprintf(tw, "%s\t%.2f\t%.2f\t%.2f\t%d\t%d\t%d\t\n", label, c.Precision(), c.Recall(), c.F1(), c.TP, c.FP, c.FN)
	}
	fmt.Fprintln(tw, "\nwanted \\ got\temergency\turgent\tstandard\tinfo\tnoise\t")
	for p := hotline.Emergency; p <= hotline.NoisePriority; p++ {
		fmt.Fprintf(tw, "%s\t", p)
		for q := hotline.Emergency; q <= hotline.NoisePriority; q++ {
			fmt.Fprintf(tw, "%d\t", ev.All.Confusion[p][q])
		}
		fmt.Fprintln(tw)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("write evaluation: %w", err)
	}
	if !misses {
		return nil
	}
	for _, m := range ev.Misses {
		if _, err := fmt.Fprintf(w, "\n%s %v\n", m.Labelled.ID, m.What); err != nil {
			return fmt.Errorf("write misses: %w", err)
		}
		if err := Explain(w, m.Labelled.Text, m.Assessment, false); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tally) row(w io.Writer, name string) {
	n := max(t.Messages, 1)
	fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%d/%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t\n", name, t.Messages,
		ratio(t.Language, n), ratio(t.Kind, n), ratio(t.Priority, n), ratio(t.WithinOne, n), t.ReportAsNoise, t.Reports,
		t.Emergency.Recall(), t.EmergencyOrUrgent.Recall(), t.Emergency.Precision(),
		t.Exploitation.F1(), t.Means.F1(), t.Minor.F1(), t.Self.F1())
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
