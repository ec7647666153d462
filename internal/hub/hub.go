// Package hub carries live events from where something changed to the screens
// that show it: consoles and chats, on this node and on the others.
//
// An event is a hint. It says that something changed, receivers read the store
// for what; so events may be lost, as long as whoever lost some is told to look
// again. The package knows nothing of the store, of the web or of what events
// mean.
package hub

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

// Resync is the Kind of the event that tells a subscriber that events were
// lost: whatever it shows, it must read again. It reaches every subscriber,
// whatever its match says.
const Resync = "resync"

// Hub is what publishers and subscribers need.
type Hub interface {
	// Publish tells everybody who wants to know. It never blocks, never fails,
	// and may be called from any goroutine. An event equal to one that is still
	// on its way is not sent twice.
	Publish(hotline.Event)

	// Subscribe returns the events that match accepts (nil means all) until ctx
	// ends or the hub is closed; then the channel is closed. A subscriber that
	// does not keep up loses events and gets one Resync instead. match runs
	// while the hub is locked: it must be quick and must not call the hub.
	Subscribe(ctx context.Context, match func(hotline.Event) bool) <-chan hotline.Event
}

// Limits. A screen that is 16 events behind reads everything again anyway; a
// node that is 4096 different events behind tells all of its screens to.
const (
	subscriberBuffer = 16
	pumpBuffer       = 4096
)

var resync = hotline.Event{Kind: Resync}
