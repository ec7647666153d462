package console

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hearline/hearline/cases"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// fake is a small memory behind all ports: enough for the screens, no more.
type fake struct {
	now      time.Time    // when the test began
	ahead    atomic.Int64 // nanoseconds since; not under mu, since rules ask for the time within a change
	mu       sync.Mutex
	broken   error // what every read answers, when set
	convs    map[hotline.ConversationID]*hotline.Exchange
	away     bool                              // what is filed is not taken
	filed    map[string]hotline.ConversationID // by provider id
	messages map[hotline.ConversationID][]hotline.Message
	audit    []hotline.AuditEntry
	cases    map[hotline.CaseID]hotline.Case
	users    map[hotline.UserID]hotline.User
	sessions map[string]hotline.Session
	scripts  []hotline.Script
	numbers  []hotline.EmergencyNumber
	arrivals arrivals
	codes    map[string]hotline.ConversationID
	same     map[hotline.ConversationID][]hotline.ConversationID
}

func newFake(now time.Time) *fake {
	return &fake{
		now: now, convs: map[hotline.ConversationID]*hotline.Exchange{}, filed: map[string]hotline.ConversationID{},
		messages: map[hotline.ConversationID][]hotline.Message{}, cases: map[hotline.CaseID]hotline.Case{},
		users: map[hotline.UserID]hotline.User{}, sessions: map[string]hotline.Session{},
	}
}

func (f *fake) clock() time.Time { return f.now.Add(time.Duration(f.ahead.Load())) }

func (f *fake) advance(d time.Duration) { f.ahead.Add(int64(d)) }

// EmergencyNumbers and SetEmergencyNumber keep what staff checked.
func (f *fake) EmergencyNumbers(context.Context) ([]hotline.EmergencyNumber, error) {
	return f.numbers, nil
}

func (f *fake) SetEmergencyNumber(_ context.Context, n hotline.EmergencyNumber, _ hotline.AuditEntry) error {
	f.numbers = append(f.numbers, n)
	return nil
}

// PublishScript, Scripts and Script keep versions of the guided conversation.
func (f *fake) PublishScript(_ context.Context, s hotline.Script, _ hotline.AuditEntry) error {
	if len(f.scripts) != s.Version-1 {
		return hotline.Errorf(hotline.Conflict, "there is one already")
	}
	f.scripts = append(f.scripts, s)
	return nil
}

func (f *fake) Scripts(_ context.Context, limit int) ([]hotline.Script, error) {
	all := slices.Clone(f.scripts)
	slices.Reverse(all)
	return all[:min(limit, len(all))], nil
}

func (f *fake) Script(_ context.Context, version int) (hotline.Script, error) {
	if version < 1 || version > len(f.scripts) {
		return hotline.Script{}, notThere
	}
	return f.scripts[version-1], nil
}

var notThere = hotline.Errorf(hotline.NotFound, "not found")

func fits(c hotline.Conversation, q hotline.QueueFilter) bool {
	switch {
	case c.State != hotline.Open, q.OwnerID == "" && c.WaitingSince.IsZero(),
		q.OwnerID != "" && c.OwnerID != q.OwnerID, q.NoOwner && c.OwnerID != "",
		q.Priority != 0 && c.Priority != q.Priority, q.Language != "" && c.Language != q.Language,
		q.Channel != "" && c.Channel != q.Channel, q.Safety != "" && c.Safety != q.Safety:
		return false
	}
	return true
}

func order(a, b hotline.Conversation) int {
	wait := func(t time.Time) int64 {
		if t.IsZero() {
			return 1 << 62
		}
		return t.UnixMicro()
	}
	return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(wait(a.WaitingSince), wait(b.WaitingSince)), cmp.Compare(a.ID, b.ID))
}

func (f *fake) Queue(_ context.Context, q hotline.QueueFilter, after hotline.QueueCursor, limit int) ([]hotline.Conversation, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []hotline.Conversation
	from := hotline.Conversation{Priority: after.Priority, WaitingSince: after.WaitingSince, ID: after.ID}
	for _, x := range f.convs {
		if fits(x.Conversation, q) && (after.ID == "" || order(x.Conversation, from) > 0) {
			out = append(out, x.Conversation)
		}
	}
	slices.SortFunc(out, order)
	return out[:min(limit, len(out))], f.broken
}

