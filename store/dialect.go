package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/hearline/hearline/hotline"
)

// dialect is all that differs between the engines. There are two values of it,
// in sqlite.go and postgres.go; no other code asks which engine it is on.
type dialect struct {
	name  string
	open  func(context.Context, Config) (*sql.DB, writers, error)
	goose func() ([]goose.ProviderOption, goose.Dialect, error)

	// forUpdate locks the rows of a query; skipLocked passes over locked ones.
	// Both take the alias of the table, and are empty where a writing
	// transaction is alone anyway.
	forUpdate, skipLocked func(aliases string) string
	// wholeTables are statements after which a transaction may read and sort tables
	// from one end to the other.
	wholeTables func() []stmt
	// alone is a statement that makes claims wait for each other; "" where
	// transactions do so already.
	alone string

	in        func(a *args, column string, values []string) string
	inNumbers func(a *args, column string, values []int64) string
	insert    func(t *table, rows [][]any, suffix string) []stmt
	change    func(t *table, rows [][]any) []stmt // UPDATE by key

	begin    func(context.Context, *writer) error
	run      func(context.Context, *writer, []stmt) error
	commit   func(context.Context, *writer, []stmt) error // after the statements
	rollback func(*writer)                                // of what was not committed
	classify func(error) (code hotline.Code, raced bool)
	backup   func(ctx context.Context, s *Store, path string) error
	// scrub removes what deleted rows have left in files beside the tables, or
	// says that others are in the way.
	scrub func(context.Context, *writer) (done bool, err error)
}

func dialectOf(url string) *dialect {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return postgres
	}
	return sqlite
}

// explain gives an error of the driver its code, and no message: what a database
// says is for the log. No driver puts values of ours into it.
func (d *dialect) explain(what string, err error) error {
	if kept, ok := keepCode(err); ok {
		return kept
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &hotline.Error{Code: hotline.Unavailable, Err: fmt.Errorf("store: %s: %w", what, err)}
	}
	code, raced := d.classify(err)
	coded := &hotline.Error{Code: code, Err: fmt.Errorf("store: %s: %w", what, err)}
	if raced {
		return again(coded)
	}
	return coded
}

// args numbers the arguments of a statement.
type args []any

// add appends a value and returns its placeholder.
func (a *args) add(value any) string {
	*a = append(*a, value)
	return "$" + strconv.Itoa(len(*a))
}

// query makes a statement that reads.
func query(scan func(row) error, text string, a ...any) stmt {
	return stmt{sql: text, args: a, scan: scan}
}

// do makes a statement that writes.
func do(text string, a ...any) stmt { return stmt{sql: text, args: a} }

// texts turns ids and other named strings into plain ones.
func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
