// Package hooks is the door for carriers: it turns their webhooks into messages
// and states, and answers only once these are safe on disk.
//
// It knows nothing of what a message means, of how a carrier signs, or of the
// database; all three come in through ports.
package hooks

import (
	"bytes"
	"context"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/page"
)

// The doors. Twilio signs the address it calls, so they are part of the set-up
// at the carrier and never change.
const (
	SMSPath      = "/hooks/twilio/sms"
	FallbackPath = "/hooks/twilio/fallback"
	VoicePath    = "/hooks/twilio/voice"
	StatusPath   = "/hooks/twilio/status"
)

// What the carrier is told once all is safe on disk, in TwiML.
const (
	taken = "<Response></Response>"
	// busy does not pick up, so that the call costs nobody anything. The default
	// reason would tell the caller that there is no such number.
	busy = `<Response><Reject reason="busy"/></Response>`
)

const (
	maxRequest = 1 << 20 // bytes
	// patience ends before Twilio's own 15 s, so that a slow database becomes a
	// 503, which makes Twilio call the fallback address.
	patience = 10 * time.Second
	// retryAfter is in seconds.
	retryAfter = "5"
)

// Receiver takes a message in; when it returns, the message is durable. The
// same ProviderID any number of times is one message.
type Receiver interface {
	Receive(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error)
}

// Statuses records how far messages got and returns the conversations whose
// ticks changed.
type Statuses interface {
	UpdateDelivery(ctx context.Context, updates []hotline.StatusUpdate) ([]hotline.ConversationID, error)
}

// Quarantine keeps what we could not trust or read.
type Quarantine interface {
	AddQuarantined(ctx context.Context, q hotline.Quarantined) error
}

// Config is what the doors need. Announce may be nil.
type Config struct {
	Listener   channels.Listener
	Receiver   Receiver
	Statuses   Statuses
	Quarantine Quarantine
	Announce   func(hotline.Event)
	Stats      *Stats // nil is a new one
	Log        *slog.Logger
	Now        func() time.Time
	NewID      hotline.NewID
}

type doors struct {
	Config
	ward *ward
}

// Mount opens the doors on the router and returns their counters. The router
// must be the app itself or a group without a prefix.
func Mount(router fiber.Router, cfg Config) *Stats {
	if cfg.Stats == nil {
		cfg.Stats = &Stats{}
	}
	if cfg.Announce == nil {
		cfg.Announce = func(hotline.Event) {}
	}
	d := &doors{Config: cfg, ward: newWard(cfg)}
	router.Post(SMSPath, d.answer(SMSPath, taken, d.message))
	router.Post(FallbackPath, d.answer(FallbackPath, taken, d.message))
	router.Post(StatusPath, d.answer(StatusPath, taken, d.status))
	router.Post(VoicePath, d.answer(VoicePath, busy, d.call))
	for _, path := range []string{SMSPath, FallbackPath, StatusPath, VoicePath} {
		router.All(path, onlyPost)
	}
	return cfg.Stats
}

// Door is Mount for a front that lists its doors before it has a router.
func Door(cfg Config) func(fiber.Router) {
	return func(r fiber.Router) { Mount(r, cfg) }
}

// message files an inbound message. The fallback door does the same: the
// message's id keeps it from being stored twice.
func (d *doors) message(ctx context.Context, r channels.Request) error {
	in, err := d.Listener.Hear(r)
	if err != nil {
		return err
	}
	return d.file(ctx, in)
}

// call files a call as a message without words.
func (d *doors) call(ctx context.Context, r channels.Request) error {
	in, err := d.Listener.HearCall(r)
	if err != nil {
		return err
	}
	return d.file(ctx, in)
}

func (d *doors) file(ctx context.Context, in hotline.Inbound) error {
	receipt, err := d.Receiver.Receive(ctx, in)
	if err != nil {
		return ourTrouble(err)
	}
	d.Stats.Received.Add(1)
	if receipt.Duplicate {
		d.Stats.Duplicates.Add(1)
	}
	return nil
}

// status files how far a message got. A state that Twilio invented after us is
// acknowledged and ignored.
func (d *doors) status(ctx context.Context, r channels.Request) error {
	update, err := d.Listener.HearStatus(r)
	if err != nil {
		return err
	}
	d.Stats.Statuses.Add(1)
	if !update.Delivery.Known() {
		return nil
	}
	changed, err := d.Statuses.UpdateDelivery(ctx, []hotline.StatusUpdate{update})
	if err != nil {
		return ourTrouble(err)
	}
	for _, id := range changed {
		d.Announce(hotline.Event{Topic: "conversation", Kind: "status", ConversationID: id})
	}
	return nil
}

// answer is the one way out of every door: what the carrier is told, what is
// counted, and what is put aside.
func (d *doors) answer(path, said string, handle func(context.Context, channels.Request) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r, err := request(c, path)
		if err != nil {
			d.Stats.Invalid.Add(1)
			return page.PlainFailure(c, page.Explain(c, err))
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), patience)
		defer cancel()
		if err := handle(ctx, r); err != nil {
			return d.refuse(c, r, err)
		}
		c.Set(fiber.HeaderContentType, "text/xml; charset=utf-8")
		return c.SendString(said)
	}
}

func (d *doors) refuse(c *fiber.Ctx, r channels.Request, err error) error {
	switch hotline.CodeOf(err) {
	case hotline.Forbidden:
		d.Stats.Forbidden.Add(1)
		d.ward.admit(c.UserContext(), r, badSignature)
	case hotline.Invalid:
		d.Stats.Invalid.Add(1)
		d.ward.admit(c.UserContext(), r, malformed)
	default:
		d.Stats.Unavailable.Add(1)
		if d.ward.spend(trouble, d.Now()) { // a log line for each would make it worse
			d.Log.Warn("webhook not taken", "ref", page.RequestID(c), "door", r.Path, "err", err)
		}
		c.Set(fiber.HeaderRetryAfter, retryAfter)
	}
	return page.PlainFailure(c, page.Explain(c, err))
}

// request copies everything out of Fiber, which reuses its buffers. The body is
// taken raw: Fiber's own Body would unpack a gzip bomb.
func request(c *fiber.Ctx, path string) (channels.Request, error) {
	body := c.Request().Body()
	if len(body) > maxRequest {
		return channels.Request{}, fiber.ErrRequestEntityTooLarge
	}
	return channels.Request{
		Path:        path,
		Query:       string(c.Request().URI().QueryString()),
		ContentType: string(c.Request().Header.ContentType()),
		Signature:   string(c.Request().Header.Peek("X-Twilio-Signature")),
		Body:        bytes.Clone(body),
	}, nil
}

// ourTrouble keeps an answer of hotline.Invalid, which says that the message
// can never be taken, and makes 503 of everything else that went wrong after a
// good signature, so that the carrier tries the fallback address.
func ourTrouble(err error) error {
	if hotline.CodeOf(err) == hotline.Invalid {
		return err
	}
	return hotline.Errorf(hotline.Unavailable, "not taken, try again: %w", err)
}

func onlyPost(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAllow, fiber.MethodPost)
	return page.PlainFailure(c, page.Explain(c, fiber.ErrMethodNotAllowed))
}
