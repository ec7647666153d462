package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/store/storetest"
)

// onEach runs a test on a raw, empty database of each engine.
func onEach(t *testing.T, run func(t *testing.T, e storetest.Engine)) {
	t.Parallel()
	for _, e := range storetest.Engines {
		t.Run(e.Name, func(t *testing.T) { t.Parallel(); run(t, e) })
	}
}

// rawDB opens a database past the store.
func rawDB(t *testing.T, e storetest.Engine, url string) *sql.DB {
	t.Helper()
	driver := map[string]string{"sqlite": "sqlite", "postgres": "pgx"}[e.Name]
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func open(url string, keys *store.Config) (*store.Store, error) {
	c := *keys
	c.URL = url
	return store.Open(context.Background(), c)
}

func config(t *testing.T) *store.Config {
	return &store.Config{Keys: storetest.NewKeys(t), Now: time.Now, NewID: storetest.NewID}
}

func TestMigrate(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		ctx, url, c := context.Background(), e.NewURL(t), config(t)
		s, err := open(url, c)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if have, want, err := s.SchemaVersion(ctx); have != 0 || want < 2 || err != nil {
			t.Errorf("version %d of %d, %v", have, want, err)
		}
		for range 2 {
			if err := s.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
		}
		have, want, err := s.SchemaVersion(ctx)
		if have != want || err != nil || s.Engine() != e.Name {
			t.Errorf("version %d of %d, %v, %s", have, want, err, s.Engine())
		}
		if _, err := rawDB(t, e, url).Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)"); err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(ctx); hotline.CodeOf(err) != hotline.Invalid {
			t.Errorf("a schema from the future was migrated: %v", err)
		}
		_, err = open(url, c)
		if hotline.CodeOf(err) != hotline.Invalid || !strings.Contains(err.Error(), "version 99") {
			t.Errorf("a schema from the future was opened: %v", err)
		}
	})
}

// A migration that comes in later than one of a higher number is noticed as
// missing, and applied.
func TestMigrateOutOfOrder(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		ctx, url, c := context.Background(), e.NewURL(t), config(t)
		s := storetest.Open(t, url, c.Keys, c.Now)
		for _, text := range []string{"DROP TABLE hidden", "DELETE FROM goose_db_version WHERE version_id = 3"} {
			if _, err := rawDB(t, e, url).Exec(text); err != nil {
				t.Fatal(err)
			}
		}
		if have, want, err := s.SchemaVersion(ctx); have != 2 || want < 4 || err != nil {
			t.Errorf("version %d of %d, %v", have, want, err)
		}
		if err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if have, want, err := s.SchemaVersion(ctx); have != want || err != nil {
			t.Errorf("version %d of %d, %v", have, want, err)
		}
		if err := s.HideMessages(ctx, "c", []hotline.MessageID{"m"}); err != nil {
			t.Error(err)
		}
	})
}

func TestMigrateConcurrently(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		url, c := e.NewURL(t), config(t)
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				s, err := open(url, c)
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				if err := s.Migrate(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]hotline.Code{
		"postgres://nobody@127.0.0.1:1/none?connect_timeout=1": hotline.Unavailable,
		"postgres://user:hunter2@[":                            hotline.Invalid,
		filepath.Join(t.TempDir(), "file") + "\x00/x":          hotline.Unavailable,
	} {
		_, err := open(url, config(t))
		if hotline.CodeOf(err) != want || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// The path of a SQLite database may hold what means something in its URLs.
func TestSQLitePath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "made here", "a?b#c%20d.db")
	s := storetest.Open(t, path, storetest.NewKeys(t), time.Now)
	copied := filepath.Join(t.TempDir(), "it's a copy.db")
	if err := s.Backup(context.Background(), copied); err != nil {
		t.Fatal(err)
	}
	storetest.Open(t, copied, storetest.NewKeys(t), time.Now)
	if err := s.Backup(context.Background(), copied); err == nil {
		t.Error("a backup overwrote another")
	}
}

func TestPostgresBackup(t *testing.T) {
	t.Parallel()
	e := storetest.Engines[1]
	s := storetest.Open(t, e.NewURL(t), storetest.NewKeys(t), time.Now)
	if err := s.Backup(context.Background(), "x"); hotline.CodeOf(err) != hotline.Invalid {
		t.Error(err)
	}
}

// Placeholders bind by number, not by place. Some SQLite drivers bind by place
// without a word.
func TestPlaceholdersOutOfOrder(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		url := e.NewURL(t)
		storetest.Open(t, url, storetest.NewKeys(t), time.Now)
		var a, b string
		row := rawDB(t, e, url).QueryRow("SELECT CAST($2 AS TEXT), CAST($1 AS TEXT) WHERE CAST($1 AS TEXT) = 'one'", "one", "two")
		if err := row.Scan(&a, &b); err != nil || a != "two" || b != "one" {
			t.Errorf("got %q, %q, %v", a, b, err)
		}
	})
}

// The states of the vocabulary are the ones the schema lets in.
func TestChecksKnowTheVocabulary(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		url := e.NewURL(t)
		storetest.Open(t, url, storetest.NewKeys(t), time.Now)
		db := rawDB(t, e, url)
		insert := func(channel hotline.Channel) error {
			id := storetest.NewID()
			_, err := db.Exec("INSERT INTO contacts (id, channel, address_index, language, opted_out, created_at) VALUES ($1, $2, $3, '', FALSE, 0)", id, string(channel), id)
			return err
		}
		for _, channel := range hotline.Channels {
			if err := insert(channel); err != nil {
				t.Errorf("%s: %v", channel, err)
			}
		}
		if insert("pigeon") == nil {
			t.Error("a pigeon was let in")
		}
		s := storetest.Open(t, url, storetest.NewKeys(t), time.Now)
		for _, role := range hotline.Roles {
			if err := s.AddUser(context.Background(), hotline.User{ID: hotline.UserID(role), Login: string(role), Role: role}); err != nil {
				t.Errorf("%s: %v", role, err)
			}
		}
		if err := s.AddUser(context.Background(), hotline.User{ID: "x", Login: "x", Role: "king"}); hotline.CodeOf(err) != hotline.Internal {
			t.Errorf("a king was let in: %v", err)
		}
	})
}
