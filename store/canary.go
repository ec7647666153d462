package store

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// arrivalsKept is how long canaries and tallies are kept; screens show 14 days.
const arrivalsKept = 15 * 24 * time.Hour

// BeginCanary notes that a canary is sent for a stretch of time, which begins at
// slot. It reports false when one was sent for it already, by any node.
func (s *Store) BeginCanary(ctx context.Context, slot time.Time) (first bool, err error) {
	var added int64
	now := s.now()
	insert := do("INSERT INTO canaries (slot, sent_at, heard_at, fault) VALUES ($1, $2, 0, 0) ON CONFLICT (slot) DO NOTHING", micros(slot), micros(now))
	insert.changed = &added
	err = s.update(ctx, func(t *tx) error {
		return t.run(ctx, insert, do("DELETE FROM canaries WHERE slot < $1", micros(now.Add(-arrivalsKept))))
	})
	return added == 1, err
}

// HearCanary notes that the canary of slot came back; the first time counts.
func (s *Store) HearCanary(ctx context.Context, slot time.Time) error {
	_, err := s.exec(ctx, "UPDATE canaries SET heard_at = $1 WHERE slot = $2 AND heard_at = 0", micros(s.now()), micros(slot))
	return err
}

// FailCanary notes that the carrier did not take the canary of slot.
func (s *Store) FailCanary(ctx context.Context, slot time.Time, fault int) error {
	_, err := s.exec(ctx, "UPDATE canaries SET fault = $1 WHERE slot = $2", int64(fault), micros(slot))
	return err
}

// Canaries lists the latest canaries, the newest first.
func (s *Store) Canaries(ctx context.Context, limit int) (out []hotline.Canary, err error) {
	err = s.read(ctx, query(func(r row) error {
		var slot, sent, heard int64
		var c hotline.Canary
		err := r.Scan(&slot, &sent, &heard, &c.Fault)
		c.Slot, c.SentAt, c.HeardAt = timeOf(slot), timeOf(sent), timeOf(heard)
		out = append(out, c)
		return err
	}, "SELECT slot, sent_at, heard_at, fault FROM canaries ORDER BY slot DESC LIMIT $1", int64(limit)))
	return out, err
}

// AddTallies keeps what a comparison with the carrier counted of whole hours. The
// newest count of an hour stands; what was filed adds up.
func (s *Store) AddTallies(ctx context.Context, tallies []hotline.Tally) error {
	statements := []stmt{do("DELETE FROM tallies WHERE hour < $1", micros(s.now().Add(-arrivalsKept)))}
	for _, t := range tallies {
		statements = append(statements, do(`INSERT INTO tallies (hour, carrier, stored, filed) VALUES ($1, $2, $3, $4)
			ON CONFLICT (hour) DO UPDATE SET carrier = excluded.carrier, stored = excluded.stored, filed = tallies.filed + excluded.filed`,
			micros(t.Hour), int64(t.Carrier), int64(t.Stored), int64(t.Filed)))
	}
	return s.update(ctx, func(t *tx) error { return t.run(ctx, statements...) })
}

// Tallies lists the hours since a time, the oldest first.
func (s *Store) Tallies(ctx context.Context, since time.Time) (out []hotline.Tally, err error) {
	err = s.read(ctx, query(func(r row) error {
		var hour int64
		var t hotline.Tally
		err := r.Scan(&hour, &t.Carrier, &t.Stored, &t.Filed)
		t.Hour = timeOf(hour)
		out = append(out, t)
		return err
	}, "SELECT hour, carrier, stored, filed FROM tallies WHERE hour >= $1 ORDER BY hour", micros(since)))
	return out, err
}

// OldestOutstanding is when the message that waits longest to be sent was written;
// zero when none waits.
func (s *Store) OldestOutstanding(ctx context.Context) (time.Time, error) {
	var at int64
	err := s.read(ctx, query(func(r row) error { return r.Scan(&at) }, "SELECT COALESCE(MIN(created_at), 0) FROM outbox"))
	return timeOf(at), err
}
