package public

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

// joinWindow is how long a repeated first message still leads into the
// conversation that it began, when the answer to the first try was lost.
const joinWindow = 10 * time.Minute

// sendMessage takes one message in and shows the chat. The form's token makes
// any number of tries one message (P-22); the first message begins the session.
func (s *Site) sendMessage(c *fiber.Ctx) error {
	l := readLetter(c)
	if problem := l.problem(); problem != "" {
		return s.unsent(c, l, fiber.StatusUnprocessableEntity, problem)
	}
	session, is, err := s.visitor(c)
	switch {
	case err != nil:
		return s.unsent(c, l, fiber.StatusServiceUnavailable, "web.chat.not_sent")
	case is == gone:
		return s.unsent(c, l, fiber.StatusConflict, "web.ended.text")
	case webchat.Contains(l.text, session.Address):
		return s.unsent(c, l, fiber.StatusUnprocessableEntity, "web.code.in_message")
	}
	if ok, wait := s.mayWrite(c, session); !ok {
		return s.tooFast(c, l, wait)
	}
	next, err := s.take(c, l, session)
	if err != nil {
		return s.unsent(c, l, fiber.StatusServiceUnavailable, "web.chat.not_sent")
	}
	return c.Redirect(s.view(c).Href(next), fiber.StatusSeeOther)
}

// take hands the letter on and says which page comes next.
func (s *Site) take(c *fiber.Ctx, l letter, session hotline.Session) (next string, err error) {
	code := session.Address
	if code == "" {
		if code, err = webchat.NewCode(s.Random); err != nil {
			return "", err
		}
	}
	lang, _ := s.tongue.of(c)
	receipt, err := s.Receiver.Receive(c.UserContext(), hotline.Inbound{
		Channel: hotline.WebChat, From: code, ProviderID: l.id(),
		Text: hotline.Text(l.text), Language: lang, At: s.Now(),
	})
	switch {
	case err != nil:
		return "", err
	case session.Address != "":
		return "/c", s.follow(c, session, receipt)
	case receipt.Duplicate:
		return s.rejoin(c, receipt)
	}
	return "/c?first=1", s.beginVisit(c, code, receipt.ConversationID)
}

// follow notes that the visitor is here, and the new conversation when the last
// one had been closed.
func (s *Site) follow(c *fiber.Ctx, session hotline.Session, receipt hotline.Receipt) error {
	now := s.Now()
	return s.Sessions.ChangeSession(c.UserContext(), session.TokenHash, func(kept *hotline.Session) error {
		kept.SeenAt = now
		if !receipt.Duplicate {
			kept.ConversationID = receipt.ConversationID
		}
		return nil
	})
}

// rejoin opens a session on the conversation that an earlier try of the same
// first message began. Later than joinWindow the code is needed.
func (s *Site) rejoin(c *fiber.Ctx, receipt hotline.Receipt) (next string, err error) {
	x, err := s.Reader.Conversation(c.UserContext(), receipt.ConversationID)
	if hasCode(err, hotline.NotFound) {
		return "/return", nil
	}
	if err != nil {
		return "", err
	}
	begun := x.Conversation
	if begun.Channel != hotline.WebChat || begun.Address == "" || s.Now().Sub(begun.CreatedAt) > joinWindow {
		return "/return", nil
	}
	return "/c?first=1", s.beginVisit(c, hotline.Address(strings.Clone(begun.Address.Reveal())), begun.ID)
}

// unsent shows the page again with the typed text and what went wrong. The
// token stays, so that a message which did arrive is not said twice.
func (s *Site) unsent(c *fiber.Ctx, l letter, status int, problem string) error {
	return s.showUnsent(c, l, status, s.view(c).Say(problem))
}

func (s *Site) showUnsent(c *fiber.Ctx, l letter, status int, words string) error {
	v := s.view(c)
	v.Problem, v.Draft, v.Token, v.About = words, l.text, l.token, l.about
	if !tokenForm.MatchString(v.Token) {
		fresh, err := s.draw(tokenBytes)
		if err != nil {
			return err
		}
		v.Token = fresh
	}
	if session, is, err := s.visitor(c); err == nil && is == present {
		return s.renderChat(c, status, v, session)
	}
	return s.render.Render(c, status, "new", v)
}
