// Package sheet reads and writes tables as CSV or as XLSX, the way people pass
// them around: with a byte order mark or without, with commas or semicolons.
//
// It knows nothing of what a table holds. It writes every cell as text, and
// disarms those that a spreadsheet would run as a formula.
package sheet

import (
	"path/filepath"
	"strings"
)

// Format is how a table is written.
type Format string

// The formats. The zero value is CSV.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// FormatOf goes by the ending of a file's name: XLSX for ".xlsx", CSV for
// everything else.
func FormatOf(name string) Format {
	if strings.EqualFold(filepath.Ext(name), ".xlsx") {
		return XLSX
	}
	return CSV
}

// disarmed are the first characters that make a spreadsheet take a cell for a
// formula (OWASP, CSV injection). guard before them makes it text again.
const (
	disarmed = "=+-@\t\r"
	guard    = "'"
)

func disarm(cell string) string {
	if runs(cell) {
		return guard + cell
	}
	return cell
}

// rearm is the inverse of disarm, for a table that comes back.
func rearm(cell string) string {
	if rest, ok := strings.CutPrefix(cell, guard); ok && runs(rest) {
		return rest
	}
	return cell
}

// runs says whether a cell would run as a formula, now or when one guard is taken
// away.
func runs(cell string) bool {
	if rest, ok := strings.CutPrefix(cell, guard); ok {
		return runs(rest)
	}
	return cell != "" && strings.ContainsRune(disarmed, rune(cell[0]))
}
