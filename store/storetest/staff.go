package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

// openCase makes a case with two persons.
func (f *fixture) openCase(id hotline.ConversationID) hotline.Case {
	f.Helper()
	c, err := f.s.OpenCase(f.ctx, id, hotline.Case{Status: hotline.CaseActive, OwnerID: "u1"}, func(x *hotline.Exchange, c *hotline.Case) error {
		if x.Conversation.ID != id || c.Number == 0 {
			f.Errorf("decide saw %+v, %+v", x, c)
		}
		c.Consent, c.Trafficking, c.Minor, c.Summary = hotline.ConsentGiven, hotline.PossibleVictim, true, "locked in"
		c.Exploitation = []hotline.Exploitation{hotline.ForcedLabour, hotline.Servitude}
		c.Means = []hotline.Means{hotline.Threats}
		c.Persons = []hotline.Person{
			{Role: hotline.NeedsHelp, Name: "A. Nobody", Gender: "Female", AgeBand: "18--20", Citizenship: "NP", Language: "ne"},
			{Role: hotline.Perpetrator, Name: "B. Nobody"},
		}
		x.Audit = append(x.Audit, hotline.AuditEntry{ActorID: "u1", Action: "case.create", Object: "case", ObjectID: string(c.ID)})
		return nil
	})
	f.must(err)
	return c
}

func testCases(f *fixture) {
	id := f.receive(file, f.sms(1, "x"))[0].ConversationID
	opened := f.openCase(id)
	if opened.Number != 1 || opened.Version != 1 || opened.ConversationID != id || !opened.OpenedAt.Equal(f.clock.Now()) {
		f.Errorf("opened %+v", opened)
	}
	got, err := f.s.Case(f.ctx, opened.ID)
	f.must(err)
	if diff := cmp.Diff(opened, got, cmp.Comparer(func(a, b hotline.Text) bool { return a == b })); diff != "" {
		f.Error(diff)
	}
	if c := f.conversation(id).Conversation; c.CaseID != opened.ID {
		f.Errorf("conversation %+v", c)
	}
	_, err = f.s.OpenCase(f.ctx, id, hotline.Case{}, func(*hotline.Exchange, *hotline.Case) error { return nil })
	f.code(err, hotline.Conflict)
	_, err = f.s.OpenCase(f.ctx, "nobody", hotline.Case{}, func(*hotline.Exchange, *hotline.Case) error { return nil })
	f.code(err, hotline.NotFound)
	_, err = f.s.Case(f.ctx, "nothing")
	f.code(err, hotline.NotFound)
	f.clock.Add(time.Minute)
	changed, err := f.s.ChangeCase(f.ctx, opened.ID, 1, func(c *hotline.Case) error {
		c.Summary, c.Status = "free", hotline.CaseFollowUp
		c.Persons = append(c.Persons[1:], hotline.Person{Role: hotline.Witness, Name: "C. Nobody"})
		return nil
	}, hotline.AuditEntry{ActorID: "u1", Action: "case.save", Object: "case", ObjectID: string(opened.ID)})
	f.must(err)
	got, err = f.s.Case(f.ctx, opened.ID)
	f.must(err)
	if diff := cmp.Diff(changed, got, cmp.Comparer(func(a, b hotline.Text) bool { return a == b })); diff != "" {
		f.Error(diff)
	}
	if got.Version != 2 || len(got.Persons) != 2 || got.Persons[1].Name != "C. Nobody" || got.Persons[0].ID != opened.Persons[1].ID {
		f.Errorf("changed %+v", got)
	}
	_, err = f.s.ChangeCase(f.ctx, opened.ID, 1, func(*hotline.Case) error { return nil })
	f.code(err, hotline.Conflict)
	_, err = f.s.ChangeCase(f.ctx, "nothing", 1, func(*hotline.Case) error { return nil })
	f.code(err, hotline.NotFound)
	entries, err := f.s.AuditOf(f.ctx, "case", string(opened.ID), 10)
	f.must(err)
	if len(entries) != 2 || entries[0].Action != "case.save" || entries[1].Action != "case.create" {
		f.Errorf("audit %+v", entries)
	}
}

// Numbers are given once, whoever opens cases at the same time; a conversation
// gets one case.
func testCasesConcurrently(f *fixture) {
	const people = 8
	var group sync.WaitGroup
	var mu sync.Mutex
	numbers := map[int]bool{}
	conflicts := 0
	for n := range people {
		id := f.receive(file, f.sms(n, "x"))[0].ConversationID
		for range 2 {
			group.Go(func() {
				c, err := f.s.OpenCase(f.ctx, id, hotline.Case{Status: hotline.CaseActive, Consent: hotline.NotAskedConsent},
					func(*hotline.Exchange, *hotline.Case) error { return nil })
				mu.Lock()
				defer mu.Unlock()
				if hotline.CodeOf(err) == hotline.Conflict {
					conflicts++
				} else if err != nil {
					f.Error(err)
				} else {
					numbers[c.Number] = true
				}
			})
		}
	}
	group.Wait()
	if len(numbers) != people || conflicts != people {
		f.Errorf("%d numbers, %d conflicts", len(numbers), conflicts)
	}
	var before hotline.CaseID
	var seen []int
	for {
		page, err := f.s.Cases(f.ctx, before, 3)
		f.must(err)
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			seen = append(seen, c.Number)
			before = c.ID
		}
	}
	slices.Sort(seen)
	if !slices.Equal(seen, []int{1, 2, 3, 4, 5, 6, 7, 8}) {
		f.Errorf("paged %v", seen)
	}
}

