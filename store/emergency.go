package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

// EmergencyNumbers lists the numbers that staff have checked or changed, by country.
func (s *Store) EmergencyNumbers(ctx context.Context) (out []hotline.EmergencyNumber, err error) {
	err = s.read(ctx, query(func(r row) error {
		var n hotline.EmergencyNumber
		var at int64
		err := r.Scan(&n.Country, &n.Number, &n.Note, &at, (*string)(&n.CheckedBy))
		n.CheckedAt = timeOf(at)
		out = append(out, n)
		return err
	}, "SELECT country, number, note, checked_at, checked_by FROM emergency_numbers ORDER BY country"))
	return out, err
}

// SetEmergencyNumber keeps what staff say of a country, and its audit entry.
func (s *Store) SetEmergencyNumber(ctx context.Context, n hotline.EmergencyNumber, entry hotline.AuditEntry) error {
	if !hotline.Clean(n.Country) || !hotline.Clean(n.Number) || !hotline.Clean(n.Note) {
		return hotline.Errorf(hotline.Invalid, "an emergency number is not clean text")
	}
	w := writes{d: s.d}
	w.insert(audits, [][]any{s.auditRow(&entry)})
	if w.err != nil {
		return w.err
	}
	return s.update(ctx, func(t *tx) error {
		return t.run(ctx, append(w.statements, do(`INSERT INTO emergency_numbers (country, number, note, checked_at, checked_by) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (country) DO UPDATE SET number = excluded.number, note = excluded.note, checked_at = excluded.checked_at, checked_by = excluded.checked_by`,
			n.Country, n.Number, n.Note, micros(n.CheckedAt), string(n.CheckedBy)))...)
	})
}
