package console

import (
	"sync"
	"testing"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// engine is the real one, loaded once.
var engine = sync.OnceValue(func() *triage.Engine {
	e, err := triage.New()
	if err != nil {
		panic(err)
	}
	return e
})

func TestConversationShowsWhatTheStandardsMakeOfIt(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, script{"in|x", "in|y"})
	c := h.conv(path)
	c.Conversation.Kind = hotline.Report
	for i, text := range []string{
		"they promised me a job in a shop but it was all lies, he took my passport and there is no pay. Help, he locked me in and has a knife",
		"I am safe now, I got out",
	} {
		a := engine().Assess(text, hotline.Hints{})
		m := &h.messages[c.Conversation.ID][i]
		m.Text, m.Assessment = hotline.Text(text), &a
	}
	wants(t, h.get(t, path).body, "Was in danger; later wrote that they are safe", "elements told", "Confiscation of documents",
		"Nobody told yet", "They screen and prove nothing")
	h.conv(path).Conversation.Kind = hotline.Noise
	lacks(t, h.get(t, path).body, "elements told")
}
