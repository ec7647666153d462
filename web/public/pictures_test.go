package public

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/hotline"
)

// TestPictures writes pictures of the pages for somebody to look at:
//
//	HEARLINE_PICTURES=/tmp/pictures go test -run TestPictures ./web/public
func TestPictures(t *testing.T) {
	dir := os.Getenv("HEARLINE_PICTURES")
	if dir == "" {
		t.Skip("set HEARLINE_PICTURES to a folder to look at the pages")
	}
	for name, look := range map[string]struct {
		lang          string
		width, height int64
		dark, scripts bool
		greeting      string
		automatic     string
		reply         string
	}{
		"phone":    {"en", 360, 740, false, true, "They keep my passport. They say I owe money for the trip.", "We have your message. Wait: about 4 min.", "I am a person. I read this. Is it safe for you to write now?"},
		"plain":    {"en", 360, 740, false, false, "They keep my passport.", "We have your message.", "I am a person. I read this."},
		"dark":     {"en", 360, 740, true, true, "They keep my passport.", "We have your message.", "I am a person. I read this."},
		"arabic":   {"ar", 360, 740, false, true, "يحتفظون بجواز سفري.", "وصلتنا رسالتك.", "أنا شخص. قرأت رسالتك."},
		"arabic0":  {"ar", 360, 740, false, false, "يحتفظون بجواز سفري.", "وصلتنا رسالتك.", "أنا شخص. قرأت رسالتك."},
		"french":   {"fr", 320, 640, false, true, "Ils gardent mon passeport.", "Nous avons votre message.", "Je suis une personne."},
		"computer": {"en", 1280, 800, false, true, "They keep my passport.", "We have your message.", "I am a person. I read this."},
	} {
		t.Run(name, func(t *testing.T) {
			_, files := takesFiles()
			b := newTab(t, look.scripts, people(3, nil), files, func(c *Config) { c.WidgetOrigins = []string{"https://partner.example"} })
			b.do(chromedp.EmulateViewport(look.width, look.height, chromedp.EmulateScale(2)))
			if look.dark {
				call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
			}
			shoot := func(page string) {
				picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, name+"-"+page+".png"), picture, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for page, path := range map[string]string{"start": "/", "new": "/c/new", "report": "/report", "report2": "/report/what", "report4": "/report/when", "return": "/return", "safety": "/safety", "privacy": "/privacy", "lang": "/lang", "ended": "/ended", "failure": "/nothing", "widget": "/widget"} {
				b.open(path + "?l=" + look.lang)
				shoot(page)
			}
			b.open("/return?l=" + look.lang)
			b.typeIn("#code", "1234")
			b.click("form.write button")
			b.until("refused", `document.getElementById("problem") !== null`)
			shoot("return-wrong")
			b.open("/c/new?l=" + look.lang)
			b.typeIn("#text", look.greeting)
			b.click("form.write button")
			b.untilAt("/c?first=1&l=" + look.lang)
			b.answer(hotline.Message{Direction: hotline.Out, Author: hotline.FromAutomatic, Text: hotline.Text(look.automatic), Delivery: hotline.Sent})
			b.helper(look.reply)
			if look.scripts {
				b.until("the reply", `document.querySelector("#log .say--helper") !== null`)
			} else {
				b.click(".logbar a")
				b.until("the reply", `frames[0].document.querySelector(".say--helper") !== null && frames[0].document.readyState === "complete"`)
			}
			shoot("chat")
			value[bool](b, `(document.querySelector(".file").open = true, document.querySelector(".file").scrollIntoView(false), true)`)
			shoot("chat-file")
			b.fail(hotline.Errorf(hotline.Unavailable, "later"), false)
			b.typeIn("#text", look.greeting)
			b.click("form.write button")
			b.until("not sent", `document.querySelector(".failed:not([hidden])") !== null`)
			shoot("unsent")
			for page, path := range map[string]string{"code": "/c/code", "print": "/print", "replies": "/delete/replies", "delete": "/delete", "confirm": "/delete/confirm", "done": "/delete/done"} {
				b.open(path + "?l=" + look.lang)
				shoot(page)
			}
		})
	}
}
