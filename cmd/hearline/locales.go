package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/sheet"
	"github.com/hearline/hearline/locales"
)

type localesCmd struct {
	Check  localesCheckCmd  `cmd:"" help:"Say what is wrong with the texts of each language, and how many a native speaker has checked."`
	Export localesExportCmd `cmd:"" help:"Write the texts of a language beside their English as a table, for review."`
	Import localesImportCmd `cmd:"" help:"Take a reviewed table back into the catalogue of its language."`
}

type localesCheckCmd struct {
	Dir  string             `help:"Folder of catalogues, such as ./locales; default: those in this program." type:"existingdir" placeholder:"DIR"`
	Lang []hotline.Language `help:"Only these languages." placeholder:"LANG"`
}

// Run prints one line a language, and one for each problem. Problems are an error.
func (c *localesCheckCmd) Run() error {
	dir, wrong := catalogueDir(c.Dir), 0
	for _, lang := range locales.Known() {
		if len(c.Lang) > 0 && !slices.Contains(c.Lang, lang) {
			continue
		}
		problems, err := locales.Check(dir, lang)
		if err != nil {
			return err
		}
		entries, err := locales.Sheet(dir, lang)
		if err != nil {
			return err
		}
		wrong += len(problems)
		fmt.Printf("%s  %-12s %3d texts, %3d checked by a native speaker, %d problems\n",
			lang, locales.EnglishName(lang), len(entries), checkedOf(entries), len(problems))
		for _, p := range problems {
			fmt.Println("    " + p.String())
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d problems", wrong)
	}
	return nil
}

func checkedOf(entries []locales.Entry) (n int) {
	for _, e := range entries {
		if e.Checked {
			n++
		}
	}
	return n
}

func catalogueDir(dir string) fs.FS {
	if dir == "" {
		return locales.Files()
	}
	return os.DirFS(dir)
}

// The columns of a table for review.
var reviewColumns = []string{"key", "form", "english", "text", "checked"}

type localesExportCmd struct {
	Lang hotline.Language `arg:"" help:"Language, such as es."`
	File string           `arg:"" help:"File to write; .csv or .xlsx." type:"path"`
	Dir  string           `help:"Folder of catalogues; default: those in this program." type:"existingdir" placeholder:"DIR"`
}

// Run writes the table.
func (c *localesExportCmd) Run() (err error) {
	entries, err := locales.Sheet(catalogueDir(c.Dir), c.Lang)
	if err != nil {
		return unknownLanguage(c.Lang, err)
	}
	file, err := os.Create(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	table := sheet.NewWriter(file, sheet.FormatOf(c.File))
	_ = table.Row(reviewColumns...) // Close gives its error
	for _, e := range entries {
		checked := ""
		if e.Checked {
			checked = "yes"
		}
		_ = table.Row(e.Key, e.Form, e.English, e.Text, checked)
	}
	if err := table.Close(); err != nil {
		return err
	}
	fmt.Printf("%d texts. Change the column 'text', write 'yes' under 'checked', then: hearline locales import %s %s --dir DIR --by WHO\n", len(entries), c.Lang, c.File)
	return nil
}

func unknownLanguage(lang hotline.Language, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return hotline.Errorf(hotline.Invalid, "there is no catalogue of %q: 'hearline locales check' lists those there are", lang)
	}
	return err
}

type localesImportCmd struct {
	Lang hotline.Language `arg:"" help:"Language, such as es."`
	File string           `arg:"" help:"Reviewed table; CSV or XLSX." type:"existingfile"`
	Dir  string           `help:"Folder of catalogues to change, such as ./locales." type:"existingdir" required:"" placeholder:"DIR"`
	By   string           `help:"Who has checked the texts: an organisation or a role." required:"" placeholder:"WHO"`
}

// Run changes the catalogue only when the table is sound and the result has no
// problem that was not there before.
func (c *localesImportCmd) Run() error {
	dir := os.DirFS(c.Dir)
	entries, err := locales.Sheet(dir, c.Lang)
	if err != nil {
		return unknownLanguage(c.Lang, err)
	}
	changed, err := c.take(entries)
	if err != nil {
		return err
	}
	before, err := locales.Check(dir, c.Lang)
	if err != nil {
		return err
	}
	name := "active." + string(c.Lang) + ".toml"
	catalogue := locales.WriteCatalogue(c.head(dir, name), entries)
	after, err := locales.Check(overlaid{dir, name, catalogue}, c.Lang)
	if err != nil {
		return err
	}
	if fresh := newProblems(before, after); len(fresh) > 0 {
		return fmt.Errorf("nothing was changed, because the table would bring these problems:\n%s", strings.Join(fresh, "\n"))
	}
	review, err := locales.WriteReviews(dir, c.Lang, c.By, time.Now().Format(time.DateOnly), entries)
	if err != nil {
		return err
	}
	if err := errors.Join(replaceFile(filepath.Join(c.Dir, name), catalogue), replaceFile(filepath.Join(c.Dir, locales.ReviewFile), review)); err != nil {
		return err
	}
	fmt.Printf("%d texts changed, %d of %d checked.\n", changed, checkedOf(entries), len(entries))
	return nil
}

// head keeps the comment on top of a catalogue.
func (c *localesImportCmd) head(dir fs.FS, name string) string {
	src, err := fs.ReadFile(dir, name)
	first, _, _ := strings.Cut(string(src), "\n")
	if head, ok := strings.CutPrefix(first, "# "); ok && err == nil {
		return head
	}
	return locales.EnglishName(c.Lang) + "."
}

// take puts the texts of the table into entries. A row that names no text of ours
// is an error, so that nothing a reviewer wrote is lost.
func (c *localesImportCmd) take(entries []locales.Entry) (changed int, err error) {
	place := map[string]int{}
	for i, e := range entries {
		place[e.Key+"/"+e.Form] = i
	}
	file, err := os.Open(c.File)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }() // read only
	var columns map[string]int
	err = sheet.Read(file, func(r sheet.Row) error {
		if columns == nil {
			columns, err = columnsOf(r.Cells)
			return err
		}
		cell := func(name string) string {
			if i := columns[name]; i < len(r.Cells) {
				return r.Cells[i]
			}
			return ""
		}
		i, ok := place[cell("key")+"/"+cell("form")]
		if !ok {
			return fmt.Errorf("row %d: there is no text %q with form %q", r.Number, cell("key"), cell("form"))
		}
		if text := cell("text"); text != "" && text != entries[i].Text {
			entries[i].Text = text
			changed++
		}
		entries[i].Checked = slices.Contains([]string{"yes", "y", "x", "1", "true"}, strings.ToLower(cell("checked")))
		return nil
	})
	return changed, err
}

func columnsOf(header []string) (map[string]int, error) {
	out := map[string]int{}
	for i, name := range header {
		out[strings.ToLower(name)] = i
	}
	for _, name := range reviewColumns {
		if _, ok := out[name]; !ok {
			return nil, fmt.Errorf("the first row has no column %q; it must name %s", name, strings.Join(reviewColumns, ", "))
		}
	}
	return out, nil
}

func newProblems(before, after []locales.Problem) (fresh []string) {
	for _, p := range after {
		if !slices.Contains(before, p) {
			fresh = append(fresh, p.String())
		}
	}
	return fresh
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, content []byte) error {
	temp := name + ".new"
	if err := os.WriteFile(temp, content, 0o644); err != nil { //nolint:gosec // catalogues are public
		return err
	}
	return os.Rename(temp, name)
}

// overlaid is a folder in which one file has other content.
type overlaid struct {
	fs.FS
	name    string
	content []byte
}

// ReadFile implements fs.ReadFileFS.
func (o overlaid) ReadFile(name string) ([]byte, error) {
	if name == o.name {
		return o.content, nil
	}
	return fs.ReadFile(o.FS, name)
}
