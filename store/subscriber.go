package store

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

var (
	subscribers = &table{name: "subscribers", keys: 1, copied: true, columns: columnsOf(`id text, language text, country text, region text,
		zones text, population text, tags text, source text, sms text, whatsapp text, invalid boolean, twin_of text, joined_at bigint,
		seen_at bigint, contacted_at bigint`)}
	subscriberAddresses = &table{name: "subscriber_addresses", keys: 1, copied: true, columns: columnsOf(`id text, key_id text, sms_index text,
		whatsapp_index text, person_index text, address_sealed bytea`)}
	consents = &table{name: "consents", keys: 2, copied: true, columns: columnsOf(`subscriber_id text, id text, channel text, state text,
		wording text, language text, source text, proof text, actor_id text, at bigint`)}
)

const subscriberColumns = `s.id, s.language, s.country, s.region, s.zones, s.population, s.tags, s.source, s.sms, s.whatsapp, s.invalid,
	s.twin_of, s.joined_at, s.seen_at, s.contacted_at`

func scanSubscriber(r row, more ...any) (u hotline.Subscriber, err error) {
	var zones, tags string
	var joined, seen, contacted int64
	fields := []any{
		(*string)(&u.ID), (*string)(&u.Language), &u.Country, &u.Region, &zones, &u.Population, &tags, &u.Source, (*string)(&u.SMS), (*string)(&u.WhatsApp),
		&u.Invalid, (*string)(&u.TwinOf), &joined, &seen, &contacted,
	}
	if err := r.Scan(append(fields, more...)...); err != nil {
		return u, err
	}
	u.Zones, u.Tags = strings.Fields(zones), strings.Fields(tags)
	u.JoinedAt, u.SeenAt, u.ContactedAt = timeOf(joined), timeOf(seen), timeOf(contacted)
	return u, nil
}

func subscriberRow(u *hotline.Subscriber) []any {
	return []any{
		string(u.ID), string(u.Language), u.Country, u.Region, strings.Join(u.Zones, " "), u.Population, tagText(u.Tags), u.Source, string(u.SMS), string(u.WhatsApp),
		u.Invalid, string(u.TwinOf), micros(u.JoinedAt), micros(u.SeenAt), micros(u.ContactedAt),
	}
}

// tagText is how tags are kept: in order, with spaces on both sides, so that each is
// found by LIKE '% tag %'.
func tagText(tags []string) string {
	if len(tags) == 0 {
		return ""
	}
	tags = slices.Compact(slices.Sorted(slices.Values(tags)))
	return " " + strings.Join(tags, " ") + " "
}

func numberPlace(id string) string { return "subscriber_addresses.address_sealed/" + id }

// sealedByOneKey is how many numbers one key seals.
const sealedByOneKey = 100_000

// bulkKey seals the numbers of subscribers. Its row is committed before the first of
// them is.
type bulkKey struct {
	mu   sync.Mutex
	id   string
	key  *seal.Key
	left int
}

func (s *Store) bulkSeal(ctx context.Context, n int) (id string, key *seal.Key, err error) {
	b := &s.bulk
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left <= 0 {
		key, wrapped, err := s.keys.NewKey()
		if err != nil {
			return "", nil, err
		}
		id := s.newID()
		if _, err := s.exec(ctx, "INSERT INTO subscriber_keys (id, wrapped_key, created_at) VALUES ($1, $2, $3)", id, wrapped, micros(s.now())); err != nil {
			return "", nil, err
		}
		b.id, b.key, b.left = id, key, sealedByOneKey
	}
	b.left -= n
	return b.id, b.key, nil
}

