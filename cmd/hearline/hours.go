package main

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

// opens is what the public pages ask of the hours.
func opens(h hotline.Hours) func(time.Time) (time.Time, bool) {
	return func(now time.Time) (time.Time, bool) {
		if h.Open(now) {
			return time.Time{}, false
		}
		return h.Next(now), true
	}
}

// opensAt is what automatic texts say of them: the time of day, in five characters.
func opensAt(h hotline.Hours) func(time.Time) (string, bool) {
	next := opens(h)
	return func(now time.Time) (string, bool) {
		at, closed := next(now)
		return at.Format("15:04"), closed
	}
}
