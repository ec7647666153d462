package console

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

var ada = staffOf("u-ada", "ada", "Ada Obi", hotline.Administrator, "en")

func adminHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, nil, nil)
	h.users[ada.ID] = ada
	h.signIn(t, ada)
	return h
}

var field = regexp.MustCompile(`(?s)<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*?(?: value="([^"]*)")?[^>]*>`)

// formOf reads the form of a page as a browser would send it.
func formOf(body string) url.Values {
	form := url.Values{}
	for _, m := range field.FindAllStringSubmatch(body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>`).FindAllStringSubmatch(body, -1) {
		on := regexp.MustCompile(`<option value="([^"]*)" selected`).FindStringSubmatch(m[2])
		if on != nil {
			form.Set(m[1], on[1])
		}
	}
	return form
}

func stepsIn(t *testing.T, body string) (keys []string) {
	t.Helper()
	var s hotline.Script
	if err := json.Unmarshal([]byte(formOf(body).Get("script")), &s); err != nil {
		t.Fatal(err)
	}
	for _, step := range s.Steps {
		keys = append(keys, step.Key)
	}
	return keys
}

func TestScriptsAreForAdministrators(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	h.signIn(t, dina)
	for _, path := range []string{"/x/scripts", "/x/scripts/edit"} {
		if a := h.get(t, path); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	lacks(t, h.get(t, "/o/queue").body, "/x/scripts")
}

func TestScriptIsReadAndChanged(t *testing.T) {
	t.Parallel()
	h := adminHouse(t)
	body := h.get(t, "/x/scripts").body
	wants(t, body, "As shipped", "Is it safe for you to text right now? Reply YES or NO.", "Who writes about someone else", "In use")

	body = h.get(t, "/x/scripts/edit").body
	form := formOf(body)
	form.Set("do", "up:3")
	body = h.post(t, "/x/scripts/edit", form).body
	if got := strings.Join(stepsIn(t, body), " "); !strings.HasPrefix(got, "safe danger what about need") {
		t.Errorf("moved: %s", got)
	}
	form = formOf(body)
	form.Set("do", "add")
	body = h.post(t, "/x/scripts/edit", form).body
	wants(t, body, "question_12", "To be mended before it can be published", "It has no English wording.")

	form = formOf(body)
	form.Set("do", "publish")
	a := h.post(t, "/x/scripts/edit", form)
	if wants(t, a.body, "Not published."); a.StatusCode != http.StatusUnprocessableEntity || len(h.scripts) > 0 {
		t.Errorf("%d, %d scripts", a.StatusCode, len(h.scripts))
	}

	form = formOf(a.body)
	form.Set("do", "out:10")
	form = formOf(h.post(t, "/x/scripts/edit", form).body)
	form.Set("s10.key", "rooms")
	form.Set("s10.text", "How many people are there? Or reply {{.SKIP}}.")
	form.Set("s10.path", "witness")
	form.Set("s4.choices", "bed 2\ntalk\n")
	form.Set("do", "publish")
	if a = h.post(t, "/x/scripts/edit", form); a.StatusCode != http.StatusSeeOther || len(h.scripts) != 1 {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	s := h.scripts[0]
	if last := s.Steps[10]; last.Key != "rooms" || last.Path != hotline.WitnessPath || s.Steps[4].Choices[0] != (hotline.Choice{Value: "bed", Raise: hotline.Urgent}) || s.Version != 1 {
		t.Errorf("%+v", s)
	}
	wants(t, h.get(t, "/x/scripts?said=published").body, "Version 1", "How many people are there?", "Published by", "Conversations go on with it")

	form.Set("do", "publish") // from version 0 again
	if a = h.post(t, "/x/scripts/edit", form); a.StatusCode != http.StatusConflict {
		t.Errorf("over a newer version: %d", a.StatusCode)
	}
	wants(t, a.body, "somebody else published")
}

func TestScriptIsRehearsed(t *testing.T) {
	t.Parallel()
	h := adminHouse(t)
	form := formOf(h.get(t, "/x/scripts/edit").body)
	form.Set("lang", "ar")
	form.Set("says", "مرحبا\nنعم\nلا")
	body := h.post(t, "/x/scripts/edit", form).body
	wants(t, body, `<ol class="played" dir="rtl">`, "هل الأمر عنك أم عن شخص آخر؟", "هل الكتابة إليك آمنة الآن؟")
	if len(h.messages) > 0 {
		t.Error("something was kept")
	}
}

func TestABrokenScriptForm(t *testing.T) {
	t.Parallel()
	h := adminHouse(t)
	for _, script := range []string{"", "{", `{"steps":[` + strings.Repeat(`{"key":"a"},`, 40) + `{"key":"b"}]}`} {
		if a := h.post(t, "/x/scripts/edit", url.Values{"script": {script}, "do": {"up:99"}}); a.StatusCode != http.StatusBadRequest && a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", script, a.StatusCode)
		}
	}
}

func TestEmergencyNumbersAreChecked(t *testing.T) {
	t.Parallel()
	h := adminHouse(t)
	body := h.get(t, "/x/emergency-numbers").body
	wants(t, body, "Ethiopia", "911", "Kosovo", "not known", "3 not checked in the last 180 days")
	if a := h.post(t, "/x/emergency-numbers", url.Values{"country": {"KE"}, "number": {"call 9"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("words for a number: %d", a.StatusCode)
	}
	if a := h.post(t, "/x/emergency-numbers", url.Values{"country": {"KE"}, "number": {"999"}, "note": {"asked the ministry"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	wants(t, h.get(t, "/x/emergency-numbers").body, "999", "asked the ministry", "2 not checked in the last 180 days")
	body = h.get(t, "/x/emergency-numbers?find=ethi").body
	wants(t, body, "Ethiopia")
	lacks(t, body, ">Kenya<")
	h.signIn(t, dina)
	if a := h.get(t, "/x/emergency-numbers"); a.StatusCode != http.StatusForbidden {
		t.Errorf("for an operator: %d", a.StatusCode)
	}
}
