package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Handed is a report that somebody hands over who is not the person on the phone:
// a partner's program, a table, or staff who took it by voice or in person. Nothing
// is ever sent in answer to it. Only ID and Text must be there.
type Handed struct {
	ID       string // the giver's own, by which a repetition is known
	Text     hotline.Text
	Language hotline.Language
	Place    hotline.Text
	Contact  *HandedContact
	About    string // one of Abouts; "" is unknown
	Occurred time.Time

	Channel  hotline.Channel  // a one-way one
	Source   string           // who gives; ids are unique within it
	By       hotline.UserID   // of the staff who took it; "" for nobody of ours
	Priority hotline.Priority // set by hand; 0: what triage finds
	CallSafe string           // "yes" or "no": whether it is safe to call; "": not asked
}

// HandedContact is how the person, or whoever saw something, can be called back.
type HandedContact struct {
	Channel string // one of ContactChannels
	Address hotline.Address
}

// The values that a handed report may have.
var (
	Abouts          = []string{"self", "witness", "unknown"}
	ContactChannels = []string{"phone", "whatsapp", "email"}
)

// Limits of a handed report, in bytes. The text's is that of every message.
const (
	MaxHandedText  = maxText
	maxHandedID    = 128
	maxHandedPlace = 1024
	maxHandedEmail = 254 // RFC 5321, section 4.5.3.1.3
)

// Fault is what is wrong with one field of a handed report. Problem says what to do
// and repeats nothing of the value.
type Fault struct{ Field, Problem string }

var (
	languageTag = regexp.MustCompile(`^[a-z]{2,3}$`)
	e164        = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	email       = regexp.MustCompile(`^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$`)
)

// Check lists everything that is wrong with a report; none means that it can be
// filed.
func (h Handed) Check(now time.Time) []Fault {
	var out []Fault
	need := func(holds bool, field, problem string) {
		if !holds {
			out = append(out, Fault{field, problem})
		}
	}
	text := strings.TrimSpace(h.Text.Reveal())
	need(h.ID != "" && short(h.ID, maxHandedID), "id", fmt.Sprintf("give an id of your own, of 1 to %d bytes", maxHandedID))
	need(text != "", "text", "say what was reported")
	need(len(text) <= maxText, "text", fmt.Sprintf("at most %d bytes: split it into several reports", maxText))
	need(h.Language == "" || languageTag.MatchString(string(h.Language)), "language", `give a code of ISO 639-1, such as "en", or leave it out`)
	need(short(h.Place.Reveal(), maxHandedPlace), "place", fmt.Sprintf("at most %d bytes of plain text", maxHandedPlace))
	need(h.About == "" || slices.Contains(Abouts, h.About), "about", "give one of "+strings.Join(Abouts, ", "))
	need(!h.Occurred.After(now.Add(24*time.Hour)), "occurred_at", "give a time that has passed")
	if c := h.Contact; c != nil {
		need(slices.Contains(ContactChannels, c.Channel), "contact.channel", "give one of "+strings.Join(ContactChannels, ", "))
		if c.Channel == "email" {
			need(len(c.Address) <= maxHandedEmail && short(c.Address.Reveal(), maxHandedEmail) && email.MatchString(c.Address.Reveal()), "contact.address", "give an email address")
		} else {
			need(e164.MatchString(c.Address.Reveal()), "contact.address", "give the number with plus and country code, without spaces, such as +15550100177")
		}
	}
	return out
}

// Inbound is the message that the report becomes. The giver's id goes in as a digest:
// it may hold anything, and ids stand unsealed in the store.
func (h Handed) Inbound() hotline.Inbound {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(h.Channel), h.Source, h.ID}, "\x00")))
	id := string(h.Channel) + "-" + hex.EncodeToString(sum[:16])
	in := hotline.Inbound{
		Channel: h.Channel, From: hotline.WithheldAddress(id), ProviderID: id, Language: h.Language,
		Text:  hotline.Text(strings.TrimSpace(h.Text.Reveal())),
		Taken: &hotline.Taken{By: h.By, Priority: h.Priority, Answers: h.answers()},
	}
	if h.Contact != nil {
		in.From = h.Contact.Address
	}
	return in
}

// answers are the questions of the guided conversation that the report answers.
func (h Handed) answers() (out []hotline.Answer) {
	add := func(question, value string, words hotline.Text) {
		if value != "" || words != "" {
			out = append(out, hotline.Answer{Question: question, Value: value, Words: words})
		}
	}
	add("safe", h.CallSafe, "")
	add("about", map[string]string{"self": string(wordMe), "witness": string(wordOther)}[h.About], "")
	if !h.Occurred.IsZero() {
		add("when", "", hotline.Text(h.Occurred.Format("2 January 2006, 15:04 MST")))
	}
	add("where", "", hotline.Text(strings.TrimSpace(h.Place.Reveal())))
	if h.Contact != nil {
		add("contact", h.Contact.Channel, "")
	}
	return out
}

// takeIn files a handed report. Its words mean nothing to a machine: a report that
// quotes STOP or ERASE is no wish of the person.
func (t *turn) takeIn() {
	c, contact, taken := &t.x.Conversation, &t.x.Contact, t.in.Taken
	t.settleLanguage()
	t.file()
	t.raise(t.a.Priority)
	t.tell()
	for _, a := range taken.Answers {
		a.At = t.now
		c.Answers = append(c.Answers, a)
		if a.Question == "safe" {
			contact.Unsafe = a.Value == string(wordNo)
			c.Safety, c.SafetyAt = hotline.Safe, t.now
			if contact.Unsafe {
				c.Safety = hotline.Unsafe
			}
		}
	}
	if taken.Priority != 0 {
		c.Priority, c.Overridden = taken.Priority, true
	}
	c.Step, c.HandedOff = "", true
	if taken.By != "" {
		set := "" // the audit tells of a priority that was set by hand
		if taken.Priority != 0 {
			set = taken.Priority.String()
		}
		t.x.Audit = append(t.x.Audit, audit(t.i.newID(), t.now, taken.By, "conversation.enter", c.ID, set))
	}
}
