package channels

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

const (
	// lifetime is the age at which a message is no longer sent. An answer that
	// comes hours late may reach a phone that is in other hands by then.
	lifetime = 4 * time.Hour
	// lastWordLifetime is short because a last word goes to someone who asked
	// for silence: it answers at once or not at all.
	lastWordLifetime = 2 * time.Minute
)

// Deadline is when a delivery is no longer sent; zero for one that does not say
// when it was made.
func Deadline(out hotline.Outgoing) time.Time {
	switch {
	case !out.Until.IsZero():
		return out.Until
	case out.CreatedAt.IsZero():
		return time.Time{}
	case out.LastWord:
		return out.CreatedAt.Add(lastWordLifetime)
	}
	return out.CreatedAt.Add(lifetime)
}

// Expired says that a delivery is past its deadline at a time.
func Expired(out hotline.Outgoing, at time.Time) bool {
	deadline := Deadline(out)
	return !deadline.IsZero() && at.After(deadline)
}

// GiveUp is the end of a delivery that will not be sent, with the carrier's
// code or one of ours.
func GiveUp(out hotline.Outgoing, code int) hotline.SendResult {
	return hotline.SendResult{
		MessageID: out.MessageID, State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: code,
	}
}
