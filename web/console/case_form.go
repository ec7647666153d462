package console

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/cases"
	"github.com/hearline/hearline/hotline"
)

// readCaseForm reads what was typed. It judges nothing: the rules do, and what
// they refuse is shown again as it was typed.
func readCaseForm(c *fiber.Ctx) (version int, e cases.Edit) {
	version, _ = strconv.Atoi(c.FormValue("version")) // 0 is no version of any case
	e = cases.Edit{
		Status:      hotline.CaseStatus(c.FormValue("status")),
		Consent:     hotline.Consent(c.FormValue("consent")),
		Trafficking: hotline.TraffickingStatus(c.FormValue("trafficking")),
		Minor:       c.FormValue("minor") != "",
		Summary:     hotline.Text(strings.ReplaceAll(c.FormValue("summary"), "\r\n", "\n")),
	}
	for _, code := range c.Request().PostArgs().PeekMulti("exploitation") {
		e.Exploitation = append(e.Exploitation, hotline.Exploitation(code))
	}
	for _, code := range c.Request().PostArgs().PeekMulti("means") {
		e.Means = append(e.Means, hotline.Means(code))
	}
	for n := 0; c.Request().PostArgs().Has(personField(n, "role")) && n <= cases.MaxPersons+1; n++ {
		if one, keep := readPerson(c, n); keep {
			e.Persons = append(e.Persons, one)
		}
	}
	return version, e
}

func personField(n int, name string) string { return fmt.Sprintf("p%d.%s", n, name) }

// readPerson reads row n. A row to be removed, and the empty row for somebody
// new, are not kept.
func readPerson(c *fiber.Ctx, n int) (one hotline.Person, keep bool) {
	value := func(name string) string { return strings.TrimSpace(c.FormValue(personField(n, name))) }
	one = hotline.Person{
		ID: hotline.PersonID(value("id")), Role: hotline.PersonRole(value("role")), Name: hotline.Text(value("name")),
		Gender: value("gender"), AgeBand: value("age"), Citizenship: countryCode(value("country")), Language: hotline.Language(value("language")),
	}
	if value("remove") != "" {
		return one, false
	}
	return one, one != hotline.Person{}
}

// checkOption is one box of a list: a plain label before its code.
type checkOption struct {
	Value, Label string
	On           bool
}

// personForm is one row of people in the form.
type personForm struct {
	N                           int
	ID                          hotline.PersonID
	Name, Country               string
	Role, Gender, Age, Language []filterOption
}

// caseFormView is the form filled with an edit.
type caseFormView struct {
	Status, Consent, Trafficking []filterOption
	Exploitation, Means          []checkOption
	Minor                        bool
	Summary                      string
	People                       []personForm
	New                          personForm
	Full                         bool // no room for another person
	Countries                    []countryView
}

func (s *Console) fillCaseForm(e cases.Edit) caseFormView {
	f := caseFormView{
		Status: choose(cases.Statuses, caseStatusWords, e.Status, ""), Consent: choose(cases.Consents, consentWords, e.Consent, ""),
		Trafficking: choose(cases.Traffickings, traffickingWords, e.Trafficking, ""),
		Minor:       e.Minor, Summary: e.Summary.Reveal(), Full: len(e.Persons) >= cases.MaxPersons, Countries: countries,
	}
	for _, code := range hotline.Exploitations {
		f.Exploitation = append(f.Exploitation, checkOption{string(code), exploitationWords[code], slices.Contains(e.Exploitation, code)})
	}
	for _, code := range hotline.AllMeans {
		f.Means = append(f.Means, checkOption{string(code), meansWords[code], slices.Contains(e.Means, code)})
	}
	for n, one := range e.Persons {
		f.People = append(f.People, s.fillPerson(n, one))
	}
	f.New = s.fillPerson(len(e.Persons), hotline.Person{})
	return f
}

func (s *Console) fillPerson(n int, one hotline.Person) personForm {
	p := personForm{
		N: n, ID: one.ID, Name: one.Name.Reveal(), Country: countryName(one.Citizenship),
		Role:   choose(cases.Roles, roleWords, one.Role, "Choose"),
		Gender: choose(cases.Genders, genderWords, one.Gender, "Not known"),
		Age:    choose(cases.AgeBands, ageWords, one.AgeBand, "Not known"),
	}
	names := make(map[hotline.Language]string, len(s.Languages))
	for _, l := range s.Languages {
		names[l] = s.EnglishName(l)
	}
	langs := s.Languages
	if one.Language != "" && names[one.Language] == "" { // one that we do not speak stays as it is
		langs, names[one.Language] = append(slices.Clone(langs), one.Language), s.EnglishName(one.Language)
	}
	p.Language = choose(langs, names, one.Language, "Not known")
	return p
}

// choose makes a menu of codes. none, when not empty, stands for no code; a code
// that is not in the list is offered as it is, so that nothing changes unseen.
func choose[C ~string](codes []C, words map[C]string, now C, none string) []filterOption {
	var out []filterOption
	if none != "" {
		out = append(out, filterOption{Label: none, On: now == ""})
	}
	for _, code := range codes {
		out = append(out, filterOption{Value: string(code), Label: words[code], On: code == now})
	}
	if now != "" && !slices.Contains(codes, now) {
		out = append(out, filterOption{Value: string(now), Label: string(now), On: true})
	}
	return out
}
