package simulator

import (
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
)

// whatsApp begins an address on WhatsApp.
const whatsApp = "whatsapp:"

func isWhatsApp(address string) bool { return strings.HasPrefix(address, whatsApp) }

// Direction is Twilio's message_enum_direction, as far as it happens here.
type Direction string

// The directions, seen from the service.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound-api"
)

// Message is one Message resource.
type Message struct {
	SID       string
	Direction Direction
	From, To  string
	Body      string
	Status    hotline.Delivery
	Segments  int
	Service   string // MessagingServiceSid, "" without one
	ErrorCode int    // 0 without one
	ErrorText string
	Media     []Media
	SendAt    time.Time // of a scheduled message
	Taken     bool      // an inbound message that the service answered with 2xx

	DateCreated, DateUpdated, DateSent time.Time // DateSent is zero until sent

	seq      uint64
	callback string // status callback address, "" without one
	discard  bool   // ContentRetention=discard: the text goes once it is sent
	note     bool   // by the carrier itself: on the phone, never in the API
	failed   bool   // an inbound message that the service refused
}

// Media is one Media resource of a message.
type Media struct {
	SID     string
	Created time.Time
	Attachment
}

// phone is the address of the person's end, channel prefix included.
func (m *Message) phone() string {
	if m.Direction == Inbound {
		return m.From
	}
	return m.To
}

// newMessage fills in what every message has. A text with a picture is an MMS
// and its id says so.
func (c *Carrier) newMessage(m Message, files []Attachment) Message {
	m.SID = "SM" + c.chance.hex16()
	m.DateCreated = c.cfg.Now().UTC()
	m.DateUpdated = m.DateCreated
	m.Segments = Count(m.Body).Segments
	if len(files) == 0 {
		return m
	}
	m.SID = "MM" + m.SID[2:]
	for _, f := range files {
		m.Media = append(m.Media, Media{SID: "ME" + c.chance.hex16(), Created: m.DateCreated, Attachment: f})
	}
	return m
}
