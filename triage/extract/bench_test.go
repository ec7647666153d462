package extract_test

import (
	"testing"

	"github.com/hearline/hearline/triage/extract"
)

// BenchmarkFind reads messages of about 90 bytes: what most people write, and
// one with much to find.
func BenchmarkFind(b *testing.B) {
	for name, text := range map[string]string{
		"plain":  "My boss took my passport and says I cannot leave until I pay for the trip. We are 6 in one room.",
		"arabic": "صاحب العمل أخذ جواز سفري ولم يدفع راتبي منذ خمسة أشهر",
		"rich":   "white van plate AB12 CDE, call +44 7700 900123 or @fast_jobs, 5 girls at 12 Baker Street",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				extract.Find(text, extract.Hints{From: "+15550100177"})
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		extract.Load()
	}
}
