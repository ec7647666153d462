package hotline

// ClueKind says what a clue is.
type ClueKind string

// The kinds of clues.
const (
	CluePhone     ClueKind = "phone"
	ClueEmail     ClueKind = "email"
	ClueLink      ClueKind = "link"
	ClueHandle    ClueKind = "handle"
	CluePlate     ClueKind = "plate"
	ClueAddress   ClueKind = "address"
	ClueWorkplace ClueKind = "workplace" // an employer's name with a place
	ClueText      ClueKind = "text"      // a part of a fingerprint of the whole text; near copies share at least one
)

// ClueCode is a receipt code: who has it is, as far as we can know, the same person.
// It is in no text and in no list of what reports share.
const ClueCode ClueKind = "code"

// ClueKinds lists all kinds, the most telling first.
var ClueKinds = []ClueKind{CluePlate, CluePhone, ClueHandle, ClueEmail, ClueLink, ClueAddress, ClueWorkplace, ClueText}

// Clue is something in a text by which two reports can be about the same
// people: a plate, a number, an address. Value is its normal form, the same
// however it is written. A clue leads from one report to another; it never joins
// them.
type Clue struct {
	Kind  ClueKind
	Value Text
}
