package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

func testReceive(f *fixture) {
	in := f.sms(1, "they took my passport")
	in.Text += " \x00 \xff" // a text may hold anything
	in.Media = []hotline.Media{{ContentType: "image/jpeg", URL: "https://carrier.example/media/1"}}
	in.Location = &hotline.Location{Latitude: 52.5, Longitude: 13.4, Label: "the yard"}
	receipt := f.receive(reply, in)[0]
	if receipt.Duplicate || receipt.Priority != hotline.Urgent || receipt.MessageID == "" {
		f.Fatalf("receipt %+v", receipt)
	}
	x := f.conversation(receipt.ConversationID)
	c := x.Conversation
	if c.Address != phone(1) || c.To != in.To || c.State != hotline.Open || c.Unread != 1 || !c.WaitingSince.Equal(in.At) ||
		!c.LastInboundAt.Equal(in.At) || c.ContactID != x.Contact.ID || x.Contact.Channel != hotline.SMS || c.Preview != in.Text {
		f.Errorf("conversation %+v of %+v", c, x.Contact)
	}
	got := f.messages(c.ID)
	if len(got) != 2 {
		f.Fatalf("%d messages", len(got))
	}
	m := got[0]
	if m.ID != receipt.MessageID || m.Text != in.Text || m.ProviderID != in.ProviderID || !m.At.Equal(in.At) || m.Direction != hotline.In {
		f.Errorf("message %+v", m)
	}
	for what, diff := range map[string]string{
		"assessment": cmp.Diff(in.Assessment, *m.Assessment),
		"media":      cmp.Diff(in.Media[0].URL.Reveal(), m.Media[0].URL.Reveal()),
		"location":   cmp.Diff(in.Location, m.Location),
	} {
		if diff != "" {
			f.Errorf("%s differs: %s", what, diff)
		}
	}
	if got[1].Direction != hotline.Out || got[1].Delivery != hotline.Queued || got[1].Assessment != nil {
		f.Errorf("reply %+v", got[1])
	}
}

func testReceiveEmpty(f *fixture) { f.receive(reply) }

func testReceiveFindsConversation(f *fixture) {
	first := f.receive(reply, f.sms(1, "one"))[0]
	f.change(first.ConversationID, func(x *hotline.Exchange) {
		x.Conversation.Answers = []hotline.Answer{{Question: "danger", Value: "yes", Words: "sí", At: f.clock.Now()}}
		x.Contact.Language = "es"
	})
	var seen hotline.Exchange
	second := f.receive(func(x *hotline.Exchange, in hotline.Inbound) { seen = *x; reply(x, in) }, f.sms(1, "two"))[0]
	if second.ConversationID != first.ConversationID {
		f.Error("a second conversation was begun")
	}
	a := seen.Conversation.Answers
	if len(a) != 1 || a[0].Words != "sí" || !a[0].At.Equal(f.clock.Now()) || seen.Contact.Language != "es" || seen.Conversation.Address != phone(1) {
		f.Errorf("the rule saw %+v", seen)
	}
	if c := f.conversation(first.ConversationID).Conversation; c.Unread != 2 || len(c.Answers) != 1 {
		f.Errorf("conversation %+v", c)
	}
}

func testReceiveOrderInBatch(f *fixture) {
	var batch []hotline.Inbound
	for i := range 60 {
		batch = append(batch, f.sms(i%3, fmt.Sprint(i)))
	}
	receipts := f.receive(reply, batch...)
	for sender := range 3 {
		id := receipts[sender].ConversationID
		next := sender
		for _, m := range f.messages(id) {
			if m.Direction != hotline.In {
				continue
			}
			if m.Text.Reveal() != fmt.Sprint(next) {
				f.Errorf("sender %d: got %s, want %d", sender, m.Text.Reveal(), next)
			}
			next += 3
		}
		if next != sender+60 {
			f.Errorf("sender %d: ended at %d", sender, next)
		}
	}
}

