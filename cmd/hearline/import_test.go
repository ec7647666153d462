package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

func writeTable(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const table = "\ufeffID;Text;contact_channel;contact.address;about;occurred_at\r\n" +
	"r1;They took my passport and I cannot leave;phone;+15550100177;self;2026-05-11\r\n" +
	";\"=HYPERLINK(\"\"http://x\"\")\";;;;\r\n" +
	"\r\n" +
	"r2;one;;;;;left over\r\n" +
	"r3;;fax;;me;soon\r\n" +
	"r1;again;;;;\r\n"

// A table says what would become of it, is filed once however often it comes, and
// what cannot be taken comes back in a table of its own.
func TestImport(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		db := e.open(t)
		stored := func() int {
			inbound, _, _, err := db.Stored(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return inbound
		}
		path := writeTable(t, "reports.csv", table)
		out, err := e.hearline(t, "import", path)
		for _, want := range []string{
			"line 2      new, urgent, report", "line 5      cannot be taken: row: there is more", "line 6      cannot be taken: occurred_at:", "line 7      cannot be taken: id: the same as in line 2",
			"5 rows: 2 new, 0 here already, 3 cannot be taken", "Nothing was changed",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing in\n%s", want, out)
			}
		}
		if err != nil || stored() != 0 {
			t.Errorf("a dry run stored %d: %v", stored(), err)
		}
		if out, err := e.hearline(t, "import", path, "--commit"); err == nil || stored() != 0 {
			t.Errorf("rows that are wrong were passed over: %s", out)
		}
		rejects := filepath.Join(t.TempDir(), "rejects.csv")
		for range 2 {
			if out, err := e.hearline(t, "import", path, "--commit", "--reject-to", rejects); err != nil || stored() != 2 {
				t.Errorf("%d stored, %v\n%s", stored(), err, out)
			}
		}
		if waiting, err := db.Outstanding(t.Context()); waiting != 0 || err != nil {
			t.Errorf("%d texts wait to be sent, %v", waiting, err)
		}
		text, err := os.ReadFile(rejects)
		if err != nil || !strings.Contains(string(text), "fax") || !strings.Contains(string(text), "left over") || strings.Count(string(text), "\n") != 4 {
			t.Errorf("%s %v", text, err)
		}
		mended := strings.NewReplacer("r3,", "r3,mended text", "fax", "", "me,", "self,", "soon", "2026-05-12").Replace(string(text))
		mended = strings.NewReplacer("r1,again", "r4,again", ",left over", "").Replace(mended)
		if out, err := e.hearline(t, "import", writeTable(t, "mended.csv", mended), "--commit"); err != nil || stored() != 5 {
			t.Errorf("%d stored, %v\n%s\n%s", stored(), err, mended, out)
		}
	})
}

// Whoever stops a long import and starts it again loses and doubles nothing.
func TestImportGoesOn(t *testing.T) {
	t.Parallel()
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	var b strings.Builder
	b.WriteString("text\n")
	for n := range 500 {
		fmt.Fprintf(&b, "\"They keep our papers, house %d\"\n", n)
	}
	cmd := &importCmd{storage: storage{Database: e.database, KeysFile: e.keysFile}, File: writeTable(t, "long.csv", b.String()), Commit: true, Source: "table", Quiet: true}
	db := e.open(t)
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer stop()
		for {
			if n, _, _, err := db.Stored(context.WithoutCancel(ctx)); n > 0 || err != nil || ctx.Err() != nil {
				return
			}
		}
	}()
	if err := cmd.Run(ctx); err != nil && hotline.CodeOf(err) != hotline.Unavailable {
		t.Fatal(err)
	}
	if err := cmd.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	inbound, different, assessed, err := db.Stored(t.Context())
	if inbound != 500 || different != 500 || assessed != 500 || err != nil {
		t.Errorf("%d stored, %d different, %d assessed, %v", inbound, different, assessed, err)
	}
}

func TestImportRefusesTables(t *testing.T) {
	t.Parallel()
	e := newEstate(t, filepath.Join(t.TempDir(), "hearline.db"))
	for name, c := range map[string]struct{ content, want string }{
		"empty":          {"", "is empty"},
		"no text":        {"id,place\n1,x", "one of them must be text"},
		"unknown column": {"id,txt\n1,x", "column 2 of the first row is not one of"},
		"twice":          {"text,text\n1,x", "or is there twice"},
		"broken":         {"text\n\"x", "cannot be read"},
		"no table":       {"PK\x03\x04 and nothing", "not a readable XLSX"},
	} {
		cmd := &importCmd{storage: storage{Database: e.database, KeysFile: e.keysFile}, File: writeTable(t, "t.csv", c.content)}
		if err := cmd.Run(t.Context()); hotline.CodeOf(err) != hotline.Invalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
