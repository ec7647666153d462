package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/store/storetest"
)

// successor is a keyring with a fresh master key in use and the old one beside it.
func successor(t *testing.T, keys *seal.Keyring) *seal.Keyring {
	t.Helper()
	prepared, err := keys.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	next, err := prepared.Promote()
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// After a rotation everything opens with the new master key alone, also what a
// server wrote meanwhile, and nothing that was erased has come back.
func TestRewrap(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		ctx, url, keys := context.Background(), e.NewURL(t), storetest.NewKeys(t)
		running := storetest.Open(t, url, keys, time.Now) // a server, which goes on
		id := plant(t, running)
		people := write(t, running, 1200)
		gone := people[7]
		next := successor(t, keys)
		keys.Follow(func() (*seal.Keyring, error) { return next, nil })
		s := storetest.Open(t, url, next, time.Now)

		if n, err := s.OldKeys(ctx); n != 1205 || err != nil {
			t.Errorf("%d values under the old key, %v", n, err)
		}
		seen := map[string]int{}
		interrupted := errors.New("interrupted")
		err := func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = p.(error)
				}
			}()
			return s.Rewrap(ctx, func(string, int, int) { panic(interrupted) }) // after the first batch
		}()
		if !errors.Is(err, interrupted) {
			t.Fatal(err)
		}
		eraseAll(t, running, gone)
		if err := s.Rewrap(ctx, func(table string, n, _ int) { seen[table] = n }); err != nil {
			t.Fatal(err)
		}
		if want := map[string]int{"conversations": 1200, "cases": 1, "sessions": 1, "quarantine": 1}; fmt.Sprint(seen) != fmt.Sprint(want) {
			t.Errorf("progress %v, want %v", seen, want)
		}
		if n, err := s.OldKeys(ctx); n != 0 || err != nil {
			t.Errorf("%d values left under the old key, %v", n, err)
		}
		if m, err := running.Messages(ctx, id, "", 10); err != nil || len(m) == 0 {
			t.Error("the running server lost its way: ", err)
		}
		alone, err := next.Retire()
		if err != nil {
			t.Fatal(err)
		}
		opensAll(t, storetest.Open(t, url, alone, time.Now), id, people, gone)
	})
}

// opensAll reads everything that plant and write have written.
func opensAll(t *testing.T, s *store.Store, planted hotline.ConversationID, people []hotline.ConversationID, gone hotline.ConversationID) {
	t.Helper()
	ctx := context.Background()
	m, err := s.Messages(ctx, planted, "", 10)
	if err != nil || len(m) != 3 || m[0].Text != secret("text") {
		t.Errorf("messages %v, %v", m, err)
	}
	x, err := s.Conversation(ctx, planted)
	if err != nil || x.Conversation.Address != secretNumber {
		t.Error("the address: ", err)
	}
	if c, err := s.Case(ctx, x.Conversation.CaseID); err != nil || c.Summary != secret("summary") || c.Persons[0].Name != secret("name") {
		t.Error("the case: ", err)
	}
	if z, err := s.Session(ctx, "t"); err != nil || z.Address != hotline.Address(secret("code")) {
		t.Error("the session: ", err)
	}
	for _, id := range people {
		m, err := s.Messages(ctx, id, "", 10)
		if want := id != gone; err != nil || (len(m) == 1) != want {
			t.Fatalf("%d messages, %v", len(m), err)
		}
	}
}

// A key file that does not belong to the database changes nothing.
func TestRewrapWithForeignKeys(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		ctx, url, keys := context.Background(), e.NewURL(t), storetest.NewKeys(t)
		s := storetest.Open(t, url, keys, time.Now)
		id := plant(t, s)
		before := wrappedKey(t, e, url, id)
		foreign := storetest.Open(t, url, successor(t, storetest.NewKeys(t)), time.Now)
		err := foreign.Rewrap(ctx, func(string, int, int) {})
		if hotline.CodeOf(err) != hotline.Internal || !slices.Equal(wrappedKey(t, e, url, id), before) {
			t.Errorf("got %v", err)
		}
		clean(t, "an error", fmt.Appendf(nil, "%v", err))
	})
}

// Every column that holds a wrapped key is known to the rotation. One that is
// not could never be opened again once the old key is gone.
func TestRewrapKnowsEveryWrappedKey(t *testing.T) {
	t.Parallel()
	known, err := os.ReadFile("rewrap.go")
	if err != nil {
		t.Fatal(err)
	}
	e := storetest.Engines[0]
	url := e.NewURL(t)
	storetest.Open(t, url, storetest.NewKeys(t), time.Now)
	rows, err := rawDB(t, e, url).Query("SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'wrapped_key'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := 0
	for ; rows.Next(); found++ {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(known), `{table: "`+table+`", id: "id", column: "wrapped_key"`) {
			t.Errorf("the keys of %s would be lost: add it to underMaster", table)
		}
	}
	if found < 2 || rows.Err() != nil {
		t.Errorf("%d tables, %v", found, rows.Err())
	}
}
