package hotline

import (
	"strconv"
	"strings"
	"time"
)

// CampaignID is an id of a Campaign.
type CampaignID string

// CampaignState is where a campaign stands.
type CampaignState string

// From CampaignApproved on, the plan stands as it was approved. A recurring or
// sequenced campaign stays CampaignSending between two of its runs.
const (
	CampaignDraft     CampaignState = "draft"
	CampaignSubmitted CampaignState = "submitted" // waits for somebody to approve it
	CampaignApproved  CampaignState = "approved"  // the hold, and then its time, are still to come
	CampaignSending   CampaignState = "sending"
	CampaignPaused    CampaignState = "paused"
	CampaignFinished  CampaignState = "finished"
	CampaignStopped   CampaignState = "stopped"  // for good, by staff or by itself
	CampaignCanceled  CampaignState = "canceled" // before the first message
)

// Over says that nothing more will happen.
func (s CampaignState) Over() bool {
	return s == CampaignFinished || s == CampaignStopped || s == CampaignCanceled
}

// CampaignPlan is all that an approver approves.
type CampaignPlan struct {
	Channel  Channel        `json:"channel"`
	Audience Audience       `json:"audience"`
	Least    int            `json:"least,omitempty"`    // people; below that nothing is sent
	HoldOut  int            `json:"hold_out,omitempty"` // percent of people who get nothing, to compare with
	Texts    []CampaignText `json:"texts,omitempty"`
	Fallback Language       `json:"fallback,omitempty"` // of people whose language has no text
	Senders  []string       `json:"senders,omitempty"`  // our numbers or services, from settings; none: all of the channel
	Schedule Schedule       `json:"schedule"`
	Similar  bool           `json:"similar,omitempty"` // the author has seen that people got a similar text lately
}

// CampaignText is what people of one language get. It is written by staff and
// holds nothing of a person: gaps are filled when it is sent.
type CampaignText struct {
	Language   Language  `json:"language"`
	Variant    string    `json:"variant,omitempty"` // "A", "B" of a comparison; "" for the only one
	Step       int       `json:"step,omitempty"`    // of a sequence, from 0
	Text       string    `json:"text"`
	ContentSID string    `json:"content_sid,omitempty"` // WhatsApp template ("HX…")
	MediaURL   string    `json:"media_url,omitempty"`
	Seen       string    `json:"seen,omitempty"` // "yes", "unsure", "no": is it safe if someone else sees it?
	SeenBy     UserID    `json:"seen_by,omitempty"`
	WrittenBy  UserID    `json:"written_by,omitempty"`
	CheckedBy  UserID    `json:"checked_by,omitempty"` // a second speaker, not who wrote it
	CheckedAt  time.Time `json:"checked_at,omitzero"`
}

// ScheduleKind says when people get a message.
type ScheduleKind string

// The kinds. A recurring campaign is also given at the place's own time.
const (
	AtOnce    ScheduleKind = "instant"   // everybody at one moment
	AtLocal   ScheduleKind = "local"     // everybody at one time of their own clock
	Recurring ScheduleKind = "recurring" // by an RRULE of RFC 5545
	OnKeyword ScheduleKind = "keyword"   // each person when they send a word
)

// Schedule says when the messages of a campaign go out.
type Schedule struct {
	Kind      ScheduleKind `json:"kind,omitempty"`
	At        time.Time    `json:"at,omitzero"`          // the moment; zero: as soon as approved
	Local     string       `json:"local,omitempty"`      // "2026-05-12T10:00", each person's own clock
	Rule      string       `json:"rule,omitempty"`       // RRULE without DTSTART, which is At or Local
	Until     time.Time    `json:"until,omitzero"`       // nothing goes out later; zero: 3 days after it was due
	Keywords  []string     `json:"keywords,omitempty"`   // whole messages, any case
	Steps     []int        `json:"steps,omitempty"`      // hours after the first message, for each later step of a sequence
	StopOn    []string     `json:"stop_on,omitempty"`    // a sequence ends for a person on "reply"; opting out always ends it
	PerMinute int          `json:"per_minute,omitempty"` // slower than the senders could; 0: as fast as they may
}

// Money is an amount in millionths of a currency's unit.
type Money struct {
	Micros   int64  `json:"micros"`
	Currency string `json:"currency"` // ISO 4217
}

// Approval is who let a campaign go, and what they saw.
type Approval struct {
	By         UserID    `json:"by"`
	At         time.Time `json:"at"`
	Version    int       `json:"version"` // of the campaign
	Recipients int       `json:"recipients"`
	Cost       Money     `json:"cost"`
	Typed      bool      `json:"typed,omitempty"` // the number of people was typed
}

