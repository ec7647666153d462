package intake

import (
	"strings"

	"github.com/hearline/hearline/hotline"
)

// question is one step of the guided conversation.
type question struct {
	key  string // in Conversation.Step and Answer.Question
	text string // catalogue key, or the name of an automatic text
}

// script is the guided conversation, in order. Each question is asked twice at
// most, may be skipped, and is not asked when its answer is already known; then
// a person takes over.
var script = []question{
	{key: "safe", text: "ask.safe"},
	{key: "danger", text: "ask.danger"},
	{key: "what", text: "ask.what"},
	{key: "where", text: "ask.where"},
}

// Values of answers beside the words yes, no and unsure.
const (
	valueUnclear  = "unclear" // heard, and asked again or moved on
	valueLeft     = "left"    // left without answer, by BACK or STOP
	valueMedia    = "media"
	valueLocation = "location"
)

// mostAsks is how often a question may be asked in all.
const mostAsks = 2

// converse goes on with the guided conversation.
func (t *turn) converse() {
	c := &t.x.Conversation
	switch {
	case !t.greeted():
		t.greet()
	case c.HandedOff && c.Step != "safe":
	case t.word == wordPerson:
		t.handOver()
	default:
		t.answer(c.Step)
	}
}

// answer takes the message as the answer to the open question.
func (t *turn) answer(step string) {
	switch step {
	case "safe":
		t.answerSafe(script[0])
	case "danger":
		t.answerDanger(script[1])
	case "what":
		t.answerOpen(script[2])
	case "where":
		t.answerOpen(script[3])
	default: // opted in again: no question is open
		t.tell()
		if t.x.Conversation.Priority == hotline.Emergency {
			t.alarm()
			return
		}
		t.next()
	}
}

// greeted says whether the person has heard from us in this conversation.
func (t *turn) greeted() bool {
	c := &t.x.Conversation
	return c.Step != "" || c.HandedOff || len(c.Answers) > 0
}

// greet answers the first message. The text asks the first question and holds
// the emergency number, so it is right for an emergency too.
func (t *turn) greet() {
	c := &t.x.Conversation
	t.tell()
	if t.say("first_contact", false) {
		c.Step = script[0].key
	}
	if t.word == wordPerson || c.Step == "" {
		c.HandedOff = true
	}
}

// tell keeps what the person told us unasked as the answer to "what is going
// on", so that nobody asks it again. It reports whether they told us anything.
func (t *turn) tell() bool {
	if !t.isReport() {
		return false
	}
	if !t.settled("what") {
		t.x.Conversation.Answers = append(t.x.Conversation.Answers, hotline.Answer{Question: "what", Words: t.in.Text, At: t.now})
	}
	return true
}

// answerSafe hears the answer that decides whether we write at all.
func (t *turn) answerSafe(q question) {
	c := &t.x.Conversation
	switch {
	case t.word == wordYes, t.word == wordSafe:
		t.becomeSafe()
	case t.word == wordNo, t.word == wordUnsafe, t.beginsWith(wordNo):
		c.Safety, c.SafetyAt, t.x.Contact.Unsafe = hotline.Unsafe, t.now, true
		t.record(q, string(wordNo))
		c.Step = q.key // it stays open: only its answer lifts the lock
		t.say("safe_no", true)
	case c.HandedOff:
	case t.word == wordSkip:
		t.record(q, "")
		t.next()
	case t.a.Priority == hotline.Emergency:
		t.tell()
		t.alarm()
	default:
		t.reask(q, t.tell())
	}
}

// hearWhileUnsafe lifts the lock when the person says that it is safe; anything
// else is filed and nothing goes out.
func (t *turn) hearWhileUnsafe() {
	if t.word == wordYes || t.word == wordSafe {
		t.locked = false
		t.becomeSafe()
		return
	}
	t.tell()
}

func (t *turn) becomeSafe() {
	c := &t.x.Conversation
	before := c.Safety
	c.Safety, c.SafetyAt = hotline.Safe, t.now
	t.x.Contact.Unsafe = false
	t.record(script[0], string(wordYes))
	switch {
	case c.HandedOff:
	case c.Priority == hotline.Emergency:
		t.alarm()
	default:
		if before != hotline.Safe && c.OwnerID == "" {
			t.say("safe_yes", false)
		}
		t.next()
	}
}

// answerDanger hears whether anyone is in danger now. Yes ends the script.
func (t *turn) answerDanger(q question) {
	switch {
	case t.word == wordYes, t.word == wordUnsafe, t.beginsWith(wordYes):
		t.record(q, string(wordYes))
		t.raise(hotline.Emergency)
		t.alarm()
	case t.a.Priority == hotline.Emergency:
		t.tell()
		t.record(q, "")
		t.alarm()
	case t.word == wordNo, t.word == wordSafe:
		t.record(q, string(wordNo))
		t.relieve()
		t.next()
	case t.word == wordUnsure:
		t.record(q, string(wordUnsure))
		t.raise(hotline.Urgent)
		t.next()
	case t.word == wordSkip:
		t.record(q, "")
		t.next()
	case t.word == wordBack:
		t.back(q)
	default:
		t.reask(q, t.tell())
	}
}