func (f *fake) QueueCounts(context.Context) ([]hotline.QueueCount, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []hotline.QueueCount
	for _, p := range priorities {
		n := hotline.QueueCount{Priority: p}
		for _, x := range f.convs {
			if fits(x.Conversation, hotline.QueueFilter{Priority: p}) {
				n.Waiting++
				if x.Conversation.OwnerID == "" {
					n.NoOwner++
				}
			}
		}
		out = append(out, n)
	}
	return out, f.broken
}

func (f *fake) Conversation(_ context.Context, id hotline.ConversationID) (hotline.Exchange, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if x := f.convs[id]; x != nil {
		return *x, f.broken
	}
	return hotline.Exchange{}, notThere
}

func (f *fake) Messages(_ context.Context, id hotline.ConversationID, after hotline.MessageID, limit int) ([]hotline.Message, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []hotline.Message
	for _, m := range f.messages[id] {
		if m.ID > after && len(out) < limit {
			out = append(out, m)
		}
	}
	return out, f.broken
}

func (f *fake) AuditOf(_ context.Context, object, id string, limit int) ([]hotline.AuditEntry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []hotline.AuditEntry
	for i := len(f.audit) - 1; i >= 0 && len(out) < limit; i-- {
		if a := f.audit[i]; a.Object == object && a.ObjectID == id {
			out = append(out, a)
		}
	}
	return out, f.broken
}

// Change and ChangeNext let the real queue law and desk run on the fake.
func (f *fake) Change(_ context.Context, id hotline.ConversationID, decide func(*hotline.Exchange) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.change(id, decide)
}

// Receive files each message in a conversation of its own; the same id again
// changes nothing.
func (f *fake) Receive(_ context.Context, batch []hotline.Inbound, advance func(*hotline.Exchange, hotline.Inbound)) ([]hotline.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away {
		return nil, hotline.Errorf(hotline.Unavailable, "the store is away")
	}
	receipts := make([]hotline.Receipt, len(batch))
	for i, in := range batch {
		if id, ok := f.filed[in.ProviderID]; ok {
			receipts[i] = hotline.Receipt{ConversationID: id, Duplicate: true}
			continue
		}
		x := hotline.Exchange{Contact: hotline.Contact{ID: "contact", Channel: in.Channel}}
		advance(&x, in)
		id := x.Conversation.ID
		f.messages[id], f.audit = x.Written, append(f.audit, x.Audit...)
		x.Written, x.Audit = nil, nil
		f.convs[id], f.filed[in.ProviderID] = &x, id
		receipts[i] = hotline.Receipt{ConversationID: id, Priority: x.Conversation.Priority}
	}
	return receipts, nil
}

func (f *fake) ConversationOf(_ context.Context, ch hotline.Channel, address hotline.Address) (hotline.ConversationID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, x := range f.convs {
		if x.Conversation.Channel == ch && x.Conversation.Address == address {
			return id, nil
		}
	}
	return "", notThere
}

func (f *fake) change(id hotline.ConversationID, decide func(*hotline.Exchange) error) error {
	x := f.convs[id]
	if x == nil {
		return notThere
	}
	next := *x
	if err := decide(&next); err != nil {
		return err
	}
	for _, e := range next.Audit {
		if slices.ContainsFunc(f.audit, func(old hotline.AuditEntry) bool { return old.ID == e.ID }) {
			return hotline.Errorf(hotline.Conflict, "there is one already")
		}
	}
	f.messages[id] = append(f.messages[id], next.Written...)
	f.audit = append(f.audit, next.Audit...)
	if next.Read {
		next.Conversation.Unread = 0
	}
	next.Written, next.Audit, next.Read = nil, nil, false
	f.convs[id] = &next
	return nil
}