func testUsers(f *fixture) {
	u := hotline.User{
		ID: "u1", Login: "ana", Name: "Ana", Role: hotline.Operator, Languages: []hotline.Language{"es", "en"},
		PasswordHash: "$argon2id$x", CreatedAt: f.clock.Now(),
	}
	f.must(f.s.AddUser(f.ctx, u))
	got, err := f.s.User(f.ctx, "u1")
	f.must(err)
	if diff := cmp.Diff(u, got); diff != "" {
		f.Error(diff)
	}
	other := u
	other.ID = "u2"
	f.code(f.s.AddUser(f.ctx, other), hotline.Conflict)
	other.Login = "bo"
	f.must(f.s.AddUser(f.ctx, other))
	_, err = f.s.User(f.ctx, "u3")
	f.code(err, hotline.NotFound)
	_, err = f.s.UserByLogin(f.ctx, "cy")
	f.code(err, hotline.NotFound)
	f.must(f.s.ChangeUser(f.ctx, "u2", func(u *hotline.User) error { u.Disabled, u.Role = true, hotline.Supervisor; return nil }))
	f.code(f.s.ChangeUser(f.ctx, "u2", func(u *hotline.User) error { u.Login = "ana"; return nil }), hotline.Conflict)
	f.code(f.s.ChangeUser(f.ctx, "u3", func(*hotline.User) error { return nil }), hotline.NotFound)
	own := errors.New("no")
	if err := f.s.ChangeUser(f.ctx, "u2", func(*hotline.User) error { return own }); err != own {
		f.Errorf("got %v", err)
	}
	if got, err := f.s.UserByLogin(f.ctx, "bo"); err != nil || !got.Disabled || got.Role != hotline.Supervisor {
		f.Errorf("got %+v, %v", got, err)
	}
	all, err := f.s.Users(f.ctx)
	f.must(err)
	if len(all) != 2 || all[0].Login != "ana" {
		f.Errorf("users %+v", all)
	}
}

// A new password, and the end of an account, end what was begun with the old one.
func testUserSessionsEnd(f *fixture) {
	for _, id := range []hotline.UserID{"u1", "u2"} {
		f.must(f.s.AddUser(f.ctx, hotline.User{ID: id, Login: string(id), Role: hotline.Operator, PasswordHash: "old", CreatedAt: f.clock.Now()}))
		f.must(f.s.AddSession(f.ctx, hotline.Session{TokenHash: "of " + string(id), UserID: id, ExpiresAt: f.clock.Now().Add(time.Hour)}))
	}
	in := func(want ...bool) {
		f.Helper()
		for i, token := range []string{"of u1", "of u2"} {
			if _, err := f.s.Session(f.ctx, token); (err == nil) != want[i] {
				f.Errorf("session %s: %v", token, err)
			}
		}
	}
	f.must(f.s.ChangeUser(f.ctx, "u1", func(u *hotline.User) error { u.Role = hotline.Supervisor; return nil }))
	in(true, true)
	f.must(f.s.ChangeUser(f.ctx, "u1", func(u *hotline.User) error { u.PasswordHash = "new"; return nil }))
	in(false, true)
	f.must(f.s.ChangeUser(f.ctx, "u2", func(u *hotline.User) error { u.Disabled = true; return nil }))
	in(false, false)
}