// answerOpen takes whatever the person writes as the answer.
func (t *turn) answerOpen(q question) {
	switch {
	case t.word == wordBack:
		t.back(q)
		return
	case t.in.Location != nil:
		t.record(q, valueLocation)
	case t.in.Text == "" && len(t.in.Media) > 0:
		if !t.thanked() && t.x.Conversation.OwnerID == "" {
			t.say("media", false)
		}
		t.record(q, valueMedia)
	default:
		t.record(q, "")
	}
	if t.a.Priority == hotline.Emergency {
		t.alarm()
		return
	}
	t.next()
}

// record closes the open question with an answer: a value, or the person's own
// words, or skipped.
func (t *turn) record(q question, value string) {
	c := &t.x.Conversation
	a := hotline.Answer{Question: q.key, Value: value, At: t.now}
	switch {
	case value == "" && t.word == wordSkip:
		a.Skipped = true
	case value == "" || value == valueUnclear:
		a.Words = t.in.Text
	}
	c.Answers = append(c.Answers, a)
	c.Step, c.ReAsked = "", false
}

// next asks the first question whose answer is not known, or hands over.
func (t *turn) next() {
	for _, q := range script {
		if !t.settled(q.key) && t.asks(q.key) < mostAsks {
			t.ask(q)
			return
		}
	}
	t.handOver()
}

// ask opens a question. When a member of staff has the conversation, or enough
// has been said automatically, the questions end instead.
func (t *turn) ask(q question) {
	c := &t.x.Conversation
	if c.OwnerID != "" || !t.say(q.text, false) {
		c.Step, c.HandedOff = "", true
		return
	}
	c.Step, c.ReAsked = q.key, t.asks(q.key) > 0
}

// reask takes an unclear answer as own words and asks once more, gently: with
// the question itself after a story, with an apology after anything else. Where
// it is unclear whether writing is safe, the question itself is the safest text.
func (t *turn) reask(q question, told bool) {
	thanked := t.thanked()
	t.record(q, valueUnclear)
	if t.asks(q.key) >= mostAsks {
		t.next()
		return
	}
	again := q
	switch {
	case t.in.Text == "" && !thanked:
		again.text = "media"
	case t.in.Text != "" && !told && q.key != "safe":
		again.text = "not_understood"
	}
	t.ask(again)
}

// back asks the question before q again, if that was asked only once.
func (t *turn) back(q question) {
	var before *question
	for n := range script {
		if script[n].key == q.key {
			break
		}
		if t.settled(script[n].key) && t.asks(script[n].key) < mostAsks {
			before = &script[n]
		}
	}
	if before == nil {
		t.reask(q, false)
		return
	}
	t.record(q, valueLeft)
	t.ask(*before)
}

// alarm tells a person in danger what helps now, and leaves the rest to people.
func (t *turn) alarm() {
	if c := &t.x.Conversation; !c.HandedOff && c.OwnerID == "" {
		t.say("emergency", false)
	}
	t.finish()
}

// handOver says once that a person comes next, and ends the questions.
func (t *turn) handOver() {
	if c := &t.x.Conversation; !c.HandedOff && c.OwnerID == "" {
		t.say("in_line", false)
	}
	t.finish()
}

// finish ends the questions. An open question about safety stays open, because
// its answer may lock everything.
func (t *turn) finish() {
	c := &t.x.Conversation
	c.HandedOff = true
	if c.Step != "safe" {
		c.Step = ""
	}
}

// thanked says whether the person already heard that we got their picture.
func (t *turn) thanked() bool {
	for _, a := range t.x.Conversation.Answers {
		if a.Value == valueMedia || a.Value == valueUnclear && a.Words == "" {
			return true
		}
	}
	return false
}

// asks counts how often a question was asked and closed.
func (t *turn) asks(key string) int {
	n := 0
	for _, a := range t.x.Conversation.Answers {
		if a.Question == key {
			n++
		}
	}
	return n
}

// settled says whether the last answer to a question stands.
func (t *turn) settled(key string) bool {
	stands := false
	for _, a := range t.x.Conversation.Answers {
		if a.Question == key {
			stands = a.Value != valueLeft && a.Value != valueUnclear
		}
	}
	return stands
}

// beginsWith hears "no he is here" as no and "yes please hurry" as yes: few
// words, the first of them plain, and not a story of its own.
func (t *turn) beginsWith(w word) bool {
	first, rest, _ := strings.Cut(t.folded, " ")
	return t.word == "" && rest != "" && t.i.words[first].meaning == w && !t.isReport() && strings.Count(rest, " ") < 4
}
