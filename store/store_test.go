package store_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/hearline/hearline/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStore(t *testing.T) {
	t.Parallel()
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) { storetest.Run(t, e) })
	}
}

func BenchmarkStore(b *testing.B) {
	for _, e := range storetest.Engines {
		b.Run(e.Name, func(b *testing.B) { storetest.Bench(b, e) })
	}
}
