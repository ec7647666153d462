package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/hearline/hearline/hotline"
)

var (
	recipients = &table{name: "recipients", keys: 2, columns: columnsOf(`lane bigint, n bigint, state text, reason text, due_at bigint, attempts bigint,
		tried_at bigint, provider_id text, delivery text, error_code bigint, segments bigint, sent_at bigint, updated_at bigint, opted_out_at bigint`)}
	contacted  = &table{name: "subscribers", keys: 1, columns: columnsOf("id text, contacted_at bigint")}
	laneCounts = &table{name: "lane_counts", keys: 5, columns: columnsOf("lane bigint, language text, variant text, what text, shard text, value bigint")}
)

// addUp is how counts of the same shard come together.
const addUp = " ON CONFLICT (lane, language, variant, what, shard) DO UPDATE SET value = lane_counts.value + EXCLUDED.value"

// entry is a recipient's row in the ledger.
type entry struct {
	lane, n, segments             int64
	subscriber, language, variant string
	state                         hotline.RecipientState
	reason, provider              string
	delivery                      hotline.Delivery
	attempts, errorCode           int
	due, tried, sent, optedOut    int64
	channel                       hotline.Channel
	changed                       bool
	wasOpen                       bool // when it was read
}

const entryColumns = `SELECT r.lane, r.n, r.subscriber_id, r.language, r.variant, r.state, r.reason, r.provider_id, r.delivery, r.attempts, r.error_code, r.segments,
	r.due_at, r.tried_at, r.sent_at, r.opted_out_at, l.channel FROM recipients r JOIN lanes l ON l.id = r.lane WHERE `

func (e *entry) scan(r row) error {
	return r.Scan(&e.lane, &e.n, &e.subscriber, &e.language, &e.variant, (*string)(&e.state), &e.reason, &e.provider, (*string)(&e.delivery), &e.attempts,
		&e.errorCode, &e.segments, &e.due, &e.tried, &e.sent, &e.optedOut, (*string)(&e.channel))
}

func (e *entry) open() bool {
	return e.state == hotline.RecipientWaiting || e.state == hotline.RecipientRetry || e.state == hotline.RecipientLookUp
}

// bookkeeping is one batch of what came of recipients.
type bookkeeping struct {
	s       *Store
	shard   string
	now     int64
	entries map[[2]int64]*entry
	counts  map[[4]any]int64 // by lane, language, variant and what
	optOuts []*entry
	invalid []string
}

func (s *Store) newBookkeeping(shard string) *bookkeeping {
	return &bookkeeping{s: s, shard: shard, now: micros(s.now()), entries: map[[2]int64]*entry{}, counts: map[[4]any]int64{}}
}

// load locks and reads the rows of some recipients, in the one order that all keep.
func (b *bookkeeping) load(ctx context.Context, t *tx, wanted map[int64][]int64) error {
	lanes := make([]int64, 0, len(wanted))
	for lane := range wanted {
		lanes = append(lanes, lane)
	}
	slices.Sort(lanes)
	var statements []stmt
	for _, lane := range lanes {
		var a args
		statements = append(statements, query(func(r row) error {
			e := &entry{}
			err := e.scan(r)
			e.wasOpen = e.open()
			b.entries[[2]int64{e.lane, e.n}] = e
			return err
		}, entryColumns+"r.lane = "+a.add(lane)+" AND "+b.s.d.inNumbers(&a, "r.n", wanted[lane])+" ORDER BY r.n"+b.s.d.forUpdate("r"), a...))
	}
	return t.run(ctx, statements...)
}

func (b *bookkeeping) count(e *entry, what string, n int64) {
	b.counts[[4]any{e.lane, e.language, e.variant, what}] += n
}

// accept notes that the carrier has the message.
func (b *bookkeeping) accept(e *entry, provider string) {
	e.state, e.sent, e.changed = hotline.RecipientSent, b.now, true
	e.provider = cmp.Or(e.provider, provider)
	b.count(e, "sent", 1)
}

