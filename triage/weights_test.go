package triage

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

var update = flag.Bool("update", false, "make weights.tsv anew")

// How the weights are made. The copies of a message lack some of its words: real
// messages use words that no lexicon lists, the development messages hardly any.
const (
	copies     = 5    // of each message, the whole one among them
	wordLoss   = 0.15 // share of the words of the other copies that are taken as unknown
	rounds     = 15
	averaged   = 8 // of the last rounds, whose weights are averaged
	firstPace  = 0.1
	shrinkage  = 0.01 // pull towards zero at each step, times the pace
	leastSeen  = 15   // messages that must have a feature for it to count
	leastShown = 0.05 // weights smaller than this in all columns are left out
)

// example is what a copy of a message has, and the outcome of each choice; -1
// where the choice does not arise.
type example struct {
	features []amount
	want     [len(choices)]int
}

type amount struct {
	id   int
	much float32
}

// TestWeights makes weights.tsv from the messages that are not held back:
// "go generate ./triage".
func TestWeights(t *testing.T) {
	if !*update {
		t.Skip("nothing to update")
	}
	e, err := newEngine(false)
	if err != nil {
		t.Fatal(err)
	}
	chances := rand.New(rand.NewPCG(1, 1))
	var set []example
	for _, l := range seen(t) {
		for c := range copies {
			loss := wordLoss
			if c == 0 {
				loss = 0
			}
			if x, ok := e.example(l, loss, chances); ok {
				set = append(set, x)
			}
		}
	}
	w := train(set, e.usable(set), chances)
	if err := os.WriteFile("weights.tsv", []byte(e.table(w)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// seen is the messages that weights may be made from.
func seen(t *testing.T) []Labelled {
	t.Helper()
	names, err := filepath.Glob("testdata/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []Labelled
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		set, err := ReadLabelled(f)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, set...)
	}
	return slices.DeleteFunc(out, func(l Labelled) bool { return l.Held })
}

// example reads a message without a share of its words. A message that is
// recognised as a command is none: rules decide that alone.
func (e *Engine) example(l Labelled, loss float64, chances *rand.Rand) (example, bool) {
	s := &scratch{}
	e.find(l.Text, s, hotline.Hints{})
	lost := make([]bool, len(s.tokens))
	for i := range lost {
		lost[i] = chances.Float64() < loss
	}
	s.hits = slices.DeleteFunc(s.hits, func(h hit) bool { return slices.Contains(lost[h.from:h.to+1], true) })
	e.mark(s)
	lang, confidence := e.conclude(s, hotline.Hints{})
	e.applyRules(s)
	v := view{e: e, s: s, text: l.Text, lang: lang, confidence: confidence}
	v.derive()
	if l.Kind == hotline.Command || v.command() || !v.words() {
		return example{}, false
	}
	x := example{want: wanted(l)}
	v.features(func(id int, much float32) { x.features = append(x.features, amount{id, much}) })
	return x, true
}

// wanted gives the labels of a message as outcomes.
func wanted(l Labelled) [len(choices)]int {
	want := [len(choices)]int{-1, -1, -1}
	for i, k := range []hotline.Kind{hotline.Report, hotline.Question, hotline.Noise} {
		if l.Kind == k {
			want[0] = i
		}
	}
	if l.Kind == hotline.Report {
		p, _ := hotline.ParsePriority(l.Priority)
		want[1], want[2] = int(p-hotline.Emergency), 1
		if l.Self {
			want[2] = 0
		}
	}
	return want
}

// urgencyConcepts are those that may speak for or against danger now besides the
// signs: time, place, what hurts, what holds. What else an invented message holds,
// such as "they" or its length, is how its writer writes.
const urgencyConcepts = "now tonight soon tomorrow here outside inside room door gate come come_back before_back going_to wait vehicle border flight airport " +
	"hide_self quiet_plea follow run escape hurry please help_verb hear scream cry afraid " +
	"weapon kill beat burn rape hurt lock break_door fire_now take_away put_vehicle move sell buy " +
	"sick injury bleeding unconscious overdose serious bad doctor pills drug suicide hungry food water child baby " +
	"habit every_day long night if unsure ago used_to month year document wage debt abroad job recruit"

// personConcepts are those that may say, besides these and the signs, who is
// written of.
const personConcepts = "self my they_obj kin parents family my_child child person worker neighbour witness see hear tell say unsure suspicious worried no_contact " +
	"boss husband madam women girl men subject plea please hide_self locked_self quiet_plea rescue can want"

// usable is the features that enough messages have, for each choice.
func (e *Engine) usable(set []example) *[featureCount][len(choices)]bool {
	var count [featureCount]int
	for _, x := range set {
		for _, a := range x.features {
			count[a.id]++
		}
	}
	urgency, persons := strings.Fields(urgencyConcepts), strings.Fields(urgencyConcepts+" "+personConcepts)
	var out [featureCount][len(choices)]bool
	for id, n := range count {
		enough := n >= leastSeen*copies
		out[id] = [len(choices)]bool{enough, enough, enough}
		switch {
		case id < firstConcept:
			out[id][1] = enough && (signID(id) < signNoHarm || signID(id) == signMinor || signID(id) == signChildVictim)
		case id < firstFact:
			out[id][1] = enough && slices.Contains(urgency, strings.TrimPrefix(e.feature(id), "!"))
			out[id][2] = enough && slices.Contains(persons, strings.TrimPrefix(e.feature(id), "!"))
		default:
			out[id][1] = fact(id-firstFact) == factAlways || fact(id-firstFact) == factBarePlea
		}
	}
	return &out
}

// train is a logistic regression for each choice, by stochastic gradient descent.
func train(set []example, use *[featureCount][len(choices)]bool, chances *rand.Rand) *weightTable {
	w, sum := new(weightTable), new(weightTable)
	for round := range rounds {
		pace := float32(firstPace / (1 + 0.3*float64(round)))
		for _, i := range chances.Perm(len(set)) {
			w.step(&set[i], use, pace)
		}
		if round >= rounds-averaged {
			sum.add(w, 1.0/averaged)
		}
	}
	return sum
}

// add adds a share of other weights.
func (w *weightTable) add(other *weightTable, share float32) {
	for id := range w {
		for o := range w[id] {
			w[id][o] += share * other[id][o]
		}
	}
}

// step moves the weights towards one example.
func (w *weightTable) step(x *example, use *[featureCount][len(choices)]bool, pace float32) {
	var sum [outcomeCount]float32
	for _, a := range x.features {
		for o := range sum {
			sum[o] += w[a.id][o] * a.much
		}
	}
	for i, choice := range choices {
		if x.want[i] < 0 {
			continue
		}
		for k, o := range choice {
			wrong := float32(chance(&sum, o))
			if k == x.want[i] {
				wrong--
			}
			for _, a := range x.features {
				if use[a.id][i] {
					w[a.id][o] -= pace * (wrong*a.much + shrinkage*w[a.id][o])
				}
			}
		}
	}
}

// table writes weights as a file.
func (e *Engine) table(w *weightTable) string {
	var b strings.Builder
	b.WriteString("# How much a sign, a concept (\"!\" denied) or a fact (\"=\") speaks for an outcome.\n# Made by go generate ./triage, see weights_test.go. Do not edit.\n#")
	for _, name := range outcomeNames {
		b.WriteString("\t" + name)
	}
	b.WriteString("\n")
	for id := range featureCount {
		if w[id] == [outcomeCount]float32{} || math.Abs(float64(slices.MaxFunc(w[id][:], bySize))) < leastShown {
			continue
		}
		b.WriteString(e.feature(id))
		for _, n := range w[id] {
			fmt.Fprintf(&b, "\t%.2f", n)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func bySize(a, b float32) int {
	switch {
	case math.Abs(float64(a)) < math.Abs(float64(b)):
		return -1
	case math.Abs(float64(a)) > math.Abs(float64(b)):
		return 1
	}
	return 0
}

// feature names a feature.
func (e *Engine) feature(id int) string {
	switch {
	case id < firstConcept:
		return signNames[id]
	case id < firstDenied:
		return e.names[id-firstConcept]
	case id < firstFact:
		return "!" + e.names[id-firstDenied]
	}
	return factNames[id-firstFact]
}

func TestWeightsOfWhatIsNotThereAreRefused(t *testing.T) {
	t.Parallel()
	e, err := newEngine(false)
	if err != nil {
		t.Fatal(err)
	}
	zeros := strings.Repeat("\t0", int(outcomeCount))
	for line, ok := range map[string]bool{
		"Plea" + zeros: true, "!pay" + zeros: true, "=told" + zeros: true, "# a remark": true,
		"no_such_concept" + zeros: false, "Plea\t0": false, "Plea" + strings.Repeat("\tx", int(outcomeCount)): false,
	} {
		l := loader{e: e, weighs: true}
		if err := l.weights([]byte(line + "\n")); (err == nil) != ok {
			t.Errorf("%q: %v", line, err)
		}
	}
}
