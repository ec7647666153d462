package public

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	html "html/template"
	"io/fs"
	"regexp"
	"strings"
	"text/template"

	"github.com/gofiber/fiber/v2"
)

// assets are the style written into each page and the one optional script.
type assets struct {
	style      html.CSS
	styleHash  string
	script     []byte
	scriptPath string // under /p/: all of /s/ is the staff's assets
	widget     *template.Template
}

func loadAssets(files fs.FS) (assets, error) {
	sheet, err := fs.ReadFile(files, "assets/public.css")
	if err != nil {
		return assets{}, err
	}
	script, err := fs.ReadFile(files, "assets/public.js")
	if err != nil {
		return assets{}, err
	}
	button, err := fs.ReadFile(files, "assets/widget.js")
	if err != nil {
		return assets{}, err
	}
	widget, err := template.New("widget.js").Parse(string(button))
	if err != nil {
		return assets{}, err
	}
	small := shrink(string(sheet))
	styleSum, scriptSum := sha256.Sum256([]byte(small)), sha256.Sum256(script)
	return assets{
		style:      html.CSS(small), //nolint:gosec // our own file
		styleHash:  base64.StdEncoding.EncodeToString(styleSum[:]),
		script:     script,
		scriptPath: "/p/" + hex.EncodeToString(scriptSum[:8]) + ".js",
		widget:     widget,
	}, nil
}

// policy is the Content-Security-Policy (ux.md §5). Only the message list may
// be framed, and only by ourselves.
func (a assets) policy(ancestors string) string {
	return fmt.Sprintf("default-src 'none'; style-src 'self' 'sha256-%s'; script-src 'self'; "+
		"img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; "+
		"base-uri 'none'; frame-ancestors %s", a.styleHash, ancestors)
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssAround  = regexp.MustCompile(` ?([{};,>]) ?`)
	cssColon   = regexp.MustCompile(`([\w-]): `)
)

// shrink takes comments and needless space out of our own style sheet, so that
// the first page fits one TCP window even where nothing compresses it.
func shrink(css string) string {
	css = cssComment.ReplaceAllString(css, "")
	css = cssSpace.ReplaceAllString(css, " ")
	css = cssAround.ReplaceAllString(css, "$1")
	css = cssColon.ReplaceAllString(css, "$1:")
	return strings.TrimSpace(strings.ReplaceAll(css, ";}", "}"))
}

func (s *Site) script(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	return c.Send(s.assets.script)
}
