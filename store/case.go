package store

import (
	"context"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

const caseMutable = `id text, status text, owner_id text, consent text, trafficking text, exploitation text, means text,
	minor boolean, version bigint, updated_at bigint, summary_sealed bytea`

var (
	caseChanges = &table{name: "cases", keys: 1, columns: columnsOf(caseMutable)}
	cases       = &table{
		name: "cases", keys: 1,
		columns: columnsOf(caseMutable + ", number bigint, conversation_id text, opened_at bigint, wrapped_key bytea"),
	}
	persons = &table{name: "persons", keys: 2, columns: columnsOf(`case_id text, id text, role text, name_sealed bytea, gender text,
		age_band text, citizenship text, language text, created_at bigint`)}
	caseColumns   = "SELECT k." + cases.names(", k.") + " FROM cases k "
	personColumns = "SELECT " + persons.names(", ") + " FROM persons WHERE "
)

func summaryPlace(id hotline.CaseID) string { return "cases.summary_sealed/" + string(id) }
func namePlace(id hotline.PersonID) string  { return "persons.name_sealed/" + string(id) }

func caseRow(c *hotline.Case, key *seal.Key) ([]any, error) {
	summary, err := key.Seal([]byte(c.Summary.Reveal()), summaryPlace(c.ID))
	if err != nil {
		return nil, err
	}
	return []any{
		string(c.ID), string(c.Status), string(c.OwnerID), string(c.Consent), string(c.Trafficking),
		join(c.Exploitation), join(c.Means), c.Minor, int64(c.Version), micros(c.UpdatedAt), summary,
	}, nil
}

// personRows completes the persons of a case and turns them into rows.
func (s *Store) personRows(c *hotline.Case, key *seal.Key) ([][]any, error) {
	rows := make([][]any, len(c.Persons))
	for i := range c.Persons {
		p := &c.Persons[i]
		p.CaseID = c.ID
		if p.ID == "" {
			p.ID = hotline.PersonID(s.newID())
		}
		if p.CreatedAt.IsZero() {
			p.CreatedAt = c.UpdatedAt
		}
		name, err := key.Seal([]byte(p.Name.Reveal()), namePlace(p.ID))
		if err != nil {
			return nil, err
		}
		rows[i] = []any{
			string(c.ID), string(p.ID), string(p.Role), name, p.Gender, p.AgeBand, p.Citizenship,
			string(p.Language), micros(p.CreatedAt),
		}
	}
	return rows, nil
}

// sealedCase is a case as it stands in its row.
type sealedCase struct {
	c                   hotline.Case
	exploitation, means string
	updated, openedAt   int64
	summary, wrapped    []byte
	persons             []hotline.Person // names still sealed in names
	names               [][]byte
	key                 *seal.Key
}

func (k *sealedCase) scan(r row) error {
	c := &k.c
	return r.Scan((*string)(&c.ID), (*string)(&c.Status), (*string)(&c.OwnerID), (*string)(&c.Consent), (*string)(&c.Trafficking),
		&k.exploitation, &k.means, &c.Minor, &c.Version, &k.updated, &k.summary, &c.Number, (*string)(&c.ConversationID),
		&k.openedAt, &k.wrapped)
}

func (k *sealedCase) scanPerson(r row) error {
	var p hotline.Person
	var name []byte
	var created int64
	err := r.Scan((*string)(&p.CaseID), (*string)(&p.ID), (*string)(&p.Role), &name, &p.Gender, &p.AgeBand, &p.Citizenship,
		(*string)(&p.Language), &created)
	p.CreatedAt = timeOf(created)
	k.persons, k.names = append(k.persons, p), append(k.names, name)
	return err
}

func (s *Store) openCase(k *sealedCase) (c hotline.Case, err error) {
	if k.key, err = s.keys.OpenKey(k.wrapped); err != nil {
		return c, err
	}
	summary, err := k.key.Open(k.summary, summaryPlace(k.c.ID))
	if err != nil {
		return c, err
	}
	for i := range k.persons {
		name, err := k.key.Open(k.names[i], namePlace(k.persons[i].ID))
		if err != nil {
			return c, err
		}
		k.persons[i].Name = hotline.Text(name)
	}
	c = k.c
	c.Summary, c.Persons = hotline.Text(summary), k.persons
	c.Exploitation, c.Means = split[hotline.Exploitation](k.exploitation), split[hotline.Means](k.means)
	c.OpenedAt, c.UpdatedAt = timeOf(k.openedAt), timeOf(k.updated)
	return c, nil
}

// OpenCase makes a case out of a conversation. The store gives it its id,
// number, version and times; decide fills in the rest, knowing the
// conversation. Conflict when the conversation has a case already.
func (s *Store) OpenCase(ctx context.Context, id hotline.ConversationID, c hotline.Case, decide func(*hotline.Exchange, *hotline.Case) error) (hotline.Case, error) {
	given := c
	err := s.update(ctx, func(t *tx) error {
		c = given
		k, err := s.lock(ctx, t, id)
		if err != nil {
			return err
		}
		if k.x.Conversation.CaseID != "" {
			return hotline.Errorf(hotline.Conflict, "this conversation has a case already")
		}
		if err := t.run(ctx, query(func(r row) error { return r.Scan(&c.Number) },
			"UPDATE counters SET value = value + 1 WHERE name = 'case' RETURNING value")); err != nil {
			return err
		}
		if c.ID == "" {
			c.ID = hotline.CaseID(s.newID())
		}
		c.ConversationID, c.Version, c.OpenedAt = id, 1, s.now()
		c.UpdatedAt = c.OpenedAt
		if err := decide(&k.x, &c); err != nil {
			return err
		}
		k.x.Conversation.CaseID = c.ID
		if err := s.insertCase(ctx, t, &c); err != nil {
			return err
		}
		return s.save(ctx, t, []*kept{k})
	})
	if err != nil {
		return hotline.Case{}, err
	}
	return rounded(c), nil
}

// rounded gives the times of a case as they are stored.
func rounded(c hotline.Case) hotline.Case {
	c.OpenedAt, c.UpdatedAt = timeOf(micros(c.OpenedAt)), timeOf(micros(c.UpdatedAt))
	for i := range c.Persons {
		c.Persons[i].CreatedAt = timeOf(micros(c.Persons[i].CreatedAt))
	}
	return c
}

func (s *Store) insertCase(ctx context.Context, t *tx, c *hotline.Case) error {
	key, wrapped, err := s.keys.NewKey()
	if err != nil {
		return err
	}
	r, err := caseRow(c, key)
	if err != nil {
		return err
	}
	people, err := s.personRows(c, key)
	if err != nil {
		return err
	}
	w := writes{d: s.d}
	w.insert(cases, [][]any{append(r, int64(c.Number), string(c.ConversationID), micros(c.OpenedAt), wrapped)})
	w.insert(persons, people)
	if w.err != nil {
		return w.err
	}
	return t.run(ctx, w.statements...)
}

// Case returns a case with its persons, or hotline.NotFound.
func (s *Store) Case(ctx context.Context, id hotline.CaseID) (hotline.Case, error) {
	found, err := s.cases(ctx, "WHERE k.id = $1", string(id))
	if err != nil {
		return hotline.Case{}, err
	}
	if len(found) == 0 {
		return hotline.Case{}, noCase()
	}
	return found[0], nil
}

func noCase() error { return hotline.Errorf(hotline.NotFound, "there is no such case") }

// Cases returns cases, newest first, older than the given one ("" for the
// start).
func (s *Store) Cases(ctx context.Context, before hotline.CaseID, limit int) ([]hotline.Case, error) {
	if before == "" {
		return s.cases(ctx, "ORDER BY k.id DESC LIMIT $1", limit)
	}
	return s.cases(ctx, "WHERE k.id < $1 ORDER BY k.id DESC LIMIT $2", string(before), limit)
}

func (s *Store) cases(ctx context.Context, where string, a ...any) ([]hotline.Case, error) {
	var found []*sealedCase
	byID := map[string]*sealedCase{}
	var ids []string
	err := s.read(ctx, query(func(r row) error {
		k := &sealedCase{}
		err := k.scan(r)
		found, ids = append(found, k), append(ids, string(k.c.ID))
		byID[string(k.c.ID)] = k
		return err
	}, caseColumns+where, a...))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var in args
	err = s.read(ctx, query(func(r row) error {
		var one sealedCase
		if err := one.scanPerson(r); err != nil {
			return err
		}
		k := byID[string(one.persons[0].CaseID)]
		k.persons, k.names = append(k.persons, one.persons[0]), append(k.names, one.names[0])
		return nil
	}, personColumns+s.d.in(&in, "case_id", ids)+" ORDER BY id", in...))
	if err != nil {
		return nil, err
	}
	out := make([]hotline.Case, len(found))
	for i, k := range found {
		if out[i], err = s.openCase(k); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ChangeCase changes a case that still has the version the caller saw, and
// records the audit entries with it. The errors are NotFound, Conflict when
// somebody saved in between, and what decide returns.
func (s *Store) ChangeCase(ctx context.Context, id hotline.CaseID, version int, decide func(*hotline.Case) error, audit ...hotline.AuditEntry) (hotline.Case, error) {
	var c hotline.Case
	err := s.update(ctx, func(t *tx) error {
		var k sealedCase
		err := t.run(ctx,
			query(k.scan, caseColumns+"WHERE k.id = $1"+s.d.forUpdate("k"), string(id)),
			query(k.scanPerson, personColumns+"case_id = $1 ORDER BY id", string(id)))
		if err != nil {
			return err
		}
		if k.c.ID == "" {
			return noCase()
		}
		if k.c.Version != version {
			return hotline.Errorf(hotline.Conflict, "this case was saved by someone else in between")
		}
		if c, err = s.openCase(&k); err != nil {
			return err
		}
		if err := decide(&c); err != nil {
			return err
		}
		c.ID, c.Version, c.UpdatedAt = id, version+1, s.now()
		return s.saveCase(ctx, t, &c, k.key, audit)
	})
	if err != nil {
		return hotline.Case{}, err
	}
	return rounded(c), nil
}

// saveCase writes a case and its persons anew.
func (s *Store) saveCase(ctx context.Context, t *tx, c *hotline.Case, key *seal.Key, audit []hotline.AuditEntry) error {
	r, err := caseRow(c, key)
	if err != nil {
		return err
	}
	people, err := s.personRows(c, key)
	if err != nil {
		return err
	}
	var entries [][]any
	for i := range audit {
		entries = append(entries, s.auditRow(&audit[i]))
	}
	w := writes{d: s.d, statements: []stmt{do("DELETE FROM persons WHERE case_id = $1", string(c.ID))}}
	w.change(caseChanges, [][]any{r})
	w.insert(persons, people)
	w.insert(audits, entries)
	if w.err != nil {
		return w.err
	}
	return t.run(ctx, w.statements...)
}
