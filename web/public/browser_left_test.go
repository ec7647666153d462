package public

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"

	"github.com/hearline/hearline/hotline"
)

// The mark of leaving lives 120 s (TestP05AfterExitEveryPageLeadsAway); here it
// is made shorter, and what is left of us afterwards is looked for.
func TestBrowserP06NothingIsLeftWhenTheMarkIsGone(t *testing.T) {
	both(t, func(t *testing.T, scripts bool) {
		b := newTab(t, scripts)
		b.site.leftFor = 1
		b.begin("hello from me")
		b.open("/safety")
		b.click(".exit")
		b.untilAway()
		b.await("no cookie", func() bool {
			return len(call(b, network.GetCookies, network.GetCookiesParams{URLs: []string{b.url + "/"}}).Cookies) == 0
		})
		usage := call(b, storage.GetUsageAndQuota, storage.GetUsageAndQuotaParams{Origin: b.url})
		if usage.Usage != 0 {
			t.Errorf("%v bytes in storage", usage.Usage)
		}
		if !scripts {
			return
		}
		b.open("/") // back on our pages, where scripts can look
		value[bool](b, `((async function () {
  var there = [document.cookie];
  there.push(localStorage.length, sessionStorage.length);
  there.push((await indexedDB.databases()).length, (await caches.keys()).length);
  there.push((await navigator.serviceWorker.getRegistrations()).length);
  window.there = there.join(" ");
})(), true)`)
		b.until("looked", `window.there !== undefined`)
		if left := value[string](b, `window.there`); left != " 0 0 0 0 0" {
			t.Errorf("cookie, storage and workers: %q", left)
		}
	})
}

func TestBrowserP07APageKeptWholeDoesNotComeBack(t *testing.T) {
	b := newTab(t, true)
	b.begin("hello from me")
	hidden := value[bool](b, `(window.dispatchEvent(new PageTransitionEvent("pagehide", {persisted: true})), document.body.innerText.trim() === "")`)
	if !hidden {
		t.Error("the page is kept as it was")
	}
	value[bool](b, `(window.old = true, window.dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true})))`)
	b.until("asked for anew", `window.old === undefined && document.body.innerText.trim() !== ""`)
}

// quiet counts what would make a phone ring, ask or tell.
const quiet = `(function () {
  window.loud = [];
  function note(owner, name) {
    if (!owner || !owner[name]) { return; }
    owner[name] = function () { window.loud.push(name); return Promise.reject(new Error("not here")); };
  }
  note(window, "Notification"); note(window, "AudioContext"); note(window, "Audio"); note(window, "alert"); note(window, "confirm");
  note(Navigator.prototype, "vibrate"); note(Navigator.prototype, "setAppBadge"); note(Navigator.prototype, "share");
  note(window.Geolocation && Geolocation.prototype, "getCurrentPosition");
  note(window.Clipboard && Clipboard.prototype, "readText"); note(window.Clipboard && Clipboard.prototype, "read");
  note(HTMLMediaElement.prototype, "play");
})()`

func TestBrowserP14NothingRingsAsksOrTells(t *testing.T) {
	b := newTab(t, true)
	call(b, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: quiet})
	title := "Messages"
	b.begin("hello from me")
	b.until("the list is live", `document.querySelector("div#log .say--you") !== null`)
	b.helper("I am a person.")
	b.until("the reply", `document.querySelector("#log .say--helper") !== null`)
	b.typeIn("#text", "thank you")
	b.click("form.write button")
	b.until("sent", `document.getElementById("text").value === ""`)
	if loud := value[string](b, `window.loud.join(" ")`); loud != "" {
		t.Errorf("used: %s", loud)
	}
	if got := value[string](b, `document.title`); got != title {
		t.Errorf("the title says %q", got)
	}
}

func TestBrowserP54APersonOnEveryAutomaticStep(t *testing.T) {
	both(t, func(t *testing.T, scripts bool) {
		b := newTab(t, scripts)
		b.begin("hello from me")
		b.answer(hotline.Message{Direction: hotline.Out, Author: hotline.FromAutomatic, Text: "Is it safe?", Delivery: hotline.Sent})
		b.typeIn("#text", "a draft")
		const frame, list = `frames[0].document`, `document`
		at := list
		if !scripts {
			b.click(".logbar a")
			at = frame
		}
		b.until("the button", at+`.querySelector("#person button") !== null`)
		value[bool](b, `(`+at+`.querySelector("#person button").click(), true)`)
		b.await("asked", func() bool { got := b.heard(); return len(got) == 2 && got[1].Text == "PERSON" })
		b.until("no button", at+`.querySelector("#person button") === null && `+at+`.body.innerText.indexOf("PERSON") > 0`)
		if draft := value[string](b, `document.getElementById("text").value`); draft != "a draft" || !strings.HasPrefix(value[string](b, "location.pathname"), "/c") {
			t.Errorf("the draft is %q", draft)
		}
	})
}
