package store

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// takenRow is a recipient as it is read to be sent.
type takenRow struct {
	r                         hotline.Recipient
	state                     hotline.RecipientState
	keyID                     string
	sealed                    []byte
	due, created, lastTriedAt int64
}

func (k *takenRow) scan(row row) error {
	return row.Scan(&k.r.Lane, &k.r.N, (*string)(&k.r.Subscriber), (*string)(&k.r.Language), &k.r.Variant, (*string)(&k.state), &k.r.Attempts, &k.due,
		&k.lastTriedAt, &k.created, &k.r.Country, &k.r.Region, &k.r.Zones, &k.keyID, &k.sealed, (*string)(&k.r.Held))
}

// Take takes up to want recipients of a lane that are due, and leases them: those
// that come back first, then what a process left that died, then the next ones in
// order. What of a dead process's part is still waiting comes back Unknown, because
// it may have been sent. Held says why nothing may be sent to somebody now.
//
// A lane in which nothing is left is marked as done.
func (s *Store) Take(ctx context.Context, lane hotline.Lane, want int, lease time.Duration) (out []hotline.Recipient, err error) {
	b := taking{s: s, lane: lane, want: want}
	err = s.update(ctx, func(t *tx) error { return b.run(ctx, t, lease) })
	if err != nil {
		return nil, err
	}
	for _, k := range b.found {
		s.unsealRecipient(ctx, k)
		out = append(out, k.r)
	}
	return out, nil
}

// taking is one part of a lane on its way to be sent.
type taking struct {
	s    *Store
	lane hotline.Lane
	want int

	again       []int64 // those that come back
	unknown     map[int64]bool
	left, right int64 // of the part that is taken; right is 0 for none
	suspect     bool  // the part was somebody else's
	found       []*takenRow
}

func (b *taking) run(ctx context.Context, t *tx, lease time.Duration) error {
	now := b.s.now()
	b.again, b.unknown, b.left, b.right, b.suspect, b.found = nil, map[int64]bool{}, 0, 0, false, nil
	next, err := b.look(ctx, t, now)
	if err != nil {
		return err
	}
	statements := b.leaseAgain(now.Add(lease))
	switch {
	case b.right > 0:
		statements = append(statements, do("UPDATE lane_blocks SET lease_until = $1 WHERE lane = $2 AND first_n = $3", micros(now.Add(lease)), b.lane.ID, b.left))
	case next > 0 && len(b.again) < b.want:
		if err := b.next(ctx, t, next, now); err != nil {
			return err
		}
		if b.right > 0 {
			statements = append(statements,
				do("UPDATE lanes SET next_n = $1 WHERE id = $2", b.right+1, b.lane.ID),
				do("INSERT INTO lane_blocks (lane, first_n, last_n, lease_until) VALUES ($1, $2, $3, $4)", b.lane.ID, b.left, b.right, micros(now.Add(lease))))
		}
	}
	if len(b.again) == 0 && b.right == 0 {
		return t.run(ctx, b.done())
	}
	return t.run(ctx, append(statements, b.load()...)...)
}

// look finds what comes back, a part whose lease has ended, and where the lane
// stands, which it locks; next is 0 when others are at it.
func (b *taking) look(ctx context.Context, t *tx, now time.Time) (next int64, err error) {
	var left, right int64
	err = t.run(ctx,
		query(func(r row) error {
			var n int64
			var state string
			err := r.Scan(&n, &state)
			b.again = append(b.again, n)
			b.unknown[n] = state == string(hotline.RecipientLookUp)
			return err
		}, "SELECT r.n, r.state FROM recipients r WHERE r.lane = $1 AND r.state IN ('retry', 'unknown') AND r.due_at <= $2 ORDER BY r.due_at, r.n LIMIT $3"+
			b.s.d.skipLocked("r"), b.lane.ID, micros(now), int64(b.want)),
		query(func(r row) error { return r.Scan(&left, &right) },
			"SELECT b.first_n, b.last_n FROM lane_blocks b WHERE b.lane = $1 AND b.lease_until <= $2 ORDER BY b.first_n LIMIT 1"+b.s.d.skipLocked("b"), b.lane.ID, micros(now)),
		query(func(r row) error { return r.Scan(&next) }, "SELECT l.next_n FROM lanes l WHERE l.id = $1 AND NOT l.done"+b.s.d.forUpdate("l"), b.lane.ID))
	if right > 0 && len(b.again) < b.want {
		b.left, b.right, b.suspect = left, right, true
	}
	return next, err
}

