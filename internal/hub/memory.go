package hub

import (
	"context"
	"sync"

	"github.com/hearline/hearline/hotline"
)

// Memory is the hub of a single node.
type Memory struct {
	pump        *pump
	subscribers subscribers
}

// NewMemory returns a hub that serves this process only.
func NewMemory() *Memory {
	m := &Memory{}
	m.pump = newPump(m.subscribers.deliver)
	return m
}

// Publish implements Hub.
func (m *Memory) Publish(e hotline.Event) { m.pump.add(e) }

// Subscribe implements Hub.
func (m *Memory) Subscribe(ctx context.Context, match func(hotline.Event) bool) <-chan hotline.Event {
	return m.subscribers.add(ctx, match)
}

// Close delivers what was published, then closes every subscriber's channel.
// What is published later is dropped.
func (m *Memory) Close() error {
	m.pump.close()
	m.subscribers.close()
	return nil
}

// subscribers is the list of those who listen in this process.
type subscribers struct {
	mu     sync.Mutex
	all    map[*subscriber]struct{}
	closed bool
}

type subscriber struct {
	match  func(hotline.Event) bool
	events chan hotline.Event
	behind bool        // the last event in the channel is a resync
	forget func() bool // stops waiting for the subscriber's context
}

func (s *subscribers) add(ctx context.Context, match func(hotline.Event) bool) <-chan hotline.Event {
	sub := &subscriber{match: match, events: make(chan hotline.Event, subscriberBuffer)}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		close(sub.events)
		return sub.events
	}
	if s.all == nil {
		s.all = make(map[*subscriber]struct{})
	}
	s.all[sub] = struct{}{}
	sub.forget = context.AfterFunc(ctx, func() { s.remove(sub) })
	return sub.events
}

func (s *subscribers) remove(sub *subscriber) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.all[sub]; there {
		delete(s.all, sub)
		close(sub.events)
	}
}

func (s *subscribers) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for sub := range s.all {
		sub.forget()
		close(sub.events)
	}
	clear(s.all)
}

func (s *subscribers) deliver(batch []hotline.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sub := range s.all {
		for _, e := range batch {
			sub.put(e)
		}
	}
}

// put is called by one goroutine at a time, and only it fills the channel. The
// last free place is kept for a resync. Until the subscriber has taken that
// one, whatever else happens is covered by it, because the subscriber reads the
// store after taking it.
func (s *subscriber) put(e hotline.Event) {
	if e.Kind != Resync && s.match != nil && !s.match(e) {
		return
	}
	if s.behind && len(s.events) > 0 {
		return
	}
	s.behind = false
	if e.Kind == Resync || len(s.events) == cap(s.events)-1 {
		s.events <- resync
		s.behind = true
		return
	}
	s.events <- e
}
