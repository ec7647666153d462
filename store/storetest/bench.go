package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// benchSenders is how many people write in the benchmarks.
const benchSenders = 5000

// Bench measures Receive, with a rule that answers each message, at several
// batch sizes, from known and from new senders, and the yardstick of one commit
// for each message.
func Bench(b *testing.B, e Engine) {
	for _, size := range []int{1, 64, 256} {
		b.Run(fmt.Sprintf("known/batch=%d", size), func(b *testing.B) { benchReceive(b, e, size, benchSenders) })
	}
	b.Run("new/batch=256", func(b *testing.B) { benchReceive(b, e, 256, 0) })
	b.Run("single row commits", func(b *testing.B) {
		s := Open(b, e.NewURL(b), NewKeys(b), time.Now)
		for b.Loop() {
			rate, err := s.SingleRowCommits(context.Background(), 16, time.Second)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(rate, "commits/s")
		}
	})
}

// benchReceive measures messages of a number of senders who wrote before, or of
// ever new ones when senders is 0.
func benchReceive(b *testing.B, e Engine, size, senders int) {
	s := Open(b, e.NewURL(b), NewKeys(b), time.Now)
	next := 0
	batch := func(n int) []hotline.Inbound {
		out := make([]hotline.Inbound, n)
		for i := range out {
			from := next
			if senders > 0 {
				from = next * 7919 % senders
			}
			out[i] = inbound(from, "they took my passport and lock the door at night, please help", time.Now())
			next++
		}
		return out
	}
	receive := func(in []hotline.Inbound) {
		if _, err := s.Receive(context.Background(), in, reply); err != nil {
			b.Fatal(err)
		}
	}
	for done := 0; done < senders; done += 500 {
		receive(batch(500))
	}
	b.ReportAllocs()
	messages := 0
	start := time.Now()
	for b.Loop() {
		receive(batch(size))
		messages += size
	}
	b.ReportMetric(float64(messages)/time.Since(start).Seconds(), "messages/s")
}
