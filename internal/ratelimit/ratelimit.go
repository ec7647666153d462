// Package ratelimit says how often something may happen: sign-ins from an
// address, messages of a visitor, sends through a carrier. It is GCRA, the
// leaky bucket that needs one number for each key, in memory or in a Redis that
// several nodes share.
//
// It knows nothing of what the keys stand for. They may stand for people, so
// they are hashed before they are kept or sent anywhere.
package ratelimit

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"time"
)

// Limit allows Events in any stretch of Per, all at once or spread out. A limit
// without events or without time does not limit.
type Limit struct {
	Events int
	Per    time.Duration
}

func (l Limit) off() bool { return l.Events <= 0 || l.Per <= 0 }

// interval is how fast one used event comes back, in whole microseconds, which
// is how Redis counts.
func (l Limit) interval() time.Duration {
	return max((l.Per / time.Duration(l.Events)).Truncate(time.Microsecond), time.Microsecond)
}

// span is how long it takes until all events are back.
func (l Limit) span() time.Duration { return time.Duration(l.Events) * l.interval() }

// Limiter is what callers need.
type Limiter interface {
	// Allow says whether one more event of key may happen now, and counts it
	// when it may. If not, retryAfter says how long to wait; refused events
	// cost nothing. One key goes with one limit: begin keys with what they are
	// for ("login:").
	Allow(ctx context.Context, key string, limit Limit) (ok bool, retryAfter time.Duration)
	// Take is Allow for as many of want events as may happen now, got. When none
	// may, retryAfter says how long to wait for the first.
	Take(ctx context.Context, key string, want int, limit Limit) (got int, retryAfter time.Duration)
}

// next is the whole of GCRA, for one event; see some. due is when the key's bucket is empty again. A due
// time that no sequence of events could have made (a clock set back, another
// limit) is cut to the worst that could.
func next(due, now time.Time, limit Limit) (newDue time.Time, retryAfter time.Duration) {
	newDue, _, retryAfter = some(due, now, 1, limit)
	return newDue, retryAfter
}

// some is GCRA for as many of want events as there is room for.
func some(due, now time.Time, want int, limit Limit) (newDue time.Time, got int, retryAfter time.Duration) {
	if due.Before(now) {
		due = now
	}
	if worst := now.Add(limit.span()); due.After(worst) {
		due = worst
	}
	room := now.Add(limit.span()).Sub(due)
	got = min(want, int(room/limit.interval()))
	if got <= 0 {
		return due, 0, limit.interval() - room
	}
	return due.Add(time.Duration(got) * limit.interval()), got, 0
}

// digest keeps a key apart from others and unreadable. Without the secret, who
// reads the store could try all phone numbers.
type digest [16]byte

func hash(secret []byte, key string) digest {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(key))
	return digest(mac.Sum(nil))
}
