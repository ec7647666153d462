package public

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/hotline"
)

// stretched speaks English with words that are 40 % longer, as other languages
// may have them.
type stretched struct{ Speaker }

func (s stretched) Say(lang hotline.Language, key string, data map[string]any) string {
	words := strings.Split(s.Speaker.Say(lang, key, data), " ")
	for i, w := range words {
		letters := []rune(w)
		words[i] = w + string(letters[:(len(letters)*2+4)/5])
	}
	return strings.Join(words, " ")
}

// roomy is what WCAG 1.4.12 lets a reader do to any page.
const roomy = `(document.styleSheets[0].insertRule("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }", document.styleSheets[0].cssRules.length),
  document.styleSheets[0].insertRule("p { margin-bottom: 2em !important }", document.styleSheets[0].cssRules.length), true)`

// clipped lists what does not fit: a page that scrolls sideways, text that sticks
// out of the screen, and boxes that hide a part of what is in them.
const clipped = `(function () {
  var out = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) { out.push("page " + root.scrollWidth); }
  Array.prototype.forEach.call(document.querySelectorAll("body *"), function (e) {
    if (e.closest(".vh, .spare, .skip, details:not([open])") || !e.checkVisibility()) { return; }
    var r = e.getBoundingClientRect(), how = getComputedStyle(e), name = e.tagName + "." + e.className;
    if (r.width && (r.right > innerWidth + 1 || r.left < -1)) { out.push(name + " sticks out"); }
    if (how.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 && e.tagName !== "INPUT") { out.push(name + " hides " + e.scrollWidth + ">" + e.clientWidth); }
    if (how.overflowY === "hidden" && e.scrollHeight > e.clientHeight + 1) { out.push(name + " hides lines"); }
    if (how.display !== "inline" && how.overflowX === "visible" && e.scrollWidth > e.clientWidth + 1 && e.clientWidth) { out.push(name + " overflows " + e.scrollWidth + ">" + e.clientWidth); }
  });
  return out.join("; ");
})()`

// 320 px are 1280 at a zoom of 400 %.
func TestBrowserP27LongWordsFitTheSmallestScreen(t *testing.T) {
	for _, spacing := range []bool{false, true} {
		t.Run(fmt.Sprintf("spacing %t", spacing), func(t *testing.T) {
			b := newTab(t, false, people(3, nil), func(c *Config) {
				c.Speaker, c.WidgetOrigins, c.Onion = stretched{c.Speaker}, []string{"https://partner.example"}, "http://"+strings.Repeat("abcdefg2", 7)+".onion"
			})
			b.do(chromedp.EmulateViewport(320, 480))
			see := func(path string) {
				t.Helper()
				b.open(path)
				if spacing {
					value[bool](b, roomy)
				}
				if got := value[string](b, clipped); got != "" {
					t.Errorf("%s: %s", path, got)
				}
				if path != "/widget" && !strings.HasPrefix(path, "/c/log") && value[bool](b, exitHidden) {
					t.Errorf("%s hides the exit", path)
				}
			}
			for _, path := range append(openPages, "/nothing", "/widget") {
				see(path)
			}
			b.open("/c/new")
			b.typeIn("#text", "hello")
			b.click("form.write button")
			b.untilAt("/c?first=1")
			b.answer(hotline.Message{Direction: hotline.Out, Author: hotline.FromAutomatic, Text: hotline.Text("Is it safe? " + strings.Repeat("wide", 30)), Delivery: hotline.Sent})
			for _, path := range append(visitorPages, "/c?first=1", "/c/log", "/c/log?pause=1&problem=unsent") {
				see(path)
			}
		})
	}
}
