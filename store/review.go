package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

// reviewPage is how many conversations are read at a time.
const reviewPage = 200

// EachConversation calls f with every conversation that is not erased, in the
// order in which they began, and with what the person wrote in it. It is for
// reviews that may take their time. What f returns ends it.
func (s *Store) EachConversation(ctx context.Context, f func(c hotline.Conversation, inbound []hotline.Message) error) error {
	for after := ""; ; {
		var page []*stored
		err := s.read(ctx, query(func(r row) error {
			v := &stored{}
			page = append(page, v)
			return v.scan(r)
		}, "SELECT "+conversationColumns+" FROM conversations v WHERE v.id > $1 AND v.state <> 'erased' ORDER BY v.id LIMIT $2", after, reviewPage))
		if err != nil || len(page) == 0 {
			return err
		}
		for _, v := range page {
			after = string(v.c.ID)
			if _, err := s.open(v); err != nil {
				return err
			}
			inbound, err := s.inbound(ctx, v.c.ID)
			if err != nil {
				return err
			}
			if err := f(v.c, inbound); err != nil {
				return err
			}
		}
	}
}

// inbound are all messages of a conversation that came from the person.
func (s *Store) inbound(ctx context.Context, id hotline.ConversationID) ([]hotline.Message, error) {
	var all []hotline.Message
	for after := hotline.MessageID(""); ; {
		page, err := s.Messages(ctx, id, after, reviewPage)
		if err != nil || len(page) == 0 {
			return all, err
		}
		for _, m := range page {
			if m.Direction == hotline.In {
				all = append(all, m)
			}
		}
		after = page[len(page)-1].ID
	}
}
