package public

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// askPerson sends the word that ends the automatic questions (P-54). Its form is
// inside the frame, so that the draft around it stays.
func (s *Site) askPerson(c *fiber.Ctx) error {
	v := s.view(c)
	session, is, err := s.visitor(c)
	if err != nil {
		return err
	}
	l := letter{text: v.personWord(), token: postedToken(c)}
	to := "/c/log" // it says that the page has ended, or offers the button again
	if is == present && s.goodToken(l.token, personForm, session.Address) {
		if ok, _ := s.mayWrite(c, session); !ok || s.follow(c, l, session) != nil {
			to = "/c/log?problem=unsent"
		}
	}
	return c.Redirect(v.Href(to), fiber.StatusSeeOther)
}

// offerPerson puts the button under a list that ends in a machine's words, until
// a person was asked for or has come.
func (s *Site) offerPerson(v *view, session hotline.Session) (err error) {
	if wantsPerson(v.Log, v.personWord()) {
		v.Token, err = s.newToken(personForm, session.Address)
	}
	return err
}

func wantsPerson(log []bubble, word string) bool {
	machine := false
	for i := len(log) - 1; i >= 0; i-- {
		switch b := log[i]; {
		case b.Kind == "helper":
			return machine
		case b.Kind == "you" && b.Text == word:
			return false
		case b.Kind == "auto":
			machine = true
		}
	}
	return machine
}

// personWord is the word that our texts name for a person in the page's language.
func (v *view) personWord() string {
	word, err := v.site.Speaker.Fill(v.Lang, "{{.PERSON}}", nil)
	if err != nil {
		return "PERSON"
	}
	return word
}
