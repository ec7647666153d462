package intake

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hearline/hearline/hotline"
)

// secret is one of the person's own words, which nobody else knows the meaning of.
type secret string

const (
	safeWord  secret = "safe_word"  // stop and stay quiet
	backWord  secret = "back_word"  // go on
	alarmWord secret = "alarm_word" // I am in danger and somebody reads along
)

// ownWordMask stands in place of a person's own word in what is filed: the word
// itself is kept as a keyed mark only.
const ownWordMask hotline.Text = "•••"

// ownWordSteps are the questions that set the words, in order. They belong to no
// script: the person asks for them, or staff offer them.
var ownWordSteps = []string{"safe_word", "back_word", "alarm_word", "decoy_ask"}

// longestOwnWord bounds what can be an own word, in words and in bytes.
const (
	ownWordParts   = 3
	longestOwnWord = 48
)

// findSecret says whether the message is one of the person's own words.
func (t *turn) findSecret() secret {
	plan := &t.x.Contact.Plan
	if t.folded == "" || plan.SafeWord == "" && plan.AlarmWord == "" {
		return ""
	}
	switch t.markOf(t.folded) {
	case plan.SafeWord:
		return safeWord
	case plan.AlarmWord:
		return alarmWord
	case plan.BackWord:
		return backWord
	}
	return ""
}

func (t *turn) markOf(folded string) string { return t.i.mark(t.x.Contact.ID, folded) }

// isOwnWord says whether the message is, or becomes now, a word that must not be
// kept readable.
func (t *turn) isOwnWord() bool {
	return t.secret != "" || !t.late && t.x.Conversation.Step != "decoy_ask" && slices.Contains(ownWordSteps, t.x.Conversation.Step) && t.fitsOwnWord()
}

// fitsOwnWord tells a word from a story, which is heard as one.
func (t *turn) fitsOwnWord() bool {
	return t.word == "" && t.folded != "" && len(t.folded) <= longestOwnWord &&
		len(strings.Fields(t.folded)) <= ownWordParts && (t.a.Kind != hotline.Report || len(t.a.Reasons) == 0)
}

// hearSecret acts on one of the person's own words.
func (t *turn) hearSecret() {
	plan, c := &t.x.Contact.Plan, &t.x.Conversation
	switch t.secret {
	case safeWord:
		plan.Paused = true
		t.raise(hotline.Urgent)
		t.finish()
		if plan.Decoy {
			t.speak(line{name: "decoy", last: true})
		}
	case alarmWord:
		plan.Duress = true
		t.raise(hotline.Emergency)
		c.Step, c.HandedOff = "", true
		t.say("decoy")
	case backWord:
		switch {
		case plan.Paused, plan.Duress:
			t.reopen()
		case slices.Contains(ownWordSteps, c.Step):
			t.askOtherWord(c.Step)
		}
	}
}

// hearWhilePaused opens the lock with START when the person has set no word for
// it; everything else is filed and nothing goes out.
func (t *turn) hearWhilePaused() {
	if t.word == wordStart && t.x.Contact.Plan.BackWord == "" {
		t.reopen()
		return
	}
	t.tell()
}

// reopen ends what an own word began, and asks whether writing is safe.
func (t *turn) reopen() {
	c, plan := &t.x.Conversation, &t.x.Contact.Plan
	plan.Paused, plan.Duress = false, false
	t.locked = c.HardLock(t.x.Contact) != hotline.NoLock
	if t.say("still_safe") {
		c.Safety, c.Step, c.ReAsked = hotline.NotAsked, "safe", false
	}
}

// offerWords begins the questions that set the words. They need a phone that is
// safe now.
func (t *turn) offerWords() {
	if t.x.Conversation.Safety != hotline.Safe || t.x.Conversation.Channel == hotline.WebChat {
		t.converse()
		return
	}
	if t.say(ownWordSteps[0]) {
		leaveOpen(&t.x.Conversation, t.now)
		t.x.Conversation.Step, t.x.Conversation.ReAsked = ownWordSteps[0], false
	}
}

// answerOwnWord hears the answer to one of the questions that set the words.
func (t *turn) answerOwnWord(step string) {
	switch {
	case step == "decoy_ask":
		t.x.Contact.Plan.Decoy = t.word == wordYes
		t.endWords("words_set")
	case t.word == wordSkip && step == "safe_word":
		t.endWords("")
	case t.word == wordSkip:
		t.nextOwnWord(step)
	case t.word != "" || t.fitsOwnWord() && t.isTaken(step):
		t.askOtherWord(step)
	case t.fitsOwnWord():
		t.keepOwnWord(step)
		t.nextOwnWord(step)
	default:
		t.tell()
		t.endWords("")
	}
}

// isTaken says whether a word has a meaning already.
func (t *turn) isTaken(step string) bool {
	_, err := strconv.Atoi(t.folded)
	plan, mark := &t.x.Contact.Plan, t.markOf(t.folded)
	taken := step != "safe_word" && mark == plan.SafeWord || step == "alarm_word" && mark == plan.BackWord
	return err == nil && len(t.folded) < 3 || len(t.i.words[t.folded]) > 0 || taken
}

// keepOwnWord keeps the word; a new safe word makes the others void.
func (t *turn) keepOwnWord(step string) {
	plan, mark := &t.x.Contact.Plan, t.markOf(t.folded)
	switch secret(step) {
	case safeWord:
		plan.SafeWord, plan.BackWord, plan.AlarmWord, plan.Decoy = mark, "", "", false
	case backWord:
		plan.BackWord = mark
	case alarmWord:
		plan.AlarmWord = mark
	}
}

// askOtherWord asks for another word once, then goes on without one.
func (t *turn) askOtherWord(step string) {
	c := &t.x.Conversation
	if c.ReAsked || !t.say("word_taken") {
		t.nextOwnWord(step)
		return
	}
	c.ReAsked = true
}

func (t *turn) nextOwnWord(step string) {
	c, next := &t.x.Conversation, slices.Index(ownWordSteps, step)+1
	if t.x.Contact.Plan.SafeWord == "" || next >= len(ownWordSteps) || !t.say(ownWordSteps[next]) {
		t.endWords("")
		return
	}
	c.Step, c.ReAsked = ownWordSteps[next], false
}

// endWords says that the words are set, if they are, and goes on with the script.
func (t *turn) endWords(text string) {
	c := &t.x.Conversation
	c.Step, c.ReAsked = "", false
	if text != "" {
		t.say(text)
	}
	switch {
	case t.a.Priority == hotline.Emergency:
		t.alarm()
	case !c.HandedOff:
		t.next()
	}
}
