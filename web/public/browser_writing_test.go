package public

import (
	"slices"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

func TestBrowserP45AHelperIsWriting(t *testing.T) {
	b := newTab(t, true)
	b.begin("hello from me")
	b.until("the list is live", `document.querySelector("div#log .say--you") !== null`)
	const said = `document.getElementById("log").lastElementChild.textContent === "A helper is writing"`
	writes := func() {
		b.hub.Publish(hotline.Event{Topic: "presence", Kind: "writing", ConversationID: b.only()})
	}
	for !value[bool](b, said) { // until the page listens
		writes()
	}
	b.helper("I am a person.")
	b.until("the words and no note", `document.querySelector("#log .say--helper") !== null && !(`+said+`)`)

	value[bool](b, `(window.setTimeout = (function (wait) { return function (f, ms) { return wait(f, ms / 50); }; })(window.setTimeout), true)`)
	writes()
	b.until("the note", said)
	b.until("no note after ten seconds", `!(`+said+`)`)
}

func TestBrowserP45WordsStayInThePageBeforeSend(t *testing.T) {
	b := newTab(t, true)
	b.begin("hello from me")
	b.until("the list is live", `document.querySelector("div#log .say--you") !== null`)
	b.typeIn("#text", "words that are not sent")
	b.seen.Lock()
	defer b.seen.Unlock()
	slices.Reverse(b.urls)
	for _, u := range b.urls[:slices.Index(b.urls, b.url+"/c?first=1")] {
		switch path := strings.TrimPrefix(u, b.url); {
		case path == "/c/log", path == "/c/events", path == b.site.assets.scriptPath, strings.HasPrefix(u, "data:"):
		default:
			t.Errorf("asked for %s", u)
		}
	}
}
