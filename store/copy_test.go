package store

import (
	"context"
	"errors"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// messageOf is the row of a message with nothing in it.
func messageOf(conversation, id, provider, direction string) []any {
	return []any{
		conversation, id, direction, "person", "",
		[]byte{1},
		[]byte{},
		"", "en", provider, "received",
		int64(0), false, int64(1), int64(1), "", int64(0), "",
		[]byte{},
	}
}

// storedMessages reads the ids of a conversation's messages within a transaction.
func storedMessages(ctx context.Context, t *tx, conversation string) (ids []string, err error) {
	err = t.run(ctx, query(func(r row) error {
		ids = append(ids, "")
		return r.Scan(&ids[len(ids)-1])
	}, "SELECT id FROM messages WHERE conversation_id = $1 ORDER BY id", conversation))
	return ids, err
}

// TestCopiedRows says what the rows that Postgres takes by COPY have in common
// with all others: their place in the order of statements, and their errors.
func TestCopiedRows(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openForPlans(t, engine)
			ctx := t.Context()
			insert := func(rows ...[]any) []stmt { return s.d.insert(messages, rows, "") }
			fails := do("INSERT INTO checkpoints (name, at) VALUES ('a', 1), ('a', 2)")
			broken := errors.New("no more")
			for _, tc := range []struct {
				name string
				do   func(*tx) error
				code hotline.Code
				kept int // messages afterwards
			}{
				{"several", func(t *tx) error {
					return t.finish(ctx, insert(messageOf("c", "1", "p1", "in"), messageOf("c", "2", "", "out"))...)
				}, "", 2},
				{"same id", func(t *tx) error { return t.finish(ctx, insert(messageOf("c", "3", "p1", "in"))...) }, hotline.Conflict, 2},
				{"no state", func(t *tx) error { return t.finish(ctx, insert(messageOf("c", "4", "p4", "sideways"))...) }, hotline.Internal, 2},
				{"fails before", func(t *tx) error {
					return t.finish(ctx, append([]stmt{fails}, insert(messageOf("c", "5", "p5", "in"))...)...)
				}, hotline.Conflict, 2},
				{"fails behind", func(t *tx) error { return t.finish(ctx, append(insert(messageOf("c", "6", "p6", "in")), fails)...) }, hotline.Conflict, 2},
				{"given up", func(t *tx) error { return errors.Join(t.run(ctx, insert(messageOf("c", "7", "p7", "in"))...), broken) }, hotline.Internal, 2},
				{"read at once", func(t *tx) error {
					if err := t.run(ctx, insert(messageOf("c", "8", "p8", "in"))...); err != nil {
						return err
					}
					ids, err := storedMessages(ctx, t, "c")
					if len(ids) != 3 {
						return errors.Join(err, errors.New("the message is not there yet"))
					}
					return err
				}, "", 3},
			} {
				err := s.update(ctx, tc.do)
				if code := hotline.CodeOf(err); code != tc.code {
					t.Errorf("%s: %v, which is %q", tc.name, err, code)
				}
				var kept []string
				if err := s.update(ctx, func(t *tx) (err error) {
					kept, err = storedMessages(ctx, t, "c")
					return err
				}); err != nil || len(kept) != tc.kept {
					t.Errorf("%s: kept %v, %v", tc.name, kept, err)
				}
			}
		})
	}
}
