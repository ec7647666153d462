package console

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
	"github.com/hearline/hearline/triage/extract"
)

// reasonList numbers the indicators that triage found in a conversation, each
// once, in the order in which they first appear. What only sets the scene of a
// report, such as who writes, is named without a number: marked as well, it
// would hide what matters.
type reasonList struct {
	kind   hotline.Kind   // of the conversation; other messages led to nothing
	number map[string]int // 1 is the first
	found  []foundReason
	scene  []string // indicators
}

// sceneSigns set the scene of a report and do not raise its priority.
var sceneSigns = map[string]bool{
	"Self": true, "Other": true, "Workplace": true, "Household": true, "Habit": true, "Past": true, "Free": true, "Plea": true,
}

// foundReason is one indicator with every place that speaks for it.
type foundReason struct {
	code   string
	weight float64 // the strongest of its places
	places []foundPlace
}

type foundPlace struct {
	message hotline.Message
	words   string
}

func findReasons(kind hotline.Kind, messages []hotline.Message) reasonList {
	l := reasonList{kind: kind, number: map[string]int{}}
	for _, m := range messages {
		for _, r := range l.reasons(m) {
			if l.isScene(r) {
				if !slices.Contains(l.scene, r.Indicator) {
					l.scene = append(l.scene, r.Indicator)
				}
				continue
			}
			n, ok := l.number[r.Indicator]
			if !ok {
				n = len(l.found) + 1
				l.number[r.Indicator] = n
				l.found = append(l.found, foundReason{code: r.Indicator, weight: r.Weight})
			}
			f := &l.found[n-1]
			f.weight = max(f.weight, r.Weight)
			f.places = append(f.places, foundPlace{message: m, words: r.Text})
		}
	}
	return l
}

// reasons are those of m that count here.
func (l reasonList) reasons(m hotline.Message) []hotline.Reason {
	if m.Direction != hotline.In || m.Assessment == nil || m.Assessment.Kind != l.kind {
		return nil
	}
	return m.Assessment.Reasons
}

func (l reasonList) isScene(r hotline.Reason) bool {
	return l.kind == hotline.Report && sceneSigns[r.Indicator]
}

// spans are the places of m that numbered reasons point to.
func (l reasonList) spans(m hotline.Message) []markSpan {
	var out []markSpan
	for _, r := range l.reasons(m) {
		if n := l.number[r.Indicator]; n > 0 {
			out = append(out, markSpan{r.Start, r.End, n})
		}
	}
	return out
}

// whyView tells why a conversation stands where it does in the queue.
type whyView struct {
	Rule     string
	Reasons  []reasonView
	Scene    string // what else was read
	Unknown  string
	Standard standardView
	Choices  []filterOption // priorities
	Because  []filterOption // reasons for another priority, or another label
	Said     []verdictView  // what staff say of single labels
	Missed   []filterOption // labels that triage did not read
}

// verdictView is what a member of staff said of a label.
type verdictView struct {
	Name, Why string
	Is        bool
}

// reasonView is one row of the list.
type reasonView struct {
	N      int
	Name   string
	Code   string
	Weight string // "Strong", "Medium", "Weak", "Against"
	Bars   []bool // three: filled or not
	Places []reasonPlace
	Label  bool // staff can say that it is not so
}

type reasonPlace struct {
	Words string
	Lang  hotline.Language
	At    string
}

func (k *conversations) why(conv hotline.Conversation, messages []hotline.Message, texts []foundText, found reasonList) whyView {
	w := whyView{
		Rule: ruleOf(conv, found), Standard: k.standard(conv, messages), Unknown: unknownText(conv, messages, texts), Because: overrideReasons(),
	}
	for i, f := range found.found {
		r := reasonView{N: i + 1, Name: indicatorWords(f.code), Code: f.code}
		r.Weight, r.Bars = weightLook(f.weight)
		for _, p := range f.places {
			r.Places = append(r.Places, reasonPlace{p.words, p.message.Assessment.Language, k.clock(p.message.At)})
		}
		w.Reasons = append(w.Reasons, r)
	}
	if len(found.scene) > 0 {
		names := make([]string, len(found.scene))
		for i, code := range found.scene {
			names[i] = lowerFirst(indicatorWords(code))
		}
		w.Scene = "Also read: " + inWords(names) + "."
	}
	for _, p := range priorities {
		look := priorityView(p)
		w.Choices = append(w.Choices, filterOption{Value: look.Number, Label: look.Number + " " + look.Word, On: p == conv.Priority})
	}
	return w
}

// judge adds what staff said of single labels, and what they can say.
func (w *whyView) judge(said map[string]triage.Verdict) {
	read := map[string]bool{}
	for i := range w.Reasons {
		r := &w.Reasons[i]
		read[r.Code] = true
		r.Label = slices.Contains(triage.Labels(), r.Code)
	}
	for _, label := range triage.Labels() {
		if v, ok := said[label]; ok {
			w.Said = append(w.Said, verdictView{Name: indicatorWords(label), Is: v.Is, Why: lowerFirst(overrideWords[v.Reason])})
		}
		if !read[label] {
			w.Missed = append(w.Missed, filterOption{Value: label, Label: indicatorWords(label)})
		}
	}
}

// weightLook says how much a sign counts, in words and bars.
func weightLook(weight float64) (word string, bars []bool) {
	switch {
	case weight >= 3:
		return "Strong", []bool{true, true, true}
	case weight >= 2:
		return "Medium", []bool{true, true, false}
	case weight >= 0:
		return "Weak", []bool{true, false, false}
	}
	return "Against", []bool{false, false, false}
}

func ruleOf(conv hotline.Conversation, found reasonList) string {
	if conv.Overridden {
		return "Set by staff. New signs can raise it to Emergency, never lower it."
	}
	counts := map[string]int{}
	for _, f := range found.found {
		word, _ := weightLook(f.weight)
		counts[word]++
	}
	var parts []string
	for _, word := range []string{"Strong", "Medium", "Weak"} {
		if n := counts[word]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, strings.ToLower(word)))
		}
	}
	if len(parts) == 0 {
		return "No telling words were found. Please read it yourself."
	}
	return inWords(parts) + " " + plural(len(found.found), "sign") + ". They order the queue; they prove nothing."
}

// unknownText names what nobody has told us yet and what changes an answer.
func unknownText(conv hotline.Conversation, messages []hotline.Message, texts []foundText) string {
	var missing []string
	for _, q := range []struct{ key, words string }{{"danger", "danger now"}, {"where", "place"}} {
		if q.key == "where" && (tells(texts, extract.Place) || tells(texts, extract.Address)) {
			continue
		}
		if a, ok := lastAnswer(conv.Answers, q.key); !ok || a.Skipped || a.Value == "unclear" || a.Value == "left" {
			missing = append(missing, q.words)
		}
	}
	young := tells(texts, extract.Age)
	for _, m := range messages {
		young = young || m.Assessment != nil && m.Assessment.Minor
	}
	if !young {
		missing = append(missing, "age")
	}
	if len(missing) == 0 {
		return ""
	}
	return "Not known yet: " + strings.Join(missing, ", ") + "."
}

func inWords(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
