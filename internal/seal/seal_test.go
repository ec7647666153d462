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

func TestRotate(t *testing.T) {
	t.Parallel()
	old := generate(t)
	key, wrapped, _ := old.NewKey()
	sealed, _ := key.Seal([]byte("x"), "p")
	own, _ := old.Seal([]byte("y"), "q")
	rotated, err := old.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	text, _ := rotated.Export()
	rotated, err = Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	key, err = rotated.OpenKey(wrapped)
	if err != nil {
		t.Fatal("an old key no longer opens: ", err)
	}
	if got, err := key.Open(sealed, "p"); string(got) != "x" || err != nil {
		t.Errorf("opened %q, %v", got, err)
	}
	if got, err := rotated.Open(own, "q"); string(got) != "y" || err != nil {
		t.Errorf("opened %q, %v", got, err)
	}
	if rotated.Index("d", "v") != old.Index("d", "v") {
		t.Error("people can no longer be found")
	}
	_, fresh, _ := rotated.NewKey()
	if _, err := old.OpenKey(fresh); err == nil {
		t.Error("new keys are still wrapped by the old master key")
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
