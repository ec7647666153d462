package hotline

import "time"

// SubscriberID is an id of a Subscriber.
type SubscriberID string

// OptIn is what a person has said about campaigns on one channel. It is kept apart
// from what they say about the conversation with the hotline.
type OptIn string

// Campaigns go out on OptInGiven alone. OptInAsked waits for the person to confirm
// (double opt-in).
const (
	OptInUnknown   OptIn = ""
	OptInAsked     OptIn = "asked"
	OptInGiven     OptIn = "given"
	OptInWithdrawn OptIn = "withdrawn"
)

// CampaignChannels are those on which campaigns go out.
var CampaignChannels = []Channel{SMS, WhatsApp}

// Subscriber is a telephone number whose owner may get campaigns. It is no Contact:
// who never wrote to the hotline has none, and erasing one leaves the other.
type Subscriber struct {
	ID          SubscriberID
	Address     Address // an E.164 number, whatever the channel; sealed in the store
	Person      Text    // the source's own id of the person, "" for none; a keyed mark in the store, never read back
	Language    Language
	Country     string   // ISO 3166-1 alpha-2, "" when not known
	Region      string   // ISO 3166-2 such as "US-TX", or the source's own word
	Zones       []string // IANA zones in which the person may be; none when nobody can tell
	Population  string   // such as "domestic workers"
	Tags        []string // lower case, no spaces
	Source      string   // where the number came from, such as "import:2026-spring" or "keyword:WORK"
	SMS         OptIn
	WhatsApp    OptIn
	Invalid     bool         // the carrier says that nobody has this number, or no mobile
	TwinOf      SubscriberID // the same person under another number, "" for none
	JoinedAt    time.Time
	SeenAt      time.Time // when the person last wrote to us or agreed to something
	ContactedAt time.Time // of the last campaign message
}

// OptInOn is what the person said about a channel.
func (s *Subscriber) OptInOn(ch Channel) OptIn {
	if ch == WhatsApp {
		return s.WhatsApp
	}
	return s.SMS
}

// OptInEvent is the proof of one change of an OptIn. It is never changed.
type OptInEvent struct {
	ID         string
	Subscriber SubscriberID
	Channel    Channel
	State      OptIn
	Wording    string // what the person was shown, or agreed to, word for word
	Language   Language
	Source     string // "import", "keyword", "web", "partner", "carrier", "person"
	Proof      string // the source's own reference: a form's number, a file's name; nothing that names a person
	ActorID    UserID // of the member of staff who recorded it, "" for the person themselves
	At         time.Time
}

// SubscriberChange says what became of a subscriber who was added.
type SubscriberChange string

// A number that is known joins what is kept about it.
const (
	SubscriberNew     SubscriberChange = "new"
	SubscriberUpdated SubscriberChange = "updated"
	SubscriberSame    SubscriberChange = "same"
)

// SubscriberAdded is what came of one of those added.
type SubscriberAdded struct {
	ID     SubscriberID
	Change SubscriberChange
	TwinOf SubscriberID // the same person is there under another number
}

// Facet is one value that subscribers have, and how many have it.
type Facet struct {
	Value string
	Count int
}

// Facets are the values that an audience can be chosen by, each the most frequent
// first.
type Facets struct {
	People                                                    int
	Languages, Countries, Regions, Populations, Tags, Sources []Facet
}
