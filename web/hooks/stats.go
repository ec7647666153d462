package hooks

import "sync/atomic"

// Stats counts what came to the doors since the start. All may be read at any
// time.
type Stats struct {
	Received    atomic.Uint64 // messages taken, duplicates included
	Duplicates  atomic.Uint64 // of these, known before
	Statuses    atomic.Uint64 // status callbacks, unknown states included
	Forbidden   atomic.Uint64 // signature missing or wrong
	Invalid     atomic.Uint64 // could not be read
	Unavailable atomic.Uint64 // our trouble; the carrier was asked to come again
	Quarantined atomic.Uint64 // refused requests that were kept
	Dropped     atomic.Uint64 // refused requests beyond what is kept
}
