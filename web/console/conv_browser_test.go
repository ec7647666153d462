package console

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

func (b *browser) eval(t *testing.T, script string) {
	t.Helper()
	b.run(t, chromedp.Evaluate[chromedp.Void](script))
}

// press presses keys as a keyboard does: one that the page takes types nothing,
// which a made-up key of the browser would.
func (b *browser) press(t *testing.T, keys ...string) {
	t.Helper()
	b.until(t, `document.readyState === "complete"`) // the scripts that listen have run
	for _, key := range keys {
		b.eval(t, fmt.Sprintf(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: %q, bubbles: true, cancelable: true }))`, key))
	}
}

// hears makes one more message of the person arrive, and changes what goes with it.
func (b *browser) hears(id hotline.ConversationID, text string, change func(*hotline.Exchange)) {
	b.mu.Lock()
	n := len(b.messages[id])
	b.messages[id] = append(b.messages[id], hotline.Message{
		ID: hotline.MessageID(fmt.Sprintf("%s-%04d", id, n)), ConversationID: id, Direction: hotline.In, Author: hotline.FromPerson,
		Text: hotline.Text(text), Delivery: hotline.Received, At: b.now,
	})
	x := b.convs[id]
	x.Conversation.Unread++
	if change != nil {
		change(x)
	}
	b.mu.Unlock()
	b.hub.Publish(hotline.Event{Topic: "conversation", Kind: "message", ConversationID: id})
}

func TestConversationAlive(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, nil)
	id := b.tell(t, english, englishTold)
	b.run(t, chromedp.Navigate(b.base+"/o/conv/"+string(id)))
	b.until(t, `document.querySelector("[data-used]")?.textContent === "0 of 160 characters"`)

	// What was new when the page opened stays marked while it refreshes itself.
	b.until(t, `document.querySelector("[data-part=list] .tag--brand")`)
	b.hears(id, "hello?", nil)
	b.until(t, `document.querySelectorAll("[data-part=list] .tag--brand").length === 2`)

	// Keys lead to the boxes; Escape leaves them.
	active := func(id string) string { return `document.activeElement.id === "` + id + `"` }
	b.run(t, chromedp.KeyEvent("i"))
	b.until(t, active("note")+` && document.querySelector("[data-pane=reply]").hidden`)
	b.run(t, chromedp.KeyEvent("\x1b"), chromedp.KeyEvent("r"))
	b.until(t, active("reply")+` && document.querySelector("[data-pane=note]").hidden`)
	b.eval(t, `document.querySelectorAll("textarea").forEach((t) => { t.value = "" })`) // a made-up key types its letter even when the page took the key

	// The count is the server's.
	for _, text := range []string{"", "abc", "€", strings.Repeat("a", 161), "жа", strings.Repeat("ж", 71), strings.Repeat("a", 152) + "€€", "😀"} {
		_, units, parts := locales.Segments(text)
		quoted, _ := json.Marshal(text)
		b.until(t, fmt.Sprintf(`(s => s.units === %d && s.parts === %d)(desk.segments(%s))`, units, parts, quoted))
	}

	// A message arrives: it is told and shown, the draft and the focus stay.
	b.run(t, chromedp.SendKeys(chromedp.ID("reply"), "my draft"))
	b.hears(id, "one more", nil)
	b.until(t, `document.querySelector("[data-news]").textContent === "1 new message" && document.querySelector("[data-part=list]").textContent.includes("one more")`)
	b.until(t, active("reply")+` && document.activeElement.value === "my draft"`)

	// The person says that it is not safe: the words stay, Send is locked.
	b.hears(id, "no", func(x *hotline.Exchange) { x.Conversation.Safety = hotline.Unsafe })
	b.until(t, `document.querySelector(".strip--locked") && document.querySelector("#reply").readOnly && document.querySelector("[data-send] [type=submit]").disabled`)
	b.picture(t, "conv-locks")
	b.hears(id, "safe again", func(x *hotline.Exchange) { x.Conversation.Safety = hotline.Safe })
	b.until(t, `document.querySelector(".strip--safe") && !document.querySelector("#reply").readOnly && document.querySelector("#reply").value === "my draft"`)

	// Control and Enter send; the page says so.
	b.eval(t, `document.querySelector("#reply").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }))`)
	b.until(t, `document.querySelector(".toast")?.textContent.includes("On its way") && document.querySelector("#reply").value === ""`)
	if got := b.sentTo("/o/conv/" + string(id)); got[len(got)-1] != "my draft" {
		t.Errorf("%q went out", got)
	}
	b.eval(t, `document.querySelectorAll(".drop").forEach((d) => { d.open = true })`)
	b.picture(t, "conv-forms")
}

// Priority by keys alone: p, its number, the number of the reason, Enter; then z
// takes it back.
func TestPriorityByKeys(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, nil)
	id := b.tell(t, english, englishTold)
	stands := func(p hotline.Priority, byStaff bool) bool {
		x, err := b.Conversation(t.Context(), id)
		return err == nil && x.Conversation.Priority == p && x.Conversation.Overridden == byStaff
	}
	b.run(t, chromedp.Navigate(b.base+"/o/conv/"+string(id)))
	b.until(t, `document.querySelector("summary[aria-keyshortcuts=p]")`)
	b.press(t, "p")
	b.until(t, `document.activeElement.id === "pri-new"`)
	b.press(t, "1")
	b.until(t, `document.activeElement.id === "pri-why" && document.querySelector("#pri-new").value === "1"`)
	b.press(t, "Enter") // no reason yet: nothing is sent
	b.press(t, "Escape")
	b.until(t, `document.activeElement.matches("summary") && location.pathname.startsWith("/o/conv/")`)
	b.press(t, "p", "1", "3")
	b.until(t, `document.querySelector("#pri-why").value === "missed_signs"`)
	b.picture(t, "priority-keys")
	b.press(t, "Enter")
	b.until(t, `document.querySelector(".toast")?.textContent.includes("Priority changed")`)
	if !stands(hotline.Emergency, true) {
		t.Error("the priority was not changed")
	}
	b.picture(t, "priority-undo")
	b.press(t, "z")
	b.until(t, `document.querySelector(".toast")?.textContent.includes("Taken back")`)
	if !stands(hotline.Urgent, false) {
		t.Error("the change was not taken back")
	}

	// On the queue, a takes the row under the focus, and nothing without one.
	b.run(t, chromedp.Navigate(b.base+"/o/queue"))
	b.until(t, row(english.no)+` && document.querySelector("[data-live]").textContent === "Live,"`)
	b.press(t, "a", "j")
	b.until(t, row(english.no)+`.contains(document.activeElement)`)
}

// On a phone one begins where the talk is now, not where it began.
func TestConversationBeginsAtItsEnd(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, nil)
	id := b.tell(t, english, englishTold)
	b.run(t, chromedp.EmulateViewport(360, 740), chromedp.Navigate(b.base+"/o/conv/"+string(id)))
	b.until(t, `((r) => r.top >= 0 && r.bottom <= innerHeight)(document.querySelector("[data-dir]:last-of-type").getBoundingClientRect())`)
}

// No page needs to be moved sideways on a small phone.
func TestConversationAndCaseAreNarrow(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, nil)
	id := b.tell(t, english, englishTold)
	b.tell(t, arabic, arabicTold)
	k := b.oneCase(id)
	b.run(t, chromedp.EmulateViewport(360, 740))
	for name, path := range map[string]string{
		"conv": "/o/conv/" + string(id), "conv-ar": "/o/conv/" + string(convID(arabic.no)), "cases": "/o/cases",
		"case": "/o/cases/" + string(k), "edit": "/o/cases/" + string(k) + "/edit",
	} {
		b.run(t, chromedp.Navigate(b.base+path))
		b.until(t, `document.readyState === "complete"`)
		if n := b.number(t, `document.documentElement.scrollWidth`); n > 360 {
			t.Errorf("%s is %v wide", path, n)
		}
		b.picture(t, "narrow-"+name)
	}
}
