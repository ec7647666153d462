package simulator

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// agenda holds what is to be done later, by due time, and lets a few workers do
// it. It is bounded: what does not fit is refused, never queued without end.
type agenda struct {
	mu    sync.Mutex
	items agendaHeap
	limit int
	turn  uint64 // keeps things due at one time in order
	wake  chan struct{}
}

type agendaItem struct {
	due  time.Time
	turn uint64
	do   func(context.Context)
}

func newAgenda(limit, workers int) *agenda {
	return &agenda{limit: limit, wake: make(chan struct{}, workers)}
}

// after plans do; false means that the agenda is full.
func (a *agenda) after(wait time.Duration, do func(context.Context)) bool {
	a.mu.Lock()
	if len(a.items) >= a.limit {
		a.mu.Unlock()
		return false
	}
	a.turn++
	heap.Push(&a.items, agendaItem{time.Now().Add(wait), a.turn, do})
	a.mu.Unlock()
	a.rouse()
	return true
}

// rouse wakes one resting worker. A full channel means that enough wake-ups are
// already on their way.
func (a *agenda) rouse() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// work does what is due until ctx ends.
func (a *agenda) work(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for ctx.Err() == nil {
		do, wait := a.take()
		if do != nil {
			do(ctx)
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-a.wake:
		case <-timer.C:
		}
	}
}

// take returns what is due, or how long nothing will be.
func (a *agenda) take() (do func(context.Context), wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.items) == 0 {
		return nil, time.Hour
	}
	if wait = time.Until(a.items[0].due); wait > 0 {
		return nil, wait
	}
	item := heap.Pop(&a.items).(agendaItem)
	return item.do, 0
}

type agendaHeap []agendaItem

func (h agendaHeap) Len() int { return len(h) }
func (h agendaHeap) Less(i, j int) bool {
	if h[i].due.Equal(h[j].due) {
		return h[i].turn < h[j].turn
	}
	return h[i].due.Before(h[j].due)
}
func (h agendaHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *agendaHeap) Push(x any)   { *h = append(*h, x.(agendaItem)) }
func (h *agendaHeap) Pop() any {
	old := *h
	last := len(old) - 1
	item := old[last]
	old[last] = agendaItem{}
	*h = old[:last]
	return item
}
