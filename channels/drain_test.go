package channels

import (
	"testing"
	"time"
)

// A loop that drains as long as it is given to stop is left behind with its last
// results unsettled.
func TestDrainLeavesTimeToSettle(t *testing.T) {
	t.Parallel()
	const toStop = 10 * time.Second // what internal/lifecycle gives a part
	if most := NewLoop(LoopConfig{}).cfg.Drain + settleWithin; most > toStop-time.Second {
		t.Errorf("stopping takes up to %s of %s", most, toStop)
	}
}
