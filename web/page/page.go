// Package page holds what every page of every surface shares: rendering of
// templates, security headers, the one exit for errors, and the request log.
// It knows nothing of what the pages show.
package page

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"

	"github.com/gofiber/fiber/v2"
)

// Renderer renders a set of pages, each made of the shared layout and one file.
type Renderer struct{ pages map[string]*template.Template }

// NewRenderer parses layout.html and every "_*.html" part together with each
// other *.html file of dir. A page is named by its file without ".html".
func NewRenderer(files fs.FS, dir string, funcs template.FuncMap) (*Renderer, error) {
	names, err := fs.Glob(files, path.Join(dir, "*.html"))
	if err != nil {
		return nil, err
	}
	var shared, pages []string
	for _, name := range names {
		if base := path.Base(name); base == "layout.html" || base[0] == '_' {
			shared = append(shared, name)
		} else {
			pages = append(pages, name)
		}
	}
	r := &Renderer{pages: make(map[string]*template.Template, len(pages))}
	for _, name := range pages {
		t, err := template.New("layout.html").Funcs(funcs).Option("missingkey=error").
			ParseFS(files, append(append([]string{}, shared...), name)...)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", name, err)
		}
		base := path.Base(name)
		r.pages[base[:len(base)-len(".html")]] = t
	}
	return r, nil
}

// Render writes a whole page. It renders into memory first, so that a failing
// template never sends half a page.
func (r *Renderer) Render(c *fiber.Ctx, status int, name string, data any) error {
	return r.part(c, status, name, "layout.html", data)
}

// RenderPart writes one named template of a page's file, without the layout:
// the frame of a message list, or a fragment that a script swaps in.
func (r *Renderer) RenderPart(c *fiber.Ctx, name, part string, data any) error {
	return r.part(c, fiber.StatusOK, name, part, data)
}

func (r *Renderer) part(c *fiber.Ctx, status int, name, part string, data any) error {
	t, ok := r.pages[name]
	if !ok {
		return fmt.Errorf("no page named %q", name)
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, part, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).Send(buf.Bytes())
}
