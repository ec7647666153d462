package store

import "sync"

// knownLimit bounds one generation of known; about 100 bytes each.
const knownLimit = 50_000

// known remembers contacts that exist, so that a message from one of them needs
// no attempt to insert the contact. It may be wrong after an erasure: whoever
// relies on it notices and forgets the entry.
type known struct {
	mu          sync.Mutex
	young, aged map[string]struct{}
}

func newKnown() *known {
	return &known{young: map[string]struct{}{}}
}

// unknown returns those of the sorted indexes that are not known, sorted.
func (k *known) unknown(indexes []string) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []string
	for _, index := range indexes {
		if _, ok := k.young[index]; ok {
			continue
		}
		if _, ok := k.aged[index]; ok {
			continue
		}
		out = append(out, index)
	}
	return out
}

// add remembers indexes; the longest unused ones go when there are too many.
func (k *known) add(indexes []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, index := range indexes {
		if len(k.young) >= knownLimit {
			k.aged, k.young = k.young, map[string]struct{}{}
		}
		k.young[index] = struct{}{}
	}
}

// remove forgets indexes.
func (k *known) remove(indexes ...string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, index := range indexes {
		delete(k.young, index)
		delete(k.aged, index)
	}
}
