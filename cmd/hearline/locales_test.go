package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hearline/hearline/locales"
)

// catalogues copies the shipped catalogues to a folder of the test.
func catalogues(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, locales.Files()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestReviewOfALanguage(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"es.csv", "es.xlsx"} {
		dir := catalogues(t)
		table := filepath.Join(dir, name)
		run := func(args ...string) (string, int) { return invoke(t, nil, append([]string{"locales"}, args...)...) }
		if out, code := run("export", "es", table); code != 0 || !strings.Contains(out, "texts") {
			t.Fatalf("%s: export: %d %s", name, code, out)
		}
		if out, code := run("import", "es", table, "--dir", dir, "--by", "Volunteers"); code != 0 || !strings.Contains(out, "0 texts changed, 0 of") {
			t.Errorf("%s: import of the same: %d %s", name, code, out)
		}
		if out, code := run("check", "--lang", "es", "--dir", dir); code != 0 || !strings.Contains(out, "0 problems") {
			t.Errorf("%s: check: %d %s", name, code, out)
		}
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ table, want string }{
		"no header":    {"a,b\nc,d\n", "has no column \"key\""},
		"unknown text": {"key,form,english,text,checked\nsms.nothing,other,,Hola,\n", "row 2: there is no text"},
		"too long":     {"key,form,english,text,checked\nsms.help,other,," + strings.Repeat("palabra ", 30) + "{{.danger}} {{.name}} {{.url}} {{.STOP}},\n", "nothing was changed"},
		"lost gap":     {"key,form,english,text,checked\nsms.help,other,,Hola,yes\n", "nothing was changed"},
	} {
		dir := catalogues(t)
		table := filepath.Join(dir, "t.csv")
		before, err := os.ReadFile(filepath.Join(dir, "active.es.toml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(table, []byte(c.table), 0o600); err != nil {
			t.Fatal(err)
		}
		out, code := invoke(t, nil, "locales", "import", "es", table, "--dir", dir, "--by", "Volunteers")
		if code == 0 || !strings.Contains(out, c.want) {
			t.Errorf("%s: %d %s", name, code, out)
		}
		if after, err := os.ReadFile(filepath.Join(dir, "active.es.toml")); err != nil || string(after) != string(before) {
			t.Errorf("%s: the catalogue was changed, %v", name, err)
		}
	}
	if out, code := invoke(t, nil, "locales", "export", "xx", filepath.Join(t.TempDir(), "x.csv")); code != exitBadSetting || !strings.Contains(out, "locales check") {
		t.Errorf("an unknown language: %d %s", code, out)
	}
}