func testReceiveDuplicates(f *fixture) {
	one, two := f.sms(1, "one"), f.sms(2, "two")
	calls := 0
	count := func(x *hotline.Exchange, in hotline.Inbound) { calls++; reply(x, in) }
	batch := f.receive(count, one, one, two)
	again := f.receive(count, two, one)
	if calls != 2 {
		f.Errorf("the rule ran %d times", calls)
	}
	if batch[0].Duplicate || !batch[1].Duplicate || batch[2].Duplicate || !again[0].Duplicate || !again[1].Duplicate {
		f.Errorf("receipts %+v %+v", batch, again)
	}
	for _, pair := range [][2]hotline.Receipt{{batch[0], batch[1]}, {batch[0], again[1]}, {batch[2], again[0]}} {
		if pair[0].MessageID != pair[1].MessageID || pair[0].ConversationID != pair[1].ConversationID || pair[0].Priority != pair[1].Priority {
			f.Errorf("a duplicate got %+v instead of %+v", pair[1], pair[0])
		}
	}
}

// Messages without a carrier id are never duplicates of each other.
func testReceiveWithoutProviderID(f *fixture) {
	in := f.sms(1, "one")
	in.ProviderID = ""
	got := f.receive(file, in, in)
	if got[0].Duplicate || got[1].Duplicate || len(f.messages(got[0].ConversationID)) != 2 {
		f.Errorf("receipts %+v", got)
	}
}

// A conversation that closes in mid-batch is followed by a new one.
func testReceiveCloseInBatch(f *fixture) {
	closing := func(x *hotline.Exchange, in hotline.Inbound) {
		file(x, in)
		x.Conversation.State = hotline.Closed
		x.Contact.OptedOut = true
	}
	got := f.receive(closing, f.sms(1, "one"), f.sms(1, "two"))
	if got[0].ConversationID == got[1].ConversationID {
		f.Error("the closed conversation went on")
	}
	f.receive(closing, f.sms(1, "three"))
	if !f.conversation(got[1].ConversationID).Contact.OptedOut {
		f.Error("the contact's change is lost")
	}
	newest, err := f.s.ConversationOf(f.ctx, hotline.SMS, phone(1))
	f.must(err)
	if newest == got[0].ConversationID || newest == got[1].ConversationID {
		f.Error("not the newest conversation")
	}
}

func testReceivePoison(f *fixture) {
	bad := f.sms(1, "fine")
	bad.Language = "e\x00"
	_, err := f.s.Receive(f.ctx, []hotline.Inbound{f.sms(2, "good"), bad}, reply)
	f.code(err, hotline.Invalid)
	bad = f.sms(1, "fine")
	bad.ProviderID = "SM\xff"
	_, err = f.s.Receive(f.ctx, []hotline.Inbound{bad}, reply)
	f.code(err, hotline.Invalid)
	bad = f.sms(1, "fine")
	bad.Channel = "pigeon"
	_, err = f.s.Receive(f.ctx, []hotline.Inbound{bad}, reply)
	f.code(err, hotline.Invalid)
	if n, _, _, err := f.s.Stored(f.ctx); n != 0 || err != nil {
		f.Errorf("%d messages stored, %v", n, err)
	}
}

// A rule that panics must not keep the writer or the lock.
func testReceivePanic(f *fixture) {
	func() {
		defer func() {
			if recover() == nil {
				f.Error("the panic was swallowed")
			}
		}()
		_, _ = f.s.Receive(f.ctx, []hotline.Inbound{f.sms(1, "one")}, func(*hotline.Exchange, hotline.Inbound) { panic("rule") })
	}()
	if got := f.receive(reply, f.sms(1, "two")); got[0].MessageID == "" {
		f.Error("nothing is stored after a panic")
	}
}

// A backlog may hold ERASE YES and then STOP of one person in one batch.
func testReceiveOptOutAfterErasure(f *fixture) {
	n := 0
	got := f.receive(func(x *hotline.Exchange, in hotline.Inbound) {
		reply(x, in)
		switch n++; n {
		case 1:
			x.Contact.Language = "es"
			x.Conversation.State = hotline.Closed
		case 2:
			x.Contact.OptedOut = true
		}
	}, f.sms(1, "erase yes"), f.sms(1, "stop"))
	if !f.conversation(got[1].ConversationID).Contact.OptedOut {
		f.Error("STOP was lost")
	}
}

