package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hearline/hearline/hotline"
)

var runPlaces = &table{name: "run_places", keys: 4, columns: columnsOf("run_id bigint, country text, region text, zones text, due_at bigint")}

// What falls to a person by chance is read from the random end of their id
// ("…-…-…-…-xxxxxxxxxxxx"), so that it is always the same and costs nothing.
const (
	senderDigits  = "SUBSTR(s.id, 25, 4)"
	variantDigits = "SUBSTR(s.id, 29, 4)"
	holdOutDigits = "SUBSTR(s.id, 33, 4)"
	digitValues   = 1 << 16
)

// StartRun writes the ledger of a run, in the order in which people are due, all or
// nothing, and once: a second time it says Already. Nobody's row passes through here.
func (s *Store) StartRun(ctx context.Context, r hotline.RunStart) (hotline.RunStarted, error) {
	if len(r.Senders) == 0 {
		return hotline.RunStarted{}, hotline.Errorf(hotline.Invalid, "there is no sender for %s: set --campaign-senders", r.Channel)
	}
	b := runStart{s: s, r: r}
	err := s.update(ctx, func(t *tx) error { return b.run(ctx, t) })
	return b.out, err
}

// runStart is one run on its way into the ledger.
type runStart struct {
	s    *Store
	r    hotline.RunStart
	out  hotline.RunStarted
	lane int64 // before the first of this run's
}

func (b *runStart) run(ctx context.Context, t *tx) error {
	b.out = hotline.RunStarted{}
	if err := b.begin(ctx, t); err != nil || b.out.Already {
		return err
	}
	w := writes{d: b.s.d}
	places := make([][]any, len(b.r.Due))
	for i, p := range b.r.Due {
		places[i] = []any{b.out.Run, p.Country, p.Region, p.Zones, micros(p.At)}
	}
	w.insert(runPlaces, places)
	if w.err != nil {
		return w.err
	}
	statements := append(b.s.d.wholeTables(), w.statements...)
	if b.r.HoldOut > 0 {
		statements = append(statements, b.holdOut())
	}
	statements = append(statements, b.ledger(), do("DELETE FROM run_places WHERE run_id = $1", b.out.Run))
	if err := t.run(ctx, statements...); err != nil {
		return err
	}
	return b.lanes(ctx, t)
}

// begin takes the run's number, unless somebody has started it already.
func (b *runStart) begin(ctx context.Context, t *tx) error {
	var taken int64
	number := func(name string, n int, into *int64) stmt {
		return query(func(r row) error { return r.Scan(into) }, "UPDATE counters SET value = value + $1 WHERE name = $2 RETURNING value", int64(n), name)
	}
	if err := t.run(ctx, number("run", 1, &b.out.Run), number("lane", len(b.r.Senders), &b.lane)); err != nil {
		return err
	}
	b.lane -= int64(len(b.r.Senders))
	insert := do("INSERT INTO campaign_runs (id, campaign_id, step, due_at, created_at, held_out, ended_at) VALUES ($1, $2, $3, $4, $5, 0, 0) ON CONFLICT DO NOTHING",
		b.out.Run, string(b.r.Campaign), int64(b.r.Step), micros(b.r.DueAt), micros(b.s.now()))
	insert.changed = &taken
	err := t.run(ctx, insert)
	b.out.Already = taken == 0
	return err
}

// reached is the part of a statement that goes over those whom the audience reaches.
func (b *runStart) reached() (q *audience, from string) {
	q = b.s.audienceOf(b.r.Channel, b.r.Audience)
	where := q.where + " AND "
	if q.where == "" {
		where = " WHERE "
	}
	return q, q.from + where + q.exclusion + " = ''"
}

// holdOut picks the group that gets nothing, another one for each campaign.
func (b *runStart) holdOut() stmt {
	q, from := b.reached()
	campaign := q.add(string(b.r.Campaign))
	return do("INSERT INTO held_out (campaign_id, subscriber_id, language) "+q.with+"SELECT CAST("+campaign+" AS TEXT), s.id, s.language FROM "+from+" AND "+b.isHeldOut(), q.args...)
}

func (b *runStart) isHeldOut() string {
	start := 0
	if id := string(b.r.Campaign); len(id) >= 4 {
		n, _ := strconv.ParseUint(id[len(id)-4:], 16, 16) // an id of another form begins at 0
		start = int(n)
	}
	end := start + b.r.HoldOut*digitValues/100
	if end <= digitValues {
		return "(" + holdOutDigits + " >= " + hex4(start) + " AND " + below(holdOutDigits, end) + ")"
	}
	return "(" + holdOutDigits + " >= " + hex4(start) + " OR " + below(holdOutDigits, end-digitValues) + ")"
}

func hex4(n int) string { return fmt.Sprintf("'%04x'", n) }

// below is true for all when n is past the last value.
func below(digits string, n int) string {
	if n >= digitValues {
		return "TRUE"
	}
	return digits + " < " + hex4(n)
}

