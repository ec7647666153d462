package groupcommit

import "sync"

// lane is the bounded queue of one worker, first in, first out. A mutex and a
// slice are cheaper than a channel here, because the worker takes all that waits
// under one lock.
type lane[In, Out any] struct {
	mu      sync.Mutex
	arrived sync.Cond
	waiting []*item[In, Out]
	limit   int
	closed  bool
}

func newLane[In, Out any](limit int) *lane[In, Out] {
	l := &lane[In, Out]{limit: limit}
	l.arrived.L = &l.mu
	return l
}

func (l *lane[In, Out]) put(it *item[In, Out]) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return ErrClosed
	case len(l.waiting) >= l.limit:
		return ErrFull
	}
	l.waiting = append(l.waiting, it)
	if len(l.waiting) == 1 {
		l.arrived.Signal()
	}
	return nil
}

// take appends to batch the next items, at most limit, and waits for the first
// one. It appends none only when the lane is closed and empty.
func (l *lane[In, Out]) take(batch []*item[In, Out], limit int) []*item[In, Out] {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) == 0 && !l.closed {
		l.arrived.Wait()
	}
	n := min(limit, len(l.waiting))
	batch = append(batch, l.waiting[:n]...)
	rest := copy(l.waiting, l.waiting[n:])
	clear(l.waiting[rest:])
	l.waiting = l.waiting[:rest]
	return batch
}

func (l *lane[In, Out]) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.arrived.Broadcast()
}