// AddSubscribers keeps people who agreed to be written to, all or none. A number that
// is known joins what is kept about it: what the new one says replaces, tags are
// added, and who has withdrawn an opt-in does not get it back this way. proof is what
// is written down of each opt-in; its ID, Subscriber, Channel and State are filled in.
//
// The answers are in the order of batch. A number that stands in it twice is one
// subscriber.
func (s *Store) AddSubscribers(ctx context.Context, batch []hotline.Subscriber, proof hotline.OptInEvent) ([]hotline.SubscriberAdded, error) {
	keyID, key, err := s.bulkSeal(ctx, len(batch))
	if err != nil {
		return nil, err
	}
	a := addition{s: s, batch: batch, proof: proof, keyID: keyID, key: key}
	a.index()
	err = s.update(ctx, func(t *tx) error { return a.run(ctx, t) })
	return a.added, err
}

// addition is one batch of subscribers on its way in.
type addition struct {
	s     *Store
	batch []hotline.Subscriber
	proof hotline.OptInEvent
	keyID string
	key   *seal.Key

	indexes []string // by sms, in the order of batch
	persons []string // likewise; "" for none

	known   map[string]*hotline.Subscriber // by sms index
	twins   map[string]hotline.SubscriberID
	added   []hotline.SubscriberAdded
	changed map[string]bool
	fresh   []string // indexes of the new ones, in order
	events  [][]any
}

func (a *addition) index() {
	a.indexes, a.persons = make([]string, len(a.batch)), make([]string, len(a.batch))
	for i := range a.batch {
		a.indexes[i] = a.s.indexOf(hotline.SMS, a.batch[i].Address)
		if p := a.batch[i].Person.Reveal(); p != "" {
			a.persons[i] = a.s.keys.Index("subscriber/person", p)
		}
	}
}

func (a *addition) run(ctx context.Context, t *tx) error {
	a.known, a.twins = map[string]*hotline.Subscriber{}, map[string]hotline.SubscriberID{}
	a.changed, a.fresh, a.events = map[string]bool{}, nil, nil
	a.added = make([]hotline.SubscriberAdded, len(a.batch))
	if err := a.load(ctx, t); err != nil {
		return err
	}
	first := map[string]int{}
	for i := range a.batch {
		if _, is := a.known[a.indexes[i]]; !is {
			first[a.indexes[i]] = i
		}
		a.take(i)
	}
	return a.save(ctx, t, first)
}

func (a *addition) load(ctx context.Context, t *tx) error {
	var byIndex args
	statements := []stmt{query(func(r row) error {
		var index string
		u, err := scanSubscriber(r, &index)
		a.known[index] = &u
		return err
	}, "SELECT "+subscriberColumns+", a.sms_index FROM subscriber_addresses a JOIN subscribers s ON s.id = a.id WHERE "+
		a.s.d.in(&byIndex, "a.sms_index", a.indexes)+" ORDER BY s.id"+a.s.d.forUpdate("s"), byIndex...)}
	if persons := slices.DeleteFunc(slices.Clone(a.persons), func(p string) bool { return p == "" }); len(persons) > 0 {
		var byPerson args
		statements = append(statements, query(func(r row) error {
			var index, id string
			err := r.Scan(&index, &id)
			a.twins[index] = hotline.SubscriberID(id)
			return err
		}, "SELECT person_index, MIN(id) FROM subscriber_addresses WHERE person_index <> '' AND "+a.s.d.in(&byPerson, "person_index", persons)+
			" GROUP BY person_index", byPerson...))
	}
	return t.run(ctx, statements...)
}

