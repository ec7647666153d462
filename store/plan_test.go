package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

// TestQueueOrderComesFromIndex explains the queue's statements on tables of
// some size: no engine may sort.
func TestQueueOrderComesFromIndex(t *testing.T) {
	t.Parallel()
	for _, engine := range []struct {
		name, explain string
		sorts         []string
	}{
		{"sqlite", "EXPLAIN QUERY PLAN ", []string{"TEMP B-TREE", "SCAN v\n"}},
		{"postgres", "EXPLAIN ", []string{"Sort", "Seq Scan"}},
	} {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			s := openForPlans(t, engine.name)
			fillQueue(t, s, 3000)
			after := hotline.QueueCursor{Priority: hotline.Urgent, WaitingSince: time.Now(), ID: "x"}
			for _, f := range []hotline.QueueFilter{{}, {Priority: hotline.Urgent}, {NoOwner: true, Language: "en"}, {OwnerID: "u1"}} {
				for _, cursor := range []hotline.QueueCursor{{}, after} {
					q := queueQuery(f, cursor, 50, nil)
					plan := explainPlan(t, s, engine.explain+q.sql, q.args)
					for _, sort := range engine.sorts {
						if strings.Contains(plan, sort) {
							t.Errorf("%+v after %+v:\n%s", f, cursor, plan)
						}
					}
				}
			}
		})
	}
}

// TestHotReadsUseIndexes explains what every batch and every claim reads: the
// cost must not grow with what is stored.
func TestHotReadsUseIndexes(t *testing.T) {
	t.Parallel()
	for _, engine := range []struct {
		name, explain string
		bad           []string
	}{
		{"sqlite", "EXPLAIN QUERY PLAN ", []string{"SCAN v\n", "SCAN c\n", "SCAN m\n", "SCAN messages", "SCAN forgotten\n", "SCAN l\n"}},
		{"postgres", "EXPLAIN ", []string{"Seq Scan", "Hash Join", "Merge Join"}},
	} {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			s := openForPlans(t, engine.name)
			fillQueue(t, s, 3000)
			r := reception{s: s, indexes: []string{"a", "b", "c", "d"}}
			for name, q := range map[string]stmt{
				"lock":  r.lockQuery(),
				"open":  r.openQuery(),
				"seen":  s.seenQuery(r.indexes, r.indexes, nil),
				"claim": s.claimQuery(time.Now(), 50, nil),
				"locks": s.lockContactsQuery(r.indexes),
				"to":    s.addressedQuery(r.indexes, nil),
				"texts": s.textsQuery(r.indexes, r.indexes, nil),
				"same":  query(nil, samePersonQuery, "a", int64(5)),
				"links": s.sharingQuery("a", []hotline.Clue{{Kind: hotline.CluePlate, Value: "AB12CDE"}, {Kind: hotline.ClueText, Value: "7"}}, 5, nil),
			} {
				plan := explainPlan(t, s, engine.explain+q.sql, q.args)
				for _, bad := range engine.bad {
					if strings.Contains(plan, bad) {
						t.Errorf("%s has %s:\n%s", name, strings.TrimSpace(bad), plan)
					}
				}
			}
		})
	}
}

func explainPlan(t *testing.T, s *Store, text string, a args) string {
	t.Helper()
	var plan strings.Builder
	rows, err := s.pool.Query(text, a...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&plan, *values[len(values)-1].(*any))
	}
	return plan.String()
}

// openForPlans opens a store of its own; the makers of storetest cannot be
// imported here.
func openForPlans(t *testing.T, engine string) *Store {
	t.Helper()
	ctx := context.Background()
	keys, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	c := Config{URL: filepath.Join(t.TempDir(), "x.db"), Keys: keys, Now: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}
	if engine == "postgres" {
		server := os.Getenv("HEARLINE_TEST_POSTGRES")
		if server == "" {
			server = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
		}
		schema := "hearline_plan_" + strings.ReplaceAll(uuid.NewString(), "-", "")
		admin, _, err := openPostgres(ctx, Config{URL: server})
		if err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal("Postgres is needed (HEARLINE_TEST_POSTGRES): ", err)
			}
			t.Skip("left out: no Postgres at HEARLINE_TEST_POSTGRES")
		}
		if _, err := admin.Exec("CREATE SCHEMA " + schema); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if _, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE"); err != nil {
				t.Error(err)
			}
			_ = admin.Close()
		})
		c.URL = server + "&search_path=" + schema
		if !strings.Contains(server, "?") {
			c.URL = server + "?search_path=" + schema
		}
	}
	s, err := Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return s
}

func fillQueue(t *testing.T, s *Store, n int) {
	t.Helper()
	batch := make([]hotline.Inbound, n)
	for i := range batch {
		batch[i] = hotline.Inbound{Channel: hotline.SMS, From: hotline.Address(fmt.Sprintf("+155501%05d", i)), At: time.Now()}
	}
	_, err := s.Receive(context.Background(), batch, func(x *hotline.Exchange, in hotline.Inbound) {
		c := &x.Conversation
		c.ID, c.State, c.WaitingSince = hotline.ConversationID(s.newID()), hotline.Open, in.At
		c.Priority, c.Language = hotline.Priority(c.ID[len(c.ID)-2]%5+1), "fr"
		if c.ID[len(c.ID)-1] < '8' {
			c.OwnerID = "u1"
		}
		if c.ID[len(c.ID)-3] < '8' {
			c.Language = "en"
		}
		x.Write(hotline.Message{Direction: hotline.In, Author: hotline.FromPerson, Text: "x", ProviderID: "SM" + s.newID()})
		x.Write(hotline.Message{Direction: hotline.Out, Author: hotline.FromAutomatic, Text: "y", Delivery: hotline.Queued})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.pool.Exec("ANALYZE"); err != nil {
		t.Fatal(err)
	}
}
