package console

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/hotline"
)

func TestP45ThePersonLearnsThatSomebodyWritesAndNothingElse(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, nil)
	id := b.tell(t, english, englishTold)
	events := b.hub.Subscribe(t.Context(), func(e hotline.Event) bool { return e.Kind == "writing" })
	b.run(t, chromedp.Navigate(b.base+"/o/conv/"+string(id)))
	b.until(t, `document.querySelector("[data-used]")?.textContent === "0 of 160 characters"`)
	b.run(t, chromedp.Click(chromedp.CSS("[data-tab=note]")), chromedp.SendKeys(chromedp.ID("note"), "for us"))
	select {
	case e := <-events:
		t.Errorf("a note was told: %+v", e)
	default:
	}
	b.run(t, chromedp.Click(chromedp.CSS("[data-tab=reply]")), chromedp.SendKeys(chromedp.ID("reply"), "I am here"))
	if e := <-events; e != (hotline.Event{Topic: "presence", Kind: "writing", ConversationID: id}) {
		t.Errorf("published %+v", e)
	}
	select {
	case e := <-events:
		t.Errorf("said again with the next letter: %+v", e)
	default:
	}
}

func TestWritingNeedsSomebodyWhoMayWrite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who  hotline.User
		form url.Values
	}{
		"analyst":      {ana, nil},
		"foreign form": {dina, url.Values{"csrf": {"made up"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, conv := desk(t, c.who, english, englishTold)
			events := h.hub.Subscribe(t.Context(), func(e hotline.Event) bool { return e.Kind == "writing" })
			if a := h.post(t, conv+"/writing", c.form); a.StatusCode != http.StatusForbidden {
				t.Errorf("answered %d", a.StatusCode)
			}
			select {
			case e := <-events:
				t.Errorf("published %+v", e)
			default:
			}
		})
	}
}
