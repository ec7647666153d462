package intake

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
)

//go:embed script.toml
var scriptFile []byte

// shipped is the script that a deployment begins with.
var shipped = mustReadScript()

func mustReadScript() *hotline.Script {
	var s hotline.Script
	if err := toml.Unmarshal(scriptFile, &s); err != nil {
		panic(fmt.Sprintf("script.toml: %v", err))
	}
	return &s
}

// Shipped is the script that a deployment begins with, as version 0.
func Shipped() hotline.Script { return hotline.Script{Steps: slices.Clone(shipped.Steps)} }

// Values of answers beside the words yes, no, unsure, me and other.
const (
	valueUnclear  = "unclear" // heard, and asked again or moved on
	valueLeft     = "left"    // left without answer, by BACK or STOP
	valueMedia    = "media"
	valueLocation = "location"
)

// How often a question may be asked, how many are asked before a person is
// offered, and how many in all.
const (
	mostAsks      = 2
	beforeOffer   = 6
	mostQuestions = 8
)

// personQuestion is the key under which it stands that a person was offered.
const personQuestion = "person"

// question is how a step of the script is said.
func question(s hotline.Step) line { return line{name: "ask." + s.Key, texts: s.Texts} }

// converse goes on with the guided conversation.
func (t *turn) converse() {
	c := &t.x.Conversation
	switch {
	case !t.begun:
		t.greet()
	case t.word == wordCode && t.giveCode():
	case slices.Contains(ownWordSteps, c.Step):
		t.answerOwnWord(c.Step)
	case c.HandedOff && c.Step != "safe":
	case t.word == wordPerson:
		t.handOver()
	case t.isNextPart():
		t.takeNextPart()
	default:
		t.answer(c.Step)
	}
}

// answer takes the message as the answer to the open question.
func (t *turn) answer(key string) {
	step, ok := t.script.Step(key)
	switch {
	case !ok: // opted in again, or the script has changed: no question is open
		t.goOn()
	case step.Kind == hotline.SafeStep:
		t.answerSafe(step)
	case step.Kind == hotline.DangerStep:
		t.answerDanger(step)
	case step.Kind == hotline.AboutStep:
		t.answerPlain(step, wordMe, wordOther)
	case step.Kind == hotline.MinorStep:
		t.answerPlain(step, wordYes, wordNo, wordUnsure)
	case step.Kind == hotline.LaterStep:
		t.answerLater(step)
	case step.Kind == hotline.ChoiceStep:
		t.answerChoice(step)
	default:
		t.answerOpen(step)
	}
}

func (t *turn) goOn() {
	t.tell()
	if t.x.Conversation.Priority == hotline.Emergency {
		t.alarm()
		return
	}
	t.next()
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
	greeting := line{name: "first_contact"}
	if opens, closed := t.closed(); closed {
		greeting = line{name: "outside_hours", more: map[string]any{"open": opens}}
	}
	if t.speak(greeting) {
		c.Step = "safe"
		t.offerLanguages()
	}
	if t.word == wordPerson || c.Step == "" {
		c.HandedOff = true
	}
}

func (t *turn) closed() (opens string, closed bool) {
	if t.i.voice.Opens == nil {
		return "", false
	}
	return t.i.voice.Opens(t.now)
}

// tell keeps what the person told us unasked as the answer to the story, so that
// nobody asks it again. It reports whether they told us anything.
func (t *turn) tell() bool {
	if !t.isReport() {
		return false
	}
	if !t.told() {
		t.x.Conversation.Answers = append(t.x.Conversation.Answers, hotline.Answer{Question: t.storyKey(), Words: t.in.Text, At: t.now})
	}
	return true
}

// storyKey is the key of the first question for the story that the script has.
func (t *turn) storyKey() string {
	for _, s := range t.script.Steps {
		if s.Kind == hotline.StoryStep {
			return s.Key
		}
	}
	return "what"
}

// told says whether any question for the story is settled.
func (t *turn) told() bool {
	if t.settled(t.storyKey()) {
		return true
	}
	return slices.ContainsFunc(t.script.Steps, func(s hotline.Step) bool {
		return s.Kind == hotline.StoryStep && t.settled(s.Key)
	})
}

// partWithin is how soon after a message the next one is taken for its next part:
// people write in pieces, and phones send long texts in pieces.
const partWithin = 8 * time.Second

