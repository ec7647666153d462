package channels

import (
	"context"
	"crypto/subtle"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
)

// CanaryStore keeps what became of canaries. BeginCanary reports false when one was
// begun for the slot already, by any node.
type CanaryStore interface {
	BeginCanary(ctx context.Context, slot time.Time) (first bool, err error)
	HearCanary(ctx context.Context, slot time.Time) error
	FailCanary(ctx context.Context, slot time.Time, fault int) error
	Canaries(ctx context.Context, limit int) ([]hotline.Canary, error)
}

// CanaryConfig is what the canary needs.
type CanaryConfig struct {
	Store    CanaryStore
	Sender   Sender
	Sign     func(slot string) string // keyed, the same on every node: nobody else can make a text that is not filed
	From, To string                   // both numbers are our own; people write to To
	Every    time.Duration            // 0: none are sent, and earlier ones are still known
	Now      func() time.Time
	Log      *slog.Logger
}

// Canary sends a text through the carrier to our own number every so often and
// knows it again when it comes back by the webhook. It is no message from anybody:
// it is never filed and never stands in the queue.
type Canary struct {
	cfg  CanaryConfig
	told bool // that it is late
}

// NewCanary makes a canary; Run lets it fly.
func NewCanary(cfg CanaryConfig) *Canary { return &Canary{cfg: cfg} }

const (
	canaryWord = "check" // begins the text; whoever sees it on a bill learns nothing
	canaryLook = time.Minute
	canaryName = "canary" // as a message's id, in the carrier's callbacks
	latestOnes = 2
	slotBase   = 36
)

// Run sends a canary at the start of each stretch of Every, and says in the log
// when one is late, until ctx ends.
func (c *Canary) Run(ctx context.Context) error {
	tick := time.NewTicker(min(canaryLook, c.cfg.Every))
	defer tick.Stop()
	for {
		if err := c.Fly(ctx); err != nil && ctx.Err() == nil {
			c.cfg.Log.Error("the canary could not be sent", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Fly sends the canary of this stretch of time unless one was sent, and looks
// after the last. The error is the store's: what the carrier refuses is kept with
// the canary.
func (c *Canary) Fly(ctx context.Context) error {
	now := c.cfg.Now()
	slot := now.Truncate(c.cfg.Every)
	first, err := c.cfg.Store.BeginCanary(ctx, slot)
	if err != nil {
		return err
	}
	if !first {
		return c.look(ctx, now)
	}
	result := c.cfg.Sender.Send(ctx, hotline.Outgoing{
		MessageID: canaryName, Kind: hotline.PageDelivery, Channel: hotline.SMS,
		To: hotline.Address(c.cfg.To), From: c.cfg.From, Text: c.text(slot), CreatedAt: now,
	})
	if result.State == hotline.Pending || result.State == hotline.GivenUp {
		c.cfg.Log.Error("the carrier did not take the canary", "code", result.ErrorCode)
		return c.cfg.Store.FailCanary(ctx, slot, max(result.ErrorCode, 1))
	}
	return nil
}

// look says once in the log that canaries are late, and once that they are not.
func (c *Canary) look(ctx context.Context, now time.Time) error {
	latest, err := c.cfg.Store.Canaries(ctx, latestOnes)
	if err != nil {
		return err
	}
	late := hotline.CanaryLate(latest, c.cfg.Every, now)
	switch {
	case late && !c.told:
		c.cfg.Log.Error("the canary is not back: texts may not arrive")
	case !late && c.told:
		c.cfg.Log.Info("the canary came back: texts arrive again")
	}
	c.told = late
	return nil
}

func (c *Canary) text(slot time.Time) hotline.Text {
	at := strconv.FormatInt(slot.Unix(), slotBase)
	return hotline.Text(canaryWord + " " + at + " " + c.cfg.Sign(at))
}

// slotOf knows a canary by its signature.
func (c *Canary) slotOf(in hotline.Inbound) (slot time.Time, is bool) {
	parts := strings.Fields(in.Text.Reveal())
	if in.Channel != hotline.SMS || len(parts) != 3 || parts[0] != canaryWord {
		return slot, false
	}
	seconds, err := strconv.ParseInt(parts[1], slotBase, 64)
	if err != nil || subtle.ConstantTimeCompare([]byte(parts[2]), []byte(c.cfg.Sign(parts[1]))) != 1 {
		return slot, false
	}
	return time.Unix(seconds, 0).UTC(), true
}

// Before stands between the webhook and receive, which sees everything but
// canaries. An error is the store's.
func (c *Canary) Before(receive Receive) Receive {
	return func(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error) {
		slot, is := c.slotOf(in)
		if !is {
			return receive(ctx, in)
		}
		return hotline.Receipt{}, c.cfg.Store.HearCanary(ctx, slot)
	}
}

// Past is the carrier's list without canaries. They prove the webhook, so one that
// is in the list only stays lost.
func (c *Canary) Past(h Historian) Historian { return &withoutCanaries{h, c} }

type withoutCanaries struct {
	Historian
	canary *Canary
}

// InboundSince implements Historian.
func (w *withoutCanaries) InboundSince(ctx context.Context, since time.Time, page func([]hotline.Inbound) error) error {
	return w.Historian.InboundSince(ctx, since, func(listed []hotline.Inbound) error {
		var people []hotline.Inbound
		for _, in := range listed {
			if _, is := w.canary.slotOf(in); !is {
				people = append(people, in)
			}
		}
		return page(people)
	})
}