// take joins one of the batch with what is known.
func (a *addition) take(i int) {
	in, index := &a.batch[i], a.indexes[i]
	known := a.known[index]
	if known == nil {
		known = a.newcomer(in)
		a.known[index] = known
		a.fresh = append(a.fresh, index)
		if p := a.persons[i]; p != "" {
			if twin, is := a.twins[p]; is && twin != known.ID {
				known.TwinOf = twin
			} else {
				a.twins[p] = known.ID
			}
		}
		a.note(known.ID, hotline.SMS, in.SMS)
		a.note(known.ID, hotline.WhatsApp, in.WhatsApp)
		a.added[i] = hotline.SubscriberAdded{ID: known.ID, Change: hotline.SubscriberNew, TwinOf: known.TwinOf}
		return
	}
	before := subscriberRow(known)
	meet(known, in)
	a.agree(known, hotline.SMS, &known.SMS, in.SMS)
	a.agree(known, hotline.WhatsApp, &known.WhatsApp, in.WhatsApp)
	a.added[i] = hotline.SubscriberAdded{ID: known.ID, Change: hotline.SubscriberSame, TwinOf: known.TwinOf}
	if !slices.Equal(before, subscriberRow(known)) {
		a.added[i].Change = hotline.SubscriberUpdated
		a.changed[index] = true
	}
}

func (a *addition) newcomer(in *hotline.Subscriber) *hotline.Subscriber {
	u := *in
	if u.ID == "" {
		u.ID = hotline.SubscriberID(a.s.newID())
	}
	if u.JoinedAt.IsZero() {
		u.JoinedAt = a.s.now()
	}
	if u.SeenAt.IsZero() {
		u.SeenAt = u.JoinedAt
	}
	return &u
}

// meet lets what the new one says replace what is known.
func meet(known, in *hotline.Subscriber) {
	for _, field := range []struct{ old, new *string }{
		{(*string)(&known.Language), (*string)(&in.Language)},
		{&known.Country, &in.Country},
		{&known.Region, &in.Region},
		{&known.Population, &in.Population},
	} {
		if *field.new != "" {
			*field.old = *field.new
		}
	}
	if len(in.Zones) > 0 {
		known.Zones = in.Zones
	}
	known.Tags = strings.Fields(tagText(append(slices.Clone(known.Tags), in.Tags...)))
}

// agree applies an opt-in that somebody else brings: it never undoes a withdrawal,
// and asking does not take back what was given.
func (a *addition) agree(known *hotline.Subscriber, ch hotline.Channel, old *hotline.OptIn, brought hotline.OptIn) {
	switch {
	case brought == hotline.OptInUnknown, brought == *old, *old == hotline.OptInWithdrawn,
		brought == hotline.OptInAsked && *old == hotline.OptInGiven:
		return
	}
	*old = brought
	a.note(known.ID, ch, brought)
}

func (a *addition) note(id hotline.SubscriberID, ch hotline.Channel, state hotline.OptIn) {
	if state == hotline.OptInUnknown {
		return
	}
	e := a.proof
	e.ID, e.Subscriber, e.Channel, e.State = a.s.newID(), id, ch, state
	a.events = append(a.events, a.s.consentRow(e))
}

func (s *Store) consentRow(e hotline.OptInEvent) []any {
	if e.ID == "" {
		e.ID = s.newID()
	}
	if e.At.IsZero() {
		e.At = s.now()
	}
	return []any{
		string(e.Subscriber), e.ID, string(e.Channel), string(e.State), e.Wording, string(e.Language), e.Source, e.Proof, string(e.ActorID), micros(e.At),
	}
}

// save writes the new ones, and those that changed. first says where in the batch a
// new one stands first.
func (a *addition) save(ctx context.Context, t *tx, first map[string]int) error {
	var people, numbers, changes [][]any
	for _, index := range a.fresh {
		u, i := a.known[index], first[index]
		sealed, err := a.key.Seal([]byte(u.Address.Reveal()), numberPlace(string(u.ID)))
		if err != nil {
			return err
		}
		people = append(people, subscriberRow(u))
		numbers = append(numbers, []any{string(u.ID), a.keyID, index, a.s.indexOf(hotline.WhatsApp, u.Address), a.persons[i], sealed})
		delete(a.changed, index)
	}
	for index := range a.changed {
		changes = append(changes, subscriberRow(a.known[index]))
	}
	w := writes{d: a.s.d}
	w.insert(subscribers, people)
	w.insert(subscriberAddresses, numbers)
	w.insert(consents, a.events)
	w.change(subscribers, changes)
	if w.err != nil {
		return w.err
	}
	err := t.run(ctx, w.statements...)
	if hotline.CodeOf(err) == hotline.Conflict {
		return again(err) // another import brought the same number; now it can be seen
	}
	return err
}

