package store

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

var sessions = &table{name: "sessions", keys: 1, columns: columnsOf(`token_hash text, user_id text, conversation_id text,
	address_index text, address_sealed bytea, created_at bigint, seen_at bigint, expires_at bigint, draft_sealed bytea`)}

const sessionColumns = `SELECT z.token_hash, z.user_id, z.conversation_id, z.address_sealed, z.created_at, z.seen_at, z.expires_at, z.draft_sealed
	FROM sessions z WHERE z.token_hash = $1 AND z.expires_at > $2`

func (s *Store) sessionRow(z *hotline.Session) ([]any, error) {
	sealed, index := []byte{}, ""
	if z.Address != "" {
		var err error
		if sealed, err = s.keys.Seal([]byte(z.Address.Reveal()), sessionPlace(z.TokenHash)); err != nil {
			return nil, err
		}
		index = s.indexOf(hotline.WebChat, z.Address)
	}
	draft, err := s.sealDraft(z)
	if err != nil {
		return nil, err
	}
	return []any{
		z.TokenHash, string(z.UserID), string(z.ConversationID), index, sealed,
		micros(z.CreatedAt), micros(z.SeenAt), micros(z.ExpiresAt), draft,
	}, nil
}

func (s *Store) sealDraft(z *hotline.Session) ([]byte, error) {
	if len(z.Draft) == 0 {
		return nil, nil
	}
	plain, err := answersJSON(z.Draft)
	if err != nil {
		return nil, err
	}
	return s.keys.Seal(plain, draftPlace(z.TokenHash))
}

func draftPlace(tokenHash string) string { return "sessions.draft_sealed/" + tokenHash }

func sessionPlace(tokenHash string) string { return "sessions.address_sealed/" + tokenHash }

// AddSession keeps a new session. A token that exists is hotline.Conflict.
func (s *Store) AddSession(ctx context.Context, z hotline.Session) error {
	r, err := s.sessionRow(&z)
	if err != nil {
		return err
	}
	return s.insertOne(ctx, sessions, r)
}

// Session returns a session that has not expired, or hotline.NotFound.
func (s *Store) Session(ctx context.Context, tokenHash string) (hotline.Session, error) {
	var found sealedSession
	if err := s.read(ctx, query(found.scan, sessionColumns, tokenHash, micros(s.now()))); err != nil {
		return hotline.Session{}, err
	}
	return s.openSession(&found)
}

// sealedSession is a session as it stands in its row.
type sealedSession struct {
	z                      hotline.Session
	address, draft         []byte
	created, seen, expires int64
}

func (f *sealedSession) scan(r row) error {
	z := &f.z
	return r.Scan(&z.TokenHash, (*string)(&z.UserID), (*string)(&z.ConversationID), &f.address, &f.created, &f.seen, &f.expires, &f.draft)
}

func (s *Store) openSession(f *sealedSession) (hotline.Session, error) {
	if f.z.TokenHash == "" {
		return hotline.Session{}, hotline.Errorf(hotline.NotFound, "there is no such session")
	}
	f.z.CreatedAt, f.z.SeenAt, f.z.ExpiresAt = timeOf(f.created), timeOf(f.seen), timeOf(f.expires)
	if len(f.address) > 0 {
		plain, err := s.keys.Open(f.address, sessionPlace(f.z.TokenHash))
		if err != nil {
			return hotline.Session{}, err
		}
		f.z.Address = hotline.Address(plain)
	}
	if len(f.draft) > 0 {
		plain, err := s.keys.Open(f.draft, draftPlace(f.z.TokenHash))
		if err != nil {
			return hotline.Session{}, err
		}
		if f.z.Draft, err = answersOf(plain); err != nil {
			return hotline.Session{}, err
		}
	}
	return f.z, nil
}

// ChangeSession changes a session under a lock, or returns hotline.NotFound, or
// what decide returns. Its token cannot change.
func (s *Store) ChangeSession(ctx context.Context, tokenHash string, decide func(*hotline.Session) error) error {
	return s.update(ctx, func(t *tx) error {
		var found sealedSession
		if err := t.run(ctx, query(found.scan, sessionColumns+s.d.forUpdate("z"), tokenHash, micros(s.now()))); err != nil {
			return err
		}
		z, err := s.openSession(&found)
		if err != nil {
			return err
		}
		if err := decide(&z); err != nil {
			return err
		}
		z.TokenHash = tokenHash
		r, err := s.sessionRow(&z)
		if err != nil {
			return err
		}
		w := writes{d: s.d}
		w.change(sessions, [][]any{r})
		if w.err != nil {
			return w.err
		}
		return t.run(ctx, w.statements...)
	})
}

// DeleteSession ends a session; one that is gone already is fine.
func (s *Store) DeleteSession(ctx context.Context, tokenHash string) error {
	_, err := s.exec(ctx, "DELETE FROM sessions WHERE token_hash = $1", tokenHash)
	return err
}

// StaffHere counts who talks with people and has done something in the console
// since a time. Administrators do not count: they may be here for other things.
func (s *Store) StaffHere(ctx context.Context, since time.Time) (int, error) {
	var count int
	err := s.read(ctx, query(func(r row) error { return r.Scan(&count) }, `SELECT COUNT(DISTINCT u.id) FROM sessions z JOIN users u ON u.id = z.user_id
		WHERE z.seen_at >= $1 AND z.expires_at > $2 AND u.disabled = FALSE AND u.role IN ($3, $4)`,
		micros(since), micros(s.now()), string(hotline.Operator), string(hotline.Supervisor)))
	return count, err
}

// PurgeSessions deletes expired sessions and returns how many there were.
func (s *Store) PurgeSessions(ctx context.Context) (int, error) {
	n, err := s.exec(ctx, "DELETE FROM sessions WHERE expires_at <= $1", micros(s.now()))
	return int(n), err
}

// Checkpoint returns how far a job of this name has come, the zero time when it
// never ran.
func (s *Store) Checkpoint(ctx context.Context, name string) (time.Time, error) {
	var at int64
	err := s.read(ctx, query(func(r row) error { return r.Scan(&at) }, "SELECT at FROM checkpoints WHERE name = $1", name))
	return timeOf(at), err
}

// SetCheckpoint records how far a job of this name has come.
func (s *Store) SetCheckpoint(ctx context.Context, name string, at time.Time) error {
	_, err := s.exec(ctx, "INSERT INTO checkpoints (name, at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = excluded.at", name, micros(at))
	return err
}
