package seal

import (
	"container/list"
	"sync"
)

// lru keeps the most recently used opened keys, found by their wrapped form.
type lru struct {
	mu    sync.Mutex
	limit int
	order *list.List // of *opened, most recently used first
	byKey map[string]*list.Element
}

type opened struct {
	wrapped string
	key     *Key
}

func newLRU(limit int) *lru {
	return &lru{limit: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

func (l *lru) get(wrapped []byte) (*Key, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.byKey[string(wrapped)] // the compiler spares the copy
	if !ok {
		return nil, false
	}
	l.order.MoveToFront(e)
	return e.Value.(*opened).key, true
}

func (l *lru) add(wrapped string, key *Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.byKey[wrapped]; ok {
		l.order.MoveToFront(e)
		return
	}
	l.byKey[wrapped] = l.order.PushFront(&opened{wrapped, key})
	if l.order.Len() > l.limit {
		l.drop(l.order.Back())
	}
}

func (l *lru) remove(wrapped []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.byKey[string(wrapped)]; ok {
		l.drop(e)
	}
}

func (l *lru) drop(e *list.Element) {
	l.order.Remove(e)
	delete(l.byKey, e.Value.(*opened).wrapped)
}
