package ratelimit

import "time"

type Limit struct {
	Events int
	Per    time.Duration
}