func testSessions(f *fixture) {
	z := hotline.Session{TokenHash: "t1", Address: "ABCD1234", CreatedAt: f.clock.Now(), SeenAt: f.clock.Now(), ExpiresAt: f.clock.Now().Add(time.Hour)}
	z.Draft = []hotline.Answer{{Question: "danger", Value: "no", At: f.clock.Now()}, {Question: "saw", Words: "a van"}, {Question: "when", Skipped: true}}
	f.must(f.s.AddSession(f.ctx, z))
	f.code(f.s.AddSession(f.ctx, z), hotline.Conflict)
	f.must(f.s.AddSession(f.ctx, hotline.Session{TokenHash: "t2", UserID: "u1", ExpiresAt: f.clock.Now().Add(2 * time.Hour)}))
	got, err := f.s.Session(f.ctx, "t1")
	f.must(err)
	if !reflect.DeepEqual(got, z) {
		f.Errorf("got %+v, want %+v", got, z)
	}
	f.must(f.s.ChangeSession(f.ctx, "t1", func(z *hotline.Session) error {
		z.ConversationID, z.SeenAt, z.Draft = "c1", z.SeenAt.Add(time.Minute), nil
		return nil
	}))
	f.code(f.s.ChangeSession(f.ctx, "t9", func(*hotline.Session) error { return nil }), hotline.NotFound)
	if got, err := f.s.Session(f.ctx, "t1"); err != nil || got.ConversationID != "c1" || got.Address != "ABCD1234" || got.Draft != nil {
		f.Errorf("got %+v, %v", got, err)
	}
	f.clock.Add(time.Hour)
	_, err = f.s.Session(f.ctx, "t1")
	f.code(err, hotline.NotFound)
	f.code(f.s.ChangeSession(f.ctx, "t1", func(*hotline.Session) error { return nil }), hotline.NotFound)
	if n, err := f.s.PurgeSessions(f.ctx); n != 1 || err != nil {
		f.Errorf("purged %d, %v", n, err)
	}
	f.must(f.s.DeleteSession(f.ctx, "t2"))
	f.must(f.s.DeleteSession(f.ctx, "t2"))
	_, err = f.s.Session(f.ctx, "t2")
	f.code(err, hotline.NotFound)
}

func testStaffHere(f *fixture) {
	now := f.clock.Now()
	for id, u := range map[hotline.UserID]hotline.User{
		"twice": {Role: hotline.Operator}, "lead": {Role: hotline.Supervisor}, "gone": {Role: hotline.Operator}, "idle": {Role: hotline.Operator},
		"out": {Role: hotline.Operator, Disabled: true}, "admin": {Role: hotline.Administrator}, "numbers": {Role: hotline.Analyst},
	} {
		u.ID, u.Login = id, string(id)
		f.must(f.s.AddUser(f.ctx, u))
	}
	here := func(token string, id hotline.UserID, seen time.Time) {
		f.must(f.s.AddSession(f.ctx, hotline.Session{TokenHash: token, UserID: id, SeenAt: seen, ExpiresAt: now.Add(time.Hour)}))
	}
	for _, id := range []hotline.UserID{"twice", "lead", "gone", "out", "admin", "numbers", "nobody"} {
		here("of "+string(id), id, now)
	}
	here("second", "twice", now.Add(-time.Second))
	here("old", "idle", now.Add(-time.Minute-time.Microsecond))
	f.must(f.s.AddSession(f.ctx, hotline.Session{TokenHash: "visitor", Address: "ABCD1234", SeenAt: now, ExpiresAt: now.Add(time.Hour)}))
	f.must(f.s.DeleteSession(f.ctx, "of gone"))
	for since, want := range map[time.Time]int{now.Add(-time.Minute): 2, now.Add(-time.Hour): 3, now.Add(time.Microsecond): 0} {
		if n, err := f.s.StaffHere(f.ctx, since); n != want || err != nil {
			f.Errorf("%d here since %s, want %d (%v)", n, since, want, err)
		}
	}
	f.clock.Add(time.Hour)
	if n, err := f.s.StaffHere(f.ctx, now.Add(-time.Hour)); n != 0 || err != nil {
		f.Errorf("%d here with sessions that are over, %v", n, err)
	}
}

func testRecords(f *fixture) {
	f.must(f.s.AddAudit(f.ctx))
	for n := range 5 {
		f.must(f.s.AddAudit(f.ctx, hotline.AuditEntry{Action: fmt.Sprint(n), Object: "user", ObjectID: "u1"}, hotline.AuditEntry{Object: "user", ObjectID: "u2"}))
	}
	entries, err := f.s.AuditOf(f.ctx, "user", "u1", 3)
	f.must(err)
	if len(entries) != 3 || entries[0].Action != "4" || entries[2].Action != "2" {
		f.Errorf("audit %+v", entries)
	}
	f.must(f.s.AddQuarantined(f.ctx, hotline.Quarantined{Door: "/hooks/\x00\xff", Reason: "bad_signature", ProviderID: string(make([]byte, 300)), Body: "From=…\x00"}))
	if n, err := f.s.QuarantinedCount(f.ctx); n != 1 || err != nil {
		f.Errorf("quarantined %d, %v", n, err)
	}
	if at, err := f.s.Checkpoint(f.ctx, "reconcile"); !at.IsZero() || err != nil {
		f.Errorf("checkpoint %v, %v", at, err)
	}
	for range 2 {
		f.clock.Add(time.Second)
		f.must(f.s.SetCheckpoint(f.ctx, "reconcile", f.clock.Now()))
		if at, err := f.s.Checkpoint(f.ctx, "reconcile"); !at.Equal(f.clock.Now()) || err != nil {
			f.Errorf("checkpoint %v, %v", at, err)
		}
	}
	f.must(f.s.Ping(f.ctx))
	if rate, err := f.s.SingleRowCommits(f.ctx, 2, 50*time.Millisecond); rate <= 0 || err != nil {
		f.Errorf("rate %v, %v", rate, err)
	}
}
