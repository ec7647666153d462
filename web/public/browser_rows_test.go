package public

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

func TestBrowserP05BackShowsNothingAfterExit(t *testing.T) {
	both(t, func(t *testing.T, scripts bool) {
		b := newTab(t, scripts)
		b.begin("hello from me")
		b.open("/safety")
		b.open("/c")
		b.click(".exit")
		b.untilAway()
		b.backs()
	})
}

func TestBrowserP03ShiftThreeTimesLeaves(t *testing.T) {
	b := newTab(t, true)
	b.open("/safety")
	shift := func() { b.key("Shift", 16) }
	shift()
	b.until("said", `document.querySelector("[role=status].vh").textContent === "Press Shift 2 more times to leave"`)
	b.key("a", 65) // any other key begins again
	shift()
	shift()
	if at := value[string](b, "location.pathname"); at != "/safety" {
		t.Fatalf("left too early, at %s", at)
	}
	shift()
	b.untilAway()
	b.backs()
}

func TestBrowserP04EscTwiceLeavesOnceDoesNot(t *testing.T) {
	b := newTab(t, true)
	b.open("/safety")
	b.key("Escape", 27)
	b.key("Tab", 9)
	b.key("Escape", 27)
	if at := value[string](b, "location.pathname"); at != "/safety" {
		t.Fatalf("left too early, at %s", at)
	}
	b.key("Escape", 27)
	b.untilAway()
}

func TestBrowserP02ExitEmptiesThePageAtOnce(t *testing.T) {
	b := newTab(t, true)
	b.open("/safety")
	left := value[string](b, `(document.querySelector(".exit").click(), document.body.innerText.trim())`)
	if left != "" {
		t.Errorf("still shows %q", left)
	}
	b.untilAway()
}

func TestBrowserP06And47NothingIsStored(t *testing.T) {
	b := newTab(t, true)
	b.begin("hello from me")
	b.typeIn("#text", "a draft")
	const count = `localStorage.length + sessionStorage.length`
	if n := value[int](b, count); n != 0 {
		t.Errorf("%d entries in storage", n)
	}
	if c := value[string](b, `document.cookie`); c != "" {
		t.Errorf("scripts can read the cookie %q", c)
	}
	b.click(".exit")
	b.untilAway()
	usage := call(b, storage.GetUsageAndQuota, storage.GetUsageAndQuotaParams{Origin: b.url})
	if usage.Usage != 0 {
		t.Errorf("%v bytes in storage", usage.Usage)
	}
	jar := call(b, network.GetCookies, network.GetCookiesParams{URLs: []string{b.url + "/"}})
	for _, c := range jar.Cookies {
		if c.Name != leftCookie {
			t.Errorf("cookie %s is kept", c.Name)
		}
	}
}

func TestBrowserP16NoRequestLeavesUs(t *testing.T) {
	both(t, func(t *testing.T, scripts bool) {
		b := newTab(t, scripts)
		b.begin("hello")
		for _, path := range append(openPages, "/c", "/c/code", "/delete", "/delete/confirm") {
			if path != "/ended" && path != "/c/new" && !strings.HasPrefix(path, "/report") {
				b.open(path)
			}
		}
		b.seen.Lock()
		defer b.seen.Unlock()
		for _, u := range b.urls {
			if !strings.HasPrefix(u, b.url+"/") && !strings.HasPrefix(u, "data:") && u != "about:blank" {
				t.Errorf("request to %s", u)
			}
		}
	})
}

func TestBrowserP20WholePathWithoutScripts(t *testing.T) {
	b := newTab(t, false)
	b.begin("They keep my passport.")
	b.helper("I am a person.")
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), "a draft"))
	b.click(".logbar a") // checks in the frame: the draft stays
	b.until("the reply", `frames[0].document.body.innerText.indexOf("I am a person.") > 0`)
	if draft := value[string](b, `document.getElementById("text").value`); draft != "a draft" {
		t.Errorf("the draft is %q", draft)
	}
	code := strings.Join(webchat.Groups(b.code()), " ")
	if got := value[string](b, `document.querySelector(".code__digits").innerText.replace(/\s+/g, " ").trim()`); got != code {
		t.Error("another code is shown")
	}
	call(b, network.ClearBrowserCookies, cdp.Empty{}) // another phone

	b.open("/return")
	b.typeIn("#code", code)
	b.click("form.write button")
	b.untilAt("/c")
	if open := value[bool](b, `document.querySelector(".code").open`); open {
		t.Error("the code stands open")
	}
	b.typeIn("#text", "thank you")
	b.click("form.write button")
	b.until("sent", `frames[0].document.body && frames[0].document.body.innerText.indexOf("thank you") > 0`)
	b.click(".footline__end")
	b.untilAt("/delete")
	b.click(".btn--danger")
	b.untilAt("/delete/confirm")
	b.click(".btn--danger")
	b.untilAt("/delete/done")
	if n := len(b.said); n != 0 {
		t.Errorf("%d conversations are left", n)
	}
}

