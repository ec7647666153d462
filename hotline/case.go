package hotline

import "time"

// CaseStatus is HTCDS cas_Status.
type CaseStatus string

// The case states.
const (
	CaseActive         CaseStatus = "Active"
	CaseFollowUp       CaseStatus = "FollowUp"
	CaseClosed         CaseStatus = "Closed"
	CaseClosedReferred CaseStatus = "ClosedReferred"
)

// TraffickingStatus is HTCDS vic_TraffickingStatus.
type TraffickingStatus string

// The trafficking states.
const (
	PossibleVictim TraffickingStatus = "PossibleVictimOfTrafficking"
	ActualVictim   TraffickingStatus = "ActualVictimOfTrafficking"
	NotAVictim     TraffickingStatus = "NotAVictimOfTrafficking"
)

// Consent is HTCDS con_Consent with how it came about. NotAskedConsent is not
// the same as a refusal.
type Consent string

// The consent states.
const (
	NotAskedConsent Consent = "not_asked"
	ConsentGiven    Consent = "given"
	ConsentRefused  Consent = "refused"
)

// Case is a core of the HTCDS 2.0 record: who, what, consent and state.
type Case struct {
	ID             CaseID
	Number         int // shown as 0317
	Status         CaseStatus
	ConversationID ConversationID // the conversation it was opened from
	OwnerID        UserID
	Consent        Consent
	Trafficking    TraffickingStatus
	Exploitation   []Exploitation
	Means          []Means
	Minor          bool
	Summary        Text // sealed in the store
	Persons        []Person
	Version        int // grows with each save; a stale save is a conflict
	OpenedAt       time.Time
	UpdatedAt      time.Time
}

// PersonRole is the part a person plays in a case.
type PersonRole string

// The roles.
const (
	NeedsHelp   PersonRole = "needs_help"
	Perpetrator PersonRole = "perpetrator"
	Witness     PersonRole = "witness"
)

// Person is one person of a case; a core of HTCDS prs_ fields.
type Person struct {
	ID          PersonID
	CaseID      CaseID
	Role        PersonRole
	Name        Text   // prs_FirstName and prs_SecondName, as told; sealed
	Gender      string // HTCDS prs_Gender code, "" when not known
	AgeBand     string // CTDC ageBroad band, "" when not known
	Citizenship string // ISO 3166-1 alpha-2, "" when not known
	Language    Language
	CreatedAt   time.Time
}
