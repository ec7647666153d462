package public

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

// noCode fails its own check digit, so it is nobody's: looking for it takes as
// long as looking for a code that was mistyped into another valid one.
const noCode hotline.Address = "0000000000000001"

// askCode shows the box for the code.
func (s *Site) askCode(c *fiber.Ctx) error {
	return s.renderForm(c, fiber.StatusOK, "return", s.view(c), returnForm, "")
}

// comeBack opens the conversation of a code. A code with a slip and a code that
// nobody has get the same words after the same work (P-37).
func (s *Site) comeBack(c *fiber.Ctx) error {
	v := s.view(c)
	v.Draft = strings.Clone(c.FormValue("code"))
	again := func(status int, words string) error {
		v.Problem = words
		return s.renderForm(c, status, "return", v, returnForm, "")
	}
	if !s.goodToken(postedToken(c), returnForm, "") {
		return again(fiber.StatusUnprocessableEntity, v.Say("web.errors.old_page"))
	}
	if ok, wait := s.mayTryCode(c); !ok {
		return again(fiber.StatusTooManyRequests, s.waitWords(c, wait))
	}
	code, ok := webchat.ParseCode(v.Draft)
	if !ok {
		code = noCode
	}
	id, err := s.Reader.ConversationOf(c.UserContext(), hotline.WebChat, code)
	switch {
	case !ok, hasCode(err, hotline.NotFound):
		if id, err = s.goOnFromPhone(c, v, code); hasCode(err, hotline.NotFound) {
			return again(fiber.StatusUnprocessableEntity, v.Say("web.return.wrong"))
		}
	}
	if err != nil {
		return again(fiber.StatusServiceUnavailable, v.Say("web.errors.trouble"))
	}
	if err := s.switchVisit(c, code, id); err != nil {
		return err
	}
	return c.Redirect(v.Href("/c"), fiber.StatusSeeOther)
}

// goOnFromPhone begins a conversation here for a code that was given by text. It
// shows nothing of the phone's: whoever found the code learns only what is written
// from now on. hotline.NotFound means that nobody was given it.
func (s *Site) goOnFromPhone(c *fiber.Ctx, v *view, code hotline.Address) (hotline.ConversationID, error) {
	given, err := s.GivenByText(c.UserContext(), code)
	if err == nil && !given {
		err = hotline.Errorf(hotline.NotFound, "nobody has this code")
	}
	if err != nil {
		return "", err
	}
	end := webchat.Groups(code)
	receipt, err := s.Receiver.Receive(c.UserContext(), hotline.Inbound{
		Channel: hotline.WebChat, From: code, ProviderID: letter{token: postedToken(c)}.id(),
		Text: hotline.Text("•••• " + end[len(end)-1]), Language: v.Lang, At: s.Now(),
	})
	return receipt.ConversationID, err
}

// switchVisit ends the session that the browser may still hold and begins a new
// one, with a new token.
func (s *Site) switchVisit(c *fiber.Ctx, code hotline.Address, id hotline.ConversationID) error {
	if session, is, err := s.visitor(c); err != nil {
		return err
	} else if is == present {
		if err := s.endVisit(c, session); err != nil {
			return err
		}
	}
	return s.beginVisit(c, code, id)
}
