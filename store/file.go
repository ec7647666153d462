package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

// AddFile keeps a file of a conversation, sealed under its key; the same id again
// changes nothing. hotline.NotFound when there is no such conversation, or it was
// erased.
func (s *Store) AddFile(ctx context.Context, id hotline.ConversationID, f hotline.File) error {
	return s.update(ctx, func(t *tx) error {
		var wrapped []byte
		err := t.run(ctx, query(func(r row) error { return r.Scan(&wrapped) },
			"SELECT c.wrapped_key FROM conversations c WHERE c.id = $1"+s.d.forUpdate("c"), string(id)))
		if err != nil {
			return err
		}
		if len(wrapped) == 0 {
			return hotline.Errorf(hotline.NotFound, "there is no such conversation")
		}
		key, err := s.keys.OpenKey(wrapped)
		if err != nil {
			return err
		}
		sealed, err := key.Seal(f.Body, filePlace(id, f.ID))
		if err != nil {
			return err
		}
		return t.run(ctx, do("INSERT INTO files (conversation_id, id, body_sealed, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			string(id), string(f.ID), sealed, micros(s.now())))
	})
}

// File returns a file of a conversation, or hotline.NotFound.
func (s *Store) File(ctx context.Context, id hotline.ConversationID, file hotline.FileID) (hotline.File, error) {
	var wrapped, sealed []byte
	err := s.read(ctx, query(func(r row) error { return r.Scan(&wrapped, &sealed) },
		`SELECT c.wrapped_key, f.body_sealed FROM files f JOIN conversations c ON c.id = f.conversation_id
			WHERE f.conversation_id = $1 AND f.id = $2`, string(id), string(file)))
	if err != nil {
		return hotline.File{}, err
	}
	if len(wrapped) == 0 {
		return hotline.File{}, hotline.Errorf(hotline.NotFound, "there is no such file")
	}
	key, err := s.keys.OpenKey(wrapped)
	if err != nil {
		return hotline.File{}, err
	}
	body, err := key.Open(sealed, filePlace(id, file))
	return hotline.File{ID: file, Body: body}, err
}

func filePlace(id hotline.ConversationID, file hotline.FileID) string {
	return "files.body_sealed/" + string(id) + "/" + string(file)
}
