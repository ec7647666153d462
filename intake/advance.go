package intake

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
)

// A text's language is believed from these confidences on: to begin with, and
// over what the conversation spoke so far. Below, a reply in English does less
// harm than one in a wrong language.
const (
	believed  = 0.6
	confident = 0.8
)

// turn is one inbound message meeting its conversation.
type turn struct {
	i      *Intake
	x      *hotline.Exchange
	in     hotline.Inbound
	a      hotline.Assessment
	now    time.Time
	locked bool // nothing could be sent before this message came
	late   bool // it is too old, or out of order, to be answered by a machine

	word         word // what the whole message means
	wordLanguage hotline.Language
	folded       string
}

// advance is the whole rule of what one more message does. It is pure but for
// the clock and the id maker, and runs under the store's lock.
func (i *Intake) advance(x *hotline.Exchange, in hotline.Inbound) {
	t := &turn{i: i, x: x, in: in, a: in.Assessment, now: i.now()}
	if x.Conversation.ID == "" {
		t.begin()
	}
	ok, _ := x.Conversation.MayText(x.Contact)
	t.locked, t.late = !ok, t.isLate()
	t.word, t.wordLanguage, t.folded = i.words.find(in.Text.Reveal())
	t.settleLanguage()
	t.readWord()
	t.file()
	t.raise(t.a.Priority)
	if t.a.SaysSafe() {
		t.relieve()
	}
	t.respond()
}

// begin opens a conversation for a contact who has none.
func (t *turn) begin() {
	t.x.Conversation = hotline.Conversation{
		ID: hotline.ConversationID(t.i.newID()), ContactID: t.x.Contact.ID,
		Channel: t.in.Channel, Address: t.in.From, To: t.in.To,
		State: hotline.Open, Safety: hotline.NotAsked, CreatedAt: t.now,
	}
	if t.x.Contact.Unsafe { // closing or erasing does not make the phone safe
		t.x.Conversation.Safety, t.x.Conversation.SafetyAt = hotline.Unsafe, t.now
	}
}

// A message that the carrier's webhook did not bring is filed later from the
// carrier's list. After answerWithin the phone may be in other hands; one that
// was written before what we heard already (give or take the clocks' difference)
// must not undo it.
const (
	answerWithin = 10 * time.Minute
	outOfOrder   = 5 * time.Second
)

func (t *turn) isLate() bool {
	at, last := t.in.At, t.x.Conversation.LastInboundAt
	return !at.IsZero() && (t.now.Sub(at) > answerWithin || at.Before(last.Add(-outOfOrder)))
}

// settleLanguage decides which language the conversation goes on in. A short or
// unclear text never switches it; it is read again in the light of what the
// conversation speaks.
func (t *turn) settleLanguage() {
	c, a := &t.x.Conversation, &t.a
	switch {
	case a.LanguageConfidence >= confident && a.Language != "" && t.word == "":
		c.Language = a.Language
	case c.Language == "":
		guess := t.wordLanguage
		if a.LanguageConfidence >= believed && t.word == "" {
			guess = a.Language
		}
		c.Language = cmp.Or(t.in.Language, t.x.Contact.Language, guess)
	}
	if a.LanguageConfidence < confident && c.Language != "" && c.Language != a.Language && t.in.Text != "" {
		again := t.i.triage.Assess(t.in.Text.Reveal(), hotline.Hints{Language: c.Language})
		if len(a.Reasons) == 0 || again.Priority <= a.Priority { // a hint never hides a reason
			*a = again
		}
	}
	if c.Language != "" {
		t.x.Contact.Language = c.Language
	}
}

// readWord keeps triage from guessing at a word with a meaning of its own: it is
// a command, unless triage found a reason to think more of it.
func (t *turn) readWord() {
	if t.word != "" && len(t.a.Reasons) == 0 {
		t.a.Kind, t.a.Priority = hotline.Command, hotline.Info
	}
}

