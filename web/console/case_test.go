package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

func caseHouse(t *testing.T) (*house, hotline.CaseID, string) {
	t.Helper()
	h := newHouse(t, nil, nil)
	id := h.oneCase(h.tell(t, english, englishTold))
	h.signIn(t, dina)
	return h, id, "/o/cases/" + string(id)
}

// caseForm is what the browser would send for an unchanged record.
func caseForm(k hotline.Case) url.Values {
	f := url.Values{
		"version": {strconv.Itoa(k.Version)}, "status": {string(k.Status)}, "consent": {string(k.Consent)},
		"trafficking": {string(k.Trafficking)}, "summary": {strings.ReplaceAll(k.Summary.Reveal(), "\n", "\r\n")},
	}
	for _, x := range k.Exploitation {
		f.Add("exploitation", string(x))
	}
	for _, m := range k.Means {
		f.Add("means", string(m))
	}
	for n, p := range append(append([]hotline.Person(nil), k.Persons...), hotline.Person{}) {
		for name, value := range map[string]string{
			"id": string(p.ID), "role": string(p.Role), "name": p.Name.Reveal(), "age": p.AgeBand, "gender": p.Gender,
			"country": p.Citizenship, "language": string(p.Language),
		} {
			f.Set(personField(n, name), value)
		}
	}
	return f
}

func TestCasePage(t *testing.T) {
	t.Parallel()
	h, id, path := caseHouse(t)
	a := h.get(t, path)
	wants(t, a.body, "Case <span class=\"num\">0317</span>", "Given", "Needs help", "24 to 26", "Possible", "PossibleVictimOfTrafficking",
		"Household servitude", "Servitude", "papers held by someone else", "WithholdsDocuments", "SMS •••• 0201", "Passport taken on arrival", "Changed it: means, people")
	lacks(t, a.body, "Invented Name", "+15550100201")
	if consent, people := strings.Index(a.body, `id="consent"`), strings.Index(a.body, `id="people"`); consent < 0 || consent > people {
		t.Error("consent does not come first")
	}
	wants(t, h.post(t, path+"/names", nil).body, "Invented Name", "Looked at it: record and names")
	for _, what := range []string{"record", "record and names"} {
		found := false
		for _, e := range h.audit {
			found = found || e.Action == "case.open" && e.ObjectID == string(id) && e.Detail == what && e.ActorID == dina.ID
		}
		if !found {
			t.Errorf("%q was not written down", what)
		}
	}
	if a := h.get(t, "/o/cases/nothing"); a.StatusCode != http.StatusNotFound {
		t.Errorf("%d", a.StatusCode)
	}
}

func TestCaseUnchangedStaysUnchanged(t *testing.T) {
	t.Parallel()
	h, id, path := caseHouse(t)
	before := h.cases[id]
	a := h.post(t, path, caseForm(before))
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.StatusCode, a.body)
	}
	if after := h.cases[id]; after.Version != before.Version {
		t.Errorf("version %d became %d", before.Version, after.Version)
	}
}

func TestCaseSave(t *testing.T) {
	t.Parallel()
	h, id, path := caseHouse(t)
	f := caseForm(h.cases[id])
	f.Set("consent", "refused")
	f.Set("status", "FollowUp")
	f.Set("minor", "1")
	f.Add("exploitation", "ChildLabour")
	f.Set("p1.remove", "1")
	f.Set("p3.role", "witness")
	f.Set("p0.country", "ivory coast")
	f.Set("p3.country", "ke")
	f.Set("p3.name", "<b>New</b>")
	a := h.post(t, path, f)
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != path+"?said=saved" {
		t.Fatalf("%d %s\n%s", a.StatusCode, a.Header.Get("Location"), a.body)
	}
	k := h.cases[id]
	if k.Consent != hotline.ConsentRefused || k.Status != hotline.CaseFollowUp || !k.Minor || len(k.Exploitation) != 2 {
		t.Errorf("saved: %s %s %v %v", k.Consent, k.Status, k.Minor, k.Exploitation)
	}
	if len(k.Persons) != 3 || k.Persons[1].ID != "p3" || k.Persons[2].Citizenship != "KE" || k.Persons[2].ID == "" {
		t.Errorf("%d people: %+v", len(k.Persons), k.Persons)
	}
	if k.Persons[0].Citizenship != "CI" {
		t.Errorf("citizenship %q", k.Persons[0].Citizenship)
	}
	a = h.get(t, path+"/edit")
	wants(t, a.body, `value="Côte d’Ivoire"`, `<option value="Kenya">KE</option>`)
	lacks(t, a.body, "<b>New")
	wants(t, h.get(t, path).body, `Kenya<small class="code-s">KE</small>`)
}

