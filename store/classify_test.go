package store

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/hearline/hearline/hotline"
)

// A row that breaks a rule of the schema is our mistake. Called Invalid, it
// would tell a carrier never to send the message again.
func TestBrokenRulesAreOurMistake(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]hotline.Code{
		"23514": hotline.Internal, "23502": hotline.Internal, "23503": hotline.Internal, "22003": hotline.Internal,
		"42703": hotline.Internal, "22021": hotline.Invalid, "23505": hotline.Conflict,
		"53100": hotline.Unavailable, "57P01": hotline.Unavailable, "40P01": hotline.Unavailable,
	} {
		if got, _ := classifyPostgres(&pgconn.PgError{Code: state}); got != want {
			t.Errorf("Postgres %s: %s, want %s", state, got, want)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "x.db")+"?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE x (n INTEGER PRIMARY KEY, v TEXT NOT NULL CHECK (v <> 'bad'), r INTEGER REFERENCES x (n)) STRICT"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		insert string
		want   hotline.Code
	}{
		{"INSERT INTO x VALUES (1, 'fine', 1)", ""},
		{"INSERT INTO x VALUES (1, 'again', 1)", hotline.Conflict},
		{"INSERT INTO x VALUES (2, 'bad', 1)", hotline.Internal},
		{"INSERT INTO x VALUES (3, NULL, 1)", hotline.Internal},
		{"INSERT INTO x VALUES (4, 'x', 99)", hotline.Internal},
		{"INSERT INTO x VALUES ('no', 'x', 1)", hotline.Internal},
	} {
		var got hotline.Code
		if _, err := db.Exec(c.insert); err != nil {
			got, _ = classifySQLite(err)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.insert, got, c.want)
		}
	}
}
