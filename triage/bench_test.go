package triage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// BenchmarkAssess reads messages of median length, one language after another.
func BenchmarkAssess(b *testing.B) {
	e := load(b)
	set := own(b)
	slices.SortFunc(set, func(x, y triage.Labelled) int { return len(x.Text) - len(y.Text) })
	middle := set[len(set)*2/5 : len(set)*3/5]
	bytes := 0
	for _, l := range middle {
		bytes += len(l.Text)
	}
	b.ReportAllocs()
	b.ReportMetric(float64(bytes/len(middle)), "bytes/message")
	for i := 0; b.Loop(); i++ {
		e.Assess(middle[i%len(middle)].Text, hotline.Hints{})
	}
}

// BenchmarkAssess1600 reads the longest text that a carrier joins into one.
func BenchmarkAssess1600(b *testing.B) {
	e := load(b)
	for _, lang := range []hotline.Language{"en", "ar"} {
		var text strings.Builder
		for _, l := range own(b) {
			if l.Language == lang && l.Kind == hotline.Report {
				text.WriteString(l.Text + " ")
			}
		}
		long := string([]rune(text.String())[:1600])
		b.Run(string(lang), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.Assess(long, hotline.Hints{})
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := triage.New(); err != nil {
			b.Fatal(err)
		}
	}
}
