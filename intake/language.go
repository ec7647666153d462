package intake

import (
	"strconv"

	"github.com/hearline/hearline/hotline"
)

// languageQuestion is the key under which the menu of languages, and what came of
// it, stands among the answers.
const (
	languageQuestion = "language"
	valueOffered     = "offered"
)

// offerLanguages sends the menu after the first text, when we cannot tell which
// language the person reads.
func (t *turn) offerLanguages() {
	if t.x.Conversation.Language == "" && t.in.Text != "" && t.say("language") {
		t.note(languageQuestion, valueOffered)
	}
}

// picksLanguage says whether the message asks for a language: its name, at any
// time, or its number in an open menu, which only the question about safety
// follows.
func (t *turn) picksLanguage() bool {
	if t.word == wordLanguage {
		return true
	}
	menu := t.i.voice.Menu
	n, err := strconv.Atoi(t.folded)
	if err != nil || n < 1 || n > len(menu) || t.x.Conversation.Step != "safe" || t.lastAnswer(languageQuestion) != valueOffered {
		return false
	}
	t.names = menu[n-1]
	return true
}

// switchLanguage goes on in the language that the person asked for, with the open
// question, or says so when there is none.
func (t *turn) switchLanguage() {
	c, first := &t.x.Conversation, !t.greeted()
	c.Language, t.x.Contact.Language = t.names, t.names
	t.note(languageQuestion, string(t.names))
	switch step, ok := t.script.Step(c.Step); {
	case first:
		t.greet()
	case ok:
		t.speak(question(step))
	default:
		t.say("language_set")
	}
}

// note writes down what is not an answer to a question of the script.
func (t *turn) note(key, value string) {
	c := &t.x.Conversation
	c.Answers = append(c.Answers, hotline.Answer{Question: key, Value: value, At: t.now})
}

// lastAnswer is the value of the latest answer to a question.
func (t *turn) lastAnswer(key string) string {
	value := ""
	for _, a := range t.x.Conversation.Answers {
		if a.Question == key {
			value = a.Value
		}
	}
	return value
}
