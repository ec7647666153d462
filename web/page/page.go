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
	"sync"

	"github.com/gofiber/fiber/v2"
)

// Renderer renders a set of pages, each made of the shared layout and one file. A page
// is parsed when it is first shown: parsed, each takes a quarter of a megabyte.
type Renderer struct {
	pages map[string]func() (*template.Template, error)
}

// NewRenderer finds the pages of dir: layout.html and every "_*.html" part together
// with each other *.html file. A page is named by its file without ".html". Parse
// proves them all.
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
	r := &Renderer{pages: make(map[string]func() (*template.Template, error), len(pages))}
	for _, name := range pages {
		base := path.Base(name)
		r.pages[base[:len(base)-len(".html")]] = sync.OnceValues(func() (*template.Template, error) {
			t, err := template.New("layout.html").Funcs(funcs).Option("missingkey=error").
				ParseFS(files, append(append([]string{}, shared...), name)...)
			if err != nil {
				return nil, fmt.Errorf("parse %s: %w", name, err)
			}
			return t, nil
		})
	}
	return r, nil
}

// Parse parses all pages, and returns the first error.
func (r *Renderer) Parse() error {
	for _, parse := range r.pages {
		if _, err := parse(); err != nil {
			return err
		}
	}
	return nil
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
	parse, ok := r.pages[name]
	if !ok {
		return fmt.Errorf("no page named %q", name)
	}
	t, err := parse()
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, part, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).Send(buf.Bytes())
}
