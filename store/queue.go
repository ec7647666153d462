package store

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// queueWhere is the part of the queue's texts that makes both engines take the
// order from the index; it must stand word for word as in the migration.
const (
	queueWhere = "v.state = 'open' AND v.waiting_since < 9223372036854775807"
	ownerWhere = "v.state = 'open' AND v.owner_id <> ''"
)

// queueConditions turns a filter and a cursor into conditions and arguments.
func queueConditions(f hotline.QueueFilter, after hotline.QueueCursor, a *args) string {
	where := queueWhere
	if f.OwnerID != "" {
		where = ownerWhere + " AND v.owner_id = " + a.add(string(f.OwnerID))
	}
	if f.Priority != 0 {
		where += " AND v.priority = " + a.add(int64(f.Priority))
	}
	if f.Language != "" {
		where += " AND v.language = " + a.add(string(f.Language))
	}
	if f.Channel != "" {
		where += " AND v.channel = " + a.add(string(f.Channel))
	}
	if f.Safety != "" {
		where += " AND v.safety = " + a.add(string(f.Safety))
	}
	if f.NoOwner {
		where += " AND v.owner_id = ''"
	}
	if after.ID != "" {
		where += " AND (v.priority, v.waiting_since, v.id) > (" + a.add(int64(after.Priority)) + ", " +
			a.add(waitingOf(after.WaitingSince)) + ", " + a.add(string(after.ID)) + ")"
	}
	return where
}

const queueOrder = " ORDER BY v.priority, v.waiting_since, v.id LIMIT "

func queueQuery(f hotline.QueueFilter, after hotline.QueueCursor, limit int, scan func(row) error) stmt {
	var a args
	text := "SELECT " + conversationColumns + " FROM conversations v WHERE " + queueConditions(f, after, &a)
	text += queueOrder + a.add(int64(limit))
	return query(scan, text, a...)
}

// Queue returns conversations in which somebody waits, most urgent first and
// then longest waiting, after the cursor (zero for the start). With an OwnerID
// it returns all open ones of that owner; those in which nobody waits come last
// within their priority. One that cannot be unsealed comes without what is sealed
// in it, and hides no other.
func (s *Store) Queue(ctx context.Context, f hotline.QueueFilter, after hotline.QueueCursor, limit int) ([]hotline.Conversation, error) {
	var found []*stored
	err := s.read(ctx, queueQuery(f, after, limit, func(r row) error {
		v := &stored{}
		found = append(found, v)
		return v.scan(r)
	}))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	last, err := s.lastTexts(ctx, found)
	if err != nil {
		return nil, err
	}
	out := make([]hotline.Conversation, len(found))
	for i, v := range found {
		if key, err := s.open(v); err == nil {
			v.c.Preview, _ = preview(key, last[v.lastInbound], v.lastInbound)
		}
		out[i] = v.c
	}
	return out, nil
}

// lastTexts reads the sealed last messages of the people, by message id.
func (s *Store) lastTexts(ctx context.Context, of []*stored) (map[string][]byte, error) {
	last := map[string][]byte{}
	for start := 0; start < len(of); start += maxList {
		var ids, messageIDs []string
		for _, v := range of[start:min(start+maxList, len(of))] {
			ids, messageIDs = append(ids, string(v.c.ID)), append(messageIDs, v.lastInbound)
		}
		err := s.read(ctx, s.textsQuery(ids, messageIDs, func(id string, sealed []byte) { last[id] = sealed }))
		if err != nil {
			return nil, err
		}
	}
	return last, nil
}

// QueueCounts counts who waits, by priority.
func (s *Store) QueueCounts(ctx context.Context) ([]hotline.QueueCount, error) {
	var out []hotline.QueueCount
	err := s.read(ctx, query(func(r row) error {
		var n hotline.QueueCount
		if err := r.Scan((*int)(&n.Priority), &n.Waiting, &n.NoOwner); err != nil {
			return err
		}
		out = append(out, n)
		return nil
	}, "SELECT v.priority, COUNT(*), COUNT(*) FILTER (WHERE v.owner_id = '') FROM conversations v WHERE "+queueWhere+
		" GROUP BY v.priority ORDER BY v.priority"))
	return out, err
}

// nextPause is how long ChangeNext waits before it looks again when all that
// matches is locked by others at this moment.
const nextPause = 2 * time.Millisecond

// nextTries bounds how often it looks again.
const nextTries = 100

// ChangeNext changes the first conversation of the queue that matches f and has
// no owner, passing over those that others are changing. Two callers never get
// the same one, provided that decide sets an owner. NotFound when none is left.
// One that cannot be unsealed keeps nobody from the next; its error, which is
// hotline.Internal, comes back when there is no other.
func (s *Store) ChangeNext(ctx context.Context, f hotline.QueueFilter, decide func(*hotline.Exchange) error) (hotline.ConversationID, error) {
	f.NoOwner, f.OwnerID = true, ""
	var passed []string
	var fault error
	for range nextTries {
		id, err := s.tryNext(ctx, f, passed, decide)
		switch {
		case id != "" && hotline.CodeOf(err) == hotline.Internal:
			passed, fault = append(passed, string(id)), err
			continue
		case err != nil:
			return "", err
		case id != "":
			return id, nil
		case fault != nil:
			return "", fault
		}
		if left, err := s.Queue(ctx, f, hotline.QueueCursor{}, 1); err != nil {
			return "", err
		} else if len(left) == 0 {
			return "", hotline.Errorf(hotline.NotFound, "nobody is waiting")
		}
		select {
		case <-time.After(nextPause):
		case <-ctx.Done():
			return "", s.d.explain("take the next conversation", ctx.Err())
		}
	}
	return "", hotline.Errorf(hotline.Unavailable, "all waiting conversations are busy")
}

// tryNext returns the conversation with an error that lies in it.
func (s *Store) tryNext(ctx context.Context, f hotline.QueueFilter, passed []string, decide func(*hotline.Exchange) error) (hotline.ConversationID, error) {
	var id string
	err := s.update(ctx, func(t *tx) error {
		id = ""
		var a args
		text := "SELECT v.id FROM conversations v JOIN contacts c ON c.id = v.contact_id WHERE " + queueConditions(f, hotline.QueueCursor{}, &a)
		for _, other := range passed {
			text += " AND v.id <> " + a.add(other)
		}
		text += queueOrder + "1" + s.d.skipLocked("v, c")
		if err := t.run(ctx, query(func(r row) error { return r.Scan(&id) }, text, a...)); err != nil || id == "" {
			return err
		}
		return s.changeLocked(ctx, t, hotline.ConversationID(id), decide)
	})
	return hotline.ConversationID(id), err
}
