package console

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// casePage is one record: consent first, then what is known, then who looked.
type casePage struct {
	frame
	ID                   hotline.CaseID
	Number               string
	Status               statusView
	Opened               string
	Saved                string
	Owner                person
	From                 string // the conversation it came from; empty when that is gone
	Conv                 hotline.ConversationID
	Consent              consentView
	People               []personView
	Hidden               bool // at least one name is masked
	Named                bool // names are readable, until the page hides them again
	Facts                []factView
	Summary              string
	Trail                []trailRow
	PrintedBy, PrintedAt string
}

// consentView leads the record: what the person agreed to decides what may be
// done with the rest.
type consentView struct {
	Word, Look, Shape, More string
}

// personView is one row of the people.
type personView struct {
	Name, Role, RoleCode, Age, Gender string
	Country, CountryCode              string
	Known, Masked                     bool
	Lang                              langView
}

// factView is a plain label with the codes it stands for.
type factView struct {
	Label, Words string
	Codes        []string
	Wide         bool
}

func (s *Console) caseShow(c *fiber.Ctx, v *visit) error { return s.showCase(c, v, "record", false) }

// caseNames shows the names of the people, on the page it answers with only.
func (s *Console) caseNames(c *fiber.Ctx, v *visit) error {
	return s.showCase(c, v, "record and names", true)
}

// showCase writes down who looks at how much before it reads anything.
func (s *Console) showCase(c *fiber.Ctx, v *visit, what string, names bool) error {
	ctx, id := c.UserContext(), caseOf(c)
	k, staff, err := s.openedCase(ctx, v, id, what)
	if err != nil {
		return err
	}
	trail, err := s.Reader.AuditOf(ctx, "case", string(id), trailRead)
	if err != nil {
		return err
	}
	f, err := s.frame(c, v, "cases", "Case "+numberText(k.Number))
	if err != nil {
		return err
	}
	p := s.viewCase(v, staff, k, names)
	p.frame, p.Trail = f, s.trail(v, staff, trail)
	if p.From, err = s.originOf(ctx, k); err != nil {
		return err
	}
	if names {
		p.Named = true
		p.Toast = toast{Text: "Names are shown on this page only", More: "Your look is written down"}
	}
	return s.pages.Render(c, fiber.StatusOK, "case", p)
}

// openedCase reads a case after writing down that somebody looks at it. A case
// that is not there leaves no trace.
func (s *Console) openedCase(ctx context.Context, v *visit, id hotline.CaseID, what string) (hotline.Case, map[hotline.UserID]hotline.User, error) {
	k, err := s.Cases.Case(ctx, id)
	if err != nil {
		return k, nil, err
	}
	if err := s.Casework.Viewed(ctx, v.user, id, what); err != nil {
		return hotline.Case{}, nil, err
	}
	staff, err := s.names.all(ctx)
	return k, staff, err
}

// originOf names the conversation a case came from. It may have been erased.
func (s *Console) originOf(ctx context.Context, k hotline.Case) (string, error) {
	if k.ConversationID == "" {
		return "", nil
	}
	x, err := s.Reader.Conversation(ctx, k.ConversationID)
	switch {
	case hotline.CodeOf(err) == hotline.NotFound || err == nil && x.Conversation.State == hotline.Erased:
		return "", nil
	case err != nil:
		return "", err
	}
	return channelWords[x.Conversation.Channel] + " " + fromText(x.Conversation), nil
}

func (s *Console) viewCase(v *visit, staff map[hotline.UserID]hotline.User, k hotline.Case, names bool) casePage {
	p := casePage{
		ID: k.ID, Number: numberText(k.Number), Status: viewStatus(k.Status), Opened: s.date(k.OpenedAt), Saved: s.clock(k.UpdatedAt),
		Owner: v.person(staff, k.OwnerID), Conv: k.ConversationID, Consent: viewConsent(k.Consent), Facts: factsOf(k), Summary: k.Summary.Reveal(),
		PrintedBy: v.user.Name, PrintedAt: s.Now().In(s.Zone).Format("2 January 2006, 15:04"),
	}
	for _, one := range k.Persons {
		row := s.viewPerson(one, names)
		p.Hidden = p.Hidden || row.Masked
		p.People = append(p.People, row)
	}
	return p
}

func (s *Console) viewPerson(one hotline.Person, names bool) personView {
	row := personView{
		Name: one.Name.Reveal(), Role: roleWords[one.Role], RoleCode: string(one.Role), Age: ageWords[one.AgeBand],
		Gender: genderWords[one.Gender], Country: countryName(one.Citizenship), CountryCode: one.Citizenship, Known: one.Name != "", Lang: s.lang(one.Language),
	}
	if row.Known && !names {
		row.Name, row.Masked = "•••••• ••••", true // as long for every name
	}
	return row
}

func viewConsent(c hotline.Consent) consentView {
	switch c {
	case hotline.ConsentGiven:
		return consentView{consentWords[c], "ok", "tick", "Share only what the person agreed to."}
	case hotline.ConsentRefused:
		return consentView{consentWords[c], "stop", "cross", "Do not share this case. Ask a supervisor what may be kept."}
	}
	return consentView{consentWords[hotline.NotAskedConsent], "warn", "dot", "Ask before you share anything. Not asked is not a no."}
}

// factsOf lists what the record says; an empty one says so.
func factsOf(k hotline.Case) []factView {
	minor := factView{Label: "Under 18", Words: "Nobody that we know of"}
	if k.Minor {
		minor.Words = "Yes, at least one person"
	}
	kinds := factView{Label: "Kind", Words: "Not known yet", Wide: true}
	if words := kindsText(k); words != "" {
		kinds.Words = words
	}
	for _, x := range k.Exploitation {
		kinds.Codes = append(kinds.Codes, string(x))
	}
	held := factView{Label: "Held back by", Words: "Not known yet", Wide: true}
	var names []string
	for i, m := range k.Means {
		name := meansWords[m]
		if i > 0 {
			name = lowerFirst(name)
		}
		names, held.Codes = append(names, name), append(held.Codes, string(m))
	}
	if len(names) > 0 {
		held.Words = inWords(names)
	}
	return []factView{
		{Label: "Trafficking", Words: traffickingWords[k.Trafficking], Codes: []string{string(k.Trafficking)}},
		minor, kinds, held,
	}
}

func (s *Console) date(at time.Time) string { return at.In(s.Zone).Format("2 January 2006") }