func (f *fake) ChangeNext(ctx context.Context, q hotline.QueueFilter, decide func(*hotline.Exchange) error) (hotline.ConversationID, error) {
	list, _ := f.Queue(ctx, q, hotline.QueueCursor{}, 1)
	if len(list) == 0 {
		return "", notThere
	}
	return list[0].ID, f.Change(ctx, list[0].ID, decide)
}

func (f *fake) User(_ context.Context, id hotline.UserID) (hotline.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if u, ok := f.users[id]; ok {
		return u, nil
	}
	return hotline.User{}, notThere
}

func (f *fake) UserByLogin(_ context.Context, login string) (hotline.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, u := range f.users {
		if u.Login == login {
			return u, nil
		}
	}
	return hotline.User{}, notThere
}

func (f *fake) Users(context.Context) ([]hotline.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []hotline.User
	for _, u := range f.users {
		out = append(out, u)
	}
	return out, f.broken
}

func (f *fake) AddSession(_ context.Context, s hotline.Session) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sessions[s.TokenHash] = s
	return nil
}

func (f *fake) Session(_ context.Context, hash string) (hotline.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s, ok := f.sessions[hash]; ok && f.clock().Before(s.ExpiresAt) {
		return s, nil
	}
	return hotline.Session{}, notThere
}

func (f *fake) ChangeSession(_ context.Context, hash string, change func(*hotline.Session) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.sessions[hash]
	if !ok {
		return notThere
	}
	err := change(&s)
	f.sessions[hash] = s
	return err
}

func (f *fake) DeleteSession(_ context.Context, hash string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.sessions, hash)
	return nil
}

// Verify takes "right " + login as the password of whoever has that hash.
func (f *fake) Verify(_ context.Context, password, hash string) (bool, error) {
	return hash != "" && strings.TrimPrefix(hash, "hash of ") == password, nil
}

func (f *fake) Case(_ context.Context, id hotline.CaseID) (hotline.Case, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, ok := f.cases[id]; ok {
		return c, f.broken
	}
	return hotline.Case{}, notThere
}

func (f *fake) Cases(_ context.Context, before hotline.CaseID, limit int) ([]hotline.Case, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []hotline.Case
	for _, c := range f.cases {
		if before == "" || c.ID < before {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b hotline.Case) int { return strings.Compare(string(b.ID), string(a.ID)) })
	return out[:min(limit, len(out))], f.broken
}

func (f *fake) OpenCase(_ context.Context, conv hotline.ConversationID, c hotline.Case, decide func(*hotline.Exchange, *hotline.Case) error) (hotline.Case, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.change(conv, func(x *hotline.Exchange) error {
		c.Number = 300 + len(f.cases)
		return decide(x, &c)
	})
	if err == nil {
		f.cases[c.ID] = c
	}
	return c, err
}

func (f *fake) ChangeCase(_ context.Context, id hotline.CaseID, version int, decide func(*hotline.Case) error, audit ...hotline.AuditEntry) (hotline.Case, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.cases[id]
	if !ok {
		return c, notThere
	}
	if c.Version != version {
		return c, hotline.Errorf(hotline.Conflict, "someone else saved this case first")
	}
	if err := decide(&c); err != nil {
		return c, err
	}
	c.Version++
	f.cases[id], f.audit = c, append(f.audit, audit...)
	return c, nil
}

func (f *fake) AddAudit(_ context.Context, entries ...hotline.AuditEntry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.audit = append(f.audit, entries...)
	return nil
}

var (
	_ Reader            = (*fake)(nil)
	_ CaseReader        = (*fake)(nil)
	_ Staff             = (*fake)(nil)
	_ Sessions          = (*fake)(nil)
	_ Passwords         = (*fake)(nil)
	_ triage.QueueStore = (*fake)(nil)
	_ cases.Store       = (*fake)(nil)
)

// MarkIncomplete is for messages that no page here has.
func (f *fake) MarkIncomplete(context.Context, string, func(*hotline.Exchange, hotline.Message)) (hotline.ConversationID, error) {
	return "", nil
}
