package console

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/hotline"
)

// noScripts turns the scripts of pages off. What the test itself evaluates still
// runs.
func (b *browser) noScripts(t *testing.T) {
	t.Helper()
	off := emulation.SetScriptExecutionDisabledParams{Value: true}
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, off); err != nil {
		t.Fatal(err)
	}
}

// submit presses the button of the form that
// goes to an address that ends like this.
func (b *browser) submit(t *testing.T, action string) {
	t.Helper()
	b.run(t, chromedp.Click(chromedp.CSS(`form[action$="`+action+`"] [type=submit]`)))
}

func (b *browser) fill(t *testing.T, id, text string) {
	t.Helper()
	b.run(t, chromedp.SendKeys(chromedp.CSS(`[id="`+id+`"]`), text))
}

func (b *browser) choose(t *testing.T, id, value string) {
	t.Helper()
	b.run(t, chromedp.SetValue(chromedp.CSS(`[id="`+id+`"]`), value))
}

// says waits for a page at an address that begins like this, and for its words.
func (b *browser) says(t *testing.T, path, words string) {
	t.Helper()
	b.until(t, `document.readyState === "complete" && location.pathname.startsWith("`+path+`") && document.body.innerText.includes("`+words+`")`)
}

// O-13: a day's work without scripts.
func TestWorkWithoutScripts(t *testing.T) {
	t.Parallel()
	b := newTab(t, nil)
	id := b.tell(t, arabic, arabicTold)
	path := "/o/conv/" + string(id)
	b.noScripts(t)

	b.run(t, chromedp.Navigate(b.base+path)) // signed out: the form, then back to what was asked for
	b.says(t, "/o/signin", "Sign in")
	b.fill(t, "login", "dina")
	b.fill(t, "password", "right dina")
	b.submit(t, "/o/signin")
	b.says(t, path, "No owner")

	b.run(t, chromedp.Click(chromedp.CSS(".back")))
	b.says(t, "/o/queue", "Stop reloading")
	b.picture(t, "noscript-queue")
	b.run(t, chromedp.Click(chromedp.CSS(".q__msg a")))
	b.says(t, path, "No owner")
	b.submit(t, "/take")
	b.says(t, path, "This one is yours now")

	b.fill(t, "reply", "I am here. Are you alone?")
	b.submit(t, "/reply")
	b.says(t, path, "On its way")
	b.says(t, path, "I am here. Are you alone?")
	b.run(t, chromedp.Click(chromedp.CSS("[data-tab=note]")))
	b.says(t, path, "Nothing of this goes to the person")
	b.fill(t, "note", "Call at noon.")
	b.submit(t, "/note")
	b.says(t, path, "Note kept")
	b.picture(t, "noscript-conversation")

	b.run(t, chromedp.Click(chromedp.CSS("[data-key=p]")))
	b.choose(t, "pri-new", "1")
	b.choose(t, "pri-why", "danger_now")
	b.submit(t, "/priority")
	b.says(t, path, "Priority changed")
	b.submit(t, "/priority/undo")
	b.says(t, path, "Taken back")

	b.submit(t, "/case")
	b.says(t, "/o/cases/", "Case opened")
	b.run(t, chromedp.Click(chromedp.CSS("a[data-key=e]")))
	b.until(t, `document.querySelector("datalist#countries option") && document.querySelector("[name='p0.country']").getAttribute("list") === "countries"`)
	b.fill(t, "p0.country", "ethiopia")
	b.choose(t, "p0.role", string(hotline.NeedsHelp))
	b.run(t, chromedp.Click(chromedp.CSS(".phead [type=submit]")))
	b.says(t, "/o/cases/", "Saved")
	b.says(t, "/o/cases/", "Ethiopia")
	b.picture(t, "noscript-case")

	b.run(t, chromedp.Navigate(b.base+path))
	b.submit(t, "/close")
	b.says(t, path, "Closed")
	b.submit(t, "/o/signout")
	b.says(t, "/o/signin", "Sign in")

	// Back shows nothing of it to whoever sits down next.
	for range 4 {
		b.back(t)
		b.says(t, "/o/signin", "Sign in")
	}
	if x, _ := b.Conversation(t.Context(), id); x.Conversation.State != hotline.Closed || x.Conversation.OwnerID != dina.ID {
		t.Errorf("the conversation is %s, of %q", x.Conversation.State, x.Conversation.OwnerID)
	}
}

// back presses the browser's Back button.
func (b *browser) back(t *testing.T) {
	t.Helper()
	h, err := chromedp.Call(b.ctx, page.GetNavigationHistory, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	to := page.NavigateToHistoryEntryParams{EntryID: h.Entries[h.CurrentIndex-1].ID}
	if _, err := chromedp.Call(b.ctx, page.NavigateToHistoryEntry, to); err != nil {
		t.Fatal(err)
	}
}
