package simulator

import "sync"

// box remembers the newest messages: a ring by count, which grows to its size
// so that an idle carrier is small.
type box struct {
	mu    sync.RWMutex
	size  int
	ring  []*Message // place of a message: (seq-1) modulo size; nil where deleted
	last  uint64     // seq of the newest message; the first is 1
	bySID map[string]*Message
}

func newBox(size int) *box {
	return &box{size: size, bySID: map[string]*Message{}}
}

func (b *box) add(m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	m.seq = b.last
	b.bySID[m.SID] = &m
	at := int((m.seq - 1) % uint64(b.size))
	if at == len(b.ring) {
		b.ring = append(b.ring, &m)
		return
	}
	if old := b.ring[at]; old != nil {
		delete(b.bySID, old.SID)
	}
	b.ring[at] = &m
}

// get returns a message of the API, never a note.
func (b *box) get(sid string) (Message, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	m := b.bySID[sid]
	if m == nil || m.note {
		return Message{}, false
	}
	return *m, true
}

// change alters one message in place; ok is false when it is gone or when alter
// says that nothing is to be changed.
func (b *box) change(sid string, alter func(*Message) bool) (m Message, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.bySID[sid]
	if p == nil || !alter(p) {
		return Message{}, false
	}
	return *p, true
}

func (b *box) remove(sid string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m := b.bySID[sid]; m != nil {
		b.ring[int((m.seq-1)%uint64(b.size))] = nil
		delete(b.bySID, sid)
	}
}

// newest returns up to limit messages that match, newest first, older than the
// seq before (0 for all). more says whether another one matches.
func (b *box) newest(before uint64, limit int, match func(*Message) bool) (found []Message, more bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if before == 0 || before > b.last+1 {
		before = b.last + 1
	}
	oldest := uint64(1)
	if b.last > uint64(b.size) {
		oldest = b.last - uint64(b.size) + 1
	}
	for seq := before - 1; seq >= oldest; seq-- {
		m := b.ring[int((seq-1)%uint64(b.size))]
		if m == nil || !match(m) {
			continue
		}
		if len(found) == limit {
			return found, true
		}
		found = append(found, *m)
	}
	return found, false
}