// Campaign is one plan to write to many people, and what has become of it.
type Campaign struct {
	ID          CampaignID
	Name        string
	State       CampaignState
	Version     int // counts changes of the plan
	Plan        CampaignPlan
	AuthorID    UserID
	SubmittedBy UserID
	Approval    Approval     // the last one; zero for none
	Approved    CampaignPlan // the plan as last approved, to show what changed since
	HoldUntil   time.Time    // until then, Cancel takes everything back
	NextAt      time.Time    // of the next run; zero for none
	StopReason  string       // a code such as "failures", "opt_outs", "staff"
	StartedAt   time.Time
	EndedAt     time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// RunStart is what it takes to write the ledger of one run: who gets what, from
// which sender, and when it is due.
type RunStart struct {
	Campaign CampaignID
	Step     int
	DueAt    time.Time // of the run; with Campaign and Step its name: it starts once
	Channel  Channel
	Audience Audience
	HoldOut  int        // percent
	Texts    []Language // those with a text; others get Fallback
	Fallback Language
	Variants []string   // none: one text for all
	Senders  []string   // each person always has the same one, while these stay the same
	Due      []PlaceDue // for every Place of the audience
}

// PlaceDue is when the people of a place are due.
type PlaceDue struct {
	Country, Region, Zones string
	At                     time.Time
}

// RunStarted is what a RunStart has led to.
type RunStarted struct {
	Run     int64
	Lanes   []Lane
	HeldOut int
	Already bool // somebody else had started the same run: nothing was done
}

// RecipientState is where one person's message stands in our own hands.
type RecipientState string

// Waiting ones lie in the ledger in the order in which they are due; Retry and
// LookUp ones come back at their own time.
const (
	RecipientWaiting RecipientState = "waiting"
	RecipientRetry   RecipientState = "retry"
	RecipientLookUp  RecipientState = "unknown" // may have been sent: the carrier is asked first
	RecipientSent    RecipientState = "sent"    // the carrier has it
	RecipientFailed  RecipientState = "failed"
	RecipientSkipped RecipientState = "skipped" // for the Exclusion beside it
)

// Lane is one sender's part of one run of a campaign: its recipients are numbered
// from 1 in the order in which they are due.
type Lane struct {
	ID       int64
	Run      int64
	Campaign CampaignID
	Step     int // of a sequence
	Channel  Channel
	Sender   string
	Size     int64
	Next     int64 // the first that nobody has taken yet
}

// Recipient is one person's message in the ledger, taken to be sent.
type Recipient struct {
	Lane, N     int64
	Subscriber  SubscriberID
	Address     Address
	Language    Language
	Variant     string
	Country     string
	Region      string
	Zones       string    // parted by spaces
	Held        Exclusion // why nothing may be sent to the person now
	Unreadable  bool      // the number cannot be unsealed
	Attempts    int       // tries before this one
	Unknown     bool      // an earlier try may have arrived: look it up first
	DueAt       time.Time
	CreatedAt   time.Time // when the ledger was written
	LastTriedAt time.Time
}

// recipientMark begins the message id of a recipient.
const recipientMark = "k"

// MessageID names the recipient's message to carriers, and in their callbacks.
func (r *Recipient) MessageID() MessageID {
	return MessageID(recipientMark + strconv.FormatInt(r.Lane, 10) + "-" + strconv.FormatInt(r.N, 10))
}

// ParseRecipient reads what MessageID wrote.
func ParseRecipient(id MessageID) (lane, n int64, ok bool) {
	rest, ok := strings.CutPrefix(string(id), recipientMark)
	left, right, cut := strings.Cut(rest, "-")
	lane, err := strconv.ParseInt(left, 10, 64)
	n, err2 := strconv.ParseInt(right, 10, 64)
	return lane, n, ok && cut && err == nil && err2 == nil && lane > 0 && n > 0
}

// RecipientResult is what came of one recipient.
type RecipientResult struct {
	Lane, N    int64
	Attempts   int
	State      RecipientState
	Reason     Exclusion // of a skipped one
	ProviderID string
	Delivery   Delivery
	ErrorCode  int
	Segments   int
	DueAt      time.Time // of RecipientRetry and RecipientLookUp
	OptedOut   bool      // the carrier says so (21610)
	Invalid    bool      // the carrier says that nobody can be reached there
	At         time.Time
}

// Progress is how far a campaign has come, in people.
type Progress struct {
	Recipients int
	Waiting    int
	Sent       int // the carrier has it, whatever came after
	Delivered  int
	Failed     int
	Skipped    int
	Unknown    int
	OptedOut   int
	Replied    int
	Segments   int
}

// ProgressOf is the progress of the people of one language and variant.
type ProgressOf struct {
	Language Language
	Variant  string
	Progress
}

// Outcomes are what came of the last messages that the carrier took.
type Outcomes struct{ Of, Failed, OptedOut int }

// Yield is what a campaign has led to: conversations of those who answered it.
type Yield struct {
	Conversations int
	Urgent        int // emergencies and urgent ones
	Cases         int
	Waiting       int // that wait for an answer of ours now
}
