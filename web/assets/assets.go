// Package assets holds the staff style sheet, script and icons, and serves
// files under names made of their content, so that browsers keep them for ever
// and never see an old one. It knows nothing of the pages that use them.
package assets

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"

	"github.com/gofiber/fiber/v2"
)

//go:embed css js icons
var files embed.FS

// Set is a number of files by their plain names, such as "staff.css". It is
// filled before the server starts and only read afterwards.
type Set struct {
	urls   map[string]string
	bodies map[string]body // by file name under /s/
}

type body struct {
	contentType string
	data        []byte
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",
}

// Staff returns a set with everything the staff pages need. The style sheet and
// the script are each several files, joined in the order of their names, since
// no build step stands between the source and the browser.
func Staff() (*Set, error) {
	s := &Set{urls: map[string]string{}, bodies: map[string]body{}}
	for name, pattern := range map[string]string{"staff.css": "css/*.css", "staff.js": "js/*.js"} {
		data, err := join(pattern)
		if err != nil {
			return nil, err
		}
		if err := s.Add(name, data); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"icon.svg", "icon-dot.svg"} {
		data, err := files.ReadFile("icons/" + name)
		if err != nil {
			return nil, err
		}
		if err := s.Add(name, data); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func join(pattern string) ([]byte, error) {
	names, err := fs.Glob(files, pattern) // sorted
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all.Write(data)
	}
	return all.Bytes(), nil
}

// Add puts a file into the set. The kind of file is known by its ending.
func (s *Set) Add(name string, data []byte) error {
	ext := path.Ext(name)
	contentType, ok := contentTypes[ext]
	if !ok {
		return fmt.Errorf("no content type for %s", name)
	}
	sum := sha256.Sum256(data)
	file := hex.EncodeToString(sum[:8]) + ext
	s.urls[name] = "/s/" + file
	s.bodies[file] = body{contentType, data}
	return nil
}

// URL returns the address of a file; "" for one that is not in the set.
func (s *Set) URL(name string) string { return s.urls[name] }

// Mount serves the set under /s/.
func (s *Set) Mount(r fiber.Router) {
	r.Get("/s/:file", func(c *fiber.Ctx) error {
		b, ok := s.bodies[c.Params("file")]
		if !ok {
			return fiber.ErrNotFound
		}
		c.Set(fiber.HeaderContentType, b.contentType)
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
		c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
		c.Set("Cross-Origin-Resource-Policy", "same-origin")
		return c.Send(b.data)
	})
}
