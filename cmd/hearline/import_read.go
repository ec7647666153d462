package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/internal/sheet"
)

// Limits of a file that is read into memory whole.
const (
	maxImport     = 256 << 20 // bytes
	maxImportRows = 200_000
)

// importColumns are the fields of POST /api/v1/reports.
var importColumns = []string{"id", "text", "language", "place", "about", "contact.channel", "contact.address", "occurred_at"}

// rejectColumns are added to rows that could not be taken, and passed over when they
// come back.
var rejectColumns = []string{"line", "problem"}

// importRow is one row of the table and what it is worth.
type importRow struct {
	line   int
	cells  map[string]string
	extra  []string // cells that the first row has no name for
	report intake.Handed
	faults []intake.Fault
}

func (r importRow) problem() string {
	parts := make([]string, len(r.faults))
	for i, f := range r.faults {
		parts[i] = f.Field + ": " + f.Problem
	}
	return strings.Join(parts, "; ")
}

// readImport reads a table of reports. The rows say themselves what is wrong with
// them; an error is about the table.
func readImport(name, source string, now time.Time) (rows []importRow, encoding sheet.Encoding, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, "", hotline.Errorf(hotline.Invalid, "read the table: %w", err)
	}
	if info.Size() > maxImport {
		return nil, "", hotline.Errorf(hotline.Invalid, "%s is larger than %d MB: split it", name, maxImport>>20)
	}
	all, err := os.ReadFile(name)
	if err != nil {
		return nil, "", hotline.Errorf(hotline.Invalid, "read the table: %w", err)
	}
	all, encoding = sheet.ToUTF8(all)
	var columns []string
	lines := map[string]int{}
	err = sheet.Read(bytes.NewReader(all), func(r sheet.Row) error {
		if columns == nil {
			columns, err = importHeader(r.Cells)
			return err
		}
		if len(rows) == maxImportRows {
			return fmt.Errorf("there are more than %d rows: split the table", maxImportRows)
		}
		row := newImportRow(r, columns, source, now)
		if first, twice := lines[row.report.ID]; twice {
			row.faults = append(row.faults, intake.Fault{Field: "id", Problem: fmt.Sprintf("the same as in line %d", first)})
		}
		lines[row.report.ID] = r.Number
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return nil, encoding, hotline.Errorf(hotline.Invalid, "%s: %w", name, err)
	}
	if columns == nil {
		return nil, encoding, hotline.Errorf(hotline.Invalid, "%s is empty", name)
	}
	return rows, encoding, nil
}

func importHeader(cells []string) ([]string, error) {
	columns := make([]string, len(cells))
	for i, cell := range cells {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(cell)), "contact_", "contact.")
		known := slices.Contains(importColumns, name) || slices.Contains(rejectColumns, name)
		if name != "" && (!known || slices.Contains(columns[:i], name)) {
			return nil, fmt.Errorf("column %d of the first row is not one of %s, or is there twice", i+1, strings.Join(importColumns, ", "))
		}
		columns[i] = name
	}
	if !slices.Contains(columns, "text") {
		return nil, fmt.Errorf("the first row must name the columns, and one of them must be text (others: %s)", strings.Join(importColumns, ", "))
	}
	return columns, nil
}

func newImportRow(r sheet.Row, columns []string, source string, now time.Time) importRow {
	row := importRow{line: r.Number, cells: map[string]string{}}
	var faults []intake.Fault
	for i, cell := range r.Cells {
		switch {
		case cell != "" && (i >= len(columns) || columns[i] == ""): // it would be lost
			row.extra = append(row.extra, cell)
			faults = []intake.Fault{{Field: "row", Problem: "there is more in it than the first row has names for; text with a separator needs quotes"}}
		case i < len(columns) && !slices.Contains(rejectColumns, columns[i]):
			row.cells[columns[i]] = cell
		}
	}
	c := row.cells
	row.report = intake.Handed{
		ID: c["id"], Text: hotline.Text(c["text"]), Language: hotline.Language(strings.ToLower(c["language"])), Place: hotline.Text(c["place"]),
		About: strings.ToLower(c["about"]), Channel: hotline.Partner, Source: "import/" + source,
	}
	if row.report.ID == "" {
		row.report.ID = digestOf(c)
	}
	if c["contact.channel"] != "" || c["contact.address"] != "" {
		row.report.Contact = &intake.HandedContact{Channel: strings.ToLower(c["contact.channel"]), Address: hotline.Address(c["contact.address"])}
	}
	if at := c["occurred_at"]; at != "" {
		var ok bool
		if row.report.Occurred, ok = importTime(at); !ok {
			faults = append(faults, intake.Fault{Field: "occurred_at", Problem: "write it as 2026-05-12, 2026-05-12 09:30 or in RFC 3339"})
		}
	}
	row.faults = append(faults, row.report.Check(now)...)
	return row
}

// digestOf stands for the id of a row that has none: the same row is the same report.
func digestOf(cells map[string]string) string {
	hash := sha256.New()
	for _, name := range importColumns {
		_, _ = hash.Write([]byte(cells[name] + "\x00"))
	}
	return "row-" + hex.EncodeToString(hash.Sum(nil)[:16])
}

func importTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