// share gives each of n its part of the values, as a CASE.
func share(digits string, n int, name func(int) string) string {
	if n == 1 {
		return name(0)
	}
	var b strings.Builder
	b.WriteString("CASE")
	for i := range n - 1 {
		b.WriteString(" WHEN " + below(digits, (i+1)*digitValues/n) + " THEN " + name(i))
	}
	return b.String() + " ELSE " + name(n-1) + " END"
}

// ledger writes everybody's row.
func (b *runStart) ledger() stmt {
	q, from := b.reached()
	language := "CAST(" + q.add(string(b.r.Fallback)) + " AS TEXT)"
	if len(b.r.Texts) > 0 {
		language = "CASE WHEN " + q.oneOf("s.language", texts(b.r.Texts)) + " THEN s.language ELSE " + language + " END"
	}
	lane := share(senderDigits, len(b.r.Senders), func(i int) string { return "CAST(" + q.add(b.lane+int64(i)+1) + " AS BIGINT)" })
	variant := "''"
	if len(b.r.Variants) > 0 {
		variant = share(variantDigits, len(b.r.Variants), func(i int) string { return "CAST(" + q.add(b.r.Variants[i]) + " AS TEXT)" })
	}
	if b.r.HoldOut > 0 {
		from += " AND NOT " + b.isHeldOut()
	}
	run := q.add(b.out.Run)
	from = strings.Replace(from, q.from, q.from+" LEFT JOIN run_places p ON p.run_id = "+run+" AND p.country = s.country AND p.region = s.region AND p.zones = s.zones", 1)
	return do("INSERT INTO recipients (lane, n, subscriber_id, language, variant, state, reason, due_at, attempts, tried_at, provider_id, delivery, error_code, segments, sent_at, "+
		"updated_at, replied_at, opted_out_at) "+q.with+
		"SELECT x.lane, ROW_NUMBER() OVER (PARTITION BY x.lane ORDER BY x.due, x.id), x.id, x.language, x.variant, CASE WHEN x.due = 0 THEN 'skipped' ELSE 'waiting' END, "+
		"CASE WHEN x.due = 0 THEN '"+string(hotline.OutsideWindow)+"' ELSE '' END, x.due, 0, 0, '', '', 0, 0, 0, CAST("+q.add(micros(b.s.now()))+" AS BIGINT), 0, 0 "+
		"FROM (SELECT s.id AS id, "+lane+" AS lane, "+language+" AS language, "+variant+" AS variant, COALESCE(p.due_at, 0) AS due FROM "+from+") x ORDER BY x.lane, x.due, x.id", q.args...)
}

// lanes makes a lane for each sender who has somebody.
func (b *runStart) lanes(ctx context.Context, t *tx) error {
	for i, sender := range b.r.Senders {
		b.out.Lanes = append(b.out.Lanes, hotline.Lane{
			ID: b.lane + int64(i) + 1, Run: b.out.Run, Campaign: b.r.Campaign, Step: b.r.Step, Channel: b.r.Channel, Sender: sender, Next: 1,
		})
	}
	var sizes []stmt
	for i := range b.out.Lanes {
		sizes = append(sizes, query(func(r row) error { return r.Scan(&b.out.Lanes[i].Size) }, "SELECT COALESCE(MAX(n), 0) FROM recipients WHERE lane = $1", b.out.Lanes[i].ID))
	}
	sizes = append(sizes, query(func(r row) error { return r.Scan(&b.out.HeldOut) }, "SELECT COUNT(*) FROM held_out WHERE campaign_id = $1", string(b.r.Campaign)))
	if err := t.run(ctx, sizes...); err != nil {
		return err
	}
	var inserts []stmt
	for _, l := range b.out.Lanes {
		inserts = append(inserts, do("INSERT INTO lanes (id, run_id, campaign_id, step, channel, sender, size, next_n, done) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
			l.ID, l.Run, string(l.Campaign), int64(l.Step), string(l.Channel), l.Sender, l.Size, l.Size == 0))
	}
	inserts = append(inserts, do("INSERT INTO lane_counts (lane, language, variant, what, shard, value) SELECT lane, language, variant, 'people', 'start', COUNT(*) "+
		"FROM recipients WHERE lane > $1 AND lane <= $2 GROUP BY lane, language, variant", b.lane, b.lane+int64(len(b.out.Lanes))),
		do("INSERT INTO lane_counts (lane, language, variant, what, shard, value) SELECT lane, language, variant, 'skipped', 'start', COUNT(*) "+
			"FROM recipients WHERE lane > $1 AND lane <= $2 AND state = 'skipped' GROUP BY lane, language, variant", b.lane, b.lane+int64(len(b.out.Lanes))))
	return t.run(ctx, append(inserts, do("UPDATE campaign_runs SET held_out = $1 WHERE id = $2", int64(b.out.HeldOut), b.out.Run))...)
}
