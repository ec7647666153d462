package main

import (
	"context"
	"sync"
	"time"
)

const (
	hereFor  = 10 * time.Minute // who has done nothing for so long may have left
	askEvery = 10 * time.Second // anybody may ask for the start page at any rate
	askFor   = 500 * time.Millisecond
)

// presence remembers for a moment how many helpers are here.
type presence struct {
	count func(ctx context.Context, since time.Time) (int, error)
	now   func() time.Time

	mu    sync.Mutex
	asked time.Time
	here  int
	err   error
}

// Here counts who has used the console within hereFor. The error is the store's.
func (p *presence) Here(ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if now.Sub(p.asked) >= askEvery {
		// Whoever asked first may go away; the answer is for all.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askFor)
		defer cancel()
		p.here, p.err = p.count(ctx, now.Add(-hereFor))
		p.asked = now
	}
	return p.here, p.err
}
