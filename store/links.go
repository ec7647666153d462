package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
)

var links = &table{name: "links", keys: 2, columns: columnsOf("mark text, conversation_id text")}

// markLength is how many characters of a mark are kept: 132 bits, so that two
// clues never meet by chance.
const markLength = 22

// codeMark begins the marks of receipt codes, which are found by conversation: the
// code itself is kept nowhere.
const codeMark = "code:"

// clueMark is the keyed mark of a clue. It tells neither the clue nor, but for
// receipt codes, its kind.
func (s *Store) clueMark(c hotline.Clue) string {
	mark := s.keys.Index("clue/"+string(c.Kind), c.Value.Reveal())[:markLength]
	if c.Kind == hotline.ClueCode {
		return codeMark + mark
	}
	return mark
}

// SamePerson finds the other conversations in which somebody had a receipt code of
// this one, the newest first, at most limit, without what is sealed in them.
func (s *Store) SamePerson(ctx context.Context, id hotline.ConversationID, limit int) (out []hotline.Conversation, err error) {
	err = s.read(ctx, query(func(r row) error {
		var v stored
		if err := v.scan(r); err != nil {
			return err
		}
		out = append(out, v.c)
		return nil
	}, samePersonQuery, string(id), int64(limit)))
	return out, err
}

var samePersonQuery = "SELECT " + conversationColumns + ` FROM conversations v WHERE v.state <> 'erased' AND v.id IN (
			SELECT o.conversation_id FROM links l JOIN links o ON o.mark = l.mark AND o.conversation_id <> l.conversation_id
			WHERE l.conversation_id = $1 AND l.mark LIKE 'code:%') ORDER BY v.id DESC LIMIT $2`

// Sharing finds the other conversations in which at least one of the clues was
// told: how many there are, and the newest of them, the newest first, without
// what is sealed in them. An erased conversation shares nothing.
func (s *Store) Sharing(ctx context.Context, id hotline.ConversationID, clues []hotline.Clue, newest int) (count int, some []hotline.Conversation, err error) {
	if len(clues) == 0 {
		return 0, nil, nil
	}
	err = s.read(ctx, s.sharingQuery(id, clues, newest, func(r row) error {
		var v stored
		if err := r.Scan(append(v.fields(), &count)...); err != nil {
			return err
		}
		v.done()
		some = append(some, v.c)
		return nil
	}))
	return count, some, err
}

func (s *Store) sharingQuery(id hotline.ConversationID, clues []hotline.Clue, newest int, scan func(row) error) stmt {
	marks := make([]string, len(clues))
	for i, c := range clues {
		marks[i] = s.clueMark(c)
	}
	var a args
	text := "SELECT " + conversationColumns + `, n.total FROM (
			SELECT l.conversation_id, COUNT(*) OVER () AS total FROM links l
			WHERE ` + s.d.in(&a, "l.mark", marks) + " AND l.conversation_id <> " + a.add(string(id)) + `
			GROUP BY l.conversation_id ORDER BY l.conversation_id DESC LIMIT ` + a.add(newest) + `) n
		JOIN conversations v ON v.id = n.conversation_id ORDER BY v.id DESC`
	return query(scan, text, a...)
}