// next takes the next ones in order that are due.
func (b *taking) next(ctx context.Context, t *tx, from int64, now time.Time) error {
	b.left = from
	return t.run(ctx, query(func(r row) error { return r.Scan(&b.right) },
		"SELECT COALESCE(MAX(n), 0) FROM recipients WHERE lane = $1 AND n >= $2 AND n < $3 AND due_at <= $4",
		b.lane.ID, from, from+int64(b.want-len(b.again)), micros(now)))
}

// leaseAgain keeps others from what comes back. Whoever dies with it leaves it to be
// looked up.
func (b *taking) leaseAgain(until time.Time) []stmt {
	if len(b.again) == 0 {
		return nil
	}
	var a args
	return []stmt{do("UPDATE recipients SET state = 'unknown', due_at = "+a.add(micros(until))+" WHERE lane = "+a.add(b.lane.ID)+" AND "+
		b.s.d.inNumbers(&a, "n", b.again), a...)}
}

// held says why nothing may be sent to a recipient now, in the order of
// hotline.Exclusions; somebody who has been erased wants nothing.
func held(optIn string) string {
	return `CASE WHEN s.id IS NULL OR s.` + optIn + ` = 'withdrawn' OR c.opted_out OR w.opted_out THEN '` + string(hotline.OptedOutOf) + `'
		WHEN c.not_safe OR w.not_safe OR c.plan LIKE '%"paused":true%' OR w.plan LIKE '%"paused":true%' THEN '` + string(hotline.NotSafe) + `'
		WHEN EXISTS (SELECT 1 FROM conversations v WHERE v.address_index IN (a.sms_index, a.whatsapp_index) AND v.state = 'open'
			AND (v.priority IN (1, 2) OR v.waiting_since < 9223372036854775807)) THEN '` + string(hotline.InConversation) + `'
		WHEN s.` + optIn + ` <> 'given' THEN '` + string(hotline.NoConsent) + `'
		WHEN s.invalid THEN '` + string(hotline.InvalidNumber) + `' ELSE '' END`
}

// load reads what has been taken.
func (b *taking) load() (statements []stmt) {
	columns := `SELECT r.lane, r.n, r.subscriber_id, r.language, r.variant, r.state, r.attempts, r.due_at, r.tried_at, u.created_at,
		COALESCE(s.country, ''), COALESCE(s.region, ''), COALESCE(s.zones, ''), COALESCE(a.key_id, ''), a.address_sealed, ` + held(optInColumn(b.lane.Channel)) + `
		FROM recipients r JOIN lanes l ON l.id = r.lane JOIN campaign_runs u ON u.id = l.run_id
		LEFT JOIN subscribers s ON s.id = r.subscriber_id AND r.subscriber_id <> '' LEFT JOIN subscriber_addresses a ON a.id = s.id
		LEFT JOIN contacts c ON c.address_index = a.sms_index LEFT JOIN contacts w ON w.address_index = a.whatsapp_index WHERE r.lane = `
	scan := func(suspect bool) func(row) error {
		return func(row row) error {
			k := &takenRow{}
			if err := k.scan(row); err != nil {
				return err
			}
			k.r.Unknown = suspect || b.unknown[k.r.N]
			b.found = append(b.found, k)
			return nil
		}
	}
	if len(b.again) > 0 {
		var a args
		text := columns + a.add(b.lane.ID) + " AND " + b.s.d.inNumbers(&a, "r.n", b.again) + " ORDER BY r.n"
		statements = append(statements, query(scan(false), text, a...))
	}
	if b.right > 0 {
		statements = append(statements, query(scan(b.suspect), columns+"$1 AND r.n >= $2 AND r.n <= $3 AND r.state = 'waiting' ORDER BY r.n", b.lane.ID, b.left, b.right))
		statements = append(statements, emptyBlocks(map[int64]span{b.lane.ID: {b.left, b.right}})...)
	}
	return statements
}

