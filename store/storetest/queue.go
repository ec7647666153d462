package storetest

import (
	"context"
	"slices"
	"sync"
	"time"

	"pgregory.net/rapid"

	"github.com/hearline/hearline/hotline"
)

// waiting files a message of a new person with a priority and a time.
func (f *fixture) waiting(n int, p hotline.Priority, since time.Time) hotline.ConversationID {
	f.Helper()
	in := f.sms(n, "waiting")
	in.Assessment.Priority, in.At = p, since
	return f.receive(file, in)[0].ConversationID
}

func idsOf(all []hotline.Conversation) []hotline.ConversationID {
	var ids []hotline.ConversationID
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return ids
}

func testQueue(f *fixture) {
	t0 := f.clock.Now()
	late := f.waiting(1, hotline.Urgent, t0.Add(time.Minute))
	early := f.waiting(2, hotline.Urgent, t0)
	first := f.waiting(3, hotline.Emergency, t0.Add(time.Hour))
	gone := f.waiting(4, hotline.Emergency, t0)
	f.change(gone, func(x *hotline.Exchange) { x.Conversation.State = hotline.Closed })
	answered := f.waiting(5, hotline.Urgent, t0)
	f.change(answered, func(x *hotline.Exchange) {
		x.Conversation.WaitingSince, x.Conversation.OwnerID = time.Time{}, "u1"
	})
	f.change(late, func(x *hotline.Exchange) {
		c := &x.Conversation
		c.OwnerID, c.Language, c.Safety = "u1", "fr", hotline.Safe
	})
	for name, c := range map[string]struct {
		filter hotline.QueueFilter
		want   []hotline.ConversationID
	}{
		"all":      {hotline.QueueFilter{}, []hotline.ConversationID{first, early, late}},
		"priority": {hotline.QueueFilter{Priority: hotline.Urgent}, []hotline.ConversationID{early, late}},
		"language": {hotline.QueueFilter{Language: "fr"}, []hotline.ConversationID{late}},
		"channel":  {hotline.QueueFilter{Channel: hotline.WhatsApp}, nil},
		"safety":   {hotline.QueueFilter{Safety: hotline.Safe}, []hotline.ConversationID{late}},
		"no owner": {hotline.QueueFilter{NoOwner: true}, []hotline.ConversationID{first, early}},
		"mine":     {hotline.QueueFilter{OwnerID: "u1"}, []hotline.ConversationID{late, answered}},
		"together": {hotline.QueueFilter{Priority: hotline.Urgent, Language: "en", Channel: hotline.SMS, Safety: hotline.NotAsked, NoOwner: true}, []hotline.ConversationID{early}},
	} {
		got, err := f.s.Queue(f.ctx, c.filter, hotline.QueueCursor{}, 10)
		f.must(err)
		if !slices.Equal(idsOf(got), c.want) {
			f.Errorf("%s: got %v, want %v", name, idsOf(got), c.want)
		}
		for _, one := range got {
			if one.Preview != "waiting" || one.Address == "" {
				f.Errorf("%s: %+v", name, one)
			}
		}
	}
	counts, err := f.s.QueueCounts(f.ctx)
	f.must(err)
	want := []hotline.QueueCount{{Priority: hotline.Emergency, Waiting: 1, NoOwner: 1}, {Priority: hotline.Urgent, Waiting: 2, NoOwner: 1}}
	if !slices.Equal(counts, want) {
		f.Errorf("counts %+v", counts)
	}
}