// file adds the message to the conversation and marks the person as waiting.
func (t *turn) file() {
	c, assessment := &t.x.Conversation, t.a
	at := t.in.At
	if at.IsZero() || at.After(t.now) {
		at = t.now
	}
	t.x.Write(hotline.Message{
		ID: hotline.MessageID(t.i.newID()), ConversationID: c.ID,
		Direction: hotline.In, Author: hotline.FromPerson,
		Text: t.in.Text, Language: t.a.Language, Media: t.in.Media, Location: t.in.Location,
		ProviderID: t.in.ProviderID, Delivery: hotline.Received,
		At: at, UpdatedAt: t.now, Assessment: &assessment, Clues: t.in.Clues,
	})
	if c.WaitingSince.IsZero() || at.Before(c.WaitingSince) {
		c.WaitingSince = at
	}
	if at.After(c.LastInboundAt) {
		c.LastInboundAt = at
	}
	c.Unread++
	c.UpdatedAt = t.now
	if c.Kind == "" || kindRank[t.a.Kind] > kindRank[c.Kind] {
		c.Kind = t.a.Kind
	}
}

// kindRank orders what a conversation is about: one report among its messages
// makes it a report.
var kindRank = map[hotline.Kind]int{hotline.Noise: 1, hotline.Command: 2, hotline.Question: 3, hotline.Report: 4}

// relieve takes the danger, and only that, from a conversation: what was told
// before keeps it urgent. Whoever is made to write "I am safe" loses little.
func (t *turn) relieve() {
	if c := &t.x.Conversation; c.Priority == hotline.Emergency && !c.Overridden {
		c.Priority = hotline.Urgent
	}
}

// raise makes the conversation at least as urgent as p; only relieve ever lowers
// it. Once staff have set the priority only an emergency overrules them. What
// triage left without priority still stands in the queue.
func (t *turn) raise(p hotline.Priority) {
	c := &t.x.Conversation
	if p == 0 && c.Priority == 0 {
		p = hotline.Standard
	}
	if p == 0 || c.Overridden && p != hotline.Emergency {
		return
	}
	if c.Priority == 0 || p < c.Priority {
		c.Priority = p
	}
}

// respond does what the message asks for. Words that begin or end a lock, and
// erasing, count in every state; everything else waits until we may write.
func (t *turn) respond() {
	c := &t.x.Conversation
	asksHelp := t.word == wordHelp || t.in.OptOut == hotline.OptOutHelp
	if asksHelp {
		t.raise(hotline.Urgent)
	}
	switch {
	case c.State != hotline.Open:
	case t.late:
		t.hearLate()
	case t.word == wordStop, t.in.OptOut == hotline.OptOutStop:
		t.stop()
	case t.i.voice.echoes(t.in.Text.Reveal()):
	case t.x.Contact.OptedOut && (t.word == wordStart || t.in.OptOut == hotline.OptOutStart):
		t.start()
	case t.word == wordErase, t.word == wordEraseYes:
		t.erase()
	case t.x.Contact.OptedOut:
	case c.Safety == hotline.Unsafe:
		t.hearWhileUnsafe()
	case asksHelp:
		t.help()
	default:
		t.converse()
	}
}

// hearLate lets a late message begin a lock and nothing else: operators see it,
// and no machine answers or lifts what the person has said since.
func (t *turn) hearLate() {
	if t.word == wordStop || t.in.OptOut == hotline.OptOutStop {
		t.x.Contact.OptedOut = true
	}
}

// A text that triage has no reason for is a story from this length on.
const (
	storyWords      = 8
	storyCharacters = 40 // for scripts that do not part words
)

// isReport says that the person told us something, rather than greeted, asked or
// answered. Triage takes a text it does not understand for a report, so that
// nobody is missed; here it needs a reason, or length.
func (t *turn) isReport() bool {
	text := t.in.Text.Reveal()
	return t.a.Kind == hotline.Report &&
		(len(t.a.Reasons) > 0 || utf8.RuneCountInString(text) >= storyCharacters || len(strings.Fields(text)) >= storyWords)
}
