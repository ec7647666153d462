package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/hotline"
)

func reportForm(body string, changes ...string) url.Values {
	form := formOf(body)
	for _, name := range []string{"channel", "about"} { // radios: the last one listed is not the one chosen
		form.Del(name)
	}
	for _, change := range changes {
		name, value, _ := strings.Cut(change, "=")
		form.Set(name, value)
	}
	return form
}

const heard = "They took my passport and lock the door at night. I cannot leave."

// Staff see how a report is read before they file it, and two taps file it once.
func TestStaffTakeDownAReport(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	h.signIn(t, dina)
	body := h.get(t, "/o/new").body
	wants(t, body, "Take down a report", "See how it is read")
	lacks(t, body, "Put it in the queue")

	form := reportForm(body, "channel=in_person", "about=self", "text="+heard, "place=the farm by the station", "number=+44 (7700) 900-123", "safe=no", "do=read")
	a := h.post(t, "/o/new", form)
	wants(t, a.body, "How it is read", "Urgent", "Put it in the queue", `<mark class="mk mk--t">`, "the farm by the station")
	if len(h.convs) != 0 {
		t.Error("it was filed before anybody saw how it is read")
	}
	form = reportForm(a.body, "channel=in_person", "about=self", "do=save")
	for range 2 {
		a = h.post(t, "/o/new", form)
		if a.StatusCode != http.StatusSeeOther || !strings.HasSuffix(a.Header.Get("Location"), "?said=entered") {
			t.Fatalf("%d %s", a.StatusCode, a.Header.Get("Location"))
		}
	}
	if len(h.convs) != 1 {
		t.Fatalf("%d conversations", len(h.convs))
	}
	page := h.get(t, a.Header.Get("Location")).body
	wants(t, page, "It is in the queue", "In person", "Taken down by", "not safe to call", "Safe to call", "There is no way to write to this person", "the farm by the station", "The person themselves", "Took down a report")
	lacks(t, page, "7700", "900123")
	for _, x := range h.convs {
		if x.Conversation.Address != "+447700900123" || x.Conversation.Overridden || x.Conversation.Priority != hotline.Urgent {
			t.Errorf("%+v", x.Conversation)
		}
	}
}

func TestStaffSetThePriority(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	h.signIn(t, dina)
	a := h.post(t, "/o/new", reportForm(h.get(t, "/o/new").body, "channel=voice", "about=witness", "text="+heard, "priority=1", "do=save"))
	page := h.get(t, a.Header.Get("Location")).body
	wants(t, page, "Emergency", "By phone", "No number", "Set by staff", "Took down a report: emergency")
	lacks(t, page, "Show number")
}

// What is wrong is said beside its field, and nothing that was typed is lost.
func TestReportFormSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	h.signIn(t, dina)
	empty := h.get(t, "/o/new").body
	for want, change := range map[string]string{
		"Say what was reported":         "text= ",
		"Give the number with plus":     "number=0170 123",
		"At most 1024 bytes":            "place=" + strings.Repeat("a", 1025),
		"This form has lost its number": "once=",
	} {
		a := h.post(t, "/o/new", reportForm(empty, "channel=voice", "about=self", "text="+heard, change, "do=save"))
		if wants(t, a.body, want); a.StatusCode != http.StatusUnprocessableEntity || len(h.convs) > 0 {
			t.Errorf("%s: %d", want, a.StatusCode)
		}
		if !strings.HasPrefix(change, "text") {
			wants(t, a.body, heard)
		}
	}
}

func TestReportFormOutlivesOurTrouble(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	h.signIn(t, dina)
	form := reportForm(h.get(t, "/o/new").body, "channel=voice", "about=self", "text="+heard, "do=save")
	h.away = true
	a := h.post(t, "/o/new", form)
	wants(t, a.body, heard, "Your words are still here", form.Get("once"))
	h.away = false
	if a = h.post(t, "/o/new", form); a.StatusCode != http.StatusSeeOther || len(h.convs) != 1 {
		t.Errorf("%d, %d conversations", a.StatusCode, len(h.convs))
	}
}

// Whoever has written to us already is found by their number.
func TestReportFindsTheNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	id := h.tell(t, told{no: 142, channel: hotline.SMS, lang: "en", pri: hotline.Urgent}, englishTold)
	number := h.convs[id].Conversation.Address.Reveal()
	h.signIn(t, dina)
	a := h.post(t, "/o/new", reportForm(h.get(t, "/o/new").body, "channel=voice", "about=self", "text="+heard, "number="+number, "do=read"))
	wants(t, a.body, "This number has a conversation with us already (SMS)", "/o/conv/"+string(id))
}

func TestReportsAreTakenDownByWhoHandlesThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	h.users[ana.ID] = ana
	h.signIn(t, ana)
	if a := h.get(t, "/o/new"); a.StatusCode != http.StatusForbidden {
		t.Errorf("an analyst gets %d", a.StatusCode)
	}
}

func TestReportFormIsAccessible(t *testing.T) {
	t.Parallel()
	b := newTab(t, nil)
	b.scheme(t, "light")
	b.run(t, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(b.base+"/o/new"))
	b.says(t, "/o/signin", "Sign in")
	b.fill(t, "login", "dina")
	b.fill(t, "password", "right dina")
	b.submit(t, "/o/signin")
	b.says(t, "/o/new", "Take down a report")
	b.looks(t, scene{name: "enter"})
	b.fill(t, "text", heard)
	b.fill(t, "number", "0170 1")
	b.run(t, chromedp.Click(chromedp.CSS(`[value="read"]`)))
	b.says(t, "/o/new", "Give the number with plus")
	b.looks(t, scene{name: "enter-wrong", state: true})
	b.run(t, chromedp.SetValue(chromedp.CSS("#number"), "+44 7700 900123"), chromedp.Click(chromedp.CSS(`[value="read"]`)))
	b.says(t, "/o/new", "How it is read")
	b.looks(t, scene{name: "enter-read"})
	b.run(t, chromedp.Click(chromedp.CSS(`[value="save"]`)))
	b.says(t, "/o/conv/", "It is in the queue")
	b.looks(t, scene{name: "entered"})
}
