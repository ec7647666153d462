package hotline

import "time"

// DeliveryKind says why something is sent; lower values overtake higher ones.
type DeliveryKind int

// Replies to people outrank bulk, always.
const (
	ReplyDelivery    DeliveryKind = 1
	PageDelivery     DeliveryKind = 2
	CampaignDelivery DeliveryKind = 3
)

// OutboxState is where a delivery stands in our own hands.
type OutboxState string

// Unknown means the request left and no answer came: the carrier is asked
// before anything is sent again.
const (
	Pending OutboxState = "pending"
	Claimed OutboxState = "claimed"
	Unknown OutboxState = "unknown"
	Done    OutboxState = "done"
	GivenUp OutboxState = "given_up"
)

// Outgoing is one claimed delivery with all that a channel needs to send it.
type Outgoing struct {
	MessageID      MessageID
	ConversationID ConversationID
	Kind           DeliveryKind
	Channel        Channel
	To             Address
	From           string // our number or sender
	Text           Text
	Held           Lock // why nothing may be sent now (Conversation.HardLock); NoLock when it may
	LastWord       bool // goes out although Held
	Attempts       int  // tries before this one
	Unknown        bool // the last try had no answer: look it up first
	Unreadable     bool // it cannot be unsealed, so it has no text or no address: it can never be sent
	CreatedAt      time.Time
	LastTriedAt    time.Time // zero before the first try
	AskOnly        bool      // only find out what became of an earlier try; nothing is sent
	Until          time.Time // nothing reaches the person later; zero: the channel's own limit
}

// The error codes of deliveries that we ourselves gave up, beside Twilio's,
// which have five digits.
const (
	TooOld   = 901 // not sent: it waited so long that the phone may be in other hands
	NoAnswer = 902 // may have arrived: the carrier never said what became of it
	Damaged  = 903 // not sent: Outgoing.Unreadable
)

// PartMissing is Twilio's code of an inbound message of which a part never arrived.
const PartMissing = 30009

// SendResult is what came of one try.
type SendResult struct {
	MessageID  MessageID
	Attempts   int         // of the Outgoing that it answers: tells this try from a later one
	State      OutboxState // Done, Pending (try again at RetryAt), Unknown or GivenUp
	ProviderID string
	Delivery   Delivery
	ErrorCode  int
	RetryAt    time.Time
	OptedOut   bool // the carrier says the person opted out (21610)
}

// StatusUpdate is one status callback of a carrier.
type StatusUpdate struct {
	ProviderID string
	MessageID  MessageID // ours, when the callback names it: it may come before Settle has stored ProviderID
	Delivery   Delivery
	ErrorCode  int
	OptedOut   bool // ErrorCode says that the person opted out, as in SendResult
}
