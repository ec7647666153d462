package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

var forgotten = &table{name: "forgotten", keys: 1, columns: columnsOf("mark text, conversation_id text, at bigint")}

// beginErasure deletes what was said and what was still to be sent; what the
// rule has just written is not stored yet and stays.
func (s *Store) beginErasure(ctx context.Context, t *tx, k *kept) error {
	c := &k.x.Conversation
	if err := s.deleteMessages(ctx, t, c.ID); err != nil {
		return err
	}
	c.Answers, c.Preview, c.Step = nil, "", ""
	k.row.lastInbound = ""
	return t.run(ctx, do("DELETE FROM outbox WHERE conversation_id = $1", string(c.ID)))
}

// deleteMessages deletes all messages of a conversation with what led from them to
// others, and keeps a mark of those that the carrier could bring again.
func (s *Store) deleteMessages(ctx context.Context, t *tx, id hotline.ConversationID) error {
	var marks [][]any
	err := t.run(ctx, query(func(r row) error {
		var provider string
		var at int64
		err := r.Scan(&provider, &at)
		marks = append(marks, []any{s.markOf(provider), string(id), at})
		return err
	}, "SELECT provider_id, at FROM messages WHERE conversation_id = $1 AND direction = 'in' AND provider_id <> ''", string(id)))
	if err != nil {
		return err
	}
	w := writes{d: s.d}
	w.insertNew(forgotten, marks)
	return t.run(ctx, append(w.statements,
		do("DELETE FROM messages WHERE conversation_id = $1", string(id)),
		do("DELETE FROM links WHERE mark IN (SELECT mark FROM links WHERE conversation_id = $1 AND mark LIKE 'code:%')", string(id)), // its code leads nowhere any more
		do("DELETE FROM links WHERE conversation_id = $1", string(id)),
		do("DELETE FROM files WHERE conversation_id = $1", string(id)),
		do("DELETE FROM hidden WHERE conversation_id = $1", string(id)),
		do("DELETE FROM audit WHERE object = 'label' AND object_id = $1", string(id)))...)
}

// finishErasure deletes the key and all the rest once nothing is left to send.
// What stays is a row that says that there was a conversation, and when. The
// contact stays when it opted out, so that the wish is kept, or when it has
// another conversation.
func (s *Store) finishErasure(ctx context.Context, t *tx, id hotline.ConversationID) error {
	var left int
	var contact, index string // the contact's
	var wrapped []byte
	err := t.run(ctx,
		query(func(r row) error { return r.Scan(&left) }, "SELECT COUNT(*) FROM outbox WHERE conversation_id = $1", string(id)),
		query(func(r row) error { return r.Scan(&contact, &index, &wrapped) },
			"SELECT contact_id, address_index, wrapped_key FROM conversations WHERE id = $1", string(id)))
	if err != nil || left > 0 {
		return err
	}
	if err := s.deleteMessages(ctx, t, id); err != nil {
		return err
	}
	var gone int64
	err = t.run(ctx,
		do("DELETE FROM sessions WHERE conversation_id = $1", string(id)),
		do(`UPDATE conversations SET contact_id = '', address_index = '', our_number = '', language = '', safety = 'not_asked', safety_at = 0, step = '',
			asked = 0, re_asked = FALSE, handed_off = FALSE, erase_ask = 0, kind = '', priority = 0, overridden = FALSE,
			waiting_since = 9223372036854775807, owner_id = '', unread = 0, last_inbound_id = '', answered_at = 0, lifted_at = 0,
			wrapped_key = $2, address_sealed = $2, answers_sealed = $2 WHERE id = $1`, string(id), []byte{}),
		stmt{sql: `DELETE FROM contacts WHERE id = $1 AND opted_out = FALSE AND not_safe = FALSE
			AND NOT EXISTS (SELECT 1 FROM conversations WHERE address_index = $2)`, args: []any{contact, index}, changed: &gone})
	if err != nil {
		return err
	}
	t.erased = true
	t.after = append(t.after, func() {
		s.keys.Forget(wrapped)
		if gone > 0 {
			s.known.remove(index)
		}
	})
	if gone == 0 {
		return nil
	}
	return t.run(ctx, do("DELETE FROM sessions WHERE address_index = $1 AND address_index <> ''", index))
}

// Scrub removes what erased conversations have left in SQLite's log, when that
// could not be done right after the erasure: somebody was reading, or the
// process was killed. Call it from time to time; it does nothing when nothing is
// left, and leaves it for the next time while somebody still reads.
func (s *Store) Scrub(ctx context.Context) error {
	if s.scrubbed.Load() {
		return nil
	}
	w, err := s.write.take(ctx)
	if err != nil {
		return s.d.explain("get a connection", err)
	}
	defer w.release()
	return s.scrub(ctx, w)
}

// scrub needs a writer outside of any transaction.
func (s *Store) scrub(ctx context.Context, w *writer) error {
	s.scrubbed.Store(false)
	done, err := s.d.scrub(context.WithoutCancel(ctx), w)
	if err != nil {
		return s.d.explain("empty the log", err)
	}
	s.scrubbed.Store(done)
	return nil
}