func TestCaseRefusedKeepsTheForm(t *testing.T) {
	t.Parallel()
	h, id, path := caseHouse(t)
	f := caseForm(h.cases[id])
	f.Set("p0.country", "Atlantis")
	f.Set("summary", "words <i> to keep")
	a := h.post(t, path, f)
	if a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%d", a.StatusCode)
	}
	wants(t, a.body, "words &lt;i&gt; to keep", `value="Atlantis"`, "a country of the list")
	f = caseForm(h.cases[id])
	f.Set("p3.name", "Somebody")
	wants(t, h.post(t, path, f).body, "Choose the part of each person", `value="Somebody"`)
}

// A form whose answer got lost is sent again: it is saved once, nobody is added
// twice, and the page does not speak of somebody else.
func TestCaseFormSentAgain(t *testing.T) {
	t.Parallel()
	h, id, path := caseHouse(t)
	f := caseForm(h.cases[id])
	f.Set("summary", "my words")
	f.Set("p3.role", "witness")
	f.Set("p3.name", "Somebody new")
	h.post(t, path, f)
	saved := h.cases[id]
	a := h.post(t, path, f)
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != path+"?said=saved" {
		t.Fatalf("%d\n%s", a.StatusCode, a.body)
	}
	if again := h.cases[id]; again.Version != saved.Version || len(again.Persons) != len(saved.Persons) {
		t.Errorf("version %d became %d, %d people became %d", saved.Version, again.Version, len(saved.Persons), len(again.Persons))
	}
}

// A case is opened once, however often the button is pressed.
func TestCaseOpenedOnce(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	first := h.post(t, path+"/case", nil).Header.Get("Location")
	h.restart(t)
	again := h.post(t, path+"/case", nil)
	if !strings.HasPrefix(first, "/o/cases/") || again.Header.Get("Location") != strings.TrimSuffix(first, "?said=casemade") || len(h.cases) != 1 {
		t.Errorf("%q, then %d %q; %d cases", first, again.StatusCode, again.Header.Get("Location"), len(h.cases))
	}
}

// Two people edit one case: the second sees both versions, and nothing is lost.
func TestCaseClash(t *testing.T) {
	t.Parallel()
	h, id, path := caseHouse(t)
	mine := caseForm(h.cases[id])
	mine.Set("summary", "my words")
	theirs := h.cases[id]
	theirs.Version, theirs.Summary, theirs.Consent, theirs.UpdatedAt = 5, "their <b> words", hotline.ConsentRefused, noon.Add(-time.Minute)
	theirs.Persons = append(append([]hotline.Person(nil), theirs.Persons...), hotline.Person{ID: "p9", Role: hotline.Witness, Name: "Added by them"})
	h.cases[id] = theirs
	a := h.post(t, path, mine)
	if a.StatusCode != http.StatusConflict {
		t.Fatalf("%d", a.StatusCode)
	}
	wants(t, a.body, "Somebody saved this case at 14:31", "their &lt;b&gt; words", "my words", "Refused", "Added by them", `name="version" value="5"`, `name="p3.id" value="p9"`)
	if h.cases[id].Summary != "their <b> words" {
		t.Error("the first version was written over")
	}
	mine.Set("version", "5")
	if a := h.post(t, path, mine); a.StatusCode != http.StatusSeeOther || h.cases[id].Summary != "my words" {
		t.Errorf("the second save: %d", a.StatusCode)
	}
}

func TestCaseList(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	h.signIn(t, dina)
	wants(t, h.get(t, "/o/cases").body, "No cases yet")
	for n := range casesShown + 5 {
		id := hotline.CaseID(fmt.Sprintf("c%03d", n))
		h.cases[id] = hotline.Case{ID: id, Number: 100 + n, Status: hotline.CaseActive, OwnerID: sam.ID, Trafficking: hotline.PossibleVictim, OpenedAt: noon}
	}
	a := h.get(t, "/o/cases")
	wants(t, a.body, "0154", "0105", `href="/o/cases?before=c005"`, "Sam O.")
	lacks(t, a.body, ">0104<")
	a = h.get(t, "/o/cases?before=c005")
	wants(t, a.body, "0104", "0100", "Newest")
	lacks(t, a.body, ">0105<", "Older")
}
