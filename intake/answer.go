package intake

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hearline/hearline/hotline"
)

// answerSafe hears the answer that decides whether we write at all.
func (t *turn) answerSafe(q hotline.Step) {
	c := &t.x.Conversation
	switch {
	case t.word == wordYes, t.word == wordSafe:
		t.becomeSafe(q)
	case t.word == wordNo, t.word == wordUnsafe, t.beginsWith(wordNo):
		c.Safety, c.SafetyAt, t.x.Contact.Unsafe = hotline.Unsafe, t.now, true
		t.record(q, string(wordNo))
		c.Step = q.Key // it stays open: only its answer lifts the lock
		t.speak(line{name: "safe_no", last: true})
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
		t.becomeSafe(t.script.Steps[0])
		return
	}
	t.tell()
}

func (t *turn) becomeSafe(q hotline.Step) {
	c := &t.x.Conversation
	before, first := c.Safety, !t.settled(q.Key)
	c.Safety, c.SafetyAt = hotline.Safe, t.now
	t.x.Contact.Unsafe = false
	t.record(q, string(wordYes))
	switch {
	case c.HandedOff:
	case c.Priority == hotline.Emergency:
		t.alarm()
	default:
		if first && before != hotline.Safe && c.OwnerID == "" {
			t.say("safe_yes")
		}
		t.next()
	}
}

// answerDanger hears whether anyone is in danger now. Yes ends the script.
func (t *turn) answerDanger(q hotline.Step) {
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

// answerPlain hears one of some words. Whoever needs help and is under 18, or may
// be, is urgent (the child rule of the case standard).
func (t *turn) answerPlain(q hotline.Step, expected ...word) {
	said := t.word
	for _, w := range expected {
		if t.beginsWith(w) {
			said = w
		}
	}
	switch {
	case slices.Contains(expected, said):
		t.record(q, string(said))
		if q.Kind == hotline.MinorStep && said == wordYes {
			t.raise(hotline.Urgent)
		}
		t.orAlarm(t.next)
	case t.word == wordSkip:
		t.record(q, "")
		t.next()
	case t.word == wordBack:
		t.back(q)
	case t.a.Priority == hotline.Emergency:
		t.tell()
		t.alarm()
	default:
		t.reask(q, t.tell())
	}
}

// answerChoice hears the number of an answer, or own words.
func (t *turn) answerChoice(q hotline.Step) {
	first, rest, _ := strings.Cut(t.folded, " ")
	n, err := strconv.Atoi(first)
	switch {
	case err == nil && n >= 1 && n <= len(q.Choices):
		choice := q.Choices[n-1]
		t.record(q, choice.Value)
		if rest != "" {
			t.x.Conversation.Answers[len(t.x.Conversation.Answers)-1].Words = t.in.Text
		}
		t.raise(choice.Raise)
		t.orAlarm(t.next)
	case err == nil && rest == "" && t.word == "":
		t.reask(q, false)
	case t.word == wordUnsure:
		t.record(q, string(wordUnsure))
		t.next()
	default:
		t.answerOpen(q)
	}
}

// answerOpen takes whatever the person writes as the answer.
func (t *turn) answerOpen(q hotline.Step) {
	switch {
	case t.word == wordBack:
		t.back(q)
		return
	case t.in.Location != nil:
		t.record(q, valueLocation)
	case t.in.Text == "" && len(t.in.Media) > 0:
		thanked := t.thanked()
		t.record(q, valueMedia)
		if !thanked && t.x.Conversation.OwnerID == "" && !t.offersPerson() {
			t.say("media")
		}
	default:
		t.record(q, "")
	}
	t.orAlarm(t.next)
}

// orAlarm goes on, unless the message itself tells of danger now.
func (t *turn) orAlarm(goOn func()) {
	if t.a.Priority == hotline.Emergency {
		t.alarm()
		return
	}
	goOn()
}

// reask takes an unclear answer as own words and asks once more, gently: with
// the question itself after a story, with an apology after anything else. Where
// it is unclear whether writing is safe, the question itself is the safest text.
func (t *turn) reask(q hotline.Step, told bool) {
	thanked := t.thanked()
	t.record(q, valueUnclear)
	if t.asks(q.Key) >= mostAsks {
		t.next()
		return
	}
	c, again := &t.x.Conversation, question(q)
	switch {
	case t.in.Text == "" && !thanked:
		again = line{name: "media"}
	case t.in.Text != "" && !told && q.Kind != hotline.SafeStep:
		again = line{name: "not_understood"}
	}
	if c.OwnerID != "" || !t.speak(again) {
		c.Step, c.HandedOff = "", true
		return
	}
	c.Step, c.ReAsked = q.Key, true
}

// Hours that we may write to a person who gives none, and how long a given time
// is good for, in minutes.
const (
	dayFrom, dayTo = 9 * 60, 20 * 60
	goodFor        = 2 * 60
)

// answerLater hears whether, and when, we may write without being asked.
func (t *turn) answerLater(q hotline.Step) {
	plan := &t.x.Contact.Plan
	from, timed := clockIn(t.folded)
	switch {
	case t.word == wordYes, t.word == wordSafe, t.beginsWith(wordYes), timed:
		plan.Later, plan.From, plan.To = hotline.LaterYes, dayFrom, dayTo
		if timed {
			plan.From, plan.To = from, (from+goodFor)%(24*60)
		}
		t.record(q, string(wordYes))
		t.speak(line{name: "later_yes", more: map[string]any{"open": clock(plan.From)}})
	case t.word == wordNo, t.word == wordUnsafe, t.beginsWith(wordNo):
		plan.Later = hotline.LaterNo
		t.record(q, string(wordNo))
		t.say("later_no")
	case t.word == wordBack:
		t.back(q)
		return
	case t.word == wordSkip, t.word == wordUnsure:
		t.record(q, "")
	default:
		t.orAlarm(func() { t.reask(q, t.tell()) })
		return
	}
	t.orAlarm(t.next)
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// clockTime finds "2pm", "2 30 pm", "14 00", "14h30" in a folded text, whose
// punctuation is space.
var clockTime = regexp.MustCompile(`(?:^|\D)(\d{1,2})(?:(?:\s?h\s?|\s)(\d{2}))?\s?h?\s?(a\s?m|p\s?m)?(?:\s|$)`)

// clockIn finds a time of day, in minutes after midnight. A bare hour before eight
// is one of the afternoon.
func clockIn(folded string) (minutes int, ok bool) {
	m := clockTime.FindStringSubmatch(folded)
	if m == nil {
		return 0, false
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	half := strings.ReplaceAll(m[3], " ", "")
	switch {
	case hour > 24 || minute > 59 || half != "" && (hour == 0 || hour > 12):
		return 0, false
	case half == "pm" && hour < 12, half == "" && m[2] == "" && hour < 8:
		hour += 12
	case half == "am" && hour == 12:
		hour = 0
	}
	return hour%24*60 + minute, true
}
