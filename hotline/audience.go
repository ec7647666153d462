package hotline

import "time"

// Audience says who a campaign is for. An empty field lets everybody through; of a
// list, one value is enough; all fields must hold.
type Audience struct {
	Languages   []Language   `json:"languages,omitempty"`
	Countries   []string     `json:"countries,omitempty"`
	Regions     []string     `json:"regions,omitempty"`
	Populations []string     `json:"populations,omitempty"`
	Tags        []string     `json:"tags,omitempty"`
	WithoutTags []string     `json:"without_tags,omitempty"`
	Sources     []string     `json:"sources,omitempty"`
	JoinedFrom  time.Time    `json:"joined_from,omitzero"`
	JoinedUntil time.Time    `json:"joined_until,omitzero"`
	TookPartIn  []CampaignID `json:"took_part_in,omitempty"`
	NotIn       []CampaignID `json:"not_in,omitempty"`
	NotReplied  bool         `json:"not_replied,omitempty"` // with TookPartIn: and has not answered it

	// These two take people out of those who match; the sum of exclusions shows how many.
	SeenWithin int `json:"seen_within,omitempty"` // days since the person was last seen; 0: any
	Rest       int `json:"rest,omitempty"`        // days without a campaign message before this one; 0: any
}

// Exclusion is why somebody who matches an audience gets nothing.
type Exclusion string

// The exclusions, in the order in which one is named for a person to whom several
// apply. Nobody can lift the first three.
const (
	NotExcluded     Exclusion = ""
	OptedOutOf      Exclusion = "opted_out"
	NotSafe         Exclusion = "not_safe"          // a contact marked unsafe, or paused by their own word
	InConversation  Exclusion = "open_conversation" // an emergency or urgent one is open, or somebody waits for an answer
	NoConsent       Exclusion = "no_consent"
	InvalidNumber   Exclusion = "invalid"
	SamePerson      Exclusion = "duplicate"
	NotSeen         Exclusion = "not_seen"
	ContactedLately Exclusion = "contacted_lately"
	HeldOut         Exclusion = "held_out" // of the group that gets nothing, to compare with
	OutsideWindow   Exclusion = "too_late" // no allowed hour was left before the campaign's end
	NoText          Exclusion = "no_text"  // there is none in the person\'s language, nor in the fallback
	SendingStopped  Exclusion = "stopped"  // the campaign ended first
)

// Exclusions lists those that an audience's sum shows, in order.
var Exclusions = []Exclusion{
	OptedOutOf, NotSafe, InConversation, NoConsent, InvalidNumber, SamePerson, NotSeen, ContactedLately,
}

// Never says that nobody can lift the exclusion.
func (e Exclusion) Never() bool { return e == OptedOutOf || e == NotSafe || e == InConversation }

// Census is an audience counted. Matching is the sum of all others.
type Census struct {
	Matching  int
	Excluded  map[Exclusion]int
	Reached   int
	Languages map[Language]int // of those reached
	Countries map[string]int   // of those reached
	Places    []Place          // of those reached
}

// Place is where people of an audience are, as far as the clock is concerned.
type Place struct {
	Language Language
	Country  string
	Region   string
	Zones    string // parted by spaces
	People   int
}
