package main

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

// What an idle server may cost.
const (
	mostBinary = 45 << 20 // bytes
	mostIdle   = 60.0     // MB resident
	mostStart  = 500 * time.Millisecond
)

// usualYardstick is what yardstick takes on the 2-core machine of
// docs/benchmarks.md when nothing else runs.
const usualYardstick = 40 * time.Millisecond

// yardstick times a fixed piece of work on all cores: how fast this machine is
// just now, with what else runs on it.
func yardstick() time.Duration {
	block := make([]byte, 1<<20)
	begun := time.Now()
	var cores sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		cores.Go(func() {
			for range 64 {
				sha256.Sum256(block)
			}
		})
	}
	cores.Wait()
	return time.Since(begun)
}

// An idle server is small and soon there: within mostStart on the machine of
// docs/benchmarks.md, and in proportion on a slower or busier one. Not parallel:
// other tests would be in the figures.
func TestIdleServerIsSmallAndSoonReady(t *testing.T) {
	info, err := os.Stat(binary(t))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() >= mostBinary {
		t.Errorf("the binary has %d bytes, more than %d", info.Size(), mostBinary)
	}
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	start := func() (took, limit time.Duration, resident float64) {
		before := yardstick()
		begun := time.Now()
		s := e.serve(t)
		took = time.Since(begun)
		slowness := max(1, float64(before+yardstick())/float64(2*usualYardstick))
		resident, err := (&benchServer{cmd: s.cmd}).peakRSS()
		if err != nil {
			t.Skip("left out: ", err)
		}
		if code := s.stop(t, patience); code != 0 {
			t.Errorf("exit code %d", code)
		}
		return took, time.Duration(slowness * float64(mostStart)), resident
	}
	const tries = 8
	for try := range tries {
		took, limit, resident := start()
		t.Logf("binary %.1f MB, ready after %s of %s, %.1f MB resident", float64(info.Size())/(1<<20), took, limit, resident)
		if resident >= mostIdle {
			t.Errorf("%.1f MB resident", resident)
		}
		if took < limit {
			return
		}
		if try == tries-1 {
			t.Errorf("ready after %s, more than %s, and no sooner %d times before", took, limit, try)
		}
	}
}
