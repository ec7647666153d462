package hotline

import "time"

// ConversationState says whether a conversation takes part in daily work.
type ConversationState string

// Open conversations are worked on; closed ones are kept and re-open as a new
// conversation when the person writes again; erased ones have lost their key.
const (
	Open   ConversationState = "open"
	Closed ConversationState = "closed"
	Erased ConversationState = "erased"
)

// Answer is what the person said to one question of the guided conversation.
type Answer struct {
	Question string // key of the question, such as "danger"
	Value    string // normal form, such as "yes"; "" when in own words
	Words    Text   // what they wrote, when not a plain choice
	Skipped  bool
	At       time.Time
}

// Conversation is one exchange with one contact, from first message to close.
type Conversation struct {
	ID        ConversationID
	ContactID ContactID
	Channel   Channel
	Address   Address // sealed in the store
	To        string  // our own number or sender that the person wrote to
	State     ConversationState
	Language  Language

	Safety   Safety
	SafetyAt time.Time

	Step      string   // question now open in the guided conversation; "" when handed over
	Asked     int      // automatic texts of any kind written so far
	ReAsked   bool     // the open question has been asked a second time
	Answers   []Answer // sealed in the store
	HandedOff bool     // a person has taken over; automatic questions stop
	EraseAsk  time.Time

	Kind     Kind
	Priority Priority
	// Overridden is true once staff set the priority; triage may then raise it
	// to Emergency, never lower it.
	Overridden bool

	WaitingSince  time.Time // oldest unanswered message; zero when nobody waits
	OwnerID       UserID
	CaseID        CaseID
	Campaign      CampaignID // whose message the person answered when this began; "" for none
	Unread        int        // messages no staff member has opened
	Preview       Text       // start of the last message from the person; sealed
	LastInboundAt time.Time
	AnsweredAt    time.Time // of the text that answered the person's last message; silence counts from here
	LiftedAt      time.Time // staff lifted a lock that is not hard
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// QueueFilter narrows the queue. Zero values mean any.
type QueueFilter struct {
	Priority Priority
	Language Language
	Channel  Channel
	Safety   Safety
	OwnerID  UserID // conversations of this owner, waiting or not ("Mine")
	NoOwner  bool
}

// QueueCursor is the place after which the next page starts (keyset paging).
type QueueCursor struct {
	Priority     Priority
	WaitingSince time.Time
	ID           ConversationID
}

// QueueCount is how many wait at one priority.
type QueueCount struct {
	Priority Priority
	Waiting  int
	NoOwner  int
}
