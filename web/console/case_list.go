package console

import (
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// casesShown is how many cases one page lists.
const casesShown = 50

// casesPage is the list of cases, newest first. It names nobody.
type casesPage struct {
	frame
	Rows   []caseRow
	Older  string // address of the next page
	NotTop bool
}

type caseRow struct {
	ID     hotline.CaseID
	Number string
	Status statusView
	What   string
	Minor  bool
	Truth  string // what is thought about trafficking
	Opened string
	Owner  person
}

// statusView is the state of a case with the look of its tag.
type statusView struct{ Word, Look string }

func viewStatus(s hotline.CaseStatus) statusView {
	v := statusView{Word: caseStatusWords[s], Look: "line"}
	switch s {
	case hotline.CaseActive:
		v.Look = "info"
	case hotline.CaseFollowUp:
		v.Look = "warn"
	}
	return v
}

func numberText(n int) string { return fmt.Sprintf("%04d", n) }

func (s *Console) caseList(c *fiber.Ctx, v *visit) error {
	ctx, before := c.UserContext(), hotline.CaseID(c.Query("before"))
	list, err := s.Cases.Cases(ctx, before, casesShown+1)
	if err != nil {
		return err
	}
	staff, err := s.names.all(ctx)
	if err != nil {
		return err
	}
	f, err := s.frame(c, v, "cases", "Cases")
	if err != nil {
		return err
	}
	p := casesPage{frame: f, NotTop: before != ""}
	if len(list) > casesShown {
		list = list[:casesShown]
		p.Older = "/o/cases?" + url.Values{"before": {string(list[casesShown-1].ID)}}.Encode()
	}
	for _, k := range list {
		p.Rows = append(p.Rows, caseRow{
			ID: k.ID, Number: numberText(k.Number), Status: viewStatus(k.Status), What: kindsText(k), Minor: k.Minor,
			Truth: traffickingWords[k.Trafficking], Opened: s.date(k.OpenedAt), Owner: v.person(staff, k.OwnerID),
		})
	}
	return s.pages.Render(c, fiber.StatusOK, "cases", p)
}

// kindsText names the kinds of exploitation in one line.
func kindsText(k hotline.Case) string {
	names := make([]string, len(k.Exploitation))
	for i, x := range k.Exploitation {
		names[i] = exploitationWords[x]
		if i > 0 {
			names[i] = lowerFirst(names[i])
		}
	}
	return inWords(names)
}