func TestBrowserP44And46LiveChatWithScripts(t *testing.T) {
	b := newTab(t, true)
	b.begin("hello from me")
	b.until("the list is live", `document.querySelector("div#log[role=log] .say--you") !== null`)
	b.helper("I am a person.")
	b.until("the reply", `document.getElementById("log").innerText.indexOf("I am a person.") > 0`)

	b.fail(hotline.Errorf(hotline.Unavailable, "later"), true) // kept, and the answer lost
	b.typeIn("#text", "one more thing")
	b.click("form.write button")
	b.until("said that it is not sent", `document.querySelector(".write__state").textContent.indexOf("Not sent yet") === 0`)
	if draft := value[string](b, `document.getElementById("text").value`); draft != "one more thing" {
		t.Errorf("the words are %q", draft)
	}
	b.fail(nil, false)
	b.until("sent by itself", `document.querySelector(".write__state").textContent === "Sent" && document.getElementById("text").value === ""`)
	if n := len(b.heard()); n != 2 {
		t.Errorf("%d messages", n)
	}

	for range 8 {
		b.helper("a line to make the list long, and then some")
	}
	b.until("all there", `document.querySelectorAll("#log .say--helper").length === 9`)
	value[int](b, `(document.getElementById("log").scrollTop = 0)`)
	b.until("scrolled", `document.getElementById("log").scrollTop === 0`)
	b.helper("news")
	b.until("the link", `!document.querySelector(".fresh").hidden && document.querySelector(".fresh a").textContent === "1 new message"`)
	if active := value[string](b, `document.activeElement.tagName`); active == "A" {
		t.Error("focus jumped")
	}
	b.click(".fresh a")
	b.until("gone", `document.querySelector(".fresh").hidden`)
}

func TestBrowserP23RefusalWithScriptsKeepsTheWords(t *testing.T) {
	b := newTab(t, true)
	b.begin("hello")
	text := "my code is " + b.code().Reveal()
	b.typeIn("#text", text)
	b.click("form.write button")
	b.until("the refusal", `document.getElementById("problem") !== null`)
	if got := value[string](b, `document.getElementById("text").value`); got != text {
		t.Errorf("the words are %q", got)
	}
	if got := value[string](b, `document.activeElement.id`); got != "problem" {
		t.Errorf("focus on %q", got)
	}
	if strings.Contains(value[string](b, "location.href"), b.code().Reveal()) {
		t.Error("P-35: the code is in the address")
	}
}

func TestBrowserP27NoSidewaysScroll(t *testing.T) {
	b := newTab(t, false)
	b.begin("hello " + strings.Repeat("wide", 40))
	b.do(chromedp.EmulateViewport(320, 480))
	for _, l := range b.site.Speaker.Languages() {
		for _, path := range []string{"/", "/lang", "/return", "/safety", "/privacy", "/c?first=1", "/c/log", "/delete", "/delete/done"} {
			b.open(path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "l=" + string(l))
			if over := value[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
				t.Errorf("%s in %s is %d px too wide", path, l, over)
			}
			if path == "/c/log" {
				continue
			}
			if hidden := value[bool](b, exitHidden); hidden {
				t.Errorf("P-01: %s in %s hides the exit", path, l)
			}
			if small := value[string](b, smallTargets); small != "" {
				t.Errorf("%s in %s: targets under 24 px: %s", path, l, small)
			}
		}
	}
}

// exitHidden says whether the exit link is out of view, too small, or covered.
const exitHidden = `(function () {
  var r = document.querySelector(".exit").getBoundingClientRect();
  var top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
  return r.top < 0 || r.bottom > innerHeight || r.left < 0 || r.right > innerWidth || r.height < 48 || !top.closest(".exit");
})()`

const smallTargets = `Array.prototype.filter.call(document.querySelectorAll("a, button, input:not([type=hidden]), textarea, summary"), function (e) {
  var r = e.getBoundingClientRect();
  return !e.closest(".spare, .skip") && e.checkVisibility() && r.width > 0 && (r.height < 48 && !(e.closest(".code__keep")) || r.height < 24 || r.width < 24);
}).map(function (e) { return e.outerHTML.slice(0, 80); }).join("; ")`

func TestBrowserP17IdleTurnsTheFrameOff(t *testing.T) {
	b := newTab(t, true)
	b.begin("hello")
	b.until("live", `document.querySelector("div#log .say--you") !== null`)
	b.mu.Lock()
	for hash, s := range b.sessions {
		s.SeenAt = s.SeenAt.Add(-idleLimit)
		b.sessions[hash] = s
	}
	b.mu.Unlock()
	b.helper("a reply that nobody may see")
	b.untilAt("/ended")
}

func TestBrowserP18PaperShowsOnlyTheCopy(t *testing.T) {
	both(t, func(t *testing.T, scripts bool) {
		b := newTab(t, scripts)
		b.begin("hello from me")
		b.helper("I am a person.")
		paper := func() string {
			call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
			})
			return value[string](b, `document.body.innerText + (frames.length && document.getElementById("log").checkVisibility() ? frames[0].document.body.innerText : "")`)
		}
		code := webchat.Groups(b.code())[0]
		b.typeIn("#text", "a draft")
		for _, text := range []string{"hello", "person", "a draft", code} {
			if strings.Contains(paper(), text) {
				t.Errorf("%q of the chat comes on paper", text)
			}
		}
		b.open("/c/log")
		if paper(); value[bool](b, `document.body.checkVisibility()`) {
			t.Error("the list comes on paper")
		}
		b.open("/print")
		shown := paper()
		for _, text := range []string{"Your copy", "You", "hello from me", "Helper", "I am a person."} {
			if !strings.Contains(shown, text) {
				t.Errorf("the copy has no %q", text)
			}
		}
		if strings.Contains(shown, code) || strings.Contains(shown, "Leave this site") {
			t.Error("the copy has more than what was said")
		}
		if ink := value[string](b, `getComputedStyle(document.querySelector(".say__text")).color + getComputedStyle(document.body).backgroundColor`); ink != "rgb(0, 0, 0)rgb(255, 255, 255)" {
			t.Errorf("the copy is printed in %s", ink)
		}
	})
}
