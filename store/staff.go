package store

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
)

var (
	users = &table{name: "users", keys: 1, columns: columnsOf(`id text, login text, name text, role text, languages text,
		password_hash text, disabled boolean, created_at bigint`)}
	audits = &table{
		name: "audit", keys: 1,
		columns: columnsOf("id text, at bigint, actor_id text, action text, object text, object_id text, detail text"),
	}
	quarantines = &table{
		name: "quarantine", keys: 1,
		columns: columnsOf("id text, at bigint, door text, reason text, provider_id text, body_sealed bytea"),
	}
)

const userColumns = "SELECT id, login, name, role, languages, password_hash, disabled, created_at FROM users u "

func userRow(u *hotline.User) []any {
	return []any{string(u.ID), u.Login, u.Name, string(u.Role), join(u.Languages), u.PasswordHash, u.Disabled, micros(u.CreatedAt)}
}

func scanUser(r row) (hotline.User, error) {
	var u hotline.User
	var languages string
	var created int64
	err := r.Scan((*string)(&u.ID), &u.Login, &u.Name, (*string)(&u.Role), &languages, &u.PasswordHash, &u.Disabled, &created)
	u.Languages, u.CreatedAt = split[hotline.Language](languages), timeOf(created)
	return u, err
}

// join and split keep short lists of codes in one column.
func join[T ~string](codes []T) string { return strings.Join(texts(codes), " ") }

func split[T ~string](joined string) []T {
	var out []T
	for _, code := range strings.Fields(joined) {
		out = append(out, T(code))
	}
	return out
}

// AddUser adds a member of staff. A login that is taken is hotline.Conflict.
func (s *Store) AddUser(ctx context.Context, u hotline.User) error {
	err := s.insertOne(ctx, users, userRow(&u))
	return taken(err)
}

func taken(err error) error {
	if hotline.CodeOf(err) == hotline.Conflict {
		return hotline.Errorf(hotline.Conflict, "this sign-in name is taken: %w", err)
	}
	return err
}

// insertOne writes a single row in a transaction of its own.
func (s *Store) insertOne(ctx context.Context, t *table, r []any) error {
	return s.insertAll(ctx, t, [][]any{r})
}

func (s *Store) insertAll(ctx context.Context, t *table, rows [][]any) error {
	w := writes{d: s.d}
	w.insert(t, rows)
	if w.err != nil {
		return w.err
	}
	return s.update(ctx, func(t *tx) error { return t.run(ctx, w.statements...) })
}

// User returns a member of staff, or hotline.NotFound.
func (s *Store) User(ctx context.Context, id hotline.UserID) (hotline.User, error) {
	return s.oneUser(ctx, "WHERE u.id = $1", string(id))
}

// UserByLogin returns a member of staff by sign-in name, or hotline.NotFound.
func (s *Store) UserByLogin(ctx context.Context, login string) (hotline.User, error) {
	return s.oneUser(ctx, "WHERE u.login = $1", login)
}

func (s *Store) oneUser(ctx context.Context, where, value string) (hotline.User, error) {
	found, err := s.users(ctx, where, value)
	if err != nil {
		return hotline.User{}, err
	}
	if len(found) == 0 {
		return hotline.User{}, noUser()
	}
	return found[0], nil
}

func noUser() error { return hotline.Errorf(hotline.NotFound, "there is no such member of staff") }

// Users returns all members of staff by sign-in name.
func (s *Store) Users(ctx context.Context) ([]hotline.User, error) {
	return s.users(ctx, "ORDER BY u.login")
}

func (s *Store) users(ctx context.Context, where string, a ...any) ([]hotline.User, error) {
	var out []hotline.User
	err := s.read(ctx, query(func(r row) error {
		u, err := scanUser(r)
		out = append(out, u)
		return err
	}, userColumns+where, a...))
	return out, err
}

