package testenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestPostgresIsFreshAndGoesAway(t *testing.T) {
	var database string
	t.Run("use", func(t *testing.T) {
		database = Postgres(t)
		if err := execPostgres(database, "CREATE TABLE t (id TEXT)"); err != nil {
			t.Fatal(err)
		}
	})
	if database == "" {
		t.Skip("no Postgres")
	}
	conn, err := pgx.Connect(context.Background(), database)
	if err == nil {
		conn.Close(context.Background())
		t.Fatal("the database outlived its test")
	}
}

func TestRedisAndChromium(t *testing.T) {
	t.Run("redis", func(t *testing.T) { Redis(t) })
	t.Run("chromium", func(t *testing.T) {
		if _, err := os.Stat(Chromium(t)); err != nil {
			t.Error(err)
		}
	})
}

// recorder is a test that notes how it was ended.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper() {}

func (r *recorder) Skipf(format string, args ...any) {
	r.said = "skip: " + fmt.Sprintf(format, args...)
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.said = "fatal: " + fmt.Sprintf(format, args...)
	panic(r)
}

func missing(r *recorder) {
	defer func() { _ = recover() }()
	Missing(r, "Gopher", "feed it")
}

func TestMissingSkipsAtHomeAndFailsInCI(t *testing.T) {
	for _, c := range []struct{ ci, want string }{
		{"", "skip: left out, no Gopher: feed it"},
		{"true", "fatal: Gopher is missing and CI=true: feed it"},
	} {
		announced.Store("Gopher", struct{}{}) // nobody needs to hear of this one
		t.Setenv("CI", c.ci)
		r := &recorder{TB: t}
		missing(r)
		if r.said != c.want {
			t.Errorf("CI=%q: %q, want %q", c.ci, r.said, c.want)
		}
	}
}

func TestOnceAsksEachServerOnce(t *testing.T) {
	asked := 0
	ask := once(func(server string) error {
		asked++
		return errors.New(server)
	})
	for range 3 {
		if err := ask("a"); err == nil || err.Error() != "a" {
			t.Errorf("answer %v", err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}
