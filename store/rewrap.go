package store

import (
	"context"
	"fmt"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

// underMaster lists every column whose values the master key closes by itself.
var underMaster = []closed{
	{table: "conversations", id: "id", column: "wrapped_key", anew: rewrap},
	{table: "cases", id: "id", column: "wrapped_key", anew: rewrap},
	{table: "subscriber_keys", id: "id", column: "wrapped_key", anew: rewrap},
	{table: "sessions", id: "token_hash", column: "address_sealed", anew: reseal(sessionPlace)},
	{table: "sessions", id: "token_hash", column: "draft_sealed", anew: reseal(draftPlace)},
	{table: "quarantine", id: "id", column: "body_sealed", anew: reseal(bodyPlace)},
}

// closed is one such column. anew gives a value under the master key in use, nil
// when it is that already.
type closed struct {
	table, id, column string
	anew              func(keys *seal.Keyring, value []byte, id string) ([]byte, error)
}

func rewrap(keys *seal.Keyring, value []byte, _ string) ([]byte, error) { return keys.Rewrap(value) }

func reseal(place func(id string) string) func(*seal.Keyring, []byte, string) ([]byte, error) {
	return func(keys *seal.Keyring, value []byte, id string) ([]byte, error) {
		return keys.Reseal(value, place(id))
	}
}

// rewrapBatch is how many values are read, and at most changed, at a time: short
// enough for those who write meanwhile.
const rewrapBatch = 500

// Rewrap puts everything under the master key in use, in batches, and tells
// progress after each how far it is in a table: how many values it has looked at,
// and how many of them it changed. It looks again until it finds nothing more to
// change. It may be interrupted and called again, and others may write meanwhile;
// a value that changes under its hands is left for the next look.
func (s *Store) Rewrap(ctx context.Context, progress func(table string, seen, changed int)) error {
	s.scrubbed.Store(false) // the log holds values under the old key
	for _, c := range underMaster {
		for again := true; again; {
			seen, changed := 0, 0
			err := s.eachClosed(ctx, c, func(batch []value) error {
				n, err := s.rewrapBatch(ctx, c, batch)
				seen, changed = seen+len(batch), changed+n
				progress(c.table, seen, changed)
				return err
			})
			if err != nil {
				return err
			}
			again = changed > 0
		}
	}
	return s.Scrub(ctx)
}

// OldKeys counts what is still under a master key that is no longer in use.
func (s *Store) OldKeys(ctx context.Context) (n int, err error) {
	for _, c := range underMaster {
		err := s.eachClosed(ctx, c, func(batch []value) error {
			for _, v := range batch {
				anew, err := s.anew(c, v)
				if err != nil {
					return err
				}
				if anew != nil {
					n++
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

// value is one closed value as it stands.
type value struct {
	id    string
	bytes []byte
}

// eachClosed hands on all values of a column, in the order of their ids.
func (s *Store) eachClosed(ctx context.Context, c closed, hand func([]value) error) error {
	text := fmt.Sprintf("SELECT %[2]s, %[3]s FROM %[1]s WHERE %[2]s > $1 AND LENGTH(%[3]s) > 0 ORDER BY %[2]s LIMIT $2", c.table, c.id, c.column)
	for after := ""; ; {
		var batch []value
		err := s.read(ctx, query(func(r row) error {
			var v value
			err := r.Scan(&v.id, &v.bytes)
			batch = append(batch, v)
			return err
		}, text, after, rewrapBatch))
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := hand(batch); err != nil {
			return err
		}
		after = batch[len(batch)-1].id
	}
}

func (s *Store) anew(c closed, v value) ([]byte, error) {
	anew, err := c.anew(s.keys, v.bytes, v.id)
	if err != nil {
		return nil, hotline.Errorf(hotline.CodeOf(err), "%s %s does not open with these keys: %w", c.table, v.id, err)
	}
	return anew, nil
}

// rewrapBatch changes those values that are still what was read: an erasure in
// between has the last word.
func (s *Store) rewrapBatch(ctx context.Context, c closed, batch []value) (changed int, err error) {
	text := fmt.Sprintf("UPDATE %[1]s SET %[3]s = $1 WHERE %[2]s = $2 AND %[3]s = $3", c.table, c.id, c.column)
	var ids []string
	var updates []stmt
	for _, v := range batch {
		anew, err := s.anew(c, v)
		if err != nil {
			return 0, err
		}
		if anew != nil {
			ids, updates = append(ids, v.id), append(updates, do(text, anew, v.id, v.bytes))
		}
	}
	if len(updates) == 0 {
		return 0, nil
	}
	return len(updates), s.update(ctx, func(t *tx) error {
		if c.table == conversations.name { // the lock for everything that is the contact's
			if err := s.lockContactsOf(ctx, t, ids); err != nil {
				return err
			}
		}
		return t.run(ctx, updates...)
	})
}