// SubscriberOf finds a subscriber by number, or hotline.NotFound.
func (s *Store) SubscriberOf(ctx context.Context, address hotline.Address) (hotline.Subscriber, error) {
	return s.subscriberWhere(ctx, "a.sms_index = $1", s.indexOf(hotline.SMS, address))
}

// Subscriber finds a subscriber with their number, or hotline.NotFound.
func (s *Store) Subscriber(ctx context.Context, id hotline.SubscriberID) (hotline.Subscriber, error) {
	return s.subscriberWhere(ctx, "a.id = $1", string(id))
}

func (s *Store) subscriberWhere(ctx context.Context, which, value string) (u hotline.Subscriber, err error) {
	var wrapped, sealed []byte
	err = s.read(ctx, query(func(r row) (err error) {
		u, err = scanSubscriber(r, &wrapped, &sealed)
		return err
	}, "SELECT "+subscriberColumns+", k.wrapped_key, a.address_sealed FROM subscriber_addresses a JOIN subscribers s ON s.id = a.id "+
		"JOIN subscriber_keys k ON k.id = a.key_id WHERE "+which, value))
	if err != nil {
		return u, err
	}
	if u.ID == "" {
		return u, hotline.Errorf(hotline.NotFound, "nobody has joined with this number")
	}
	u.Address, err = s.openNumber(wrapped, sealed, string(u.ID))
	return u, err
}

// numberKey opens the key of one import, and keeps it: a campaign asks for few of them,
// a million times.
func (s *Store) numberKey(ctx context.Context, id string) (*seal.Key, error) {
	if key, is := s.numberKeys.Load(id); is {
		return key.(*seal.Key), nil
	}
	var wrapped []byte
	err := s.read(ctx, query(func(r row) error { return r.Scan(&wrapped) }, "SELECT wrapped_key FROM subscriber_keys WHERE id = $1", id))
	if err != nil {
		return nil, err
	}
	key, err := s.keys.OpenKey(wrapped)
	if err == nil {
		s.numberKeys.Store(id, key)
	}
	return key, err
}

func (s *Store) openNumber(wrapped, sealed []byte, id string) (hotline.Address, error) {
	key, err := s.keys.OpenKey(wrapped)
	if err != nil {
		return "", err
	}
	plain, err := key.Open(sealed, numberPlace(id))
	return hotline.Address(plain), err
}

// EachSubscriber calls each for every subscriber with their number, in the order in
// which they joined, in parts, so that a million of them do not lie in memory.
func (s *Store) EachSubscriber(ctx context.Context, each func([]hotline.Subscriber) error) error {
	const part = 2000
	after := ""
	for {
		var found []hotline.Subscriber
		err := s.read(ctx, query(func(r row) error {
			var wrapped, sealed []byte
			u, err := scanSubscriber(r, &wrapped, &sealed)
			if err != nil {
				return err
			}
			u.Address, err = s.openNumber(wrapped, sealed, string(u.ID))
			found = append(found, u)
			return err
		}, "SELECT "+subscriberColumns+", k.wrapped_key, a.address_sealed FROM subscribers s JOIN subscriber_addresses a ON a.id = s.id "+
			"JOIN subscriber_keys k ON k.id = a.key_id WHERE s.id > $1 ORDER BY s.id LIMIT $2", after, int64(part)))
		if err != nil || len(found) == 0 {
			return err
		}
		if err := each(found); err != nil {
			return err
		}
		after = string(found[len(found)-1].ID)
	}
}

