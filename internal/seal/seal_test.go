package seal

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hearline/hearline/hotline"
)

func generate(t testing.TB) *Keyring {
	t.Helper()
	r, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestKeyRoundTrip(t *testing.T) {
	t.Parallel()
	r := generate(t)
	key, wrapped, err := r.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		place := rapid.String().Draw(t, "place")
		sealed, err := key.Seal(plain, place)
		if err != nil {
			t.Fatal(err)
		}
		if len(plain) > 3 && bytes.Contains(sealed, plain) {
			t.Fatal("the plain bytes can be read in the sealed ones")
		}
		r.Forget(wrapped) // so that it is unwrapped anew
		again, err := r.OpenKey(wrapped)
		if err != nil {
			t.Fatal(err)
		}
		got, err := again.Open(sealed, place)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("opened %q, %v", got, err)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	r := generate(t)
	key, _, _ := r.NewKey()
	other, _, _ := r.NewKey()
	sealed, _ := key.Seal([]byte("help"), "messages.text/1")
	damaged := bytes.Clone(sealed)
	damaged[len(damaged)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another place": func() ([]byte, error) { return key.Open(sealed, "messages.text/2") },
		"another key":   func() ([]byte, error) { return other.Open(sealed, "messages.text/1") },
		"the master":    func() ([]byte, error) { return r.Open(sealed, "messages.text/1") },
		"damaged":       func() ([]byte, error) { return key.Open(damaged, "messages.text/1") },
		"empty":         func() ([]byte, error) { return key.Open(nil, "messages.text/1") },
	} {
		if got, err := open(); hotline.CodeOf(err) != hotline.Internal || got != nil {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestSealIsNeverTheSameTwice(t *testing.T) {
	t.Parallel()
	r := generate(t)
	a, _ := r.Seal([]byte("x"), "p")
	b, _ := r.Seal([]byte("x"), "p")
	if bytes.Equal(a, b) {
		t.Error("equal texts can be told from their sealed form")
	}
}

func TestOpenKeyRefuses(t *testing.T) {
	t.Parallel()
	r := generate(t)
	_, wrapped, _ := r.NewKey()
	stranger := generate(t)
	sealed, _ := r.Seal([]byte("x"), "hearline/wrapped-key")
	for name, open := range map[string]func() (*Key, error){
		"another keyring":    func() (*Key, error) { return stranger.OpenKey(wrapped) },
		"erased":             func() (*Key, error) { return r.OpenKey(nil) },
		"cut":                func() (*Key, error) { return r.OpenKey(wrapped[:len(wrapped)/2]) },
		"a sealed row value": func() (*Key, error) { return r.OpenKey(sealed) },
	} {
		if _, err := open(); hotline.CodeOf(err) != hotline.Internal {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestExportParse(t *testing.T) {
	t.Parallel()
	r := generate(t)
	text, err := r.Export()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	key, wrapped, _ := r.NewKey()
	sealed, _ := key.Seal([]byte("x"), "p")
	key, err = again.OpenKey(wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := key.Open(sealed, "p"); string(got) != "x" || err != nil {
		t.Errorf("opened %q, %v", got, err)
	}
	if r.Index("d", "v") != again.Index("d", "v") {
		t.Error("the index changed")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	good, _ := generate(t).Export()
	for name, text := range map[string]string{
		"empty":         "",
		"not JSON":      "secret",
		"empty object":  "{}",
		"later version": strings.Replace(string(good), `"hearline_keys":1`, `"hearline_keys":2`, 1),
		"short index":   strings.Replace(string(good), `"index":"`, `"index":"AAAA`, 1),
		"no base64":     strings.Replace(string(good), `"master":"`, `"master":"*`, 1),
		"no keyset":     `{"hearline_keys":1,"master":"AAAA","index":"` + strings.Repeat("A", 43) + `="}`,
		"cut":           string(good[:len(good)/2]),
	} {
		if _, err := Parse([]byte(text)); hotline.CodeOf(err) != hotline.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Whatever state a rotation is in, what was made before it opens; only after the
// last one the old key is of no use any more.
func TestRotation(t *testing.T) {
	t.Parallel()
	old := generate(t)
	key, wrapped, _ := old.NewKey()
	sealed, _ := key.Seal([]byte("x"), "p")
	own, _ := old.Seal([]byte("y"), "q")
	opens := func(r *Keyring, wrapped, own []byte) bool {
		t.Helper()
		text, err := r.Export()
		if err != nil {
			t.Fatal(err)
		}
		if r, err = Parse(text); err != nil { // as another process has it
			t.Fatal(err)
		}
		key, err := r.OpenKey(wrapped)
		if err != nil {
			return false
		}
		said, err := key.Open(sealed, "p")
		plain, ownErr := r.Open(own, "q")
		return string(said) == "x" && string(plain) == "y" && err == nil && ownErr == nil && r.Index("d", "v") == old.Index("d", "v")
	}
	state := func(r *Keyring, n int, newest bool) {
		t.Helper()
		if gotN, gotNewest := r.Masters(); gotN != n || gotNewest != newest {
			t.Errorf("%d master keys, newest in use: %v; want %d, %v", gotN, gotNewest, n, newest)
		}
	}
	state(old, 1, true)
	prepared, err := old.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	state(prepared, 2, false)
	if again, err := prepared.Rewrap(wrapped); again != nil || err != nil {
		t.Error("a key was wrapped anew while the old master is in use: ", err)
	}
	promoted, err := prepared.Promote()
	if err != nil {
		t.Fatal(err)
	}
	state(promoted, 2, true)
	for name, r := range map[string]*Keyring{"prepared": prepared, "promoted": promoted} {
		if !opens(r, wrapped, own) {
			t.Errorf("%s: what the old key made does not open", name)
		}
	}
	newWrapped, err := promoted.Rewrap(wrapped)
	if err != nil || bytes.Equal(newWrapped, wrapped) {
		t.Fatal("not wrapped anew: ", err)
	}
	newOwn, err := promoted.Reseal(own, "q")
	if err != nil || bytes.Equal(newOwn, own) {
		t.Fatal("not sealed anew: ", err)
	}
	if !opens(prepared, newWrapped, newOwn) || !opens(promoted, newWrapped, newOwn) {
		t.Error("what was made anew does not open")
	}
	for _, again := range []func() ([]byte, error){
		func() ([]byte, error) { return promoted.Rewrap(newWrapped) },
		func() ([]byte, error) { return promoted.Reseal(newOwn, "q") },
	} {
		if got, err := again(); got != nil || err != nil {
			t.Error("made anew a second time: ", err)
		}
	}
	retired, err := promoted.Retire()
	if err != nil {
		t.Fatal(err)
	}
	state(retired, 1, true)
	if !opens(retired, newWrapped, newOwn) || opens(retired, wrapped, own) || opens(old, newWrapped, newOwn) {
		t.Error("the retired key still opens something, or the new one does not")
	}
}

func TestRewrapRefuses(t *testing.T) {
	t.Parallel()
	r, stranger := generate(t), generate(t)
	_, wrapped, _ := stranger.NewKey()
	own, _ := stranger.Seal([]byte("y"), "q")
	for name, err := range map[string]error{
		"a stranger's key":   second(r.Rewrap(wrapped)),
		"no key":             second(r.Rewrap([]byte("nonsense"))),
		"a stranger's value": second(r.Reseal(own, "q")),
		"nothing":            second(r.Reseal(nil, "q")),
	} {
		if hotline.CodeOf(err) != hotline.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second(_ []byte, err error) error { return err }

// A process that runs while another rotates finds the new master key by itself.
func TestFollow(t *testing.T) {
	t.Parallel()
	running := generate(t)
	stands, reads := running, 0
	running.Follow(func() (*Keyring, error) { reads++; return stands, nil })
	_, wrapped, _ := running.NewKey()
	own, _ := running.Seal([]byte("y"), "q")
	rotated, err := running.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	if rotated, err = rotated.Promote(); err != nil {
		t.Fatal(err)
	}
	newWrapped, _ := rotated.Rewrap(wrapped)
	newOwn, _ := rotated.Reseal(own, "q")
	if _, err := running.OpenKey(newWrapped); err == nil {
		t.Fatal("opened without the key")
	}
	stands = rotated
	if _, err := running.OpenKey(newWrapped); err != nil {
		t.Error(err)
	}
	before := reads
	if _, err := running.Open(newOwn, "q"); err != nil || reads != before {
		t.Error("read again without need: ", err)
	}
	_, fresh, _ := running.NewKey()
	if again, err := rotated.Rewrap(fresh); again != nil || err != nil {
		t.Error("new keys are still wrapped by the old master: ", err)
	}
	stands = generate(t)
	if err := running.Refresh(); hotline.CodeOf(err) != hotline.Invalid {
		t.Errorf("the keys of another installation were taken: %v", err)
	}
	if _, err := running.OpenKey(newWrapped); err != nil {
		t.Error("and the own ones lost: ", err)
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	r, other := generate(t), generate(t)
	rapid.Check(t, func(t *rapid.T) {
		domain, value := rapid.String().Draw(t, "domain"), rapid.String().Draw(t, "value")
		domain2, value2 := rapid.String().Draw(t, "domain2"), rapid.String().Draw(t, "value2")
		index := r.Index(domain, value)
		if index != r.Index(domain, value) || len(index) != 43 {
			t.Fatalf("index %q", index)
		}
		same := domain == domain2 && value == value2
		if (index == r.Index(domain2, value2)) != same {
			t.Fatal("indexes of different things meet")
		}
		if index == other.Index(domain, value) {
			t.Fatal("the index does not depend on the key")
		}
	})
	if r.Index("ab", "c") == r.Index("a", "bc") {
		t.Error("domain and value run together")
	}
}

func TestForgottenKeysLeaveMemory(t *testing.T) {
	t.Parallel()
	r := generate(t)
	_, wrapped, _ := r.NewKey()
	if _, ok := r.opened.get(wrapped); !ok {
		t.Fatal("a new key is not kept open")
	}
	r.Forget(wrapped)
	if _, ok := r.opened.get(wrapped); ok {
		t.Error("a forgotten key is still open")
	}
	r.Forget(wrapped)
}

func TestLRUIsBounded(t *testing.T) {
	t.Parallel()
	l := newLRU(3)
	for i := range 4 {
		l.add(fmt.Sprint(i), &Key{})
		l.get([]byte("0")) // stays, being used
	}
	for wrapped, want := range map[string]bool{"0": true, "1": false, "2": true, "3": true} {
		if _, ok := l.get([]byte(wrapped)); ok != want {
			t.Errorf("key %s kept: %v", wrapped, ok)
		}
	}
	if l.order.Len() != 3 || len(l.byKey) != 3 {
		t.Errorf("%d and %d kept", l.order.Len(), len(l.byKey))
	}
}

func BenchmarkNewKey(b *testing.B) {
	r := generate(b)
	for b.Loop() {
		_, wrapped, err := r.NewKey()
		if err != nil {
			b.Fatal(err)
		}
		r.Forget(wrapped)
	}
}

func BenchmarkOpenKey(b *testing.B) {
	r := generate(b)
	_, wrapped, _ := r.NewKey()
	open := func(b *testing.B) {
		if _, err := r.OpenKey(wrapped); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("cached", func(b *testing.B) {
		for b.Loop() {
			open(b)
		}
	})
	b.Run("uncached", func(b *testing.B) {
		for b.Loop() {
			r.Forget(wrapped)
			open(b)
		}
	})
}

func BenchmarkSeal160(b *testing.B) {
	r := generate(b)
	key, _, _ := r.NewKey()
	plain := bytes.Repeat([]byte("x"), 160)
	for b.Loop() {
		if _, err := key.Seal(plain, "messages.text/0190d1e2-7c3a-7def-8000-000000000000"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	r := generate(b)
	for b.Loop() {
		r.Index("contact/sms", "+15550100177")
	}
}
