package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

// fitTries is how many of the newest conversations are tried: one that is damaged
// says nothing about the keys.
const fitTries = 10

// KeysFit says whether the keys are those of this database: hotline.Invalid when
// none of the newest conversations opens. With other keys no contact would be
// found either, and who asked us to stop would be written to again.
func (s *Store) KeysFit(ctx context.Context) error {
	var wrapped [][]byte
	err := s.read(ctx, query(func(r row) error {
		var one []byte
		err := r.Scan(&one)
		wrapped = append(wrapped, one)
		return err
	}, "SELECT wrapped_key FROM conversations WHERE state <> 'erased' ORDER BY id DESC LIMIT $1", fitTries))
	if err != nil || len(wrapped) == 0 {
		return err
	}
	for _, one := range wrapped {
		if _, err := s.keys.OpenKey(one); err == nil {
			return nil
		}
	}
	return hotline.Errorf(hotline.Invalid, "the database is under other keys than these: use the key file that belongs to it")
}