// OptIns lists what a subscriber said about campaigns, the oldest first.
func (s *Store) OptIns(ctx context.Context, id hotline.SubscriberID) (out []hotline.OptInEvent, err error) {
	err = s.read(ctx, query(func(r row) error {
		var e hotline.OptInEvent
		var at int64
		err := r.Scan((*string)(&e.Subscriber), &e.ID, (*string)(&e.Channel), (*string)(&e.State), &e.Wording, (*string)(&e.Language), &e.Source, &e.Proof,
			(*string)(&e.ActorID), &at)
		e.At = timeOf(at)
		out = append(out, e)
		return err
	}, "SELECT "+consents.names(", ")+" FROM consents WHERE subscriber_id = $1 ORDER BY id", string(id)))
	return out, err
}

// SetOptIn is the person's own word about a channel, which counts whatever they said
// before. u tells the number, and what is known of somebody who joins with it; one
// who withdraws and is not there stays unknown, and the id is then "". The same word
// again changes nothing.
func (s *Store) SetOptIn(ctx context.Context, ch hotline.Channel, u hotline.Subscriber, proof hotline.OptInEvent) (id hotline.SubscriberID, err error) {
	known, err := s.SubscriberOf(ctx, u.Address)
	if hotline.CodeOf(err) == hotline.NotFound {
		if proof.State == hotline.OptInWithdrawn {
			return "", nil
		}
		u.SMS, u.WhatsApp = "", ""
		if ch == hotline.WhatsApp {
			u.WhatsApp = proof.State
		} else {
			u.SMS = proof.State
		}
		added, err := s.AddSubscribers(ctx, []hotline.Subscriber{u}, proof)
		if err != nil {
			return "", err
		}
		known.ID = added[0].ID
		if added[0].Change == hotline.SubscriberNew {
			return known.ID, nil
		}
	} else if err != nil {
		return "", err
	}
	return known.ID, s.update(ctx, func(t *tx) error {
		var changed int64
		change := do("UPDATE subscribers SET "+optInColumn(ch)+" = $1, seen_at = $2 WHERE id = $3 AND "+optInColumn(ch)+" <> $1",
			string(proof.State), micros(s.now()), string(known.ID))
		change.changed = &changed
		if err := t.run(ctx, change); err != nil || changed == 0 {
			return err
		}
		proof.Subscriber, proof.Channel = known.ID, ch
		w := writes{d: s.d}
		w.insert(consents, [][]any{s.consentRow(proof)})
		if w.err != nil {
			return w.err
		}
		return t.run(ctx, w.statements...)
	})
}

func optInColumn(ch hotline.Channel) string {
	if ch == hotline.WhatsApp {
		return "whatsapp"
	}
	return "sms"
}

// EraseSubscriber forgets a subscriber: number, opt-ins and who they are in ledgers.
// What they told the hotline is not touched. Erasing twice is no error.
func (s *Store) EraseSubscriber(ctx context.Context, id hotline.SubscriberID, audit ...hotline.AuditEntry) error {
	w := writes{d: s.d}
	entries := make([][]any, len(audit))
	for i := range audit {
		entries[i] = s.auditRow(&audit[i])
	}
	w.insert(audits, entries)
	if w.err != nil {
		return w.err
	}
	return s.update(ctx, func(t *tx) error {
		return t.run(ctx, append([]stmt{
			do("DELETE FROM subscriber_addresses WHERE id = $1", string(id)),
			do("DELETE FROM consents WHERE subscriber_id = $1", string(id)),
			do("DELETE FROM held_out WHERE subscriber_id = $1", string(id)),
			do("UPDATE recipients SET subscriber_id = '' WHERE subscriber_id = $1 AND subscriber_id <> ''", string(id)),
			do("UPDATE subscribers SET twin_of = '' WHERE twin_of = $1", string(id)),
			do("DELETE FROM subscribers WHERE id = $1", string(id)),
		}, w.statements...)...)
	})
}
