package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var hard = [][]string{
	{"key", "text", ""},
	{"a", "two\nlines, \"quoted\"; and more", "شكرًا 你好 😀"},
	{"=SUM(A1)", "-1", "+15550100", "@me", "'quoted", " "},
	{"<tag> & 'x'", "", "last"},
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for _, f := range []Format{CSV, XLSX} {
		var got [][]string
		for _, row := range roundTrip(t, f, hard) {
			got = append(got, row.Cells)
		}
		want := [][]string{hard[0], hard[1], {"=SUM(A1)", "-1", "+15550100", "@me", "'quoted", ""}, hard[3]}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", f, diff)
		}
	}
}

func TestAnyTextComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.ReplaceAll(rapid.StringOfN(rapid.RuneFrom([]rune("ab'=+-@,;\"\n <&é漢😀")), 1, 30, -1).Draw(rt, "text"), "\r", "")
		text = strings.TrimSpace(text)
		for _, f := range []Format{CSV, XLSX} {
			rows := roundTrip(t, f, [][]string{{"first", text}})
			if len(rows) != 1 || len(rows[0].Cells) != 2 || rows[0].Cells[1] != text {
				rt.Fatalf("%s: %q came back as %+v", f, text, rows)
			}
		}
	})
}

func roundTrip(t *testing.T, f Format, table [][]string) (rows []Row) {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, f)
	for _, row := range table {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Read(&b, func(r Row) error { rows = append(rows, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return rows
}

// What a spreadsheet writes by itself.
func TestForeignTables(t *testing.T) {
	t.Parallel()
	for name, table := range map[string]string{
		"commas":     "id,text\n1,hello\n\n2,there\n",
		"semicolons": "\ufeffid;text\r\n1;hello\r\n2;there\r\n",
		"tabs":       "id\ttext\n1\thello\n2\tthere",
	} {
		var got []Row
		if err := Read(strings.NewReader(table), func(r Row) error { got = append(got, r); return nil }); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(got) != 3 || got[2].Cells[1] != "there" || got[1].Number != 2 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestReadStopsAndRefuses(t *testing.T) {
	t.Parallel()
	own := errors.New("enough")
	if err := Read(strings.NewReader("a\nb\n"), func(Row) error { return own }); !errors.Is(err, own) {
		t.Errorf("got %v", err)
	}
	for _, broken := range []string{"a,\"b\nc", "PK\x03\x04 not a book"} {
		if err := Read(strings.NewReader(broken), func(Row) error { return nil }); err == nil {
			t.Errorf("%q was read", broken)
		}
	}
}

func TestCellsThatASpreadsheetWouldRunAreDisarmed(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := NewWriter(&b, CSV)
	_ = w.Row("=1+1", "@x", "plain")
	if err := w.Close(); err != nil || b.String() != "\ufeff'=1+1,'@x,plain\n" {
		t.Errorf("wrote %q, %v", b.String(), err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a;b\n1;2"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(_ *testing.T, b []byte) { _ = Read(bytes.NewReader(b), func(Row) error { return nil }) })
}

func TestColumnName(t *testing.T) {
	t.Parallel()
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := columnName(i); got != want {
			t.Errorf("%d is %q, want %q", i, got, want)
		}
	}
}
