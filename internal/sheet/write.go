package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Writer writes a table row by row. Close must be called; its error, like that of
// Row, is the writer's below.
type Writer struct {
	csv   *csv.Writer
	zip   *zip.Writer
	cells *bufio.Writer
	rows  int
	err   error
}

// NewWriter begins a table on w. A CSV begins with a byte order mark, without
// which spreadsheets mistake its encoding.
func NewWriter(w io.Writer, f Format) *Writer {
	out := &Writer{}
	if f != XLSX {
		_, out.err = io.WriteString(w, "\ufeff")
		out.csv = csv.NewWriter(w)
		return out
	}
	out.zip = zip.NewWriter(w)
	for _, part := range frame {
		if err := writePart(out.zip, part.name, part.body); err != nil && out.err == nil {
			out.err = err
		}
	}
	cells, err := out.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil && out.err == nil {
		out.err = err
		return out
	}
	out.cells = bufio.NewWriter(cells)
	_, _ = out.cells.WriteString(xml.Header + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	return out
}

func writePart(z *zip.Writer, name, body string) error {
	part, err := z.Create(name)
	if err == nil {
		_, err = io.WriteString(part, xml.Header+body)
	}
	return err
}

// Row writes one row.
func (w *Writer) Row(cells ...string) error {
	if w.err != nil {
		return w.err
	}
	w.rows++
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = disarm(cell)
	}
	if w.csv != nil {
		w.err = w.csv.Write(safe)
		return w.err
	}
	_, _ = fmt.Fprintf(w.cells, `<row r="%d">`, w.rows)
	for i, cell := range safe {
		_, _ = fmt.Fprintf(w.cells, `<c r="%s%d" t="inlineStr"><is><t xml:space="preserve">`, columnName(i), w.rows)
		w.err = xml.EscapeText(w.cells, []byte(strings.ToValidUTF8(cell, "\uFFFD")))
		_, _ = w.cells.WriteString("</t></is></c>")
	}
	_, _ = w.cells.WriteString("</row>")
	return w.err
}

// Close ends the table.
func (w *Writer) Close() error {
	if w.csv != nil {
		w.csv.Flush()
		return first(w.err, w.csv.Error())
	}
	if w.err != nil {
		return w.err
	}
	_, _ = w.cells.WriteString("</sheetData></worksheet>")
	return first(w.cells.Flush(), w.zip.Close())
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// columnName is the letters of a column: A, B, … Z, AA.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// frame are the parts of an XLSX file that say where its one sheet is (ECMA-376,
// part 1).
var frame = []struct{ name, body string }{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
		`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf/></cellXfs></styleSheet>`},
}
