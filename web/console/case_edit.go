package console

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/cases"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/page"
)

// caseEditPage is the form of a record.
type caseEditPage struct {
	frame
	ID      hotline.CaseID
	Number  string
	Version int
	Form    caseFormView
	Problem string
	Clash   []clashRow // what differs from what somebody else saved meanwhile
	Saved   string     // when they did
}

// clashRow is one part of the record in both versions.
type clashRow struct{ Label, Stored, Yours string }

func (s *Console) caseEdit(c *fiber.Ctx, v *visit) error {
	k, _, err := s.openedCase(c.UserContext(), v, caseOf(c), "record and names, to change it")
	if err != nil {
		return err
	}
	return s.renderEdit(c, v, fiber.StatusOK, caseEditPage{ID: k.ID, Number: numberText(k.Number), Version: k.Version}, cases.Of(k))
}

func (s *Console) renderEdit(c *fiber.Ctx, v *visit, status int, p caseEditPage, e cases.Edit) error {
	f, err := s.frame(c, v, "cases", "Edit case "+p.Number)
	if err != nil {
		return err
	}
	p.frame, p.Form = f, s.fillCaseForm(e)
	return s.pages.Render(c, status, "case_edit", p)
}

// caseSave keeps the form. When somebody saved first, both versions are shown
// and the next save is over theirs: the person at the screen decides.
func (s *Console) caseSave(c *fiber.Ctx, v *visit) error {
	id := caseOf(c)
	version, e := readCaseForm(c)
	if _, err := s.Casework.Save(c.UserContext(), v.user, id, version, e); err != nil {
		return s.saveAgain(c, v, err, version, e)
	}
	return c.Redirect("/o/cases/"+string(id)+"?said=saved", fiber.StatusSeeOther)
}

// saveAgain shows the form as it was typed, with the reason why it was not kept.
func (s *Console) saveAgain(c *fiber.Ctx, v *visit, cause error, version int, e cases.Edit) error {
	f := page.Explain(c, cause)
	if f.Code == hotline.Forbidden || f.Code == hotline.NotFound {
		return cause
	}
	stored, err := s.Cases.Case(c.UserContext(), caseOf(c))
	if err != nil {
		return cause
	}
	p := caseEditPage{ID: stored.ID, Number: numberText(stored.Number), Version: version}
	switch {
	case f.Code == hotline.Conflict:
		p.Clash = s.clash(cases.Of(stored), e)
		if len(p.Clash) == 0 { // this very form was saved before, and its answer got lost
			return c.Redirect("/o/cases/"+string(stored.ID)+"?said=saved", fiber.StatusSeeOther)
		}
		if err := s.Casework.Viewed(c.UserContext(), v.user, stored.ID, "record and names, to change it"); err != nil {
			return err
		}
		p.Version, p.Saved = stored.Version, s.clock(stored.UpdatedAt)
		e.Persons = append(e.Persons, addedSince(stored.Persons, c)...)
	case f.Code == hotline.Invalid:
		f.Status, p.Problem = fiber.StatusUnprocessableEntity, sentence(f.Message)
	default:
		s.Log.Error("case not saved", "ref", f.Reference, "code", f.Code, "err", cause)
		p.Problem = "This was our fault. What you typed is still here. Try again."
	}
	return s.renderEdit(c, v, f.Status, p, e)
}

// addedSince are the people in the stored record that the form did not know of,
// so that saving over it does not lose them unseen.
func addedSince(stored []hotline.Person, c *fiber.Ctx) []hotline.Person {
	known := map[hotline.PersonID]bool{}
	for n := 0; c.Request().PostArgs().Has(personField(n, "role")) && n <= cases.MaxPersons+1; n++ {
		known[hotline.PersonID(c.FormValue(personField(n, "id")))] = true
	}
	var out []hotline.Person
	for _, one := range stored {
		if !known[one.ID] {
			out = append(out, one)
		}
	}
	return out
}

func (s *Console) clash(stored, yours cases.Edit) []clashRow {
	var rows []clashRow
	row := func(label, a, b string) {
		if a != b {
			rows = append(rows, clashRow{label, a, b})
		}
	}
	row("State", caseStatusWords[stored.Status], caseStatusWords[yours.Status])
	row("Consent", consentWords[stored.Consent], consentWords[yours.Consent])
	row("Trafficking", traffickingWords[stored.Trafficking], traffickingWords[yours.Trafficking])
	row("Kind", wordList(stored.Exploitation, exploitationWords), wordList(yours.Exploitation, exploitationWords))
	row("Held back by", wordList(stored.Means, meansWords), wordList(yours.Means, meansWords))
	row("Under 18", yesNo(stored.Minor), yesNo(yours.Minor))
	row("People", s.peopleText(stored.Persons), s.peopleText(yours.Persons))
	row("Summary", stored.Summary.Reveal(), yours.Summary.Reveal())
	return rows
}

func wordList[C comparable](codes []C, words map[C]string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = words[code]
	}
	return strings.Join(names, ", ")
}

func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

func (s *Console) peopleText(people []hotline.Person) string {
	lines := make([]string, len(people))
	for i, one := range people {
		parts := []string{roleWords[one.Role], one.Name.Reveal(), ageWords[one.AgeBand], genderWords[one.Gender], countryName(one.Citizenship)}
		if one.Language != "" {
			parts = append(parts, s.EnglishName(one.Language))
		}
		line := strconv.Itoa(i+1) + "."
		for _, part := range parts {
			if part != "" {
				line += " " + part + ","
			}
		}
		lines[i] = strings.TrimSuffix(line, ",")
	}
	return strings.Join(lines, "\n")
}
