package storetest

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// testGivenUp: who gives a transaction up leaves nothing behind that somebody else
// would take for an answer.
func testGivenUp(f *fixture) {
	c, lane := f.ledger(40)
	for i := range 60 {
		ctx, cancel := context.WithCancel(f.ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = f.s.Take(ctx, lane, 1, time.Hour)
		}()
		time.AfterFunc(time.Duration(i)*40*time.Microsecond, cancel)
		<-done
		cancel()
		n, err := f.s.LanesLeft(f.ctx, c.ID)
		if err != nil || n != 1 {
			f.Fatalf("%d, %v", n, err)
		}
		if found, err := f.s.CampaignsIn(f.ctx, hotline.CampaignSending); err != nil || len(found) != 1 || found[0].ID != c.ID {
			f.Fatalf("%+v, %v", found, err)
		}
	}
}
