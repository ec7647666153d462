package public

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/page"
)

// The button for partner sites (docs/widget.md), as a script and as a page to
// frame. Both are a door and nothing else: they set no cookie, ask for nothing,
// tell the site around them nothing and open our start page in a window of its
// own that knows not where it was opened from. The chat itself is never framed:
// browsers keep cookies from framed pages, and the site around could watch.

// scriptWords is what the button's script says.
type scriptWords struct {
	Path  string `json:"path"`
	Lang  string `json:"lang"`
	Dir   string `json:"dir"`
	Talk  string `json:"talk"`
	Fresh string `json:"fresh"`
}

// showWidgetScript answers with the button's script in the language of ?l= or of
// the browser.
func (s *Site) showWidgetScript(c *fiber.Ctx) error {
	v := s.view(c)
	words, err := json.Marshal(scriptWords{v.Href("/"), string(v.Lang), v.Dir, v.Say("web.widget.talk"), v.Say("web.widget.new_window")})
	if err != nil {
		return hotline.Errorf(hotline.Internal, "write the words of the button: %w", err)
	}
	var script bytes.Buffer
	if err := s.assets.widget.Execute(&script, string(words)); err != nil {
		return hotline.Errorf(hotline.Internal, "write the script of the button: %w", err)
	}
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	return c.Send(script.Bytes())
}

// showWidget is the page to frame.
func (s *Site) showWidget(c *fiber.Ctx) error {
	page.SetHeaders(c, s.assets.policy(strings.Join(s.WidgetOrigins, " ")), s.Secure)
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	return s.render.RenderPart(c, "widget", "widget", s.view(c))
}

// mountWidget puts the script in its place, and the page when somebody may frame
// it.
func (s *Site) mountWidget(r fiber.Router) {
	r.Get("/widget.js", s.showWidgetScript)
	if len(s.WidgetOrigins) > 0 {
		r.Get("/widget", s.showWidget)
	}
}

// CheckWidgetOrigins returns hotline.Invalid for what is no origin of https, or of
// http on this machine: a path would be passed over by browsers, and a star would
// let anybody frame the page.
func CheckWidgetOrigins(origins []string) error {
	for _, o := range origins {
		u, err := url.Parse(o)
		local := err == nil && u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1"}, u.Hostname())
		if err != nil || u.Host == "" || o != u.Scheme+"://"+u.Host || u.Scheme != "https" && !local || strings.ContainsAny(o, "*;, '\"") {
			return hotline.Errorf(hotline.Invalid, "write each site as an origin, such as https://partner.example")
		}
	}
	return nil
}