// Paging with any page size shows everybody once, in the order of the whole.
func testQueuePaging(f *fixture) {
	var batch []hotline.Inbound
	for i := range 120 {
		in := f.sms(i, "x")
		in.Assessment.Priority = hotline.Priority(i*7%5 + 1)
		in.At = f.clock.Now().Add(time.Duration(i*13%10) * time.Second)
		batch = append(batch, in)
	}
	for i, r := range f.receive(file, batch...) {
		f.change(r.ConversationID, func(x *hotline.Exchange) {
			x.Conversation.OwnerID = "u1"
			if i%3 == 0 {
				x.Conversation.WaitingSince = time.Time{}
			}
		})
	}
	rapid.Check(f.T, func(t *rapid.T) {
		var filter hotline.QueueFilter
		if rapid.Bool().Draw(t, "mine") {
			filter.OwnerID = "u1"
		}
		if rapid.Bool().Draw(t, "one priority") {
			filter.Priority = hotline.Priority(rapid.IntRange(1, 5).Draw(t, "priority"))
		}
		size := rapid.IntRange(1, 130).Draw(t, "page")
		whole, err := f.s.Queue(f.ctx, filter, hotline.QueueCursor{}, 1000)
		if err != nil || len(whole) == 0 {
			t.Fatalf("%d, %v", len(whole), err)
		}
		var paged []hotline.ConversationID
		var after hotline.QueueCursor
		for {
			page, err := f.s.Queue(f.ctx, filter, after, size)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			paged = append(paged, idsOf(page)...)
			last := page[len(page)-1]
			after = hotline.QueueCursor{Priority: last.Priority, WaitingSince: last.WaitingSince, ID: last.ID}
		}
		if !slices.Equal(paged, idsOf(whole)) {
			t.Fatalf("pages of %d: %d of %d", size, len(paged), len(whole))
		}
	})
}

func testMessagesPaging(f *fixture) {
	var batch []hotline.Inbound
	for range 50 {
		batch = append(batch, f.sms(1, "x"))
	}
	id := f.receive(reply, batch...)[0].ConversationID
	whole := f.messages(id)
	rapid.Check(f.T, func(t *rapid.T) {
		size := rapid.IntRange(1, 110).Draw(t, "page")
		var after hotline.MessageID
		seen := 0
		for {
			page, err := f.s.Messages(f.ctx, id, after, size)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, m := range page {
				if m.ID != whole[seen].ID {
					t.Fatalf("message %d is another", seen)
				}
				seen++
			}
			after = page[len(page)-1].ID
		}
		if seen != len(whole) || seen != 100 {
			t.Fatalf("%d of %d", seen, len(whole))
		}
	})
}

func take(owner hotline.UserID) func(*hotline.Exchange) error {
	return func(x *hotline.Exchange) error {
		if x.Conversation.OwnerID != "" {
			return hotline.Errorf(hotline.Internal, "handed out twice")
		}
		x.Conversation.OwnerID = owner
		return nil
	}
}

func testChangeNext(f *fixture) {
	t0 := f.clock.Now()
	second := f.waiting(1, hotline.Urgent, t0)
	first := f.waiting(2, hotline.Emergency, t0)
	for _, want := range []hotline.ConversationID{first, second} {
		got, err := f.s.ChangeNext(f.ctx, hotline.QueueFilter{}, take("u1"))
		f.must(err)
		if got != want {
			f.Errorf("got %s, want %s", got, want)
		}
	}
	_, err := f.s.ChangeNext(f.ctx, hotline.QueueFilter{}, take("u1"))
	f.code(err, hotline.NotFound)
	third := f.waiting(3, hotline.Info, t0)
	_, err = f.s.ChangeNext(f.ctx, hotline.QueueFilter{Language: "fr"}, take("u1"))
	f.code(err, hotline.NotFound)
	_, err = f.s.ChangeNext(f.ctx, hotline.QueueFilter{}, func(*hotline.Exchange) error { return hotline.Errorf(hotline.Forbidden, "no") })
	f.code(err, hotline.Forbidden)
	if got, err := f.s.ChangeNext(f.ctx, hotline.QueueFilter{}, take("u1")); got != third || err != nil {
		f.Errorf("got %s, %v", got, err)
	}
}

// Eight people press "take next" at once, on two nodes, while messages come in:
// nobody gets what another has, and all is taken.
func testChangeNextConcurrently(f *fixture) {
	const callers, people = 8, 40
	other := Open(f, f.url, f.keys, f.clock.Now)
	for n := range people {
		f.waiting(n, hotline.Urgent, f.clock.Now())
	}
	var mu sync.Mutex
	taken := map[hotline.ConversationID]int{}
	var group sync.WaitGroup
	for n := range callers {
		s := f.s
		if n%2 == 1 {
			s = other
		}
		group.Go(func() {
			for {
				id, err := s.ChangeNext(f.ctx, hotline.QueueFilter{}, take("u"))
				if hotline.CodeOf(err) == hotline.NotFound {
					return
				}
				if err != nil {
					f.Error(err)
					return
				}
				mu.Lock()
				taken[id]++
				mu.Unlock()
			}
		})
	}
	group.Go(func() {
		for n := range people {
			if _, err := f.s.Receive(f.ctx, []hotline.Inbound{f.sms(n, "more")}, file); err != nil {
				f.Error(err)
			}
		}
	})
	group.Wait()
	if len(taken) != people {
		f.Errorf("%d of %d taken", len(taken), people)
	}
	for id, n := range taken {
		if n != 1 {
			f.Errorf("%s was taken %d times", id, n)
		}
	}
}

