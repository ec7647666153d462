package triage

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// elem is one place of a pattern: the concepts that may stand there plain, and
// those that may stand there negated ("!pay").
type elem struct {
	plain   conceptSet
	negated conceptSet
}

// rule says which concepts near each other give which sign.
type rule struct {
	sign    signID
	weight  float32
	elems   []elem
	ordered bool // elems in this order; otherwise all around the first
	gap     int32
	with    []elem // must stand anywhere in the text
	without []elem // must stand nowhere in the text
}

// sign is what the rules made of one indicator.
type sign struct {
	weight float32 // of the strongest rule that fired
	count  int8    // places where one fired
}

// found is a conclusion with its place in tokens.
type found struct {
	sign     signID
	weight   float32
	from, to int32
}

const (
	defaultGap = 4
	maxPlaces  = 6 // places kept per sign
)

var weights = map[string]float32{"strong": 3, "medium": 2, "weak": 1}

// rules reads rules.toml; see the head of that file for the pattern language.
func (l *loader) rules(data []byte) error {
	var f struct {
		Sets  map[string]string
		Signs map[string]map[string][]string
	}
	if err := toml.Unmarshal(data, &f); err != nil {
		return err
	}
	for id, name := range signNames {
		for _, level := range slices.Sorted(maps.Keys(f.Signs[name])) {
			patterns := f.Signs[name][level]
			weight, ok := weights[level]
			if !ok {
				return fmt.Errorf("sign %s: unknown weight %q", name, level)
			}
			for _, p := range patterns {
				r, err := l.pattern(p, f.Sets)
				if err != nil {
					return fmt.Errorf("sign %s, pattern %q: %w", name, p, err)
				}
				r.sign, r.weight = signID(id), weight
				l.addRule(r)
			}
		}
		delete(f.Signs, name)
	}
	for name := range f.Signs {
		return fmt.Errorf("unknown sign %s", name)
	}
	return nil
}

func (l *loader) addRule(r rule) {
	n := int32(len(l.e.rules))
	l.e.rules = append(l.e.rules, r)
	for c := range l.e.names {
		if a := &r.elems[0]; a.plain.has(concept(c)) || a.negated.has(concept(c)) {
			l.e.byAnchor[c] = append(l.e.byAnchor[c], n)
		}
	}
}

func (l *loader) pattern(text string, sets map[string]string) (rule, error) {
	r := rule{ordered: true, gap: defaultGap * contentStep}
	mode := byte(0)
	for word := range strings.FieldsSeq(text) {
		switch {
		case word == "~":
			r.ordered = false
			continue
		case word == "+" || word == "-":
			mode = word[0]
			continue
		case word[0] == '@':
			n, err := strconv.Atoi(word[1:])
			if err != nil {
				return r, fmt.Errorf("gap %q", word)
			}
			r.gap = int32(n * contentStep)
			continue
		}
		el, err := l.elem(word, sets)
		if err != nil {
			return r, err
		}
		switch mode {
		case '+':
			r.with = append(r.with, el)
		case '-':
			r.without = append(r.without, el)
		default:
			r.elems = append(r.elems, el)
		}
		mode = 0
	}
	if len(r.elems) == 0 {
		return r, fmt.Errorf("no place")
	}
	return r, nil
}

func (l *loader) elem(word string, sets map[string]string) (elem, error) {
	var el elem
	for name := range strings.SplitSeq(word, "|") {
		bare := strings.TrimSuffix(strings.TrimPrefix(name, "!"), "?")
		members := bare
		if set, isSet := strings.CutPrefix(bare, "$"); isSet {
			var ok bool
			if members, ok = sets[set]; !ok {
				return el, fmt.Errorf("unknown set %s", set)
			}
		}
		for member := range strings.SplitSeq(members, "|") {
			c, ok := l.e.concepts[member]
			if !ok {
				return el, fmt.Errorf("unknown concept %s", member)
			}
			if name[0] == '!' || strings.HasSuffix(name, "?") {
				el.negated.add(c)
			}
			if name[0] != '!' {
				el.plain.add(c)
			}
		}
	}
	return el, nil
}

// applyRules tries, for each hit, the rules that begin with its concept.
func (e *Engine) applyRules(s *scratch) {
	for i := range s.hits {
		for _, n := range e.byAnchor[s.hits[i].concept] {
			r := &e.rules[n]
			if full := s.signs[r.sign].count >= maxPlaces; full && s.signs[r.sign].weight >= r.weight || !r.elems[0].takes(s.hits[i]) || !r.allowed(s) {
				continue
			}
			if from, to, ok := r.match(s, i); ok {
				s.note(r.sign, r.weight, from, to)
			}
		}
	}
}

// note files a sign at a place.
func (s *scratch) note(id signID, weight float32, from, to int32) {
	g := &s.signs[id]
	g.weight = max(g.weight, weight)
	if g.count >= 2*maxPlaces {
		return
	}
	g.count++
	s.reasons = append(s.reasons, found{sign: id, weight: weight, from: from, to: to})
}

func (el *elem) takes(h hit) bool {
	if h.negated {
		return el.negated.has(h.concept)
	}
	return el.plain.has(h.concept)
}

func (el *elem) anywhere(s *scratch) bool {
	for i := range el.plain {
		if el.plain[i]&s.present[i] != 0 || el.negated[i]&s.negated[i] != 0 {
			return true
		}
	}
	return false
}

func (r *rule) allowed(s *scratch) bool {
	for i := range r.with {
		if !r.with[i].anywhere(s) {
			return false
		}
	}
	for i := range r.without {
		if r.without[i].anywhere(s) {
			return false
		}
	}
	return true
}

// match looks for the rest of the pattern around hit i and gives the tokens
// that it spans. The nearest candidate is taken; there is no way back, so that
// the work stays bounded by the window.
func (r *rule) match(s *scratch, i int) (from, to int32, ok bool) {
	from, to = s.hits[i].from, s.hits[i].to
	at := i
	for k := 1; k < len(r.elems); k++ {
		next := -1
		if r.ordered {
			next = after(s, &r.elems[k], at, r.gap)
		} else {
			next = around(s, &r.elems[k], i, r.gap)
		}
		if next < 0 {
			return 0, 0, false
		}
		at = next
		from, to = min(from, s.hits[next].from), max(to, s.hits[next].to)
	}
	return from, to, true
}

func after(s *scratch, el *elem, i int, gap int32) int {
	end := s.hits[i].to
	limit := s.tokens[end].pos + gap
	for j := i + 1; j < len(s.hits); j++ {
		h := s.hits[j]
		if s.tokens[h.from].pos > limit {
			return -1
		}
		if h.from > end && el.takes(h) {
			return j
		}
	}
	return -1
}

func around(s *scratch, el *elem, i int, gap int32) int {
	here := s.hits[i]
	best, bestDistance := -1, gap+1
	for j := i + 1; j < len(s.hits); j++ {
		d := s.tokens[s.hits[j].from].pos - s.tokens[here.to].pos
		if d > gap {
			break
		}
		if el.takes(s.hits[j]) {
			best, bestDistance = j, max(d, 0)
			break
		}
	}
	for j := i - 1; j >= 0; j-- {
		d := s.tokens[here.from].pos - s.tokens[s.hits[j].from].pos
		if d > gap+4*contentStep {
			break
		}
		if d = s.tokens[here.from].pos - s.tokens[s.hits[j].to].pos; d < bestDistance && el.takes(s.hits[j]) {
			return j
		}
	}
	return best
}
