package ratelimit

import (
	"container/list"
	"context"
	"crypto/rand"
	"sync"
	"time"
)

// maxKeys bounds what memory holds: about 20 MB. Whoever makes more keys than
// that pushes out those used least recently, which begin anew.
const maxKeys = 100_000

// Memory limits within this process.
type Memory struct {
	now    func() time.Time
	secret []byte
	max    int

	mu    sync.Mutex
	keys  map[digest]*list.Element
	order *list.List // of *bucket, the most recently used first
}

type bucket struct {
	key digest
	due time.Time
}

// NewMemory returns a limiter for one node.
func NewMemory(now func() time.Time) *Memory {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	return &Memory{now: now, secret: secret, max: maxKeys, keys: map[digest]*list.Element{}, order: list.New()}
}

// Allow implements Limiter.
func (m *Memory) Allow(_ context.Context, key string, limit Limit) (bool, time.Duration) {
	if limit.off() {
		return true, 0
	}
	name := hash(m.secret, key)
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.bucket(name)
	var wait time.Duration
	b.due, wait = next(b.due, m.now(), limit)
	return wait == 0, wait
}

// Take implements Limiter.
func (m *Memory) Take(_ context.Context, key string, want int, limit Limit) (got int, retryAfter time.Duration) {
	if limit.off() {
		return want, 0
	}
	name := hash(m.secret, key)
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.bucket(name)
	b.due, got, retryAfter = some(b.due, m.now(), want, limit)
	return got, retryAfter
}

func (m *Memory) bucket(name digest) *bucket {
	if e, known := m.keys[name]; known {
		m.order.MoveToFront(e)
		return e.Value.(*bucket)
	}
	if len(m.keys) >= m.max {
		oldest := m.order.Back()
		delete(m.keys, m.order.Remove(oldest).(*bucket).key)
	}
	b := &bucket{key: name}
	m.keys[name] = m.order.PushFront(b)
	return b
}
