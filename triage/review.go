package triage

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/hearline/hearline/hotline"
)

// Review compares, over many conversations, what triage thought with what staff
// decided, and with what the lexicon of today would think. It keeps counts, and
// of what people wrote only single words that several of them used.
type Review struct {
	engine *Engine

	months map[monthKey]*agreement
	labels map[string]*Count
	words  map[string]*wordUse
	shadow shadow
}

// monthKey is a month of conversations in a language.
type monthKey struct {
	month    string // "2026-11"
	language hotline.Language
}

// agreement counts what staff did with triage's priorities.
type agreement struct{ conversations, raised, lowered int }

// wordUse is who used a word that the lexicon does not know.
type wordUse struct {
	language      hotline.Language
	conversations int
}

// shadow is what the lexicon of today would change.
type shadow struct {
	messages, same int
	older          map[string]int // messages by the lexicon version that read them
	priorities     map[[2]hotline.Priority]int
	kinds          int
	labels         int
	emergencies    []hotline.ConversationID // that were none before
}

// fewUsers is in how many conversations a word must occur to be suggested, so
// that none can be traced to one person.
const fewUsers = 3

// NewReview makes an empty review.
func (e *Engine) NewReview() *Review {
	return &Review{
		engine: e, months: map[monthKey]*agreement{}, labels: map[string]*Count{}, words: map[string]*wordUse{},
		shadow: shadow{older: map[string]int{}, priorities: map[[2]hotline.Priority]int{}},
	}
}

// Add takes in a conversation with what the person wrote in it, and the case
// that staff made of it, if any, and what they said of single labels.
func (r *Review) Add(c hotline.Conversation, inbound []hotline.Message, coded *hotline.Case, said map[string]Verdict) {
	read := hotline.Priority(0)
	var told []Told
	for _, m := range inbound {
		if m.Assessment == nil || m.Unreadable {
			continue
		}
		if p := m.Assessment.Priority; read == 0 || p < read {
			read = p
		}
		told = append(told, Told{At: m.At, Assessment: *m.Assessment})
		r.again(c, m)
	}
	if read == 0 {
		return
	}
	a := r.month(monthKey{c.CreatedAt.UTC().Format("2006-01"), c.Language})
	a.conversations++
	switch {
	case !c.Overridden || c.Priority == read:
	case c.Priority < read:
		a.raised++
		r.suggest(c, inbound)
	default:
		a.lowered++
	}
	r.tallyVerdicts(told, c.Answers, said)
	if coded != nil && len(coded.Exploitation)+len(coded.Means) > 0 {
		p := r.engine.Whole(told, c.Answers)
		tallyLabels(r.labels, hotline.Exploitations, coded.Exploitation, p.Exploitation)
		tallyLabels(r.labels, hotline.AllMeans, coded.Means, p.Means)
	}
}

// tallyVerdicts counts single labels that staff confirmed or refused.
func (r *Review) tallyVerdicts(told []Told, answers []hotline.Answer, said map[string]Verdict) {
	if len(said) == 0 {
		return
	}
	p := r.engine.Whole(told, answers)
	for label, v := range said {
		c := r.labels[label]
		if c == nil {
			c = &Count{}
			r.labels[label] = c
		}
		read := slices.Contains(p.Exploitation, hotline.Exploitation(label)) || slices.Contains(p.Means, hotline.Means(label))
		c.add(v.Is, read)
	}
}

func (r *Review) month(key monthKey) *agreement {
	a := r.months[key]
	if a == nil {
		a = &agreement{}
		r.months[key] = a
	}
	return a
}

func tallyLabels[T ~string](counts map[string]*Count, all, want, got []T) {
	for _, label := range all {
		c := counts[string(label)]
		if c == nil {
			c = &Count{}
			counts[string(label)] = c
		}
		c.add(slices.Contains(want, label), slices.Contains(got, label))
	}
}

// again reads a message with the lexicon of today.
func (r *Review) again(c hotline.Conversation, m hotline.Message) {
	s, before := &r.shadow, m.Assessment
	s.messages++
	if before.Lexicon != r.engine.version {
		s.older[before.Lexicon]++
	}
	now := r.engine.Assess(m.Text.Reveal(), hotline.Hints{Language: c.Language})
	if before.Priority != now.Priority {
		s.priorities[[2]hotline.Priority{before.Priority, now.Priority}]++
		if now.Priority == hotline.Emergency && !slices.Contains(s.emergencies, c.ID) {
			s.emergencies = append(s.emergencies, c.ID)
		}
	}
	kind := before.Kind != now.Kind
	labels := !slices.Equal(before.Exploitation, now.Exploitation) || !slices.Equal(before.Means, now.Means) ||
		before.Minor != now.Minor || before.Self != now.Self
	if kind {
		s.kinds++
	}
	if labels {
		s.labels++
	}
	if !kind && !labels && before.Priority == now.Priority {
		s.same++
	}
}