// deliver moves the delivery forward and counts the ends.
func (b *bookkeeping) deliver(e *entry, d hotline.Delivery, errorCode int) {
	if !d.Follows(e.delivery) {
		return
	}
	arrived := func(d hotline.Delivery) bool { return d == hotline.Delivered || d == hotline.Read }
	switch {
	case arrived(d) && !arrived(e.delivery):
		b.count(e, "delivered", 1)
	case d == hotline.Failed || d == hotline.Undelivered:
		b.count(e, "failed", 1)
	}
	e.delivery, e.errorCode, e.changed = d, cmp.Or(errorCode, e.errorCode), true
}

// leave notes that the person wants no more.
func (b *bookkeeping) leave(e *entry) {
	if e.optedOut == 0 {
		e.optedOut, e.changed = b.now, true
		b.count(e, "opted_out", 1)
	}
	b.optOuts = append(b.optOuts, e)
}

// Record writes down what came of recipients, all or nothing. shard names the writer:
// each has counts of its own, so that none waits for another. What is known of
// somebody already is not changed by a try that comes late. Those whom the carrier
// says have opted out are opted out, and numbers that nobody has are not used again.
func (s *Store) Record(ctx context.Context, results []hotline.RecipientResult, shard string) error {
	if len(results) == 0 {
		return nil
	}
	wanted := map[int64][]int64{}
	for _, r := range results {
		wanted[r.Lane] = append(wanted[r.Lane], r.N)
	}
	return s.update(ctx, func(t *tx) error {
		b := s.newBookkeeping(shard)
		if err := b.load(ctx, t, wanted); err != nil {
			return err
		}
		for i := range results {
			if e := b.entries[[2]int64{results[i].Lane, results[i].N}]; e != nil {
				b.record(e, &results[i])
			}
		}
		return b.save(ctx, t)
	})
}

func (b *bookkeeping) record(e *entry, r *hotline.RecipientResult) {
	if r.State == hotline.RecipientSent && e.segments == 0 && r.Segments > 0 {
		e.segments, e.changed = int64(r.Segments), true
		b.count(e, "segments", int64(r.Segments))
	}
	if !e.open() {
		return
	}
	e.attempts, e.tried, e.errorCode, e.changed = r.Attempts+1, micros(r.At), r.ErrorCode, true
	switch r.State {
	case hotline.RecipientSent:
		b.accept(e, r.ProviderID)
		b.deliver(e, r.Delivery, r.ErrorCode)
	case hotline.RecipientFailed:
		e.state = r.State
		b.deliver(e, hotline.Failed, r.ErrorCode)
	case hotline.RecipientSkipped:
		e.state, e.reason, e.attempts, e.tried = r.State, string(r.Reason), r.Attempts, 0
		b.count(e, "skipped", 1)
	default:
		e.state, e.due = r.State, micros(r.DueAt)
		if r.At.IsZero() { // not tried: it waits for its hour
			e.attempts, e.tried = r.Attempts, 0
		}
	}
	if r.OptedOut {
		b.leave(e)
	}
	if r.Invalid && e.subscriber != "" {
		b.invalid = append(b.invalid, e.subscriber)
	}
}

