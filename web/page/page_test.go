package page

import (
	"html/template"
	"testing"
	"testing/fstest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"p/layout.html": {Data: []byte(`{{block "content" .}}{{end}}{{shout "a"}}`)}, "p/_part.html": {Data: []byte(`{{define "part"}}{{end}}`)},
		"p/good.html": {Data: []byte(`{{define "content"}}{{template "part"}}{{end}}`)},
	}
	funcs := template.FuncMap{"shout": func(s string) string { return s }}
	r, err := NewRenderer(files, "p", funcs)
	if err != nil || r.Parse() != nil || len(r.pages) != 1 {
		t.Errorf("%v, %v, %d pages", err, r.Parse(), len(r.pages))
	}
	files["p/bad.html"] = &fstest.MapFile{Data: []byte(`{{define "content"}}{{if}}`)}
	if r, err = NewRenderer(files, "p", funcs); err != nil || r.Parse() == nil {
		t.Error("a page that cannot be read passes")
	}
}
