package hotline

import "time"

// Direction of a message, seen from us.
type Direction string

// Note is for staff only and never leaves.
const (
	In   Direction = "in"
	Out  Direction = "out"
	Note Direction = "note"
)

// Author says who wrote a message; the person is never led to take an
// automatic text for a human one.
type Author string

// The authors.
const (
	FromPerson    Author = "person"
	FromAutomatic Author = "automatic"
	FromStaff     Author = "staff"
)

// Delivery is the state of a message on its way, in Twilio's words
// (MessageStatus). Inbound messages are Received.
type Delivery string

// The thirteen states of Twilio's message_enum_status.
const (
	Queued             Delivery = "queued"
	Sending            Delivery = "sending"
	Sent               Delivery = "sent"
	Failed             Delivery = "failed"
	Delivered          Delivery = "delivered"
	Undelivered        Delivery = "undelivered"
	Receiving          Delivery = "receiving"
	Received           Delivery = "received"
	Accepted           Delivery = "accepted"
	Scheduled          Delivery = "scheduled"
	Read               Delivery = "read"
	PartiallyDelivered Delivery = "partially_delivered"
	Canceled           Delivery = "canceled"
)

var deliveryRank = map[Delivery]int{
	Scheduled: 1, Accepted: 2, Queued: 3, Sending: 4, Sent: 5,
	PartiallyDelivered: 6, Delivered: 7, Undelivered: 7, Failed: 7, Canceled: 7, Read: 8,
}

// Known says whether d is one of the states above.
func (d Delivery) Known() bool {
	return deliveryRank[d] > 0 || d == Receiving || d == Received
}

// Rank orders outbound states; callbacks come out of order and a message never
// goes back. Unknown and inbound states rank 0.
func (d Delivery) Rank() int { return deliveryRank[d] }

// Final says that no further state follows, save Read after Delivered.
func (d Delivery) Final() bool { return d.Rank() >= 7 }

// Follows says whether a message in state old may move to d. Failed and
// Undelivered are never overtaken; Read follows only Delivered or less.
func (d Delivery) Follows(old Delivery) bool {
	switch old {
	case Failed, Undelivered, Canceled, Read:
		return false
	}
	return d.Rank() > old.Rank()
}

// Media is a picture or file that came with a message. It stays at the carrier
// until staff ask for it, or is a File of ours (MediaOf); URL is sealed in the
// store, and "" when the carrier did not tell it.
type Media struct {
	ContentType string
	URL         Text
}

// Location is a place a person shared on WhatsApp. Sealed in the store.
type Location struct {
	Latitude, Longitude float64
	Label               string
}

// Message is one text in a conversation, from either side, or a staff note.
type Message struct {
	ID             MessageID
	ConversationID ConversationID
	Direction      Direction
	Author         Author
	AuthorID       UserID
	Text           Text // sealed in the store
	TextKey        string
	Language       Language
	Media          []Media   // sealed in the store
	Location       *Location // sealed in the store
	ProviderID     string    // the carrier's id ("SM…"), unique; "" until the carrier has it
	Delivery       Delivery
	ErrorCode      int  // Twilio error code of a failed delivery, or PartMissing
	Call           bool // a call that nobody took, without text
	Unreadable     bool // damaged in the store, or sealed with a key that is not here; what is left of it is shown
	LastWord       bool // the one confirmation that still goes out when a lock begins with it
	At             time.Time
	UpdatedAt      time.Time
	Assessment     *Assessment // of an inbound message
	Clues          []Clue      // of an inbound message; written as keyed marks, never read back
}

// Inbound is one message as a channel heard it, before anything is decided.
type Inbound struct {
	Channel    Channel
	From       Address
	To         string // our number or sender
	ProviderID string // the carrier's id, or the form's one-time token on the web
	Text       Text
	Media      []Media
	Location   *Location
	OptOut     OptOut   // what the carrier has already acted on
	Language   Language // the page's language on the web; "" elsewhere
	Answers    []Answer // given on a form before this message, so that nobody asks again
	Segments   int
	Call       bool       // a call that nobody took, without text
	Taken      *Taken     // on a one-way channel only
	Incomplete bool       // the carrier says that a part of it never arrived (PartMissing)
	Assessment Assessment // what triage made of Text before the conversation was known
	Clues      []Clue     // what in Text may lead to other reports
	ToCampaign bool       // To is a number that campaigns go out from
	Campaign   CampaignID // whose message it seems to answer
	Code       CodeTry    // when the whole text was a receipt code; Text then shows its end only
	At         time.Time
}

// Taken is what comes with a report on a one-way channel beside its text.
type Taken struct {
	By       UserID   // of the staff who took it; "" for nobody of ours
	Priority Priority // set by hand; 0: what triage finds
	Answers  []Answer // to questions that the guided conversation would ask
}

// OptOut is Twilio's OptOutType: the keyword its Advanced Opt-Out acted on.
type OptOut string

// The three opt-out types.
const (
	OptOutStop  OptOut = "STOP"
	OptOutStart OptOut = "START"
	OptOutHelp  OptOut = "HELP"
)

// Receipt tells the channel what became of an inbound message.
type Receipt struct {
	ConversationID ConversationID
	MessageID      MessageID
	Duplicate      bool // the provider id was known; nothing was changed
	Priority       Priority
}
