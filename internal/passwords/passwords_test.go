package passwords

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// cheap keeps the tests quick; the format and the code are those of Default.
var cheap = Params{MemoryKiB: 1024, Passes: 1, Lanes: 1}

func TestHashAndVerify(t *testing.T) {
	t.Parallel()
	h := New(cheap, 2)
	hash, err := h.Hash(t.Context(), "a quiet harbour")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=1024,t=1,p=1$") {
		t.Errorf("hash is %q", hash)
	}
	for _, c := range []struct {
		name, password, hash string
		want                 bool
	}{
		{"right", "a quiet harbour", hash, true},
		{"wrong", "a quiet harbor", hash, false},
		{"empty", "", hash, false},
		{"longer than any", strings.Repeat("a", MaxLength+1), hash, false},
		{"no such user", "a quiet harbour", "", false},
		{"no such user, decoy's words", "nobody has this password", "", false},
	} {
		got, err := h.Verify(t.Context(), c.password, c.hash)
		if err != nil || got != c.want {
			t.Errorf("%s: got %v, %v", c.name, got, err)
		}
	}
}

func TestUnreadableHashIsAnError(t *testing.T) {
	t.Parallel()
	if ok, err := New(cheap, 1).Verify(t.Context(), "a quiet harbour", "plain"); ok || err == nil {
		t.Errorf("got %v, %v", ok, err)
	}
}

func TestLengths(t *testing.T) {
	t.Parallel()
	h := New(cheap, 1)
	for _, p := range []string{"short", strings.Repeat("x", MaxLength+1)} {
		if _, err := h.Hash(t.Context(), p); hotline.CodeOf(err) != hotline.Invalid {
			t.Errorf("%d bytes: got %v", len(p), err)
		}
	}
}

func TestNeverMoreThanItsTurns(t *testing.T) {
	t.Parallel()
	h := New(cheap, 2)
	leaveA, _ := h.enter(t.Context())
	leaveB, _ := h.enter(t.Context())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Verify(ctx, "x", ""); hotline.CodeOf(err) != hotline.Unavailable {
		t.Errorf("a third at once: got %v", err)
	}
	leaveA()
	leaveB()
	if _, err := h.Verify(t.Context(), "x", ""); err != nil {
		t.Errorf("after they left: %v", err)
	}
}

// An unknown login must not answer faster: both ways do one hash of the same
// cost. Compared as the best of several tries, with wide room for a busy
// machine.
func TestUnknownUserTakesAsLong(t *testing.T) {
	t.Parallel()
	h := New(Params{MemoryKiB: 16 * 1024, Passes: 1, Lanes: 1}, 1)
	hash, err := h.Hash(t.Context(), "a quiet harbour")
	if err != nil {
		t.Fatal(err)
	}
	best := func(hash string) time.Duration {
		d := time.Hour
		for range 8 {
			start := time.Now()
			_, _ = h.Verify(t.Context(), "wrong words", hash)
			d = min(d, time.Since(start))
		}
		return d
	}
	_, _ = h.decoy()
	known, unknown := best(hash), best("")
	if unknown < known/3 || unknown > known*3 {
		t.Errorf("known user %v, unknown user %v", known, unknown)
	}
}

func BenchmarkVerify(b *testing.B) {
	h := New(Default, 2)
	hash, err := h.Hash(b.Context(), "a quiet harbour")
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	var wg sync.WaitGroup
	for range b.N {
		wg.Go(func() { _, _ = h.Verify(context.Background(), "a quiet harbour", hash) })
	}
	wg.Wait()
}
