package storetest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

func testCanaries(f *fixture) {
	sent := f.clock.Now()
	slot := sent.Truncate(time.Hour)
	for _, want := range []bool{true, false} {
		if first, err := f.s.BeginCanary(f.ctx, slot); first != want || err != nil {
			f.Errorf("first %v, %v", first, err)
		}
	}
	f.clock.Add(3 * time.Second)
	heard := f.clock.Now()
	f.must(f.s.HearCanary(f.ctx, slot))
	f.clock.Add(time.Hour)
	f.must(f.s.HearCanary(f.ctx, slot)) // delivered twice
	f.must(f.s.HearCanary(f.ctx, slot.Add(-time.Hour)))
	next := slot.Add(time.Hour)
	again := f.clock.Now()
	if first, err := f.s.BeginCanary(f.ctx, next); !first || err != nil {
		f.Errorf("first %v, %v", first, err)
	}
	f.must(f.s.FailCanary(f.ctx, next, 21606))
	got, err := f.s.Canaries(f.ctx, 10)
	want := []hotline.Canary{{Slot: next, SentAt: again, Fault: 21606}, {Slot: slot, SentAt: sent, HeardAt: heard}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		f.Errorf("%v (-want +got)\n%s", err, diff)
	}
	f.clock.Add(16 * 24 * time.Hour)
	_, err = f.s.BeginCanary(f.ctx, f.clock.Now())
	f.must(err)
	if got, err := f.s.Canaries(f.ctx, 10); len(got) != 1 || err != nil {
		f.Errorf("%d canaries are kept for ever, %v", len(got), err)
	}
}

func testTallies(f *fixture) {
	hour := f.clock.Now().Truncate(time.Hour)
	before := hour.Add(-time.Hour)
	f.must(f.s.AddTallies(f.ctx, []hotline.Tally{{Hour: before, Carrier: 3, Stored: 3, Filed: 1}, {Hour: hour, Carrier: 1, Stored: 1}}))
	f.must(f.s.AddTallies(f.ctx, []hotline.Tally{{Hour: hour, Carrier: 4, Stored: 4, Filed: 2}}))
	f.must(f.s.AddTallies(f.ctx, []hotline.Tally{{Hour: hour, Carrier: 5, Stored: 5, Filed: 1}}))
	got, err := f.s.Tallies(f.ctx, before)
	want := []hotline.Tally{{Hour: before, Carrier: 3, Stored: 3, Filed: 1}, {Hour: hour, Carrier: 5, Stored: 5, Filed: 3}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		f.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if got, err := f.s.Tallies(f.ctx, hour); len(got) != 1 || err != nil {
		f.Errorf("%d hours since the last, %v", len(got), err)
	}
}

func testOldestOutstanding(f *fixture) {
	if at, err := f.s.OldestOutstanding(f.ctx); !at.IsZero() || err != nil {
		f.Errorf("oldest %v of none, %v", at, err)
	}
	first := f.clock.Now()
	f.receive(reply, f.sms(1, "one"))
	f.clock.Add(time.Minute)
	f.receive(reply, f.sms(2, "two"))
	if at, err := f.s.OldestOutstanding(f.ctx); !at.Equal(first) || err != nil {
		f.Errorf("oldest %v, %v", at, err)
	}
}