// done marks a lane in which nothing is left. One that waits for words (a keyword's)
// is never done.
func (b *taking) done() stmt {
	return do(`UPDATE lanes SET done = TRUE WHERE id = $1 AND NOT done AND size > 0 AND next_n > size
		AND NOT EXISTS (SELECT 1 FROM lane_blocks b WHERE b.lane = lanes.id)
		AND NOT EXISTS (SELECT 1 FROM recipients r WHERE r.lane = lanes.id AND r.state IN ('retry', 'unknown'))`, b.lane.ID)
}

// unsealRecipient opens the number; who cannot be read is not sent to.
func (s *Store) unsealRecipient(ctx context.Context, k *takenRow) {
	k.r.DueAt, k.r.LastTriedAt, k.r.CreatedAt = timeOf(k.due), timeOf(k.lastTriedAt), timeOf(k.created)
	if k.keyID == "" {
		return // erased; Held says so
	}
	key, err := s.numberKey(ctx, k.keyID)
	if err != nil {
		k.r.Unreadable = true
		return
	}
	plain, err := key.Open(k.sealed, numberPlace(string(k.r.Subscriber)))
	k.r.Address, k.r.Unreadable = hotline.Address(plain), err != nil
}

// GiveBack returns recipients that were taken and not tried. Those of whom it is not
// known whether an earlier try arrived stay so.
func (s *Store) GiveBack(ctx context.Context, untried []hotline.Recipient) error {
	now := s.now()
	rows := make([][]any, len(untried))
	for i, r := range untried {
		state := hotline.RecipientRetry
		if r.Unknown {
			state = hotline.RecipientLookUp
		}
		rows[i] = []any{r.Lane, r.N, string(state), micros(now)}
	}
	w := writes{d: s.d}
	w.change(recipientDue, rows)
	if w.err != nil {
		return w.err
	}
	lanes := map[int64]span{}
	for _, r := range untried {
		lanes[r.Lane] = lanes[r.Lane].with(r.N)
	}
	return s.update(ctx, func(t *tx) error { return t.run(ctx, append(w.statements, emptyBlocks(lanes)...)...) })
}

var recipientDue = &table{name: "recipients", keys: 2, columns: columnsOf("lane bigint, n bigint, state text, due_at bigint")}

// span is from the first to the last of some numbers.
type span struct{ first, last int64 }

func (s span) with(n int64) span {
	if s.first == 0 {
		return span{n, n}
	}
	return span{min(s.first, n), max(s.last, n)}
}

// emptyBlocks removes the parts in which nobody waits any more.
func emptyBlocks(lanes map[int64]span) (statements []stmt) {
	for lane, s := range lanes {
		statements = append(statements, do(`DELETE FROM lane_blocks WHERE lane = $1 AND first_n <= $2 AND last_n >= $3 AND NOT EXISTS (SELECT 1 FROM recipients r
			WHERE r.lane = lane_blocks.lane AND r.n >= lane_blocks.first_n AND r.n <= lane_blocks.last_n AND r.state = 'waiting')`, lane, s.last, s.first))
	}
	return statements
}

// OpenLanes lists the lanes in which something is left of campaigns that are being
// sent.
func (s *Store) OpenLanes(ctx context.Context) (out []hotline.Lane, err error) {
	err = s.read(ctx, query(func(r row) error {
		var l hotline.Lane
		err := r.Scan(&l.ID, &l.Run, (*string)(&l.Campaign), &l.Step, (*string)(&l.Channel), &l.Sender, &l.Size, &l.Next)
		out = append(out, l)
		return err
	}, `SELECT l.id, l.run_id, l.campaign_id, l.step, l.channel, l.sender, l.size, l.next_n FROM campaigns c JOIN lanes l ON l.campaign_id = c.id
		WHERE c.state = 'sending' AND NOT l.done ORDER BY l.id`))
	return out, err
}

// LanesLeft counts the lanes of a campaign in which something is left.
func (s *Store) LanesLeft(ctx context.Context, id hotline.CampaignID) (n int, err error) {
	err = s.read(ctx, query(func(r row) error { return r.Scan(&n) }, "SELECT COUNT(*) FROM lanes WHERE campaign_id = $1 AND NOT done", string(id)))
	return n, err
}