// Many callers with overlapping senders, orders and redeliveries: everything is
// there once.
func testReceiveConcurrently(f *fixture) {
	const callers, rounds, senders = 6, 12, 9
	other := Open(f, f.url, f.keys, f.clock.Now) // as a second process would
	var shared []hotline.Inbound
	for i := range 40 {
		shared = append(shared, f.sms(i%senders, "shared"))
	}
	var group sync.WaitGroup
	errs := make(chan error, callers)
	for n := range callers {
		s := f.s
		if n%2 == 1 {
			s = other
		}
		group.Go(func() {
			for round := range rounds {
				batch := []hotline.Inbound{
					shared[(round*7+n)%40], inbound((round+n)%senders, "own", f.clock.Now()), shared[(round*3+n*5)%40],
					inbound((round*5+n)%senders, "own", f.clock.Now()),
				}
				if _, err := s.Receive(f.ctx, batch, reply); err != nil {
					errs <- err
				}
			}
		})
	}
	group.Wait()
	close(errs)
	for err := range errs {
		f.Error(err)
	}
	f.receive(reply, shared...)
	inbound, providers, assessed, err := f.s.Stored(f.ctx)
	f.must(err)
	if want := 40 + callers*rounds*2; inbound != want || providers != want || assessed != want {
		f.Errorf("%d messages, %d ids, %d assessed, want %d", inbound, providers, assessed, want)
	}
	queue, err := f.s.Queue(f.ctx, hotline.QueueFilter{}, hotline.QueueCursor{}, 100)
	f.must(err)
	if len(queue) != senders {
		f.Errorf("%d conversations of %d people", len(queue), senders)
	}
}

// The same carrier id of two senders at once is one message.
func testReceiveSameIDFromTwo(f *fixture) {
	const tries = 10
	for range tries {
		one := f.sms(1, "x")
		two := one
		two.From = phone(2)
		var group sync.WaitGroup
		duplicates := make([]bool, 2)
		for i, in := range []hotline.Inbound{one, two} {
			group.Go(func() {
				got, err := f.s.Receive(f.ctx, []hotline.Inbound{in}, reply)
				if err != nil {
					f.Error(err)
					return
				}
				duplicates[i] = got[0].Duplicate
			})
		}
		group.Wait()
		if duplicates[0] == duplicates[1] {
			f.Errorf("duplicates %v", duplicates)
		}
	}
}

func testChange(f *fixture) {
	id := f.receive(reply, f.sms(1, "one"))[0].ConversationID
	f.code(f.s.Change(f.ctx, "nobody", func(*hotline.Exchange) error { return nil }), hotline.NotFound)
	own := errors.New("no")
	if err := f.s.Change(f.ctx, id, func(x *hotline.Exchange) error { x.Conversation.Step = "gone"; return own }); err != own {
		f.Errorf("got %v", err)
	}
	f.clock.Add(time.Minute)
	f.change(id, func(x *hotline.Exchange) {
		if x.Conversation.Step != "safe" || x.Conversation.Preview != "one" {
			f.Errorf("loaded %+v", x.Conversation)
		}
		c := &x.Conversation
		c.Step, c.Asked, c.ReAsked, c.HandedOff, c.EraseAsk = "where", 3, true, true, f.clock.Now()
		c.Safety, c.SafetyAt, c.Language, c.Kind = hotline.Safe, f.clock.Now(), "ar", hotline.Question
		c.Priority, c.Overridden, c.OwnerID, c.WaitingSince = hotline.Emergency, true, "u1", time.Time{}
		x.Read = true
		x.Write(hotline.Message{Direction: hotline.Note, Author: hotline.FromStaff, AuthorID: "u1", Text: "call at noon"})
		x.Audit = append(x.Audit, hotline.AuditEntry{ActorID: "u1", Action: "conversation.take", Object: "conversation", ObjectID: string(id)})
	})
	c := f.conversation(id).Conversation
	if c.Step != "where" || c.Asked != 3 || !c.ReAsked || !c.HandedOff || !c.EraseAsk.Equal(f.clock.Now()) || c.Safety != hotline.Safe ||
		!c.SafetyAt.Equal(f.clock.Now()) || c.Language != "ar" || c.Kind != hotline.Question || c.Priority != hotline.Emergency ||
		!c.Overridden || c.OwnerID != "u1" || !c.WaitingSince.IsZero() || c.Unread != 0 || !c.UpdatedAt.Equal(f.clock.Now()) {
		f.Errorf("saved %+v", c)
	}
	if m := f.messages(id); len(m) != 3 || m[2].Text != "call at noon" || m[2].Direction != hotline.Note || m[2].AuthorID != "u1" {
		f.Errorf("messages %+v", m)
	}
	entries, err := f.s.AuditOf(f.ctx, "conversation", string(id), 10)
	f.must(err)
	if len(entries) != 1 || entries[0].ActorID != "u1" || entries[0].ID == "" || !entries[0].At.Equal(f.clock.Now()) {
		f.Errorf("audit %+v", entries)
	}
	if out := f.claim(); len(out) != 1 {
		f.Errorf("a note is in the outbox, or the reply is not: %+v", out)
	}
}

