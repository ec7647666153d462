package triage

// adult is the age from which nobody is a minor (Palermo Protocol, art. 3 d).
const adult = 18

// ages finds people's ages among the numbers of a text and notes those of
// minors. A number is an age when the words around it say so; hours, months,
// durations, head counts and amounts are not.
func (v *view) ages() {
	s := v.s
	for i := range s.tokens {
		t := &s.tokens[i]
		if !t.number || t.value <= 0 || t.value > 99 {
			continue
		}
		to, ok := v.isAge(int32(i))
		if !ok {
			continue
		}
		if t.value < adult {
			s.note(signMinor, 3, int32(i), to)
		} else {
			v.adultAge = true
		}
	}
}

func (v *view) isAge(i int32) (int32, bool) {
	s := v.s
	explicit, ambiguous, other, mark, duration := false, false, false, false, false
	span := int32(-1) // last token of a duration phrase such as "il y a"
	to := i
	for j := v.firstHit(i - 4); j < len(s.hits) && s.hits[j].from <= i+4; j++ {
		h := s.hits[j]
		switch near := h.from - i; {
		case h.concept == cYearOld && near >= 0 && near <= 3 && v.sameRow(i, h.from):
			explicit, to = true, max(to, h.to)
		case h.concept == cYear && near >= 0 && near <= 2 && v.sameRow(i, h.from):
			ambiguous, to = true, max(to, h.to)
		case (h.concept == cUnit || h.concept == cHour) && near >= 0 && near <= 1 && v.sameRow(i, h.from):
			other = true
		case h.concept == cAgeMark && near < 0 && i-h.to <= 2 && h.to > span && !v.broken(h.to, i):
			mark = true
		case (h.concept == cKin || h.concept == cChild) && near < 0 && near >= -4 && i-h.to <= 2 && !v.broken(h.to, i):
			mark = true
		case h.concept == cDuration && near < 0 && i-h.to <= 2:
			duration = true
			if h.to > h.from {
				span = max(span, h.to)
			}
		case h.concept == cAgo && near > 0 && v.sameRow(i, h.from):
			duration = true
		}
	}
	value := s.tokens[i].value
	switch {
	case explicit:
		return to, true
	case ambiguous:
		return to, (mark || !duration && value >= 5) && !(duration && !mark)
	}
	return to, mark && !other && !duration && value >= 4 && !v.numberFollows(i)
}

// numberFollows says that the number is one of a row ("12 200"), not an age.
func (v *view) numberFollows(i int32) bool {
	return int(i+1) < len(v.s.tokens) && v.s.tokens[i+1].number && v.s.tokens[i+1].brk == noBreak && v.s.tokens[i+1].value > 99
}

// sameRow says that no other number stands between a number and its unit.
func (v *view) sameRow(i, unit int32) bool {
	for k := i + 1; k < unit; k++ {
		if v.s.tokens[k].number && v.s.tokens[k].value >= adult && v.s.tokens[i].value < adult || v.s.tokens[k].brk == sentenceBreak {
			return false
		}
	}
	return true
}

func (v *view) broken(from, to int32) bool {
	for k := from + 1; k <= to; k++ {
		if v.s.tokens[k].brk == sentenceBreak {
			return true
		}
	}
	return false
}

// firstHit is the first hit at or after a token.
func (v *view) firstHit(tok int32) int {
	lo, hi := 0, len(v.s.hits)
	for lo < hi {
		mid := (lo + hi) / 2
		if v.s.hits[mid].from < tok {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// hours looks for long working days: "16 hours", "from 5 to 23", and counts
// above ten a day as excessive (ILO C1: eight; the line is set where the dev
// samples put it).
func (v *view) hours() {
	s := v.s
	for i := range s.tokens {
		t := &s.tokens[i]
		if !t.number || t.value < 11 || t.value > 24 || s.signs[signHours].count >= maxPlaces {
			continue
		}
		from, to := int32(i), int32(i)
		unit, daily := false, false
		for j := v.firstHit(from); j < len(s.hits) && s.hits[j].from <= from+7; j++ {
			switch h := s.hits[j]; {
			case h.concept == cHour && h.from-from <= 2 && !h.negated:
				unit, to = true, max(to, h.to)
			case h.concept == cPerDay && unit:
				daily, to = true, max(to, h.to)
			}
		}
		if unit && (daily || s.present.has(cWork)) && !(s.present.has(cService) && !daily) {
			s.note(signHours, 3, from, to)
		}
	}
}
