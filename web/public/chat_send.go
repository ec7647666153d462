package public

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// joinWindow is how long a repeated first message still leads into the
// conversation that it began, when the answer to the first try was lost. After
// that, whoever finds the page open gets in by the code only.
const joinWindow = 10 * time.Minute

// sendMessage takes one message in and shows the chat. The form's token makes
// any number of tries one message (P-22); the first message begins the session.
func (s *Site) sendMessage(c *fiber.Ctx) error {
	l := readLetter(c)
	session, is, err := s.visitor(c)
	switch {
	case err != nil:
		return s.unsent(c, l, session, fiber.StatusServiceUnavailable, "web.chat.not_sent")
	case is == gone:
		return s.unsent(c, l.onNewForm(), session, fiber.StatusConflict, "web.ended.text")
	case !s.goodLetter(l, session):
		return s.unsent(c, l.onNewForm(), session, fiber.StatusUnprocessableEntity, "web.errors.old_page")
	}
	if problem := l.problem(session.Address); problem != "" {
		return s.unsent(c, l, session, fiber.StatusUnprocessableEntity, problem)
	}
	if ok, wait := s.mayWrite(c, session); !ok {
		return s.showUnsent(c, l, session, fiber.StatusTooManyRequests, s.waitWords(c, wait))
	}
	if is == present {
		err = s.follow(c, l, session)
	} else {
		err = s.begin(c, l)
	}
	switch {
	case hasCode(err, hotline.Conflict):
		return s.unsent(c, l.onNewForm(), session, fiber.StatusUnprocessableEntity, "web.errors.old_page")
	case err != nil:
		return s.unsent(c, l, session, fiber.StatusServiceUnavailable, "web.chat.not_sent")
	case is == present:
		return c.Redirect(s.view(c).Href("/c"), fiber.StatusSeeOther)
	}
	return c.Redirect(s.view(c).Href("/c?first=1"), fiber.StatusSeeOther)
}

// goodLetter says whether the letter's form is one of this visitor's. The form
// of the first message stays good in the session that it began, so that a
// second tap is answered like the first.
func (s *Site) goodLetter(l letter, session hotline.Session) bool {
	if session.Address != "" && s.goodToken(l.token, writeForm, session.Address) {
		return true
	}
	if !s.goodToken(l.token, beginForm, "") {
		return false
	}
	code, err := s.codeOf(l.token)
	return err == nil && (session.Address == "" || session.Address == code)
}

// begin hands the first letter on and opens a session. hotline.Conflict means
// that its form began a conversation long ago.
func (s *Site) begin(c *fiber.Ctx, l letter) error {
	code, err := s.codeOf(l.token)
	if err != nil {
		return err
	}
	if err := s.stillJoins(c.UserContext(), code); err != nil {
		return err
	}
	receipt, err := s.receive(c, l, code)
	if err != nil {
		return err
	}
	return s.beginVisit(c, code, receipt.ConversationID)
}

func (s *Site) stillJoins(ctx context.Context, code hotline.Address) error {
	id, err := s.Reader.ConversationOf(ctx, hotline.WebChat, code)
	if err == nil {
		var x hotline.Exchange
		if x, err = s.Reader.Conversation(ctx, id); err == nil && s.Now().Sub(x.Conversation.CreatedAt) > joinWindow {
			return hotline.Errorf(hotline.Conflict, "this form began a conversation too long ago")
		}
	}
	if hasCode(err, hotline.NotFound) {
		return nil
	}
	return err
}

// follow hands a further letter on, and notes that the visitor is here and the
// new conversation when the last one had been closed.
func (s *Site) follow(c *fiber.Ctx, l letter, session hotline.Session) error {
	receipt, err := s.receive(c, l, session.Address)
	if err != nil {
		return err
	}
	return s.wroteIn(c, session, receipt)
}

func (s *Site) wroteIn(c *fiber.Ctx, session hotline.Session, receipt hotline.Receipt) error {
	now := s.Now()
	return s.Sessions.ChangeSession(c.UserContext(), session.TokenHash, func(kept *hotline.Session) error {
		kept.SeenAt = now
		if !receipt.Duplicate {
			kept.ConversationID = receipt.ConversationID
		}
		return nil
	})
}

func (s *Site) receive(c *fiber.Ctx, l letter, code hotline.Address) (hotline.Receipt, error) {
	lang, _ := s.tongue.of(c)
	return s.Receiver.Receive(c.UserContext(), hotline.Inbound{
		Channel: hotline.WebChat, From: code, ProviderID: l.id(),
		Text: hotline.Text(l.text), Language: lang, At: s.Now(),
	})
}

// unsent shows the page again with the typed text and what went wrong. The
// token stays, so that a message which did arrive is not said twice.
func (s *Site) unsent(c *fiber.Ctx, l letter, session hotline.Session, status int, problem string) error {
	return s.showUnsent(c, l, session, status, s.view(c).Say(problem))
}

func (s *Site) showUnsent(c *fiber.Ctx, l letter, session hotline.Session, status int, words string) (err error) {
	v := s.view(c)
	v.Problem, v.Draft, v.Token = words, l.text, l.token
	f, here := beginForm, session.Address != ""
	if here {
		f = writeForm
	}
	if v.Token == "" {
		if v.Token, err = s.newToken(f, session.Address); err != nil {
			return err
		}
	}
	if here {
		return s.renderChat(c, status, v, session)
	}
	return s.render.Render(c, status, "new", v)
}
