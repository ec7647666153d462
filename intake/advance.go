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
	script *hotline.Script
	x      *hotline.Exchange
	in     hotline.Inbound
	a      hotline.Assessment
	now    time.Time
	gap    time.Duration // since the person wrote last; 0 for a first message
	locked bool          // nothing could be sent before this message came
	late   bool          // it is too old, or out of order, to be answered by a machine
	muted  bool          // what is answered now is not said: something comes first
	begun  bool          // the person had heard from us before this message

	heard         // what the whole message means
	secret secret // which of the person's own words it is
}

// advance is the whole rule of what one more message does. It is pure but for
// the clock and the id maker, and runs under the store's lock.
func (i *Intake) advance(x *hotline.Exchange, in hotline.Inbound) {
	i.advanceBy(i.script.Load(), x, in)
}

func (i *Intake) advanceBy(script *hotline.Script, x *hotline.Exchange, in hotline.Inbound) {
	t := &turn{i: i, script: script, x: x, in: in, a: in.Assessment, now: i.now()}
	if x.Conversation.ID == "" {
		t.begin()
	}
	c := &x.Conversation
	if c.Campaign == "" {
		c.Campaign = in.Campaign
	}
	t.begun = t.greeted()
	t.locked, t.late = c.HardLock(x.Contact) != hotline.NoLock, t.isLate()
	if !c.LastInboundAt.IsZero() {
		t.gap = t.now.Sub(c.LastInboundAt)
	}
	if in.Channel.OneWay() {
		t.takeIn()
		return
	}
	t.heard = i.words.find(in.Text.Reveal(), cmp.Or(c.Language, x.Contact.Language, in.Language))
	t.secret = t.findSecret()
	t.settleLanguage()
	t.readWord()
	t.file()
	t.raise(t.a.Priority)
	t.joinByCode()
	if t.a.SaysSafe() {
		t.relieve()
	}
	t.takeForm()
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
		guess := cmp.Or(t.language, t.i.words.likely(t.folded, a.Language))
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
	if t.secret != "" || t.in.Code.Outcome != "" || t.word != "" && len(t.a.Reasons) == 0 {
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
	text := t.in.Text
	if t.isOwnWord() {
		text, assessment.Reasons = ownWordMask, nil
	}
	author, by := hotline.FromPerson, hotline.UserID("")
	if taken := t.in.Taken; taken != nil && taken.By != "" {
		author, by = hotline.FromStaff, taken.By
	}
	t.x.Write(hotline.Message{
		ID: hotline.MessageID(t.i.newID()), ConversationID: c.ID,
		Direction: hotline.In, Author: author, AuthorID: by,
		Text: text, Language: t.a.Language, Media: t.in.Media, Location: t.in.Location, Call: t.in.Call,
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

// takeForm keeps what a form has asked already, so that nobody asks it again.
func (t *turn) takeForm() {
	c := &t.x.Conversation
	for _, a := range t.in.Answers {
		if t.settled(a.Question) {
			continue
		}
		c.Answers = append(c.Answers, hotline.Answer{Question: a.Question, Value: a.Value, Words: a.Words, Skipped: a.Skipped, At: t.now})
		if q, _ := t.script.Step(a.Question); q.Kind != hotline.DangerStep {
			continue
		}
		switch word(a.Value) {
		case wordYes:
			t.raise(hotline.Emergency)
		case wordUnsure:
			t.raise(hotline.Urgent)
		}
	}
}

// kindRank orders what a conversation is about: one report among its messages
// makes it a report.
var kindRank = map[hotline.Kind]int{hotline.Noise: 1, hotline.Command: 2, hotline.Question: 3, hotline.Report: 4}

// relieve takes the danger, and only that, from a conversation: what was told
// before keeps it urgent. Whoever is made to write "I am safe" loses little; who
// has sent the alarm word is not believed.
func (t *turn) relieve() {
	c := &t.x.Conversation
	if c.Priority == hotline.Emergency && !c.Overridden && !t.x.Contact.Plan.Duress {
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
	c, contact := &t.x.Conversation, &t.x.Contact
	asksHelp := t.word == wordHelp || t.in.OptOut == hotline.OptOutHelp
	if asksHelp {
		t.raise(hotline.Urgent)
	}
	switch {
	case c.State != hotline.Open:
	case t.late:
		t.hearLate()
	case t.in.Call:
		t.hearCall()
	case t.secret != "":
		t.hearSecret()
	case t.stops():
		t.stop()
	case t.i.voice.echoes(t.in.Text.Reveal(), c.Language):
	case (contact.OptedOut || t.in.ToCampaign) && (t.word == wordStart || t.in.OptOut == hotline.OptOutStart):
		t.start()
	case t.word == wordErase, t.word == wordEraseYes:
		t.erase()
	case contact.OptedOut:
	case contact.Plan.Paused:
		t.hearWhilePaused()
	case c.Safety == hotline.Unsafe:
		t.hearWhileUnsafe()
	case contact.Plan.Duress: // whoever holds the phone gets no more from a machine
	case asksHelp:
		t.help()
	case t.in.Code.Outcome != "":
		t.hearCode()
	case t.returns():
		t.checkAgain()
	case t.picksLanguage():
		t.switchLanguage()
	case t.word == wordSafeWord:
		t.offerWords()
	default:
		t.converse()
	}
}

func (t *turn) stops() bool { return t.word == wordStop || t.in.OptOut == hotline.OptOutStop }

// hearLate lets a late message begin a lock and nothing else: operators see it,
// and no machine answers or lifts what the person has said since.
func (t *turn) hearLate() {
	switch {
	case t.stops():
		t.x.Campaigns = hotline.OptInWithdrawn
		t.x.Contact.OptedOut = t.x.Contact.OptedOut || !t.in.ToCampaign
	case t.secret == safeWord:
		t.x.Contact.Plan.Paused = true
	case t.secret == alarmWord:
		t.x.Contact.Plan.Duress = true
		t.raise(hotline.Emergency)
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

// returns says that a person comes back to a phone after so long that somebody
// else may hold it now.
func (t *turn) returns() bool {
	c := &t.x.Conversation
	return t.gap > hotline.AtThePhone && c.Channel != hotline.WebChat && t.begun && c.Step != "safe"
}

// checkAgain hears what the person says and, before anything else is said, asks
// once more whether writing is safe.
func (t *turn) checkAgain() {
	c := &t.x.Conversation
	open, asks := c.Step, t.asks(c.Step)
	t.muted = true
	if t.picksLanguage() {
		t.switchLanguage()
	} else {
		t.converse()
	}
	t.muted = false
	if open != "" && c.Step == open && t.asks(open) == asks { // nothing was heard on the question that was open
		leaveOpen(c, t.now)
	}
	name := "still_safe"
	if c.Priority == hotline.Emergency {
		name = "first_contact" // it holds the emergency number
	}
	if t.say(name) {
		c.Safety, c.Step, c.ReAsked = hotline.NotAsked, "safe", false
	}
}
