package public

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/testenv"
)

// Every page, as people meet it: on a phone, light and dark, in both
// directions.
func TestBrowserEveryPageMeetsWCAG(t *testing.T) {
	for _, lang := range []string{"en", "ar"} {
		for _, colours := range []string{"light", "dark"} {
			t.Run(lang+" "+colours, func(t *testing.T) {
				_, files := takesFiles()
				b := newTab(t, true, files, func(c *Config) { c.WidgetOrigins = []string{"https://partner.example"} })
				b.do(chromedp.EmulateViewport(320, 640))
				call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
					Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}},
				})
				check := func(what string) {
					t.Helper()
					b.settle()
					testenv.Axe(t, b.ctx, what)
				}
				see := func(path string) {
					t.Helper()
					b.openIn(path, lang)
					check(path)
				}
				for _, path := range append(openPages, "/nothing", "/widget") {
					see(path)
				}
				b.openIn("/return", lang)
				b.typeIn("#code", "1234")
				b.click("form.write button")
				b.until("refused", `document.getElementById("problem") !== null`)
				check("a wrong code")
				b.openIn("/report", lang)
				b.click(`button[value="unsure"]`)
				b.untilAt(in("/report/what", lang))
				see("/report") // with the answer given before
				call(b, network.ClearBrowserCookies, cdp.Empty{})

				b.beginIn("hello", lang)
				b.answer(hotline.Message{Direction: hotline.Out, Author: hotline.FromAutomatic, Text: "We have it.", Delivery: hotline.Sent})
				b.helper("I am a person.")
				b.until("the reply", `document.querySelector("#log .say--helper") !== null`)
				check("the chat, just begun")
				b.click(".file summary")
				check("the form for a picture")
				for _, path := range append(visitorPages, "/c/log", "/c/log?pause=1") {
					see(path)
				}
				b.openIn("/c", lang)
				b.fail(hotline.Errorf(hotline.Unavailable, "later"), false)
				b.typeIn("#text", "hello")
				b.click("form.write button")
				b.until("not sent", `document.querySelector(".failed:not([hidden])") !== null`)
				check("a message that was not sent")
			})
		}
	}
}

// settle waits until nothing on the page moves.
func (b *tab) settle() {
	b.t.Helper()
	b.until("still", `document.readyState === "complete" && document.getAnimations().length === 0`)
}

// in is one of our own addresses in a language.
func in(path, lang string) string {
	if strings.Contains(path, "?") {
		return path + "&l=" + lang
	}
	return path + "?l=" + lang
}

func (b *tab) openIn(path, lang string) { b.t.Helper(); b.open(in(path, lang)) }

// beginIn sends a first message on the page of a language.
func (b *tab) beginIn(text, lang string) {
	b.t.Helper()
	b.openIn("/c/new", lang)
	b.typeIn("#text", text)
	b.click("form.write button")
	b.untilAt(in("/c?first=1", lang))
}
