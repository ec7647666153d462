package store

import (
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
)

// The kinds of columns, and the Go type of their values: string, int64, bool,
// []byte.
const (
	text    = "text"
	bigint  = "bigint"
	boolean = "boolean"
	bytea   = "bytea"
)

type column struct{ name, kind string }

// table is the part of a table that is written in bulk. The first keys columns
// find a row when it is changed. copied says that Postgres takes new rows by
// COPY, which pays where they come by the dozen.
type table struct {
	name    string
	keys    int
	copied  bool
	columns []column
}

// columnsOf reads "id text, at bigint, …".
func columnsOf(spec string) []column {
	var out []column
	for part := range strings.SplitSeq(spec, ",") {
		fields := strings.Fields(part)
		out = append(out, column{name: fields[0], kind: fields[1]})
	}
	return out
}

func (t *table) names(separator string) string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return strings.Join(names, separator)
}

// check refuses what Postgres cannot hold as text, on both engines alike. It
// names the column, never the content.
func (t *table) check(rows [][]any) error {
	for _, r := range rows {
		for i, v := range r {
			if s, ok := v.(string); ok && !hotline.Clean(s) {
				return hotline.Errorf(hotline.Invalid, "%s.%s is not clean text", t.name, t.columns[i].name)
			}
		}
	}
	return nil
}

// writes gathers what one transaction writes in bulk, table by table.
type writes struct {
	d          *dialect
	statements []stmt
	err        error
}

func (w *writes) insert(t *table, rows [][]any) { w.add(t, rows, w.d.insert(t, rows, "")) }

func (w *writes) insertNew(t *table, rows [][]any) {
	w.add(t, rows, w.d.insert(t, rows, " ON CONFLICT DO NOTHING"))
}

func (w *writes) change(t *table, rows [][]any) { w.add(t, rows, w.d.change(t, rows)) }

func (w *writes) add(t *table, rows [][]any, statements []stmt) {
	if err := t.check(rows); err != nil && w.err == nil {
		w.err = err
	}
	w.statements = append(w.statements, statements...)
}

// micros turns a time into what is stored: microseconds UTC, 0 when not set.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// timeOf is the inverse of micros.
func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// bytesOf keeps NULL out of the database.
func bytesOf(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