// ChangeUser changes a member of staff under a lock. A new password, or an account
// that is disabled, ends all their sessions: somebody else may be in one. The
// errors are NotFound, Conflict for a sign-in name that is taken, and what decide
// returns.
func (s *Store) ChangeUser(ctx context.Context, id hotline.UserID, decide func(*hotline.User) error) error {
	return s.update(ctx, func(t *tx) error {
		var u hotline.User
		err := t.run(ctx, query(func(r row) (err error) {
			u, err = scanUser(r)
			return err
		}, userColumns+"WHERE u.id = $1"+s.d.forUpdate("u"), string(id)))
		if err != nil {
			return err
		}
		if u.ID == "" {
			return noUser()
		}
		before := u.PasswordHash
		if err := decide(&u); err != nil {
			return err
		}
		u.ID = id
		w := writes{d: s.d}
		w.change(users, [][]any{userRow(&u)})
		if w.err != nil {
			return w.err
		}
		if u.PasswordHash != before || u.Disabled {
			w.statements = append(w.statements, do("DELETE FROM sessions WHERE user_id = $1", string(id)))
		}
		return taken(t.run(ctx, w.statements...))
	})
}

func (s *Store) auditRow(e *hotline.AuditEntry) []any {
	if e.ID == "" {
		e.ID = s.newID()
	}
	if e.At.IsZero() {
		e.At = s.now()
	}
	return []any{e.ID, micros(e.At), string(e.ActorID), e.Action, e.Object, e.ObjectID, e.Detail}
}

// AddAudit records who did what, when it goes with no other change.
func (s *Store) AddAudit(ctx context.Context, entries ...hotline.AuditEntry) error {
	rows := make([][]any, len(entries))
	for i := range entries {
		rows[i] = s.auditRow(&entries[i])
	}
	return s.insertAll(ctx, audits, rows)
}

// AuditOf returns the latest entries about one object, newest first.
func (s *Store) AuditOf(ctx context.Context, object, objectID string, limit int) ([]hotline.AuditEntry, error) {
	var out []hotline.AuditEntry
	err := s.read(ctx, query(func(r row) error {
		var e hotline.AuditEntry
		var at int64
		err := r.Scan(&e.ID, &at, (*string)(&e.ActorID), &e.Action, &e.Object, &e.ObjectID, &e.Detail)
		e.At = timeOf(at)
		out = append(out, e)
		return err
	}, `SELECT id, at, actor_id, action, object, object_id, detail FROM audit
		WHERE object = $1 AND object_id = $2 ORDER BY at DESC, id DESC LIMIT $3`, object, objectID, limit))
	return out, err
}

// quarantineField bounds what is kept in clear of foreign input, in bytes.
const quarantineField = 200

// quarantineRows is how much foreign input is kept; the oldest goes first, so
// that strangers cannot fill the disk.
const quarantineRows = 10_000

func bodyPlace(id string) string { return "quarantine.body_sealed/" + id }

// AddQuarantined keeps foreign input that could not be trusted or read, sealed,
// the newest ten thousand of it. The fields in clear are cut and cleaned.
func (s *Store) AddQuarantined(ctx context.Context, q hotline.Quarantined) error {
	if q.ID == "" {
		q.ID = s.newID()
	}
	if q.At.IsZero() {
		q.At = s.now()
	}
	body, err := s.keys.Seal([]byte(q.Body.Reveal()), bodyPlace(q.ID))
	if err != nil {
		return err
	}
	w := writes{d: s.d}
	w.insert(quarantines, [][]any{{q.ID, micros(q.At), cleaned(q.Door), cleaned(q.Reason), cleaned(q.ProviderID), body}})
	if w.err != nil {
		return w.err
	}
	oldest := do("DELETE FROM quarantine WHERE id <= (SELECT id FROM quarantine ORDER BY id DESC LIMIT 1 OFFSET $1)", quarantineRows)
	return s.update(ctx, func(t *tx) error { return t.run(ctx, append(w.statements, oldest)...) })
}

func cleaned(foreign string) string {
	foreign = strings.ReplaceAll(strings.ToValidUTF8(foreign, "\uFFFD"), "\x00", "")
	if len(foreign) <= quarantineField {
		return foreign
	}
	cut := quarantineField
	for !utf8.RuneStart(foreign[cut]) {
		cut--
	}
	return foreign[:cut]
}

// QuarantinedCount counts what lies in quarantine.
func (s *Store) QuarantinedCount(ctx context.Context) (int, error) {
	var n int
	err := s.read(ctx, query(func(r row) error { return r.Scan(&n) }, "SELECT COUNT(*) FROM quarantine"))
	return n, err
}
