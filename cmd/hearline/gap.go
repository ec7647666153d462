package main

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/hearline/hearline/channels"
)

// gap is the last comparison of the carrier's list with ours, for the metrics.
type gap struct{ carrier, stored, filed atomic.Int64 }

func (g *gap) set(r channels.Report) {
	g.carrier.Store(int64(r.Carrier))
	g.stored.Store(int64(r.Stored))
	g.filed.Add(int64(r.Filed))
}

// reconcile files what the carrier has and no webhook brought, again and again
// until ctx ends.
func (a *app) reconcile(ctx context.Context) error {
	channels.RunReconcile(ctx, a.cfg.Twilio.ReconcileEvery, a.log, a.gap.set, func(ctx context.Context) (channels.Report, error) {
		list := &channels.Incomplete{Historian: a.canary.Past(a.carrier)}
		report, err := channels.Reconcile(ctx, list, a.db, a.answered(a.intake.Receive), a.now)
		for _, id := range list.IDs {
			err = errors.Join(err, a.intake.PartMissing(ctx, id))
		}
		return report, err
	})
	return nil
}
