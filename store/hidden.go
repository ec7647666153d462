package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

// HideMessages keeps messages of a conversation from being shown on the web page
// again. Those that do not exist, or are hidden, are passed over.
func (s *Store) HideMessages(ctx context.Context, id hotline.ConversationID, messages []hotline.MessageID) error {
	if len(messages) == 0 {
		return nil
	}
	a := args{string(id)}
	_, err := s.exec(ctx, `INSERT INTO hidden (conversation_id, message_id) SELECT m.conversation_id, m.id FROM messages m
		WHERE m.conversation_id = $1 AND `+s.d.in(&a, "m.id", texts(messages))+` ON CONFLICT DO NOTHING`, a...)
	return err
}
