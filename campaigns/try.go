package campaigns

import (
	"context"
	"slices"
	"time"

	"github.com/hearline/hearline/hotline"
)

const (
	// mostTries is how often a message is tried; asking what became of one counts.
	mostTries = 30
	// lastsFor is how long after it was due a message may still go out, unless the
	// schedule says otherwise.
	lastsFor = 72 * time.Hour
)

// unreachable are the carrier's codes for numbers at which nobody can be reached by
// this channel: no number, no mobile, not assigned, no WhatsApp (transport.md §6.5).
var unreachable = []int{21211, 21614, 21635, 30005, 30006, 63003, 63024}

// try decides at the last moment whether a recipient may be written to, and sends.
func (s *Sender) try(ctx context.Context, f *feed, r *hotline.Recipient) hotline.RecipientResult {
	now := s.cfg.Now()
	result := hotline.RecipientResult{Lane: r.Lane, N: r.N, Attempts: r.Attempts}
	until := f.plan.Schedule.Until
	if until.IsZero() {
		until = r.DueAt.Add(lastsFor)
	}
	if r.Unreadable {
		result.State, result.ErrorCode, result.At = hotline.RecipientFailed, hotline.Damaged, now
		return result
	}
	text, segments, ok := s.cfg.Wording.Text(&f.plan, f.lane.Step, r)
	kept, closes := s.kept(r, now, until)
	if kept == nil && !ok {
		kept = &hotline.RecipientResult{State: hotline.RecipientSkipped, Reason: hotline.NoText}
	}
	if kept != nil {
		kept.Lane, kept.N, kept.Attempts = r.Lane, r.N, r.Attempts
		if !r.Unknown {
			return *kept
		}
	}
	result.Segments = segments
	sent := s.cfg.Carrier.Send(ctx, hotline.Outgoing{
		MessageID: r.MessageID(), Kind: hotline.CampaignDelivery, Channel: f.lane.Channel, To: r.Address, From: f.lane.Sender, Text: text,
		Attempts: r.Attempts, Unknown: r.Unknown, AskOnly: kept != nil, CreatedAt: r.CreatedAt, LastTriedAt: r.LastTriedAt, Until: earlier(until, closes),
	})
	if kept != nil && sent.State == hotline.Pending {
		return *kept // nothing had been sent
	}
	return s.judge(result, sent, until)
}

// kept says what becomes of a recipient who may not be written to now, nil when they
// may, until closes.
func (s *Sender) kept(r *hotline.Recipient, now, until time.Time) (kept *hotline.RecipientResult, closes time.Time) {
	if r.Held != "" {
		return &hotline.RecipientResult{State: hotline.RecipientSkipped, Reason: r.Held}, closes
	}
	closes, open := s.cfg.Doors.Open(now, r.Country, r.Region, r.Zones)
	switch {
	case open && until.After(now):
		return nil, closes
	case !open:
		if next := s.cfg.Doors.Next(now, r.Country, r.Region, r.Zones); !next.IsZero() && next.Before(until) {
			return &hotline.RecipientResult{State: hotline.RecipientRetry, DueAt: next}, closes
		}
	}
	return &hotline.RecipientResult{State: hotline.RecipientSkipped, Reason: hotline.OutsideWindow}, closes
}

// earlier is the earlier of two times, of which a zero one does not count.
func earlier(a, b time.Time) time.Time {
	if b.IsZero() || !a.IsZero() && a.Before(b) {
		return a
	}
	return b
}

// judge turns what the carrier said into what is written down.
func (s *Sender) judge(result hotline.RecipientResult, sent hotline.SendResult, until time.Time) hotline.RecipientResult {
	result.At = s.cfg.Now()
	result.ProviderID, result.Delivery, result.ErrorCode = sent.ProviderID, sent.Delivery, sent.ErrorCode
	result.OptedOut, result.Invalid = sent.OptedOut, slices.Contains(unreachable, sent.ErrorCode)
	switch sent.State {
	case hotline.Done:
		result.State = hotline.RecipientSent
		return result
	case hotline.Pending:
		result.State, result.DueAt = hotline.RecipientRetry, sent.RetryAt
	case hotline.Unknown:
		result.State, result.DueAt = hotline.RecipientLookUp, sent.RetryAt
	default:
		result.State = hotline.RecipientFailed
		return result
	}
	if result.Attempts+1 >= mostTries || sent.RetryAt.After(until) {
		result.State, result.Delivery = hotline.RecipientFailed, hotline.Failed
		if sent.State == hotline.Unknown {
			result.ErrorCode = hotline.NoAnswer
		}
	}
	return result
}
