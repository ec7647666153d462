package hotline

import (
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"
)

// Address is how a person is reached on a channel: an E.164 phone number
// ("+15550100177"), or the receipt code of a web chat. Printing or logging one
// shows a mask; only Reveal gives the value.
type Address string

// Reveal returns the readable value. Call it only to send to the person, to
// seal it, or to show it to staff who asked with a reason.
func (a Address) Reveal() string { return string(a) }

// withheld begins an address that stands for somebody whose own we do not have.
const withheld = "withheld:"

// WithheldAddress stands for somebody who did not give an address. id is of what
// they brought, so that no two of them are taken for one person.
func WithheldAddress(id string) Address { return Address(withheld + id) }

// Withheld says that nobody can be reached at the address.
func (a Address) Withheld() bool { return strings.HasPrefix(string(a), withheld) }

// Masked keeps the last digits, enough to tell two people apart on a screen:
// four of a phone number, two of a receipt code. Of a withheld one it keeps none.
func (a Address) Masked() string {
	if a.Withheld() {
		return "••••"
	}
	keep := 2
	if strings.HasPrefix(string(a), "+") {
		keep = 4
	}
	if len(a) < 2*keep {
		return "••••"
	}
	return "•••• " + string(a[len(a)-keep:])
}

// String hides the value entirely, so that a slip in a log is harmless.
func (a Address) String() string { return "[address]" }

// GoString hides the value from %#v.
func (a Address) GoString() string { return a.String() }

// Format hides the value from every verb, %x and %q included.
func (a Address) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(a.String())) }

// LogValue hides the value from structured logs.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

// MarshalText hides the value from JSON and other encoders.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// Clean says whether s is text that every database keeps as it is: valid UTF-8
// without a NUL character.
func Clean(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// Text is something a person wrote, said or is called: a message, a note, a
// name. Printing or logging it shows its length only; Reveal gives the value.
type Text string

// Reveal returns the readable value. Call it only to show it to someone who may
// see it, to send it, to triage it, or to seal it.
func (t Text) Reveal() string { return string(t) }

// String tells how long the text is and nothing of what it says.
func (t Text) String() string {
	return fmt.Sprintf("[text, %d characters]", utf8.RuneCountInString(string(t)))
}

// GoString hides the value from %#v.
func (t Text) GoString() string { return t.String() }

// Format hides the value from every verb, %x and %q included.
func (t Text) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(t.String())) }

// LogValue hides the value from structured logs.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText hides the value from JSON and other encoders.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }
