package storetest

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
)

const (
	lease  = time.Minute
	sender = "+15550100200"
)

// ledger starts a run for n people who agreed to SMS, and puts the campaign to
// sending.
func (f *fixture) ledger(n int) (hotline.Campaign, hotline.Lane) {
	f.Helper()
	var people []hotline.Subscriber
	for i := range n {
		people = append(people, joiner(i))
	}
	f.subscribe(people...)
	c := f.campaign("Papers and pay")
	_, err := f.s.ChangeCampaign(f.ctx, c.ID, func(c *hotline.Campaign) ([]hotline.AuditEntry, error) {
		c.State = hotline.CampaignSending
		return nil, nil
	})
	f.must(err)
	run, err := f.s.StartRun(f.ctx, hotline.RunStart{
		Campaign: c.ID, DueAt: f.clock.Now(), Channel: hotline.SMS, Texts: []hotline.Language{"es"}, Fallback: "es", Senders: []string{sender},
		Due: []hotline.PlaceDue{{Country: "US", Region: "US-TX", Zones: "America/Chicago", At: f.clock.Now()}},
	})
	f.must(err)
	if len(run.Lanes) != 1 || run.Lanes[0].Size != int64(n) {
		f.Fatalf("%+v", run.Lanes)
	}
	return c, run.Lanes[0]
}

func (f *fixture) take(lane hotline.Lane, want int) []hotline.Recipient {
	f.Helper()
	out, err := f.s.Take(f.ctx, lane, want, lease)
	f.must(err)
	return out
}

func (f *fixture) sentTo(r hotline.Recipient) hotline.RecipientResult {
	return hotline.RecipientResult{
		Lane: r.Lane, N: r.N, Attempts: r.Attempts, State: hotline.RecipientSent, ProviderID: fmt.Sprintf("SM%d.%d", r.Lane, r.N), Delivery: hotline.Queued, Segments: 2, At: f.clock.Now(),
	}
}

func (f *fixture) record(results ...hotline.RecipientResult) {
	f.Helper()
	f.must(f.s.Record(f.ctx, results, "a"))
}

func (f *fixture) progress(c hotline.Campaign) hotline.Progress {
	f.Helper()
	parts, err := f.s.Progress(f.ctx, c.ID)
	f.must(err)
	if len(parts) != 1 || parts[0].Language != "es" {
		f.Fatalf("%+v", parts)
	}
	return parts[0].Progress
}

func numbers(taken []hotline.Recipient) (out []int64) {
	for _, r := range taken {
		out = append(out, r.N)
	}
	return out
}

func testLedger(f *fixture) {
	c, lane := f.ledger(5)
	first := f.take(lane, 3)
	if !slices.Equal(numbers(first), []int64{1, 2, 3}) || first[0].Unknown || first[0].Held != "" || first[0].Language != "es" || first[0].Zones != "America/Chicago" {
		f.Fatalf("%+v", first)
	}
	if first[1].Address == "" || first[1].Address == first[0].Address {
		f.Error("a number is missing")
	}
	rest := f.take(lane, 3)
	if !slices.Equal(numbers(rest), []int64{4, 5}) || len(f.take(lane, 3)) != 0 {
		f.Fatalf("%v", numbers(rest))
	}
	f.record(f.sentTo(first[0]), f.sentTo(first[1]), f.sentTo(first[2]), f.sentTo(rest[0]))
	f.record(f.sentTo(first[0])) // late, and told already
	failed := f.sentTo(rest[1])
	failed.State, failed.ProviderID, failed.ErrorCode, failed.Invalid = hotline.RecipientFailed, "", 30005, true
	f.record(failed)
	if got, want := f.progress(c), (hotline.Progress{Recipients: 5, Sent: 4, Failed: 1, Segments: 8}); got != want {
		f.Errorf("got %+v, want %+v", got, want)
	}
	if left, err := f.s.LanesLeft(f.ctx, c.ID); err != nil || left != 1 {
		f.Errorf("%d, %v", left, err)
	}
	f.take(lane, 3) // finds nothing, and says so
	if left, err := f.s.LanesLeft(f.ctx, c.ID); err != nil || left != 0 {
		f.Errorf("%d lanes are left, %v", left, err)
	}
	u, err := f.s.Subscriber(f.ctx, rest[1].Subscriber)
	if err != nil || !u.Invalid {
		f.Errorf("a number that nobody has is not retired: %v", err)
	}
	if u, err = f.s.Subscriber(f.ctx, first[0].Subscriber); err != nil || !u.ContactedAt.Equal(f.clock.Now()) {
		f.Errorf("contacted %v, %v", u.ContactedAt, err)
	}
}

// testLedgerDied: who dies with a part leaves it to be looked up, never to be sent
// blind.
func testLedgerDied(f *fixture) {
	_, lane := f.ledger(4)
	taken := f.take(lane, 3)
	f.record(f.sentTo(taken[0]))
	f.clock.Add(lease - time.Second)
	if got := f.take(lane, 1); !slices.Equal(numbers(got), []int64{4}) {
		f.Fatalf("%v", numbers(got))
	}
	f.clock.Add(2 * time.Second)
	back := f.take(lane, 10)
	if !slices.Equal(numbers(back), []int64{2, 3}) || !back[0].Unknown || !back[1].Unknown {
		f.Fatalf("%+v", back)
	}
	again := hotline.RecipientResult{Lane: lane.ID, N: 2, State: hotline.RecipientRetry, DueAt: f.clock.Now().Add(time.Second), ErrorCode: 20429, At: f.clock.Now()}
	unknown := again
	unknown.N, unknown.State = 3, hotline.RecipientLookUp
	f.record(again, unknown)
	f.clock.Add(2 * time.Second)
	retried := f.take(lane, 10)
	if !slices.Equal(numbers(retried), []int64{2, 3}) || retried[0].Unknown || !retried[1].Unknown || retried[0].Attempts != 1 {
		f.Fatalf("%+v", retried)
	}
	f.clock.Add(lease + time.Second) // died once more
	if lost := f.take(lane, 10); len(lost) < 2 || !lost[0].Unknown || !lost[1].Unknown {
		f.Errorf("%+v", lost)
	}
}

func testLedgerGiveBack(f *fixture) {
	_, lane := f.ledger(3)
	taken := f.take(lane, 3)
	f.must(f.s.GiveBack(f.ctx, taken[1:]))
	if got := f.take(lane, 3); !slices.Equal(numbers(got), []int64{2, 3}) || got[0].Unknown || got[0].Attempts != 0 {
		f.Errorf("%+v", got)
	}
}

// testLedgerHeld: what a person says after the ledger was written counts.
func testLedgerHeld(f *fixture) {
	_, lane := f.ledger(6)
	tell := func(n int, ch hotline.Channel, rule func(*hotline.Exchange)) {
		in := f.sms(n, "text")
		in.Channel = ch
		f.receive(func(x *hotline.Exchange, in hotline.Inbound) {
			file(x, in)
			x.Conversation.Priority, x.Conversation.WaitingSince = hotline.Info, time.Time{}
			rule(x)
		}, in)
	}
	tell(0, hotline.SMS, func(x *hotline.Exchange) { x.Contact.OptedOut = true })
	tell(1, hotline.WhatsApp, func(x *hotline.Exchange) { x.Contact.Unsafe = true })
	tell(2, hotline.SMS, func(x *hotline.Exchange) { x.Conversation.Priority = hotline.Emergency })
	_, err := f.s.SetOptIn(f.ctx, hotline.SMS, hotline.Subscriber{Address: phone(3)}, hotline.OptInEvent{State: hotline.OptInWithdrawn, Source: "person"})
	f.must(err)
	erased, err := f.s.SubscriberOf(f.ctx, phone(4))
	f.must(err)
	f.must(f.s.EraseSubscriber(f.ctx, erased.ID))
	byNumber := map[hotline.Address]hotline.Exclusion{}
	for _, r := range f.take(lane, 10) {
		byNumber[r.Address] = r.Held
	}
	want := map[hotline.Address]hotline.Exclusion{
		phone(0): hotline.OptedOutOf, phone(1): hotline.NotSafe, phone(2): hotline.InConversation, phone(3): hotline.OptedOutOf, "": hotline.OptedOutOf, phone(5): "",
	}
	for number, why := range want {
		if got, is := byNumber[number]; !is || got != why {
			f.Errorf("%s: held for %q, want %q", number.Masked(), got, why)
		}
	}
}

func testLedgerCallbacks(f *fixture) {
	c, lane := f.ledger(4)
	taken := f.take(lane, 4)
	f.record(f.sentTo(taken[0]), f.sentTo(taken[1]))
	tell := func(n int, provider string, d hotline.Delivery, code int, left bool) {
		f.must(f.s.UpdateRecipients(f.ctx, []hotline.StatusUpdate{{MessageID: taken[n].MessageID(), ProviderID: provider, Delivery: d, ErrorCode: code, OptedOut: left}}, "x"))
	}
	id := func(n int) string { return f.sentTo(taken[n]).ProviderID }
	tell(0, id(0), hotline.Delivered, 0, false)
	tell(0, id(0), hotline.Delivered, 0, false) // twice
	tell(0, id(0), hotline.Sent, 0, false)      // late
	tell(1, id(1), hotline.Undelivered, 30004, true)
	tell(2, id(2), hotline.Sent, 0, false) // before Record
	f.record(f.sentTo(taken[2]))
	tell(3, "", hotline.Sent, 0, false) // of nobody
	if got, want := f.progress(c), (hotline.Progress{Recipients: 4, Sent: 3, Delivered: 1, Failed: 1, OptedOut: 1, Segments: 6}); got != want {
		f.Errorf("got %+v, want %+v", got, want)
	}
	o, err := f.s.LastOutcomes(f.ctx, c.ID, time.Time{}, 200)
	if err != nil || o != (hotline.Outcomes{Of: 3, Failed: 1, OptedOut: 1}) {
		f.Errorf("%+v, %v", o, err)
	}
	if o, err = f.s.LastOutcomes(f.ctx, c.ID, f.clock.Now().Add(time.Second), 200); err != nil || o.Of != 0 {
		f.Errorf("%+v, %v", o, err)
	}
	u, err := f.s.Subscriber(f.ctx, taken[1].Subscriber)
	if err != nil || u.SMS != hotline.OptInWithdrawn {
		f.Errorf("%q, %v", u.SMS, err)
	}
	missing, err := f.s.MissingFor(f.ctx, taken[0].MessageID(), []string{id(0), "SMother"})
	if err != nil || !slices.Equal(missing, []string{"SMother"}) {
		f.Errorf("%v, %v", missing, err)
	}
}

// testLedgerConcurrently: however many take, each is taken once.
func testLedgerConcurrently(f *fixture) {
	const people, nodes = 300, 4
	c, lane := f.ledger(people)
	var mu sync.Mutex
	times := map[int64]int{}
	var all sync.WaitGroup
	for n := range nodes {
		all.Go(func() {
			for {
				taken, err := f.s.Take(f.ctx, lane, 7, lease)
				if err != nil {
					f.Error(err)
					return
				}
				if len(taken) == 0 {
					return
				}
				var results []hotline.RecipientResult
				mu.Lock()
				for _, r := range taken {
					times[r.N]++
					results = append(results, f.sentTo(r))
				}
				mu.Unlock()
				if err := f.s.Record(f.ctx, results, fmt.Sprint(n)); err != nil {
					f.Error(err)
				}
			}
		})
	}
	all.Wait()
	for n := int64(1); n <= people; n++ {
		if times[n] != 1 {
			f.Errorf("%d was taken %d times", n, times[n])
		}
	}
	if p := f.progress(c); p.Sent != people {
		f.Errorf("%+v", p)
	}
	lanes, err := f.s.OpenLanes(f.ctx)
	if f.take(lane, 1); err != nil || len(lanes) > 1 {
		f.Errorf("%+v, %v", lanes, err)
	}
	if lanes, err = f.s.OpenLanes(f.ctx); err != nil || len(lanes) != 0 {
		f.Errorf("%+v, %v", lanes, err)
	}
}
