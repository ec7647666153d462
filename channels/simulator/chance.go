package simulator

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"sync"
)

// chance is the one source of luck, shared by all goroutines.
type chance struct {
	mu  sync.Mutex
	rng *rand.Rand
}

// percent is true in n of 100 cases.
func (c *chance) percent(n int) bool { return n > 0 && c.below(100) < n }

func (c *chance) below(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rng.IntN(n)
}

// hex16 returns 16 random bytes in hexadecimal, the tail of every Twilio id.
func (c *chance) hex16() string {
	c.mu.Lock()
	a, b := c.rng.Uint64(), c.rng.Uint64()
	c.mu.Unlock()
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], a)
	binary.BigEndian.PutUint64(raw[8:], b)
	return hex.EncodeToString(raw[:])
}