func testConversationOf(f *fixture) {
	_, err := f.s.ConversationOf(f.ctx, hotline.SMS, phone(1))
	f.code(err, hotline.NotFound)
	id := f.waiting(1, hotline.Info, f.clock.Now())
	if got, err := f.s.ConversationOf(f.ctx, hotline.SMS, phone(1)); got != id || err != nil {
		f.Errorf("got %s, %v", got, err)
	}
	_, err = f.s.ConversationOf(f.ctx, hotline.WhatsApp, phone(1))
	f.code(err, hotline.NotFound)
	_, err = f.s.Conversation(f.ctx, "nobody")
	f.code(err, hotline.NotFound)
	if got, err := f.s.Messages(f.ctx, "nobody", "", 1); len(got) != 0 || err != nil {
		f.Errorf("got %v, %v", got, err)
	}
	// What comes from a browser's address bar may be anything.
	_, err = f.s.Conversation(f.ctx, "\x00\xff")
	if code := hotline.CodeOf(err); code != hotline.NotFound && code != hotline.Invalid {
		f.Errorf("got %v", err)
	}
}

func testCancelled(f *fixture) {
	ctx, cancel := context.WithCancel(f.ctx)
	cancel()
	_, err := f.s.Receive(ctx, []hotline.Inbound{f.sms(1, "x")}, reply)
	f.code(err, hotline.Unavailable)
	_, err = f.s.Queue(ctx, hotline.QueueFilter{}, hotline.QueueCursor{}, 1)
	f.code(err, hotline.Unavailable)
	f.receive(reply, f.sms(1, "x"))
}

// One conversation that cannot be unsealed hides no other, neither in the list nor
// from who takes the next one.
func testQueueDamaged(f *fixture) {
	t0 := f.clock.Now()
	damaged := f.waiting(1, hotline.Emergency, t0)
	fine := f.waiting(2, hotline.Urgent, t0)
	if _, err := raw(f, f.url).Exec("UPDATE conversations SET wrapped_key = address_sealed WHERE id = $1", string(damaged)); err != nil {
		f.Fatal(err)
	}
	got, err := f.s.Queue(f.ctx, hotline.QueueFilter{}, hotline.QueueCursor{}, 10)
	f.must(err)
	if !slices.Equal(idsOf(got), []hotline.ConversationID{damaged, fine}) || got[0].Preview != "" || got[1].Preview != "waiting" {
		f.Errorf("got %+v", got)
	}
	own := func(x *hotline.Exchange) error {
		x.Conversation.OwnerID = "u1"
		return nil
	}
	if id, err := f.s.ChangeNext(f.ctx, hotline.QueueFilter{}, own); id != fine || err != nil {
		f.Errorf("took %q, %v", id, err)
	}
	_, err = f.s.ChangeNext(f.ctx, hotline.QueueFilter{}, own)
	f.code(err, hotline.Internal)
}

// The keys of another database are told apart from those of this one, whatever is
// damaged or erased in it.
func testKeysFit(f *fixture) {
	other := Open(f, f.url, NewKeys(f), f.clock.Now)
	f.must(other.KeysFit(f.ctx)) // nothing is there to fit
	ids := []hotline.ConversationID{f.waiting(1, hotline.Urgent, f.clock.Now()), f.waiting(2, hotline.Urgent, f.clock.Now())}
	if _, err := raw(f, f.url).Exec("UPDATE conversations SET wrapped_key = address_sealed WHERE id = $1", string(ids[1])); err != nil {
		f.Fatal(err)
	}
	f.must(f.s.KeysFit(f.ctx))
	f.code(other.KeysFit(f.ctx), hotline.Invalid)
	f.change(ids[0], func(x *hotline.Exchange) { x.Conversation.State = hotline.Erased })
	f.code(other.KeysFit(f.ctx), hotline.Invalid)
}
