package intake

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Codes knows the receipt codes that people get, and from which page or phone.
// Read says whether text is a code and nothing else, also one with a slip, and
// gives its digits. Owner finds whose it is: hotline.NotFound for a code that
// nobody has. MayTry counts the tries of a phone. New draws a code.
type Codes interface {
	Read(text string) (digits string, is bool)
	Owner(ctx context.Context, digits string) (hotline.ConversationID, error)
	MayTry(ctx context.Context, ch hotline.Channel, from hotline.Address) bool
	New() hotline.Address
}

// shownOfCode is how much of a code is filed: enough to speak about it, too little
// to come back with.
const shownOfCode = 4

// maskCode is what is filed and read by triage in place of a code.
func maskCode(digits string) hotline.Text {
	return hotline.Text("•••• " + digits[max(0, len(digits)-shownOfCode):])
}

// readCode finds out, before anything is filed, whether a message from a phone is a
// receipt code and whose. The code itself goes no further. On the web page the code
// is who the visitor is, and there is nothing to find; it marks the conversation, so
// that a phone with the same code leads to it. The error is the store's.
func (i *Intake) readCode(ctx context.Context, in hotline.Inbound) (hotline.Inbound, error) {
	if i.codes == nil {
		return in, nil
	}
	if in.Channel == hotline.WebChat {
		in.Clues = append(in.Clues, codeClue(in.From.Reveal()))
		return in, nil
	}
	digits, is := i.codes.Read(in.Text.Reveal())
	if !is {
		return in, nil
	}
	in.Text = maskCode(digits)
	if !i.codes.MayTry(ctx, in.Channel, in.From) {
		in.Code.Outcome = hotline.CodeTooOften
		return in, nil
	}
	owner, err := i.codes.Owner(ctx, digits)
	switch {
	case hotline.CodeOf(err) == hotline.NotFound:
		in.Code.Outcome = hotline.CodeUnknown
	case err != nil:
		return in, err
	default:
		in.Code = hotline.CodeTry{Outcome: hotline.CodeKnown, Owner: owner}
		in.Clues = append(in.Clues, codeClue(digits))
	}
	return in, nil
}

func codeClue(digits string) hotline.Clue {
	return hotline.Clue{Kind: hotline.ClueCode, Value: hotline.Text(digits)}
}

// joinByCode notes on both conversations that the same person has them. Neither is
// merged into the other: somebody else may have got hold of the code.
func (t *turn) joinByCode() {
	c := &t.x.Conversation
	if t.in.Code.Outcome != hotline.CodeKnown || t.in.Code.Owner == c.ID {
		return
	}
	t.raise(hotline.Standard)
	for _, on := range []hotline.ConversationID{c.ID, t.in.Code.Owner} {
		t.x.Audit = append(t.x.Audit, audit(t.i.newID(), t.now, "", "conversation.same_person", on, ""))
	}
}

// hearCode answers a code that was texted: where a machine may answer at all, and
// not after too many tries. On a phone that has not been heard for long, or never,
// whether writing is safe comes before anything else.
func (t *turn) hearCode() {
	c := &t.x.Conversation
	first, returns := !t.greeted(), t.returns()
	if t.in.Code.Outcome == hotline.CodeKnown {
		c.HandedOff = true
		if !returns {
			t.say("code_known")
		}
	} else if t.in.Code.Outcome == hotline.CodeUnknown && !returns {
		t.say("code_unknown")
	}
	switch {
	case t.in.Code.Outcome == hotline.CodeTooOften:
	case returns && t.say("still_safe"), first && t.speak(question(t.script.Steps[0])):
		c.Safety, c.Step, c.ReAsked = hotline.NotAsked, t.script.Steps[0].Key, false
	}
}

// giveCode gives the person a code of their own: with it they can go on elsewhere,
// and nothing of this phone shows there. It reports whether it could.
func (t *turn) giveCode() bool {
	c := &t.x.Conversation
	if t.i.codes == nil || c.Channel == hotline.WebChat || c.Safety != hotline.Safe {
		return false
	}
	code := t.i.codes.New()
	if code == "" || !t.speak(line{name: "code_here", more: map[string]any{"code": grouped(code.Reveal())}}) {
		return false
	}
	if n := len(t.x.Written); !t.muted {
		t.x.Written[n-1].Clues = []hotline.Clue{codeClue(code.Reveal())}
	}
	return true
}

// grouped writes a code in fours, as it is remembered.
func grouped(digits string) string {
	out := ""
	for len(digits) > shownOfCode {
		out, digits = out+digits[:shownOfCode]+" ", digits[shownOfCode:]
	}
	return out + digits
}

// Lookup lets staff find a conversation by the receipt code that a caller reads to
// them.
type Lookup struct {
	codes Codes
	desk  *Desk
}

// NewLookup makes a Lookup that writes down what it finds as desk does.
func NewLookup(codes Codes, desk *Desk) *Lookup { return &Lookup{codes: codes, desk: desk} }

// ByCode finds whose code was typed and writes down who asked. The errors are
// hotline.Forbidden, hotline.Invalid for what is no code, hotline.NotFound for one
// that nobody has, and the store's.
func (l *Lookup) ByCode(ctx context.Context, by hotline.User, typed string) (hotline.ConversationID, error) {
	if !by.HandlesConversations() {
		return "", forbidden()
	}
	digits, is := l.codes.Read(typed)
	if !is {
		return "", hotline.Errorf(hotline.Invalid, "A code has 16 digits. Ask the caller to read them again.")
	}
	id, err := l.codes.Owner(ctx, digits)
	if err != nil {
		return "", err
	}
	return id, l.desk.change(ctx, by, id, act{name: "code"}, func(*hotline.Exchange, time.Time) (string, error) { return "", nil })
}
