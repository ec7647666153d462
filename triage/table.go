package triage

import "hash/maphash"

// wordTable finds the number of a word. It holds a hundred thousand of them in a
// quarter of what a map of strings takes: the cheapest server has little memory.
type wordTable struct {
	seed  maphash.Seed
	slots []int32  // entry plus one; 0 is free
	ends  []uint32 // of each entry's word in text
	ids   []int32
	text  []byte
}

func newWordTable(room int) wordTable {
	return wordTable{seed: maphash.MakeSeed(), slots: make([]int32, slotsFor(room)), ends: make([]uint32, 0, room), ids: make([]int32, 0, room)}
}

// slotsFor is the power of two at which so many entries fill at most three
// quarters of the slots.
func slotsFor(entries int) int {
	n := 16
	for 3*n < 4*entries {
		n *= 2
	}
	return n
}

func (t *wordTable) word(entry int32) []byte {
	start := uint32(0)
	if entry > 0 {
		start = t.ends[entry-1]
	}
	return t.text[start:t.ends[entry]]
}

// slot is where a word stands, or would.
func (t *wordTable) slot(word []byte) int {
	mask := len(t.slots) - 1
	i := int(maphash.Bytes(t.seed, word)) & mask
	for t.slots[i] != 0 && string(t.word(t.slots[i]-1)) != string(word) {
		i = (i + 1) & mask
	}
	return i
}

func (t *wordTable) find(word []byte) (id int32, ok bool) {
	if at := t.slots[t.slot(word)]; at != 0 {
		return t.ids[at-1], true
	}
	return 0, false
}

// add files a word that is not there yet.
func (t *wordTable) add(word []byte, id int32) {
	if 4*(len(t.ids)+1) > 3*len(t.slots) {
		t.grow()
	}
	t.slots[t.slot(word)] = int32(len(t.ids) + 1)
	t.text = append(t.text, word...)
	t.ends, t.ids = append(t.ends, uint32(len(t.text))), append(t.ids, id)
}

func (t *wordTable) grow() {
	t.slots = make([]int32, 2*len(t.slots))
	for entry := range t.ids {
		t.slots[t.slot(t.word(int32(entry)))] = int32(entry + 1)
	}
}

// trie finds the node that follows a node by a form. Node 0 is the root; each
// other has one way in, which is its key.
type trie struct {
	keys  []uint64
	slots []int32 // node; 0 is free
}

func newTrie(room int) trie {
	return trie{keys: make([]uint64, 1, room+1), slots: make([]int32, slotsFor(room))}
}

func (t *trie) slot(key uint64) int {
	mask := len(t.slots) - 1
	i := int(key*0x9E3779B97F4A7C15>>32) & mask
	for t.slots[i] != 0 && t.keys[t.slots[i]] != key {
		i = (i + 1) & mask
	}
	return i
}

// next is the node after node by form; 0 when there is none.
func (t *trie) next(node, form int32) int32 {
	return t.slots[t.slot(uint64(node)<<32|uint64(form))]
}

// extend is next, and makes the node when there is none.
func (t *trie) extend(node, form int32) int32 {
	key := uint64(node)<<32 | uint64(form)
	i := t.slot(key)
	if t.slots[i] != 0 {
		return t.slots[i]
	}
	made := int32(len(t.keys))
	t.keys = append(t.keys, key)
	t.slots[i] = made
	if 4*len(t.keys) > 3*len(t.slots) {
		t.slots = make([]int32, 2*len(t.slots))
		for n := 1; n < len(t.keys); n++ {
			t.slots[t.slot(t.keys[n])] = int32(n)
		}
	}
	return made
}
