package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

// MarkIncomplete notes that a part of an inbound message never arrived, and lets
// decide change its conversation, once for each message: told again, or of a message
// that is not here or was erased, it does nothing and returns no id. The errors are
// those of Change.
func (s *Store) MarkIncomplete(ctx context.Context, providerID string, decide func(*hotline.Exchange, hotline.Message)) (marked hotline.ConversationID, err error) {
	err = s.update(ctx, func(t *tx) error {
		marked = ""
		conversation, m, err := s.whole(ctx, t, providerID)
		if err != nil || conversation == "" {
			return err
		}
		k, err := s.lock(ctx, t, conversation)
		if err != nil {
			return err
		}
		// Under the lock: another node may have been told in between.
		if conversation, m, err = s.whole(ctx, t, providerID); err != nil || conversation == "" {
			return err
		}
		err = t.run(ctx, do("UPDATE messages SET error_code = $1, updated_at = $2 WHERE conversation_id = $3 AND id = $4",
			int64(hotline.PartMissing), micros(s.now()), string(conversation), string(m.ID)))
		if err != nil {
			return err
		}
		decide(&k.x, m)
		marked = conversation
		return s.save(ctx, t, []*kept{k})
	})
	return marked, err
}

// whole finds an inbound message that is not marked as incomplete.
func (s *Store) whole(ctx context.Context, t *tx, providerID string) (conversation hotline.ConversationID, m hotline.Message, err error) {
	err = t.run(ctx, query(func(r row) error {
		var at int64
		err := r.Scan((*string)(&conversation), (*string)(&m.ID), &at)
		m.At = timeOf(at)
		return err
	}, "SELECT conversation_id, id, at FROM messages WHERE provider_id <> '' AND provider_id = $1 AND direction = 'in' AND error_code <> $2",
		providerID, int64(hotline.PartMissing)))
	return conversation, m, err
}
