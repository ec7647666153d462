package storetest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/store"
)

// fixture is a store with what a test does to it most often.
type fixture struct {
	*testing.T
	s     *store.Store
	url   string
	keys  *seal.Keyring
	clock *Clock
	ctx   context.Context
	tries map[hotline.MessageID]int // Attempts as last claimed
}

func newFixture(t *testing.T, e Engine) *fixture {
	t.Helper()
	t.Parallel()
	f := &fixture{T: t, url: e.NewURL(t), keys: NewKeys(t), clock: NewClock(), ctx: context.Background(), tries: map[hotline.MessageID]int{}}
	f.s = Open(t, f.url, f.keys, f.clock.Now)
	return f
}

// phone numbers people of tests; all lie in the range kept for fiction.
func phone(n int) hotline.Address { return hotline.Address(fmt.Sprintf("+155501%05d", n)) }

var serial atomic.Int64

// sms makes an inbound message with a carrier id of its own.
func (f *fixture) sms(from int, text string) hotline.Inbound {
	return inbound(from, text, f.clock.Now())
}

func inbound(from int, text string, at time.Time) hotline.Inbound {
	return hotline.Inbound{
		Channel: hotline.SMS, From: phone(from), To: "+15550100100", ProviderID: fmt.Sprintf("SM%08d", serial.Add(1)),
		Text: hotline.Text(text), Language: "en", At: at,
		Assessment: hotline.Assessment{
			Language: "en", LanguageConfidence: 0.9, Kind: hotline.Report, Priority: hotline.Urgent,
			Means: []hotline.Means{hotline.WithholdsDocuments}, Score: 4.5, Lexicon: "t1",
			Reasons: []hotline.Reason{{Indicator: "WithholdsDocuments", Text: text, End: len(text), Weight: 3}},
		},
	}
}

// reply is a small rule: it begins a conversation where there is none, files
// the message, lets the person wait, and answers with one automatic text.
func reply(x *hotline.Exchange, in hotline.Inbound) {
	file(x, in)
	x.Write(hotline.Message{
		ID: hotline.MessageID(NewID()), Direction: hotline.Out, Author: hotline.FromAutomatic,
		Text: "We are here. Is it safe to text you?", TextKey: "sms.first_contact", Language: "en", Delivery: hotline.Queued, At: in.At,
	})
}

// file is reply without the answer.
func file(x *hotline.Exchange, in hotline.Inbound) {
	c := &x.Conversation
	if c.ID == "" {
		c.ID, c.State, c.Safety = hotline.ConversationID(NewID()), hotline.Open, hotline.NotAsked
		c.Language, c.CreatedAt, c.Step = in.Language, in.At, "safe"
	}
	if c.WaitingSince.IsZero() {
		c.WaitingSince = in.At
	}
	a := in.Assessment
	c.Kind, c.Priority = a.Kind, a.Priority
	x.Write(hotline.Message{
		ID: hotline.MessageID(NewID()), Direction: hotline.In, Author: hotline.FromPerson, Text: in.Text,
		Media: in.Media, Location: in.Location, Language: in.Language, ProviderID: in.ProviderID, Delivery: hotline.Received,
		At: in.At, Assessment: &a,
	})
}

// receive stores messages and fails the test when that fails.
func (f *fixture) receive(rule func(*hotline.Exchange, hotline.Inbound), batch ...hotline.Inbound) []hotline.Receipt {
	f.Helper()
	receipts, err := f.s.Receive(f.ctx, batch, rule)
	f.must(err)
	if len(receipts) != len(batch) {
		f.Fatalf("%d receipts for %d messages", len(receipts), len(batch))
	}
	return receipts
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// code fails the test unless err has the code.
func (f *fixture) code(err error, want hotline.Code) {
	f.Helper()
	if got := hotline.CodeOf(err); got != want {
		f.Fatalf("got %q (%v), want %q", got, err, want)
	}
}

func (f *fixture) conversation(id hotline.ConversationID) hotline.Exchange {
	f.Helper()
	x, err := f.s.Conversation(f.ctx, id)
	f.must(err)
	return x
}

func (f *fixture) messages(id hotline.ConversationID) []hotline.Message {
	f.Helper()
	m, err := f.s.Messages(f.ctx, id, "", 1000)
	f.must(err)
	return m
}

func (f *fixture) change(id hotline.ConversationID, decide func(*hotline.Exchange)) {
	f.Helper()
	f.must(f.s.Change(f.ctx, id, func(x *hotline.Exchange) error { decide(x); return nil }))
}

// claim leases everything that is due for a minute.
func (f *fixture) claim() []hotline.Outgoing {
	f.Helper()
	out, err := f.s.Claim(f.ctx, 1000, time.Minute)
	f.must(err)
	for _, o := range out {
		f.tries[o.MessageID] = o.Attempts
	}
	return out
}

// settle reports results of what was claimed last.
func (f *fixture) settle(results ...hotline.SendResult) []hotline.ConversationID {
	f.Helper()
	for i := range results {
		results[i].Attempts = f.tries[results[i].MessageID]
	}
	moved, err := f.s.Settle(f.ctx, results)
	f.must(err)
	return moved
}
