package hotline

import "time"

// Ids are time-ordered UUIDv7 texts made by us, so that they sort by creation.
type (
	ContactID      string
	ConversationID string
	MessageID      string
	CaseID         string
	PersonID       string
	UserID         string
)

// Channel is the way a person reached us.
type Channel string

// The channels. On the last three a report comes in and nothing can go out: staff
// took it by voice or in person, or a partner handed it over.
const (
	SMS      Channel = "sms"
	WhatsApp Channel = "whatsapp"
	WebChat  Channel = "webchat"
	Voice    Channel = "voice"
	InPerson Channel = "in_person"
	Partner  Channel = "partner"
)

// Channels lists all channels in the order screens show them.
var Channels = []Channel{SMS, WhatsApp, WebChat, Voice, InPerson, Partner}

// OneWay says that nothing can go out to the person on the channel.
func (c Channel) OneWay() bool { return c == Voice || c == InPerson || c == Partner }

// Language is a BCP 47 language tag, here always a bare ISO 639-1 code ("ar").
// Empty means not known yet.
type Language string

// Contact is one address on one channel. It holds no readable address: it is
// found by a keyed blind index, and the address itself is sealed with the
// conversation, so that erasing the conversation erases it.
type Contact struct {
	ID        ContactID
	Channel   Channel
	Language  Language
	OptedOut  bool // STOP on this channel: nothing is sent until START
	Unsafe    bool // said so last: outlives the conversation, until the person says that it is safe
	Plan      Plan
	CalledAt  time.Time // of the missed call that was last answered with a text
	CreatedAt time.Time
}