// isNextPart says whether the message belongs to the one before it, rather than
// to the question that we sent in between.
func (t *turn) isNextPart() bool {
	answers := t.x.Conversation.Answers
	return t.word == "" && t.in.Text != "" && t.gap > 0 && t.gap <= partWithin && t.a.Priority != hotline.Emergency &&
		t.x.Conversation.Channel != hotline.WebChat && len(answers) > 0 && answers[len(answers)-1].Words != "" && !t.isNumber()
}

func (t *turn) isNumber() bool {
	_, err := strconv.Atoi(t.folded)
	return err == nil
}

// takeNextPart adds the message to what was said before. The open question stays
// open and is not asked again.
func (t *turn) takeNextPart() {
	answers := slices.Clone(t.x.Conversation.Answers)
	last := &answers[len(answers)-1]
	last.Words = hotline.Text(last.Words.Reveal() + "\n" + t.in.Text.Reveal())
	t.x.Conversation.Answers = answers
}

// record closes the open question with an answer: a value, or the person's own
// words, or skipped.
func (t *turn) record(q hotline.Step, value string) {
	c := &t.x.Conversation
	a := hotline.Answer{Question: q.Key, Value: value, At: t.now}
	switch {
	case value == "" && t.word == wordSkip:
		a.Skipped = true
	case value == "" || value == valueUnclear:
		a.Words = t.in.Text
	}
	c.Answers = append(c.Answers, a)
	c.Step, c.ReAsked = "", false
}

// path is whom the conversation is about, as far as it is known.
func (t *turn) path() hotline.Path {
	for _, s := range t.script.Steps {
		if s.Kind == hotline.AboutStep && t.lastAnswer(s.Key) == string(wordOther) {
			return hotline.WitnessPath
		}
	}
	return hotline.SelfPath
}

// next asks the first question whose answer is not known, or hands over.
func (t *turn) next() {
	path := t.path()
	for _, s := range t.script.Steps {
		known := t.settled(s.Key) || t.asks(s.Key) >= mostAsks || s.Kind == hotline.StoryStep && t.told()
		if !known && (s.Path == hotline.EveryPath || s.Path == path) {
			t.ask(s)
			return
		}
	}
	t.handOver()
}

// ask opens a question. When a member of staff has the conversation, or enough
// has been asked, the questions end instead; a person is offered after some.
func (t *turn) ask(s hotline.Step) {
	c, asked := &t.x.Conversation, t.asked()
	again := t.asks(s.Key) > 0
	if !again && asked >= mostQuestions {
		t.handOver()
		return
	}
	if !again && t.offersPerson() {
		t.offerPerson()
	}
	if c.OwnerID != "" || !t.speak(question(s)) {
		c.Step, c.HandedOff = "", true
		return
	}
	c.Step, c.ReAsked = s.Key, again
}

// offersPerson says whether so much has been asked that a person is offered next.
func (t *turn) offersPerson() bool {
	return t.asked() >= beforeOffer && t.lastAnswer(personQuestion) == ""
}

// asked counts the questions of the script that were asked so far.
func (t *turn) asked() int {
	n := 0
	for _, s := range t.script.Steps {
		if t.asks(s.Key) > 0 {
			n++
		}
	}
	return n
}

// offerPerson says, once, that a person comes next; the questions go on.
func (t *turn) offerPerson() {
	c := &t.x.Conversation
	if c.OwnerID == "" && t.lastAnswer(personQuestion) == "" && t.say("in_line") {
		t.note(personQuestion, valueOffered)
	}
}

// back asks the question before q again, if that was asked only once.
func (t *turn) back(q hotline.Step) {
	var before *hotline.Step
	for n := range t.script.Steps {
		s := &t.script.Steps[n]
		if s.Key == q.Key {
			break
		}
		if t.settled(s.Key) && t.asks(s.Key) < mostAsks && s.Kind != hotline.SafeStep {
			before = s
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
		t.say("emergency")
	}
	t.finish()
}

// handOver says once that a person comes next, and ends the questions.
func (t *turn) handOver() {
	if !t.x.Conversation.HandedOff {
		t.offerPerson()
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
	return t.word == "" && rest != "" && t.i.words.means(first, w, t.x.Conversation.Language) && !t.isReport() && strings.Count(rest, " ") < 4
}
