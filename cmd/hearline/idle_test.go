package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// What an idle server may cost.
const (
	mostBinary = 45 << 20 // bytes
	mostIdle   = 60.0     // MB resident
	mostStart  = 500 * time.Millisecond
)

// An idle server is small and soon there. Not parallel: other tests would be in
// the figures.
func TestIdleServerIsSmallAndSoonReady(t *testing.T) {
	info, err := os.Stat(binary(t))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() >= mostBinary {
		t.Errorf("the binary has %d bytes, more than %d", info.Size(), mostBinary)
	}
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	var starts []time.Duration
	var resident float64
	for range 5 {
		begun := time.Now()
		s := e.serve(t)
		starts = append(starts, time.Since(begun))
		peak, err := (&benchServer{cmd: s.cmd}).peakRSS()
		if err != nil {
			t.Skip("left out: ", err)
		}
		resident = max(resident, peak)
		if code := s.stop(t, patience); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
	fastest := slices.Min(starts) // tests of other packages run beside these and only add
	if fastest >= mostStart {
		t.Errorf("ready after %s, the fastest of %s", fastest, starts)
	}
	if resident >= mostIdle {
		t.Errorf("%.1f MB resident", resident)
	}
	t.Logf("binary %.1f MB, ready after %s, at most %.1f MB resident", float64(info.Size())/(1<<20), fastest, resident)
}
