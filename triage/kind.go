package triage

import "github.com/hearline/hearline/hotline"

// kind decides what sort of message this is. When in doubt between a report and
// anything else it says report: a person reading one message too many costs
// less than one never read.
func (v *view) kind() hotline.Kind {
	if v.command() {
		return hotline.Command
	}
	if !v.words() {
		return v.wordless()
	}
	if k := v.read(); k != hotline.Noise || v.readable() {
		return k
	}
	return hotline.Report // a neighbour's vocabulary is no ground to call it noise
}

// read decides by what was found.
func (v *view) read() hotline.Kind {
	report, question := chance(&v.sum, asReport), chance(&v.sum, asQuestion)
	switch noise := 1 - report - question; {
	case v.told() == 0 && !v.readable():
		if v.strength(signAsk) >= 2 && v.any(signService, signRights, signOffer) {
			return hotline.Question
		}
		return hotline.Report
	case report >= reportEnough, v.told() >= toldEnough && v.noise() < 2 && report >= reportToo:
		return hotline.Report
	case question >= noise:
		return hotline.Question
	case v.noise() == 0 && !v.any(signGreeting, signThanks):
		return hotline.Report // nothing found speaks for noise: a person should look
	}
	return hotline.Noise
}

// reportEnough is the chance from which a text counts as a report.
const reportEnough = 0.5

// toldEnough is from how much on, told in sentences that ask nothing, a text is a
// report whatever it asks besides: "Is anyone there? She took my passport."
const toldEnough = 3

// reportToo is the chance that it then needs: "May my boss keep my passport?" has
// hardly any.
const reportToo = 0.2

// offerOnly says that nothing is told but an offer of work.
func (v *view) offerOnly() bool {
	if !v.any(signOffer, signRecruitment, signFalsePromises) {
		return false
	}
	for id := range firstOther {
		if id != signFalsePromises && id != signServitude && id != signDebtBondage && v.strength(id) >= 2 {
			return false
		}
	}
	return !v.any(signPlea, signLockedIn, signMovedNow, signSuspicion)
}

// words says whether there is anything to read.
func (v *view) words() bool {
	for i := range v.s.tokens {
		t := &v.s.tokens[i]
		if t.nend > t.nstart && !t.number && !(t.script == otherScript && t.forms == t.formsFrom && t.nend-t.nstart <= 4) {
			return true
		}
	}
	return false
}

// wordless texts are emoji, digits or nothing. Nothing at all may be a picture
// without a caption, which a person should look at.
func (v *view) wordless() hotline.Kind {
	if len(v.s.tokens) == 0 && len(v.text) == 0 || v.has(signPlea) {
		return hotline.Report
	}
	if v.readable() || v.confidence < 0.2 {
		return hotline.Noise
	}
	return hotline.Report
}

// told is how much of a situation the text tells, questions about one apart.
func (v *view) told() float32 {
	asked := v.askedPlaces()
	var best [signCount]float32
	for _, f := range v.s.reasons {
		w := f.weight
		if v.s.sentences != nil && asked(f.from) {
			w *= 0.25
		}
		best[f.sign] = max(best[f.sign], w)
	}
	sum := float32(0)
	for id := range firstOther {
		sum += best[id]
	}
	for _, id := range danger {
		sum += best[id]
	}
	for _, id := range []signID{signLockedIn, signWeapon, signDeathThreat, signPlea, signSuspicion, signRecruitment, signForce} {
		sum += best[id]
	}
	sum -= min(best[signLockedIn], best[signMovement]) // one thing told, found twice
	if sum > 0 {
		sum += best[signMinor] / 3
	}
	return sum
}

// askedPlaces says which tokens stand in a sentence that only asks: it begins
// with a question form and holds no call for help.
func (v *view) askedPlaces() func(int32) bool {
	if !v.any(signAsk, signRights, signService, signOffer) || v.any(signLockedIn, signViolenceNow, signMovedNow, signSuicide, signTimePressure) {
		return func(int32) bool { return false }
	}
	return func(tok int32) bool {
		for _, f := range v.s.reasons {
			at := v.s.tokens[f.from].sentence
			if at != v.s.tokens[tok].sentence || f.weight < 2 {
				continue
			}
			switch f.sign {
			case signAsk:
				if v.questions(at) || f.from <= tok && v.opens(at, f.from) || v.closes(tok, f) {
					return true
				}
			case signRights, signService, signOffer:
				if int(at) < len(v.s.sentences) && v.s.sentences[at].question {
					return true
				}
			}
		}
		return false
	}
}

// questions says that a sentence ends in a question mark.
func (v *view) questions(sentence int32) bool {
	return int(sentence) < len(v.s.sentences) && v.s.sentences[sentence].question
}

// opens says that a question form begins its sentence, or that the sentence
// ends in a question mark: "can you" inside a tale asks nothing.
func (v *view) opens(sentence, tok int32) bool {
	if int(sentence) >= len(v.s.sentences) {
		return false
	}
	st := v.s.sentences[sentence]
	return st.question || tok-st.first < askOpening
}

// closes says that a question form ends the clause of a token, as the particles
// of Thai, Burmese and Khmer do; they write no question mark.
func (v *view) closes(tok int32, f found) bool {
	t := v.s.tokens
	if tok > f.from || !unspaced(t[f.from].script) || v.broken(tok, f.from) {
		return false
	}
	last := f.to + particle
	return int(last) >= len(t)-1 || broken(v.s, f.to+1, last)
}

// courtesyLetters is how many letters of a script without spaces may stand
// beside a command.
const courtesyLetters = 6

// particle is how many letters of courtesy may follow a question form.
const particle = 5

// askOpening is how many words into a sentence a question form still opens it.
const askOpening = 5

func (v *view) asks() float32 {
	sum := v.strength(signService) + v.strength(signRights) + v.strength(signOffer)
	if sum > 0 || v.s.present.has(cPolite) || v.has(signAsk) {
		sum += v.strength(signAsk)
	}
	for _, st := range v.s.sentences {
		if st.question {
			return sum + 1
		}
	}
	return sum
}

func (v *view) noise() float32 {
	return v.strength(signSpam) + v.strength(signChat) + v.strength(signJoke) + v.strength(signNews) + v.strength(signTest)
}

// command says whether the whole message is one of the service's commands:
// every word belongs to the command or is mere courtesy.
func (v *view) command() bool {
	s := v.s
	if n := len(s.tokens); n == 0 || n > 32 || n > 14 && !unspaced(s.tokens[0].script) {
		return false
	}
	var covered uint32
	found, helpOnly := false, true
	for _, h := range s.hits {
		switch h.concept {
		case cCmdStop, cCmdStart, cCmdErase, cCmdHelp:
			if h.negated {
				return false
			}
			found = true
			helpOnly = helpOnly && h.concept == cCmdHelp
		case cPolite, cGreeting, cThanks:
		default:
			continue
		}
		for k := h.from; k <= h.to; k++ {
			covered |= 1 << k
		}
	}
	if !found || helpOnly && (len(s.tokens) > 1 && !unspaced(s.tokens[0].script) || len(v.text) > 0 && v.text[len(v.text)-1] == '!') {
		return false
	}
	letters := 0
	for k := range s.tokens {
		if covered&(1<<k) != 0 {
			continue
		}
		if unspaced(s.tokens[k].script) {
			letters++
		}
		if !s.tokens[k].light || letters > courtesyLetters {
			return false
		}
	}
	for _, st := range s.sentences {
		if st.question {
			return false
		}
	}
	s.note(signCommand, 1, 0, int32(len(s.tokens)-1))
	return true
}