// save writes the rows that changed and what follows from them.
func (b *bookkeeping) save(ctx context.Context, t *tx) error {
	var rows, sent, counts [][]any
	lanes := map[int64]span{}
	for _, e := range b.sorted() {
		if !e.changed {
			continue
		}
		rows = append(rows, []any{
			e.lane, e.n, string(e.state), e.reason, e.due, int64(e.attempts), e.tried, e.provider, string(e.delivery), int64(e.errorCode), e.segments, e.sent, b.now, e.optedOut,
		})
		if e.wasOpen && !e.open() {
			lanes[e.lane] = lanes[e.lane].with(e.n)
		}
		if e.state == hotline.RecipientSent && e.sent == b.now && e.subscriber != "" {
			sent = append(sent, []any{e.subscriber, b.now})
		}
	}
	for key, n := range b.counts {
		counts = append(counts, []any{key[0], key[1], key[2], key[3], b.shard, n})
	}
	slices.SortFunc(sent, func(a, b []any) int { return cmp.Compare(a[0].(string), b[0].(string)) })
	slices.SortFunc(counts, compareRows)
	w := writes{d: b.s.d}
	w.change(recipients, rows)
	w.change(contacted, sent)
	if w.err == nil {
		w.add(laneCounts, counts, b.s.d.insert(laneCounts, counts, addUp))
	}
	w.statements = append(w.statements, b.withdrawals(&w)...)
	if w.err != nil {
		return w.err
	}
	return t.run(ctx, append(w.statements, emptyBlocks(lanes)...)...)
}

func (b *bookkeeping) sorted() []*entry {
	all := make([]*entry, 0, len(b.entries))
	for _, e := range b.entries {
		all = append(all, e)
	}
	slices.SortFunc(all, func(x, y *entry) int { return cmp.Or(cmp.Compare(x.lane, y.lane), cmp.Compare(x.n, y.n)) })
	return all
}

func compareRows(x, y []any) int {
	return cmp.Or(cmp.Compare(x[0].(int64), y[0].(int64)), cmp.Compare(x[1].(string), y[1].(string)), cmp.Compare(x[2].(string), y[2].(string)), cmp.Compare(x[3].(string), y[3].(string)))
}

// withdrawals take opt-ins back, with the carrier as the proof, and retire numbers.
func (b *bookkeeping) withdrawals(w *writes) (statements []stmt) {
	var events [][]any
	for _, e := range b.optOuts {
		if e.subscriber == "" {
			continue
		}
		statements = append(statements, do("UPDATE subscribers SET "+optInColumn(e.channel)+" = 'withdrawn' WHERE id = $1", e.subscriber))
		events = append(events, b.s.consentRow(hotline.OptInEvent{
			Subscriber: hotline.SubscriberID(e.subscriber), Channel: e.channel, State: hotline.OptInWithdrawn, Source: "carrier",
			Language: hotline.Language(e.language), Proof: "error code of the carrier",
		}))
	}
	w.insert(consents, events)
	for _, id := range b.invalid {
		statements = append(statements, do("UPDATE subscribers SET invalid = TRUE WHERE id = $1", id))
	}
	return statements
}

// recipientCallbacks is the shard of what carriers call back.
const recipientCallbacks = "callbacks"

// UpdateRecipients records status callbacks about recipients, whose MessageID says who
// they are; others are passed over. One about somebody whom we do not know to have
// been sent to tells that the carrier has the message.
func (s *Store) UpdateRecipients(ctx context.Context, updates []hotline.StatusUpdate, shard string) error {
	wanted := map[int64][]int64{}
	for _, u := range updates {
		if lane, n, ok := hotline.ParseRecipient(u.MessageID); ok && u.ProviderID != "" && hotline.Clean(u.ProviderID) {
			wanted[lane] = append(wanted[lane], n)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return s.update(ctx, func(t *tx) error {
		b := s.newBookkeeping(recipientCallbacks + shard)
		if err := b.load(ctx, t, wanted); err != nil {
			return err
		}
		for _, u := range updates {
			lane, n, _ := hotline.ParseRecipient(u.MessageID)
			e := b.entries[[2]int64{lane, n}]
			if e == nil || e.provider != "" && e.provider != u.ProviderID {
				continue
			}
			if e.open() {
				b.accept(e, u.ProviderID)
			}
			b.deliver(e, u.Delivery, u.ErrorCode)
			if u.OptedOut {
				b.leave(e)
			}
		}
		return b.save(ctx, t)
	})
}
