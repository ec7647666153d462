package console

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/testenv"
)

// Nothing on any page keeps out somebody who reads by ear, by keys or enlarged:
// WCAG 2.2 A and AA, light and dark, from a phone to a wide screen, and no page
// needs to be moved sideways.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, seeds)
	b.scheme(t, "light")
	for _, s := range b.storybook(t) {
		b.run(t, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(b.base+s.path))
		b.until(t, `document.readyState === "complete"`)
		if s.do != "" {
			b.eval(t, s.do)
		}
		if s.holds != "" {
			b.until(t, s.holds)
		}
		b.looks(t, s)
	}
	b.run(t, chromedp.Navigate(b.base+"/me"))
	b.submit(t, "/o/signout")
	b.says(t, "/o/signin", "Sign in")
	b.looks(t, scene{name: "signin"})
	b.fill(t, "login", "dina")
	b.fill(t, "password", "wrong")
	b.submit(t, "/o/signin")
	b.says(t, "/o/signin", "do not go together")
	b.looks(t, scene{name: "signin-refused", state: true})
}

// looks checks the page that is open in both schemes and at three widths; one
// more state of a page already seen so in two of the six.
func (b *browser) looks(t *testing.T, s scene) {
	t.Helper()
	for _, width := range []int64{1440, 1280, 360} {
		for _, scheme := range []string{"light", "dark"} {
			if s.state && (width == 1280 || (width == 360) != (scheme == "dark")) {
				continue
			}
			b.run(t, chromedp.EmulateViewport(width, 900))
			b.scheme(t, scheme)
			look := fmt.Sprintf("%s-%d-%s", s.name, width, scheme)
			testenv.Axe(t, b.ctx, look)
			if wide := b.number(t, `document.documentElement.scrollWidth`); wide > float64(width) {
				t.Errorf("%s is %v wide", look, wide)
			}
			b.picture(t, look)
		}
	}
	b.scheme(t, "light")
}

// scene is one page in one state.
type scene struct {
	name, path string
	state      bool   // one more state of a page that another scene shows
	do         string // script that brings the state about
	holds      string // what is so afterwards
}

// storybook fills the house with something of everything and lists its pages.
func (b *browser) storybook(t *testing.T) []scene {
	t.Helper()
	id := b.tell(t, english, englishTold)
	b.tell(t, arabic, arabicTold)
	b.tell(t, locked, englishTold)
	k := "/o/cases/" + string(b.oneCase(id))
	erased := b.tell(t, told{no: 301, channel: hotline.SMS, lang: "en"}, englishTold)
	gone := b.convs[erased]
	gone.Conversation.State, gone.Conversation.Answers = hotline.Erased, nil
	conv := "/o/conv/" + string(id)
	ask, alarm := b.gone(t, 302, waits), b.gone(t, 303, func(x *hotline.Exchange) {
		x.Contact.Plan = hotline.Plan{SafeWord: "mark", Duress: true}
		x.Conversation.LastInboundAt = b.now
	})
	return []scene{
		{name: "queue", path: "/o/queue"},
		{name: "queue-filtered", state: true, path: "/o/queue?pri=2&lang=ar"},
		{name: "queue-none", state: true, path: "/o/queue?lang=sw", holds: `document.querySelector(".empty")`},
		{name: "queue-keys", state: true, path: "/o/queue", do: `document.querySelector("#keyhelp").showModal()`},
		{name: "queue-offline", state: true, path: "/o/queue", do: `document.querySelector("[data-offline]").hidden = false`},
		{name: "mine", path: "/o/mine"},
		{name: "conversation", path: conv},
		{name: "conversation-arabic", path: "/o/conv/" + string(convID(arabic.no)), do: `document.querySelectorAll(".reason").forEach((d) => { d.open = true })`},
		{name: "conversation-locked", state: true, path: "/o/conv/" + string(convID(locked.no))},
		{name: "conversation-ask", state: true, path: ask, do: `document.querySelector(".strip summary").click()`},
		{name: "conversation-alarm", state: true, path: alarm, holds: `document.querySelector(".strip--alarm")`},
		{name: "conversation-note", state: true, path: conv + "?write=note"},
		{name: "conversation-priority", state: true, path: conv, do: `document.querySelector("[data-key=p]").click()`},
		{name: "conversation-number", state: true, path: conv, do: `document.querySelector(".chead .drop summary").click()`},
		{name: "conversation-undo", state: true, path: conv + "?said=taken", holds: `document.querySelector(".toast")`},
		{name: "code", path: "/o/code"},
		{name: "conversation-also", path: "/o/conv/" + string(b.sharedTold(t)), holds: `document.querySelector(".also")`},
		{name: "conversation-erased", state: true, path: "/o/conv/" + string(erased)},
		{name: "cases", path: "/o/cases"},
		{name: "cases-none", state: true, path: "/o/cases?before=0", holds: `document.querySelector(".empty")`},
		{name: "case", path: k},
		{name: "case-edit", path: k + "/edit"},
		{name: "settings", path: "/me"},
		{name: "not-found", path: "/o/nothing"},
	}
}

// gone is a conversation in which the person has been away for an hour.
func (b *browser) gone(t *testing.T, no int, change func(*hotline.Exchange)) string {
	t.Helper()
	id := b.tell(t, told{no: no, channel: hotline.SMS, lang: "en", pri: hotline.Urgent, safety: hotline.Safe, kind: hotline.Report}, englishTold)
	c := &b.convs[id].Conversation
	c.LastInboundAt = b.now.Add(-time.Hour)
	c.AnsweredAt = c.LastInboundAt
	change(b.convs[id])
	return "/o/conv/" + string(id)
}

// scheme is what the device prefers: colours, and that they change at once.
func (b *browser) scheme(t *testing.T, name string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
}

func TestScriptPagesAreAccessible(t *testing.T) {
	t.Parallel()
	b := newTab(t, seeds)
	b.users[ada.ID] = ada
	b.scheme(t, "light")
	b.run(t, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(b.base+"/o/signin"))
	b.until(t, `document.readyState === "complete"`)
	b.fill(t, "login", "ada")
	b.fill(t, "password", "right ada")
	b.submit(t, "/o/signin")
	b.says(t, "/o/queue", "Queue")
	b.run(t, chromedp.Navigate(b.base+"/x/scripts"))
	b.says(t, "/x/scripts", "What people are asked")
	b.looks(t, scene{name: "scripts"})
	b.run(t, chromedp.Navigate(b.base+"/x/emergency-numbers"))
	b.says(t, "/x/emergency-numbers", "Ethiopia")
	b.looks(t, scene{name: "emergency-numbers"})
	b.arrivals = wellArrived(time.Now().UTC())
	b.arrivals.waiting, b.arrivals.oldest = 3, time.Now().Add(-2*time.Hour)
	b.arrivals.tallies[9].Stored--
	b.run(t, chromedp.Navigate(b.base+"/x/health"))
	b.says(t, "/x/health", "Found later")
	b.looks(t, scene{name: "health"})
	b.run(t, chromedp.Navigate(b.base+"/x/scripts/edit"))
	b.says(t, "/x/scripts/edit", "Play it")
	b.fill(t, "says", "hello\nyes\nno\nme")
	b.run(t, chromedp.Click(chromedp.CSS(".play button")))
	b.until(t, `document.querySelectorAll(".played li").length > 6`)
	b.looks(t, scene{name: "script-edit"})
}
