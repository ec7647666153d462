package cases

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
)

// Limits of what a record holds, so that no form can fill the database.
const (
	MaxPersons = 40
	maxName    = 200    // characters
	maxSummary = 20_000 // characters
)

// Edit is everything staff may change in a record at once.
type Edit struct {
	Status       hotline.CaseStatus
	Consent      hotline.Consent
	Trafficking  hotline.TraffickingStatus
	Exploitation []hotline.Exploitation
	Means        []hotline.Means
	Minor        bool
	Summary      hotline.Text
	Persons      []hotline.Person // without ID: new; a stored one that is missing here is removed
}

// Of returns the edit that would change nothing in c.
func Of(c hotline.Case) Edit {
	return Edit{
		Status: c.Status, Consent: c.Consent, Trafficking: c.Trafficking, Exploitation: c.Exploitation,
		Means: c.Means, Minor: c.Minor, Summary: c.Summary, Persons: c.Persons,
	}
}

// Save changes a record. version is the one the editor read: when somebody has
// saved since, the answer is hotline.Conflict and nothing is changed, so that
// both versions can be shown. Other errors are hotline.Forbidden,
// hotline.Invalid and the store's.
func (k *Cases) Save(ctx context.Context, by hotline.User, id hotline.CaseID, version int, e Edit) (hotline.Case, error) {
	if err := mayWork(by); err != nil {
		return hotline.Case{}, err
	}
	e.Persons = slices.Clone(e.Persons) // the caller shows its own again when this fails
	if err := e.check(); err != nil {
		return hotline.Case{}, err
	}
	stored, err := k.store.Case(ctx, id)
	if err != nil {
		return hotline.Case{}, err
	}
	if stored.Version != version {
		return hotline.Case{}, hotline.Errorf(hotline.Conflict, "somebody saved this case while you were writing")
	}
	changed := e.apply(&stored, k)
	if len(changed) == 0 {
		return stored, nil
	}
	saved, err := k.store.ChangeCase(ctx, id, version, func(c *hotline.Case) error {
		e.apply(c, k)
		return nil
	}, k.entry(by, "case.save", id, strings.Join(changed, ", ")))
	if err != nil {
		return hotline.Case{}, err
	}
	if saved.ConversationID != "" {
		k.announce(hotline.Event{Topic: "conversation", Kind: "case", ConversationID: saved.ConversationID})
	}
	return saved, nil
}

// apply writes the edit into c and returns the names of the parts it changed;
// names of parts, never their content, go into the audit.
func (e *Edit) apply(c *hotline.Case, k *Cases) (changed []string) {
	note := func(name string, differs bool) {
		if differs {
			changed = append(changed, name)
		}
	}
	note("status", c.Status != e.Status)
	note("consent", c.Consent != e.Consent)
	note("trafficking", c.Trafficking != e.Trafficking)
	note("exploitation", !slices.Equal(c.Exploitation, e.Exploitation))
	note("means", !slices.Equal(c.Means, e.Means))
	note("under 18", c.Minor != e.Minor)
	note("summary", c.Summary != e.Summary)
	k.adopt(c, e.Persons)
	note("people", !slices.Equal(c.Persons, e.Persons))
	if len(changed) == 0 {
		return nil
	}
	c.Status, c.Consent, c.Trafficking, c.Minor = e.Status, e.Consent, e.Trafficking, e.Minor
	c.Exploitation, c.Means, c.Summary, c.Persons = e.Exploitation, e.Means, e.Summary, e.Persons
	c.UpdatedAt = k.now()
	return changed
}

// adopt gives new persons their id and known ones the marks that no form sends.
func (k *Cases) adopt(c *hotline.Case, persons []hotline.Person) {
	for i := range persons {
		p := &persons[i]
		p.CaseID = c.ID
		at := slices.IndexFunc(c.Persons, func(old hotline.Person) bool { return old.ID == p.ID })
		switch {
		case at >= 0:
			p.CreatedAt = c.Persons[at].CreatedAt
		case p.CreatedAt.IsZero():
			p.ID, p.CreatedAt = hotline.PersonID(k.newID()), k.now()
		}
	}
}

// check puts the codes into HTCDS order and refuses what no record may hold.
func (e *Edit) check() error {
	e.Exploitation = inOrder(hotline.Exploitations, e.Exploitation)
	e.Means = inOrder(hotline.AllMeans, e.Means)
	switch {
	case !slices.Contains(Statuses, e.Status):
		return invalid("choose the state of the case")
	case !slices.Contains(Consents, e.Consent):
		return invalid("choose what was said about consent")
	case !slices.Contains(Traffickings, e.Trafficking):
		return invalid("choose what is thought about trafficking")
	case utf8.RuneCountInString(e.Summary.Reveal()) > maxSummary:
		return invalid("the summary is longer than 20 000 characters")
	case len(e.Persons) > MaxPersons:
		return invalid("a case holds at most 40 people")
	}
	for i := range e.Persons {
		if err := checkPerson(&e.Persons[i]); err != nil {
			return err
		}
	}
	return nil
}

func checkPerson(p *hotline.Person) error {
	p.Citizenship = strings.ToUpper(p.Citizenship)
	switch {
	case !slices.Contains(Roles, p.Role):
		return invalid("choose the part of each person")
	case utf8.RuneCountInString(p.Name.Reveal()) > maxName:
		return invalid("a name is longer than 200 characters")
	case p.Gender != "" && !slices.Contains(Genders, p.Gender):
		return invalid("choose a gender from the list")
	case p.AgeBand != "" && !slices.Contains(AgeBands, p.AgeBand):
		return invalid("choose an age from the list")
	case p.Citizenship != "" && !isCountryShape(p.Citizenship):
		return invalid("a citizenship is a country of the list or its two letters")
	case len(p.Language) > 8:
		return invalid("choose a language from the list")
	}
	return nil
}

func isCountryShape(code string) bool {
	return len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z'
}

func invalid(sentence string) error { return hotline.Errorf(hotline.Invalid, "%s", sentence) }
