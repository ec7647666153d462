package console

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/page"
)

// emergencies is the page on which administrators check emergency numbers.
type emergencies struct{ *Console }

type emergencyPage struct {
	frame
	Rows    []emergencyRow
	Find    string
	Problem string
	Stale   int // checked long ago, or never
}

type emergencyRow struct {
	Code, Name, Number, Note string
	Checked                  string // who and when; "" when nobody has
	Stale                    bool   // the check is too old
}

func (s *Console) mountEmergencies(r fiber.Router) {
	admin := func(h func(*fiber.Ctx, *visit) error) fiber.Handler { return s.signedIn(administrator(h)) }
	k := &emergencies{s}
	r.Get("/x/emergency-numbers", admin(k.show))
	r.Post("/x/emergency-numbers", admin(k.set))
}

func (k *emergencies) show(c *fiber.Ctx, v *visit) error {
	return k.render(c, v, fiber.StatusOK, "")
}

// set keeps one number as checked now.
func (k *emergencies) set(c *fiber.Ctx, v *visit) error {
	n := hotline.EmergencyNumber{
		Country: c.FormValue("country"), Number: strings.TrimSpace(c.FormValue("number")), Note: strings.TrimSpace(c.FormValue("note")),
	}
	switch err := k.Emergencies.Set(c.UserContext(), v.user, n); hotline.CodeOf(err) {
	case "":
		return c.Redirect("/x/emergency-numbers?said=checked#"+n.Country, fiber.StatusSeeOther)
	case hotline.Invalid:
		return k.render(c, v, fiber.StatusUnprocessableEntity, sentence(page.Explain(c, err).Message))
	default:
		return err
	}
}

func (k *emergencies) render(c *fiber.Ctx, v *visit, status int, problem string) error {
	staff, err := k.names.all(c.UserContext())
	if err != nil {
		return err
	}
	f, err := k.frame(c, v, "scripts", "Emergency numbers")
	if err != nil {
		return err
	}
	p := emergencyPage{frame: f, Problem: problem, Find: strings.TrimSpace(c.Query("find"))}
	for _, code := range k.Countries {
		n, checked := k.Emergencies.Number(code)
		row := emergencyRow{Code: code, Name: countryName(code), Number: n.Number, Note: n.Note}
		if checked {
			row.Checked = v.person(staff, n.CheckedBy).Short + ", " + n.CheckedAt.In(k.Zone).Format("2 Jan 2006")
			row.Stale = k.Now().Sub(n.CheckedAt) > hotline.EmergencyCheckLasts
		}
		if row.Stale || !checked {
			p.Stale++
		}
		if p.Find == "" || strings.Contains(foldCountry(row.Name+" "+code), foldCountry(p.Find)) {
			p.Rows = append(p.Rows, row)
		}
	}
	slices.SortFunc(p.Rows, func(a, b emergencyRow) int { return cmp.Compare(a.Name, b.Name) })
	return k.pages.Render(c, status, "emergency_numbers", p)
}
