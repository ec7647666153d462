package hub

import (
	"sync"

	"github.com/hearline/hearline/hotline"
)

// pump takes events from many goroutines at the cost of a lock and a map entry
// and hands them on in batches. Equal events that wait together become one.
// While a batch is being handed on the next one gathers, so there is no timer;
// when nothing waits there is no goroutine either.
type pump struct {
	deliver func([]hotline.Event)

	mu      sync.Mutex
	waiting []hotline.Event
	seen    map[hotline.Event]struct{} // what waiting holds
	running bool
	closed  bool
	runs    sync.WaitGroup
}

func newPump(deliver func([]hotline.Event)) *pump {
	return &pump{deliver: deliver, seen: make(map[hotline.Event]struct{})}
}

func (p *pump) add(events ...hotline.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	for _, e := range events {
		p.put(e)
	}
	if !p.running && len(p.waiting) > 0 {
		p.running = true
		p.runs.Add(1)
		go p.run()
	}
}

// put appends e unless it waits already. When too much waits, all of it is
// replaced by the one event that says so.
func (p *pump) put(e hotline.Event) {
	if _, known := p.seen[e]; known {
		return
	}
	if len(p.waiting) >= pumpBuffer {
		p.waiting = append(p.waiting[:0], resync)
		clear(p.seen)
		p.seen[resync] = struct{}{}
		return
	}
	p.waiting = append(p.waiting, e)
	p.seen[e] = struct{}{}
}

func (p *pump) run() {
	defer p.runs.Done()
	var spare []hotline.Event
	for {
		batch := p.take(spare)
		if batch == nil {
			return
		}
		p.deliver(batch)
		spare = batch[:0]
	}
}

// take returns what waits, or nil after noting that the pump stands still.
func (p *pump) take(spare []hotline.Event) []hotline.Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) == 0 {
		p.running = false
		return nil
	}
	batch := p.waiting
	p.waiting = spare
	clear(p.seen)
	return batch
}

// close takes no more events and returns when those taken are handed on.
func (p *pump) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.runs.Wait()
}
