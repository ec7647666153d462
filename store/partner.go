package store

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

var partners = &table{name: "partners", keys: 1, columns: columnsOf("id text, name text, key_hash text, created_at bigint, last_used_at bigint, revoked_at bigint")}

const partnerColumns = "SELECT id, name, key_hash, created_at, last_used_at, revoked_at FROM partners "

// usedEvery is how exact the time of a key's last use is: a write for each report
// would cost as much as the report.
const usedEvery = time.Minute

func scanPartner(r row) (p hotline.PartnerKey, err error) {
	var created, used, revoked int64
	err = r.Scan(&p.ID, &p.Name, &p.KeyHash, &created, &used, &revoked)
	p.CreatedAt, p.LastUsedAt, p.RevokedAt = timeOf(created), timeOf(used), timeOf(revoked)
	return p, err
}

// AddPartner keeps a new partner. A name that is taken is hotline.Conflict.
func (s *Store) AddPartner(ctx context.Context, p hotline.PartnerKey) error {
	err := s.insertOne(ctx, partners, []any{p.ID, p.Name, p.KeyHash, micros(p.CreatedAt), micros(p.LastUsedAt), micros(p.RevokedAt)})
	if hotline.CodeOf(err) == hotline.Conflict {
		return hotline.Errorf(hotline.Conflict, "there is a partner of this name: %w", err)
	}
	return err
}

// Partners lists all partners, revoked ones too, by name.
func (s *Store) Partners(ctx context.Context) (out []hotline.PartnerKey, err error) {
	err = s.read(ctx, query(func(r row) error {
		p, err := scanPartner(r)
		out = append(out, p)
		return err
	}, partnerColumns+"ORDER BY name"))
	return out, err
}

// UsePartner finds the partner of a key by its hash and notes the use. A key that is
// not known, or revoked, is hotline.Unauthenticated.
func (s *Store) UsePartner(ctx context.Context, keyHash string) (hotline.PartnerKey, error) {
	var p hotline.PartnerKey
	err := s.read(ctx, query(func(r row) (err error) {
		p, err = scanPartner(r)
		return err
	}, partnerColumns+"WHERE key_hash = $1 AND revoked_at = 0", keyHash))
	if err != nil {
		return p, err
	}
	if p.ID == "" {
		return p, hotline.Errorf(hotline.Unauthenticated, "this key is not known, or no longer good")
	}
	now := s.now()
	if now.Sub(p.LastUsedAt) < usedEvery {
		return p, nil
	}
	p.LastUsedAt = now
	return p, s.update(ctx, func(t *tx) error {
		return t.run(ctx, do("UPDATE partners SET last_used_at = $1 WHERE id = $2 AND last_used_at < $1", micros(now), p.ID))
	})
}

// RevokePartner ends a partner's key. Ending it twice is no error; a name that is
// not known is hotline.NotFound.
func (s *Store) RevokePartner(ctx context.Context, name string) error {
	known := ""
	return s.update(ctx, func(t *tx) error {
		err := t.run(ctx,
			query(func(r row) error { return r.Scan(&known) }, "SELECT id FROM partners WHERE name = $1", name),
			do("UPDATE partners SET revoked_at = $1 WHERE name = $2 AND revoked_at = 0", micros(s.now()), name))
		if err == nil && known == "" {
			return hotline.Errorf(hotline.NotFound, "there is no partner of this name")
		}
		return err
	})
}
