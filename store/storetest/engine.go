// Package storetest proves that a store keeps its promises, on every engine
// with the same tests: Run covers each method, each conflict and each race, and
// Bench measures the way in. It also makes databases for the tests of others.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	// The driver is registered by store; named here because this package uses it.
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/store"
)

// Engine makes empty databases of one kind, which go when the test ends.
type Engine struct {
	Name   string
	NewURL func(testing.TB) string
}

// Engines are all engines. A test on one that is not there is skipped, or fails
// when CI=true.
var Engines = []Engine{
	{Name: "sqlite", NewURL: func(t testing.TB) string { return filepath.Join(t.TempDir(), "hearline.db") }},
	{Name: "postgres", NewURL: newPostgres},
}

// postgresServer is where test databases are made.
func postgresServer() string {
	if url := os.Getenv("HEARLINE_TEST_POSTGRES"); url != "" {
		return url
	}
	return "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
}

func newPostgres(t testing.TB) string {
	t.Helper()
	server := postgresServer()
	name := "hearline_test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := onServer(server, "CREATE DATABASE "+name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("Postgres is needed (HEARLINE_TEST_POSTGRES): ", err)
		}
		t.Skip("left out: no Postgres at HEARLINE_TEST_POSTGRES")
	}
	t.Cleanup(func() {
		if err := onServer(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return replaceDatabase(server, name)
}

func replaceDatabase(url, name string) string {
	base, options, _ := strings.Cut(url, "?")
	at := strings.LastIndexByte(base, '/')
	if options != "" {
		options = "?" + options
	}
	return base[:at+1] + name + options
}

func onServer(url, statement string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	_, err = db.Exec(statement)
	return errors.Join(err, db.Close())
}

// Clock is a time that moves only when told to. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	t  time.Time
}

// NewClock starts at a fixed time, whole to the microsecond.
func NewClock() *Clock {
	return &Clock{t: time.Date(2026, 3, 14, 9, 26, 53, 589793000, time.UTC)}
}

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// Add moves the time.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// NewID makes ids as production does.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// NewKeys makes a keyring.
func NewKeys(t testing.TB) *seal.Keyring {
	t.Helper()
	keys, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// Open opens a store on a URL and migrates it; it is closed when the test ends.
func Open(t testing.TB, url string, keys *seal.Keyring, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: url, Keys: keys, Now: now, NewID: hotline.NewID(NewID)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}