// suggest counts the unknown words of a conversation in which triage saw less
// than staff did.
func (r *Review) suggest(c hotline.Conversation, inbound []hotline.Message) {
	unknown := map[string]bool{}
	for _, m := range inbound {
		for _, w := range r.engine.Unknown(m.Text.Reveal()) {
			unknown[w] = true
		}
	}
	for w := range unknown {
		u := r.words[w]
		if u == nil {
			u = &wordUse{language: c.Language}
			r.words[w] = u
		}
		u.conversations++
	}
}

// Unknown lists the words of a text that no lexicon knows, in their normal form.
// Numbers and scripts without spaces are left out.
func (e *Engine) Unknown(text string) []string {
	s := e.scratches.Get().(*scratch)
	defer e.scratches.Put(s)
	s.reset()
	e.read(text, s)
	var out []string
	for i := range s.tokens {
		t := &s.tokens[i]
		word := s.norm[t.nstart:t.nend]
		if !t.number && !unspaced(t.script) && len(word) >= minStem && !e.known(s.forms[t.formsFrom:t.forms]) {
			out = append(out, string(word))
		}
	}
	return out
}

// PrintReport writes how often staff agreed, by month and language and by label,
// and which words the lexicon may lack.
func (r *Review) PrintReport(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "month\tlanguage\tconversations\traised\tlowered\tagreed")
	keys := slices.SortedFunc(maps.Keys(r.months), func(a, b monthKey) int {
		return cmp.Or(cmp.Compare(a.month, b.month), cmp.Compare(a.language, b.language))
	})
	for _, k := range keys {
		a := r.months[k]
		fmt.Fprintf(tw, "%s\t%s\t%d\t%d\t%d\t%.0f %%\n", k.month, cmp.Or(string(k.language), "unknown"), a.conversations, a.raised, a.lowered,
			100*ratio(a.conversations-a.raised-a.lowered, a.conversations))
	}
	fmt.Fprintln(tw, "\nlabel\tboth\tstaff only\ttriage only\tF1\t")
	for _, label := range sortedKeys(r.labels) {
		if c := r.labels[label]; c.TP+c.FP+c.FN > 0 {
			fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%.2f\t\n", label, c.TP, c.FN, c.FP, c.F1())
		}
	}
	fmt.Fprintf(tw, "\nunknown word\tlanguage\tconversations that staff raised (%d or more)\n", fewUsers)
	words := slices.SortedFunc(maps.Keys(r.words), func(a, b string) int {
		return cmp.Or(r.words[b].conversations-r.words[a].conversations, cmp.Compare(a, b))
	})
	for _, word := range words {
		if u := r.words[word]; u.conversations >= fewUsers {
			fmt.Fprintf(tw, "%s\t%s\t%d\n", word, u.language, u.conversations)
		}
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// PrintShadow writes what the lexicon of today would change in what is stored.
// Nothing is changed by it.
func (r *Review) PrintShadow(w io.Writer) error {
	s := &r.shadow
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	older := 0
	for _, n := range s.older {
		older += n
	}
	fmt.Fprintf(tw, "lexicon of today\t%s\n", r.engine.version)
	fmt.Fprintf(tw, "messages\t%d, of which %d were read by %d other versions\n", s.messages, older, len(s.older))
	fmt.Fprintf(tw, "would stay as they are\t%d\n", s.same)
	fmt.Fprintf(tw, "another kind\t%d\n", s.kinds)
	fmt.Fprintf(tw, "other types, means, minor or self\t%d\n", s.labels)
	fmt.Fprintln(tw, "\npriority before\twould be\tmessages")
	keys := slices.SortedFunc(maps.Keys(s.priorities), func(a, b [2]hotline.Priority) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	for _, k := range keys {
		fmt.Fprintf(tw, "%s\t%s\t%d\n", k[0], k[1], s.priorities[k])
	}
	fmt.Fprintln(tw, "\nconversations that would be an emergency and were none: look at them")
	for _, id := range s.emergencies {
		fmt.Fprintf(tw, "/o/conv/%s\n", id)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("write what would change: %w", err)
	}
	return nil
}