// The id of an audit entry is what makes an act happen once: the same id again
// refuses the whole change, wherever it comes from.
func testChangeOnce(f *fixture) {
	id := f.receive(reply, f.sms(1, "one"))[0].ConversationID
	act := func(entry string) error {
		f.clock.Add(time.Second)
		return f.s.Change(f.ctx, id, func(x *hotline.Exchange) error {
			x.Write(hotline.Message{Direction: hotline.Out, Author: hotline.FromStaff, Text: "hello", Delivery: hotline.Queued})
			x.Audit = append(x.Audit, hotline.AuditEntry{ID: entry, Action: "conversation.reply", Object: "conversation", ObjectID: string(id)})
			return nil
		})
	}
	f.must(act("once-f"))
	before := len(f.messages(id))
	outstanding, err := f.s.Outstanding(f.ctx)
	f.must(err)
	f.code(act("once-f"), hotline.Conflict)
	if n, err := f.s.Outstanding(f.ctx); len(f.messages(id)) != before || n != outstanding || err != nil {
		f.Errorf("the second time left %d messages and %d to send, %v", len(f.messages(id)), n, err)
	}
	f.must(act("once-a")) // later, though its id comes before
	entries, err := f.s.AuditOf(f.ctx, "conversation", string(id), 1)
	f.must(err)
	if len(entries) != 1 || entries[0].ID != "once-a" {
		f.Errorf("latest %+v", entries)
	}
}

// A closed conversation cannot open beside a newer one.
func testChangeReopens(f *fixture) {
	old := f.receive(reply, f.sms(1, "one"))[0].ConversationID
	f.change(old, func(x *hotline.Exchange) { x.Conversation.State = hotline.Closed })
	f.receive(reply, f.sms(1, "two"))
	err := f.s.Change(f.ctx, old, func(x *hotline.Exchange) error { x.Conversation.State = hotline.Open; return nil })
	f.code(err, hotline.Conflict)
}

// Concurrent changes do not lose each other.
func testChangeConcurrently(f *fixture) {
	id := f.receive(reply, f.sms(1, "one"))[0].ConversationID
	const callers, rounds = 6, 10
	var group sync.WaitGroup
	for n := range callers {
		group.Go(func() {
			for range rounds {
				if n == 0 {
					if _, err := f.s.Receive(f.ctx, []hotline.Inbound{f.sms(1, "more")}, file); err != nil {
						f.Error(err)
					}
					continue
				}
				if err := f.s.Change(f.ctx, id, func(x *hotline.Exchange) error { x.Conversation.Asked++; return nil }); err != nil {
					f.Error(err)
				}
			}
		})
	}
	group.Wait()
	if c := f.conversation(id).Conversation; c.Asked != (callers-1)*rounds || c.Unread != 1+rounds {
		f.Errorf("asked %d, unread %d", c.Asked, c.Unread)
	}
}
