// Package channels is the contract between the service and the carriers that
// bring messages in and take answers out, and the loop that sends what waits in
// the outbox. One folder below it is one carrier.
//
// It knows nothing of what messages mean, of the database or of web frameworks:
// a request comes in as plain bytes, a message goes out as a noun.
package channels

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Request is a carrier's call to one of our doors, freed of any web framework.
type Request struct {
	Path        string // as configured, such as "/hooks/twilio/sms"
	Query       string // raw, without "?"
	ContentType string
	Signature   string // X-Twilio-Signature
	Body        []byte
}

// Listener turns a carrier's requests into what they say. All methods check
// the signature first. The errors are hotline.Forbidden for a signature that is
// missing or wrong, and hotline.Invalid for a request that cannot be read; no
// error text repeats any part of the request.
type Listener interface {
	Hear(Request) (hotline.Inbound, error)
	HearCall(Request) (hotline.Inbound, error)
	HearStatus(Request) (hotline.StatusUpdate, error)
}

// Sender sends one message. It never returns an error: what happened, and what
// to do next, is in the result. When out.Unknown is set it asks the carrier
// first whether the earlier try arrived.
type Sender interface {
	Send(ctx context.Context, out hotline.Outgoing) hotline.SendResult
}

// Historian lists the inbound messages that the carrier took since a time, so
// that gaps can be filed.
//
// InboundSince hands over one page after another, in whatever order the carrier
// lists them, and stops at the first error, which it returns. The media of a
// listed message have no address yet: Media asks for them, by ProviderID.
type Historian interface {
	InboundSince(ctx context.Context, since time.Time, page func([]hotline.Inbound) error) error
	Media(ctx context.Context, providerID string) ([]hotline.Media, error)
}
