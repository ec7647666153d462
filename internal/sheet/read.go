package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/thedatashed/xlsxreader"
)

// Most of an XLSX file that is read into memory.
const maxXLSX = 256 << 20 // bytes

// Row is one row of a table and the number by which people find it in the file,
// counted from 1.
type Row struct {
	Number int
	Cells  []string
}

// Read calls each for every row of a table that is not empty, in order, until it
// returns an error. The format shows in the content: an XLSX file is a zip archive.
// The error is each's, or says at which row the table cannot be read.
func Read(r io.Reader, each func(Row) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	head, _ := in.Peek(4)
	if bytes.Equal(head, []byte("PK\x03\x04")) {
		return readXLSX(in, each)
	}
	return readCSV(in, each)
}

func readCSV(in *bufio.Reader, each func(Row) error) error {
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(3)
	}
	table := csv.NewReader(in)
	table.Comma = separator(in)
	table.FieldsPerRecord = -1
	for {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the table cannot be read: %w", err)
		}
		line, _ := table.FieldPos(0)
		if err := give(Row{line, cells}, each); err != nil {
			return err
		}
	}
}

// separator is the first of the usual ones that stands outside quotes: the first
// cell of a table is a plain name.
func separator(in *bufio.Reader) rune {
	head, _ := in.Peek(16 << 10)
	quoted := false
	for _, b := range head {
		switch {
		case b == '"':
			quoted = !quoted
		case !quoted && bytes.IndexByte([]byte(",;\t"), b) >= 0:
			return rune(b)
		}
	}
	return ','
}

func readXLSX(in io.Reader, each func(Row) error) error {
	all, err := io.ReadAll(io.LimitReader(in, maxXLSX+1))
	if err != nil {
		return err
	}
	if len(all) > maxXLSX {
		return fmt.Errorf("the file is larger than %d MB: save it as CSV", maxXLSX>>20)
	}
	book, err := xlsxreader.NewReader(all)
	if err != nil || len(book.Sheets) == 0 {
		return fmt.Errorf("this is not a readable XLSX file: %w", err)
	}
	var failed error
	for row := range book.ReadRows(book.Sheets[0]) { // to the end: the reader's goroutine waits for us
		switch {
		case failed != nil:
		case row.Error != nil:
			failed = fmt.Errorf("row %d cannot be read: %w", row.Index, row.Error)
		default:
			failed = give(Row{row.Index, cellsOf(row)}, each)
		}
	}
	return failed
}

// cellsOf puts the cells of a row, of which the file leaves out the empty ones, in
// their places.
func cellsOf(row xlsxreader.Row) []string {
	var cells []string
	for _, c := range row.Cells {
		for len(cells) <= c.ColumnIndex() {
			cells = append(cells, "")
		}
		cells[c.ColumnIndex()] = c.Value
	}
	return cells
}

func give(row Row, each func(Row) error) error {
	empty := true
	for i, cell := range row.Cells {
		row.Cells[i] = rearm(strings.TrimSpace(cell))
		empty = empty && row.Cells[i] == ""
	}
	if empty {
		return nil
	}
	return each(row)
}
