// Package passwords keeps the passwords of staff: it hashes and checks them
// with argon2id, never more than a few at a time, because one hash takes 64 MB.
// It knows nothing of users, sessions or the web.
package passwords

import (
	"context"
	"fmt"
	"sync"

	"github.com/alexedwards/argon2id"

	"github.com/hearline/hearline/hotline"
)

// Lengths of a password in bytes. The upper end keeps a form from feeding the
// hash with megabytes; the lower one is NIST SP 800-63B's for a password that
// is not the only secret.
const (
	MinLength = 8
	MaxLength = 512
)

// Params are the cost of one hash.
type Params struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// Default is RFC 9106's second recommendation: 64 MiB, three passes, four
// lanes. The lanes are fixed, not the machine's cores, so that a hash costs an
// attacker the same whichever machine made it.
var Default = Params{MemoryKiB: 64 * 1024, Passes: 3, Lanes: 4}

// Hasher makes and checks hashes, at most a set number at once.
type Hasher struct {
	params argon2id.Params
	turns  chan struct{}
	decoy  func() (string, error)
}

// New returns a Hasher that works on at most atOnce passwords at a time; 2 is
// right for most machines.
func New(p Params, atOnce int) *Hasher {
	h := &Hasher{
		params: argon2id.Params{
			Memory: p.MemoryKiB, Iterations: p.Passes, Parallelism: p.Lanes, SaltLength: 16, KeyLength: 32,
		},
		turns: make(chan struct{}, max(atOnce, 1)),
	}
	h.decoy = sync.OnceValues(func() (string, error) {
		return argon2id.CreateHash("nobody has this password", &h.params)
	})
	return h
}

// Hash returns the encoded hash of a new password. A password that is too short
// or too long is hotline.Invalid; giving up while waiting for a turn is
// hotline.Unavailable.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if len(password) < MinLength || len(password) > MaxLength {
		return "", hotline.Errorf(hotline.Invalid, "a password has %d to %d characters", MinLength, MaxLength)
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	hash, err := argon2id.CreateHash(password, &h.params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// Verify says whether the password belongs to the hash. For an empty hash (no
// such user) it does the same work against a hash that nothing matches, so that
// the answer takes as long and tells nobody which logins exist. Giving up while
// waiting for a turn is hotline.Unavailable.
func (h *Hasher) Verify(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > MaxLength {
		password = "" // no such password exists; the work below stays the same
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	known := hash != ""
	if !known {
		if hash, err = h.decoy(); err != nil {
			return false, fmt.Errorf("hash decoy: %w", err)
		}
	}
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	return match && known, nil
}

func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, hotline.Errorf(hotline.Unavailable, "too many people are signing in: %w", ctx.Err())
	}
}
