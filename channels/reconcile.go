package channels

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Ledger is what reconciliation asks of the memory.
//
// Missing returns those of the carrier's ids that are not known; ids of erased
// messages are known, or erasing would be undone here. Checkpoint is zero
// before the first SetCheckpoint. AddTallies keeps what was counted of whole hours.
type Ledger interface {
	Missing(ctx context.Context, providerIDs []string) ([]string, error)
	Checkpoint(ctx context.Context, name string) (time.Time, error)
	SetCheckpoint(ctx context.Context, name string, at time.Time) error
	AddTallies(ctx context.Context, tallies []hotline.Tally) error
}

// Receive takes one message in, as from a webhook.
type Receive func(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error)

// Report is what one reconciliation found.
type Report struct {
	Carrier int // inbound messages the carrier lists
	Stored  int // of these, known already
	Filed   int // of these, filed now
	Refused int // of these, can never be filed
	Bare    int // of those filed, without their attachments, which could not be asked for
}

// count is a report with what it counted of each hour.
type count struct {
	Report
	hours []hotline.Tally
}

const (
	// InboundCheckpoint names the time up to which everything is filed.
	InboundCheckpoint = "carrier.inbound"
	// overlap is looked at again each time: the carrier's list lags behind its
	// webhooks.
	overlap = time.Hour
	// firstLook is how far back the first reconciliation goes.
	firstLook = 24 * time.Hour
)

// Reconcile lists what the carrier took since the last checkpoint and files
// what is missing, oldest first. It holds one page of the list and what is
// missing, however long the list is. The checkpoint moves only when all of it is
// filed; a message that cannot be filed does not keep others from it, and one
// whose attachments cannot be had is filed without them. The error is the first
// that occurred.
func Reconcile(ctx context.Context, historian Historian, ledger Ledger, receive Receive, now func() time.Time) (Report, error) {
	started := now()
	since, err := ledger.Checkpoint(ctx, InboundCheckpoint)
	if err != nil && hotline.CodeOf(err) != hotline.NotFound {
		return Report{}, err
	}
	if since.IsZero() {
		since = started.Add(overlap - firstLook)
	}
	var missing []hotline.Inbound
	// Whole hours are listed, so that the count of each can be kept as it is.
	found, err := compare(ctx, historian, ledger, since.Add(-overlap).Truncate(time.Hour), func(in hotline.Inbound) { missing = append(missing, in) })
	if err != nil {
		return Report{}, err
	}
	slices.SortStableFunc(missing, func(a, b hotline.Inbound) int { return a.At.Compare(b.At) })
	var failure error
	for _, in := range missing {
		if err := found.file(ctx, historian, receive, in); err != nil && failure == nil {
			failure = err
		}
	}
	if err := ledger.AddTallies(ctx, found.hours); err != nil && failure == nil {
		failure = err
	}
	if failure != nil {
		return found.Report, failure
	}
	return found.Report, ledger.SetCheckpoint(ctx, InboundCheckpoint, started)
}

// file takes one missing message in and counts what came of it.
func (r *count) file(ctx context.Context, historian Historian, receive Receive, in hotline.Inbound) error {
	bare := false
	if listed := len(in.Media); listed > 0 {
		media, err := historian.Media(ctx, in.ProviderID)
		if ctx.Err() != nil {
			return err // we are stopping; the next look files it whole
		}
		bare = err != nil || len(media) < listed
		in.Media = append(media, in.Media[min(len(media), listed):]...) // staff see that there was more
	}
	receipt, err := receive(ctx, in)
	switch {
	case hotline.CodeOf(err) == hotline.Invalid:
		r.Refused++ // it can never be filed, and must not keep the checkpoint for ever
		return nil
	case err != nil:
		return err
	case receipt.Duplicate: // its webhook came meanwhile
		r.Stored++
		r.hour(in).Stored++
		return nil
	}
	r.Filed++
	hour := r.hour(in)
	hour.Stored++
	hour.Filed++
	if bare {
		r.Bare++
	}
	return nil
}

// hour is the tally that a message counts in.
func (r *count) hour(in hotline.Inbound) *hotline.Tally {
	at := in.At.UTC().Truncate(time.Hour)
	for i := range r.hours {
		if r.hours[i].Hour.Equal(at) {
			return &r.hours[i]
		}
	}
	r.hours = append(r.hours, hotline.Tally{Hour: at})
	return &r.hours[len(r.hours)-1]
}

// Compare counts what the carrier took since a time and how much of it is
// stored, and changes nothing.
func Compare(ctx context.Context, historian Historian, ledger Ledger, since time.Time) (Report, error) {
	found, err := compare(ctx, historian, ledger, since, func(hotline.Inbound) {})
	return found.Report, err
}

// compare hands over what is missing, page by page.
func compare(ctx context.Context, historian Historian, ledger Ledger, since time.Time, missing func(hotline.Inbound)) (count, error) {
	var found count
	err := historian.InboundSince(ctx, since, func(page []hotline.Inbound) error {
		if len(page) == 0 {
			return nil
		}
		ids := make([]string, len(page))
		for i, in := range page {
			ids[i] = in.ProviderID
		}
		absent, err := ledger.Missing(ctx, ids)
		if err != nil {
			return err
		}
		found.Carrier += len(page)
		found.Stored += len(page) - len(absent)
		for _, in := range page {
			hour := found.hour(in)
			hour.Carrier++
			if slices.Contains(absent, in.ProviderID) {
				missing(in)
			} else {
				hour.Stored++
			}
		}
		return nil
	})
	if err != nil {
		return count{}, err
	}
	return found, nil
}

// RunReconcile reconciles at once and then every so often until ctx ends, and
// tells done, which may be nil, each report that is whole: a failed look would
// read as no gap. Failures are logged, and the next time tries again.
func RunReconcile(ctx context.Context, every time.Duration, log *slog.Logger, done func(Report),
	reconcile func(context.Context) (Report, error),
) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		report, err := reconcile(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("reconciliation failed", "carrier", report.Carrier, "stored", report.Stored,
				"filed", report.Filed, "err", err)
		case report.Refused > 0:
			log.Error("the carrier lists messages that cannot be filed", "refused", report.Refused, "filed", report.Filed)
		case report.Filed > 0:
			log.Warn("messages were filed that no webhook brought", "filed", report.Filed, "without_attachments", report.Bare)
		}
		if done != nil && err == nil {
			done(report)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Incomplete is a carrier's list that notes the messages of which a part is missing.
// Only the list tells: the webhook came before the carrier gave up on the part.
type Incomplete struct {
	Historian
	IDs []string // ProviderID of each
}

// InboundSince implements Historian.
func (i *Incomplete) InboundSince(ctx context.Context, since time.Time, page func([]hotline.Inbound) error) error {
	return i.Historian.InboundSince(ctx, since, func(listed []hotline.Inbound) error {
		for _, in := range listed {
			if in.Incomplete {
				i.IDs = append(i.IDs, in.ProviderID)
			}
		}
		return page(listed)
	})
}
