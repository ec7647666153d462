package store

import (
	"context"
	"encoding/json"

	"github.com/hearline/hearline/hotline"
)

// PublishScript stores the next version of the guided conversation and its audit
// entry. The error is Conflict when that version is there already.
func (s *Store) PublishScript(ctx context.Context, script hotline.Script, entry hotline.AuditEntry) error {
	body, err := json.Marshal(script)
	if err != nil {
		return hotline.Errorf(hotline.Internal, "write the script: %w", err)
	}
	w := writes{d: s.d}
	w.insert(audits, [][]any{s.auditRow(&entry)})
	if w.err != nil {
		return w.err
	}
	return s.update(ctx, func(t *tx) error {
		return t.run(ctx, append(w.statements, do("INSERT INTO scripts (version, body, published_at, published_by) VALUES ($1, $2, $3, $4)",
			int64(script.Version), string(body), micros(script.PublishedAt), string(script.PublishedBy)))...)
	})
}

// Scripts lists the published versions, the newest first, at most limit.
func (s *Store) Scripts(ctx context.Context, limit int) ([]hotline.Script, error) {
	return s.scripts(ctx, "ORDER BY version DESC LIMIT $1", limit)
}

// Script returns one version, NotFound when there is none.
func (s *Store) Script(ctx context.Context, version int) (hotline.Script, error) {
	found, err := s.scripts(ctx, "WHERE version = $1", int64(version))
	if err == nil && len(found) == 0 {
		err = hotline.Errorf(hotline.NotFound, "there is no version %d of the guided conversation", version)
	}
	if err != nil {
		return hotline.Script{}, err
	}
	return found[0], nil
}

func (s *Store) scripts(ctx context.Context, which string, values ...any) (out []hotline.Script, err error) {
	err = s.read(ctx, query(func(r row) error {
		var body string
		var script hotline.Script
		var at int64
		if err := r.Scan(&body, &at, (*string)(&script.PublishedBy)); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &script); err != nil {
			return hotline.Errorf(hotline.Internal, "read a script: %w", err)
		}
		script.PublishedAt = timeOf(at)
		out = append(out, script)
		return nil
	}, "SELECT body, published_at, published_by FROM scripts "+which, values...))
	return out, err
}
