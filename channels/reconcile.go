package channels

import (
	"context"
	"log/slog"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Ledger is what reconciliation asks of the memory.
//
// Missing returns those of the carrier's ids that are not known; ids of erased
// messages are known, or erasing would be undone here. Checkpoint is zero
// before the first SetCheckpoint.
type Ledger interface {
	Missing(ctx context.Context, providerIDs []string) ([]string, error)
	Checkpoint(ctx context.Context, name string) (time.Time, error)
	SetCheckpoint(ctx context.Context, name string, at time.Time) error
}

// Receive takes one message in, as from a webhook.
type Receive func(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error)

// Report is what one reconciliation found.
type Report struct {
	Carrier int // inbound messages the carrier lists
	Stored  int // of these, known already
	Filed   int // of these, filed now
	Refused int // of these, can never be filed
}

const (
	// InboundCheckpoint names the time up to which everything is filed.
	InboundCheckpoint = "carrier.inbound"
	// overlap is looked at again each time: the carrier's list lags behind its
	// webhooks.
	overlap = time.Hour
	// firstLook is how far back the first reconciliation goes.
	firstLook = 24 * time.Hour
	// askAtOnce bounds one question to the memory.
	askAtOnce = 500
)

// Reconcile lists what the carrier took since the last checkpoint and files
// what is missing, oldest first. The checkpoint moves only when all of it is
// filed; a message that cannot be filed does not keep others from it. The error
// is the first that occurred.
func Reconcile(ctx context.Context, historian Historian, ledger Ledger, receive Receive, now func() time.Time) (Report, error) {
	started := now()
	since, err := ledger.Checkpoint(ctx, InboundCheckpoint)
	if err != nil && hotline.CodeOf(err) != hotline.NotFound {
		return Report{}, err
	}
	if since.IsZero() {
		since = started.Add(overlap - firstLook)
	}
	heard, err := historian.InboundSince(ctx, since.Add(-overlap))
	if err != nil {
		return Report{}, err
	}
	report := Report{Carrier: len(heard)}
	missing, err := missingOf(ctx, ledger, heard)
	if err != nil {
		return report, err
	}
	var failure error
	for _, in := range heard {
		if !missing[in.ProviderID] {
			report.Stored++
			continue
		}
		receipt, err := receive(ctx, in)
		switch {
		case hotline.CodeOf(err) == hotline.Invalid:
			report.Refused++ // it can never be filed, and must not keep the checkpoint for ever
		case err != nil:
			if failure == nil {
				failure = err
			}
		case receipt.Duplicate: // its webhook came meanwhile
			report.Stored++
		default:
			report.Filed++
		}
	}
	if failure != nil {
		return report, failure
	}
	return report, ledger.SetCheckpoint(ctx, InboundCheckpoint, started)
}

// Compare counts what the carrier took since a time and how much of it is
// stored, and changes nothing.
func Compare(ctx context.Context, historian Historian, ledger Ledger, since time.Time) (Report, error) {
	heard, err := historian.InboundSince(ctx, since)
	if err != nil {
		return Report{}, err
	}
	missing, err := missingOf(ctx, ledger, heard)
	return Report{Carrier: len(heard), Stored: len(heard) - len(missing)}, err
}

func missingOf(ctx context.Context, ledger Ledger, heard []hotline.Inbound) (map[string]bool, error) {
	missing := make(map[string]bool)
	for len(heard) > 0 {
		n := min(len(heard), askAtOnce)
		ids := make([]string, n)
		for i, in := range heard[:n] {
			ids[i] = in.ProviderID
		}
		heard = heard[n:]
		absent, err := ledger.Missing(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range absent {
			missing[id] = true
		}
	}
	return missing, nil
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
			log.Warn("messages were filed that no webhook brought", "filed", report.Filed)
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
