package locales

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const small = `# English.

[sms]
danger = "In danger? Call {{.sos}}."
danger_unknown = "In danger? Call for help."
help = "Hi. {{.danger}} Reply {{.YES}}."

[web]
title = "Messages"

[web.here.people]
one = "{{.count}} person"
other = "{{.count}} people"
`

// desk is a folder of catalogues with one other language.
func desk(spanish string) fstest.MapFS {
	var words strings.Builder
	words.WriteString("source = \"test\"\n")
	for _, m := range Meanings {
		words.WriteString(m + " = [\"" + strings.ReplaceAll(m, "_", " ") + "\"]\n")
	}
	return fstest.MapFS{
		"active.en.toml": {Data: []byte(small)}, "active.es.toml": {Data: []byte(spanish)},
		"words.en.toml": {Data: []byte(words.String())}, "words.es.toml": {Data: []byte(words.String())},
	}
}

const spanish = `# Spanish.

[sms]
danger = "En peligro? Llame al {{.sos}}."
danger_unknown = "En peligro? Pida ayuda."
help = "Hola. {{.danger}} Responda {{.YES}}."

[web]
title = "Mensajes"

[web.here.people]
one = "{{.count}} persona"
many = "{{.count}} de personas"
other = "{{.count}} personas"
`

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, want string }{
		"nothing wrong":  {"", "", ""},
		"missing":        {"title = \"Mensajes\"\n", "", "web.title is missing"},
		"unknown":        {"title =", "titel =", "web.titel does not exist in English"},
		"gap":            {"{{.danger}} ", "", "sms.help has the gaps [YES], English [YES danger]"},
		"bad gap":        {"{{.danger}}", "{{danger}}", "sms.help has a gap that cannot be filled"},
		"unknown word":   {"{{.YES}}", "{{.MAYBE}}", "sms.help has a gap that cannot be filled"},
		"plural forms":   {"many = \"{{.count}} de personas\"\n", "", "web.here.people has the plural forms [one other], needs [one many other]"},
		"too long":       {"Hola.", "Hola. " + strings.Repeat("palabra ", 20), "sms.help is"},
		"telling":        {"Hola.", "Hola, víctima.", "sms.help says \"victima\""},
		"telling abroad": {"Hola.", "Hola, rescue.", "sms.help says \"rescue\""},
		"shouting":       {"Hola.", "Hola!", "sms.help has an exclamation mark"},
		"space":          {"\"Mensajes\"", "\" Mensajes\"", "web.title is empty or has space around it"},
	} {
		problems, err := Check(desk(strings.Replace(spanish, c.from, c.to, 1)), "es")
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, p := range problems {
			all.WriteString(p.String() + "\n")
		}
		if c.want == "" && len(problems) > 0 || !strings.Contains(all.String(), c.want) {
			t.Errorf("%s: found %q, want %q", name, all.String(), c.want)
		}
	}
}

func TestSheetComesBackAsItWas(t *testing.T) {
	t.Parallel()
	sheet, err := Sheet(desk(spanish), "es")
	if err != nil {
		t.Fatal(err)
	}
	if got := WriteCatalogue("Spanish.", sheet); !bytes.Equal(got, []byte(spanish)) {
		t.Errorf("(-want +got)\n%s", cmp.Diff(spanish, string(got)))
	}
}

// Every catalogue that we ship can go out for review and come back the same.
func TestShippedCataloguesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	for _, lang := range speaker(t).Languages() {
		sheet, err := Sheet(Files(), lang)
		if err != nil {
			t.Fatal(err)
		}
		dir := fstest.MapFS{fileOf(lang): {Data: WriteCatalogue("A language.", sheet)}}
		want, err := readForms(Files(), lang)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readForms(dir, lang); err != nil || !cmp.Equal(want, got) {
			t.Errorf("%s, %v (-want +got)\n%s", lang, err, cmp.Diff(want, got))
		}
	}
}

func TestReviewHoldsForTheWordingThatWasChecked(t *testing.T) {
	t.Parallel()
	dir := desk(spanish)
	sheet, err := Sheet(dir, "es")
	if err != nil {
		t.Fatal(err)
	}
	for i := range sheet {
		sheet[i].Checked = sheet[i].Key != "web.title"
	}
	review, err := WriteReviews(dir, "es", "Spanish-speaking volunteers", "2026-11-25", sheet)
	if err != nil {
		t.Fatal(err)
	}
	dir[ReviewFile] = &fstest.MapFile{Data: review}
	dir["active.es.toml"] = &fstest.MapFile{Data: []byte(strings.Replace(spanish, "Hola.", "Buenas.", 1))}
	again, err := Sheet(dir, "es")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range again {
		if want := e.Key != "web.title" && e.Key != "sms.help"; e.Checked != want {
			t.Errorf("%s is checked: %v", e.Key, e.Checked)
		}
	}
	if english, err := fs.ReadFile(dir, ReviewFile); err != nil || !strings.Contains(string(english), "volunteers") {
		t.Errorf("%s, %v", english, err)
	}
}

func TestTelling(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"We sell shoes.": "", "La VÍCTIMA": "victima", "Call the hotline": "hotline", "no se lo diga a nadie": "",
	} {
		if got := Telling("es", text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, lang := range Known() {
		if len(telling()[lang]) == 0 {
			t.Errorf("%s has no telling words", lang)
		}
	}
}
