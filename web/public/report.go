package public

import (
	"bytes"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

// A visitor who answers the pages about someone else has a session without a
// conversation. It holds the answers, sealed; the browser holds its token and
// nothing else. Sending makes it the session of the conversation.

// drafting finds the session with the answers so far. gone means that it ended
// while the visitor was away.
func (s *Site) drafting(c *fiber.Ctx) (hotline.Session, presence, error) {
	token := c.Cookies(sessionCookie)
	if token == "" {
		return hotline.Session{}, nobody, nil
	}
	session, err := s.Sessions.Session(c.UserContext(), hashToken(token))
	switch {
	case hasCode(err, hotline.NotFound):
		s.expireSession(c)
		return hotline.Session{}, gone, nil
	case err != nil:
		return hotline.Session{}, nobody, err
	case !isDraft(session):
		return hotline.Session{}, nobody, nil
	}
	return session, present, nil
}

func isDraft(session hotline.Session) bool {
	return session.UserID == "" && session.ConversationID == ""
}

// showReport shows the page of a step with what was answered before.
func (s *Site) showReport(n int) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if done, err := s.reportSent(c, "/c"); done || err != nil {
			return err
		}
		draft, _, err := s.drafting(c)
		if err != nil {
			return err
		}
		return s.renderReport(c, fiber.StatusOK, n, draft, answerTo(draft.Draft, reportSteps[n].Key), "")
	}
}

// reportSent leads a visitor who has a conversation on to it.
func (s *Site) reportSent(c *fiber.Ctx, to string) (done bool, err error) {
	_, is, err := s.visitor(c)
	if err != nil || is != present {
		return false, err
	}
	return true, c.Redirect(s.view(c).Href(to), fiber.StatusSeeOther)
}

func (s *Site) renderReport(c *fiber.Ctx, status, n int, draft hotline.Session, a hotline.Answer, problem string) error {
	v := s.view(c)
	v.Report = &reportPage{reportStep: reportSteps[n], Number: n + 1, Count: len(reportSteps), Chosen: a.Value}
	v.Draft, v.Problem = a.Words.Reveal(), problem
	if draft.TokenHash != "" {
		c.Set("Refresh", fmt.Sprintf("%.0f; url=%s", idleLimit.Seconds(), v.Href("/ended")))
	}
	return s.renderForm(c, status, "report", v, reportForm, "")
}

// answerReport keeps the answer of a step and shows the next one; after the last
// it sends them all.
func (s *Site) answerReport(n int) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if done, err := s.reportSent(c, "/report/done"); done || err != nil {
			return err // a second tap
		}
		a := s.readAnswer(c, n)
		draft, is, err := s.drafting(c)
		again := func(status int, problem string) error { return s.renderReport(c, status, n, draft, a, problem) }
		v := s.view(c)
		switch {
		case err != nil:
			return again(fiber.StatusServiceUnavailable, v.Say("web.errors.trouble"))
		case is == gone:
			return again(fiber.StatusConflict, v.Say("web.ended.text"))
		case !s.goodToken(postedToken(c), reportForm, ""):
			return again(fiber.StatusUnprocessableEntity, v.Say("web.errors.old_page"))
		case c.FormValue("more") != "":
			return again(fiber.StatusUnprocessableEntity, v.Say("web.errors.unread"))
		case utf8.RuneCountInString(a.Words.Reveal()) > reportSteps[n].Limit:
			return again(fiber.StatusUnprocessableEntity, v.Say("web.errors.too_long"))
		}
		if ok, wait := s.mayWrite(c, draft); !ok {
			return again(fiber.StatusTooManyRequests, s.waitWords(c, wait))
		}
		if draft, err = s.keepAnswer(c, draft, a); err != nil {
			return again(fiber.StatusServiceUnavailable, v.Say("web.chat.not_sent"))
		}
		if n+1 < len(reportSteps) {
			return c.Redirect(v.Href(reportPath(n+1)), fiber.StatusSeeOther)
		}
		text := v.reportText(draft.Draft)
		if text == "" {
			return again(fiber.StatusUnprocessableEntity, v.Say("web.errors.nothing"))
		}
		if err := s.sendReport(c, draft, text); err != nil {
			return again(fiber.StatusServiceUnavailable, v.Say("web.chat.not_sent"))
		}
		return c.Redirect(v.Href(reportPath(n+1)), fiber.StatusSeeOther)
	}
}

// readAnswer reads a tap, own words, or both; nothing at all is a skip.
func (s *Site) readAnswer(c *fiber.Ctx, n int) hotline.Answer {
	a := hotline.Answer{Question: reportSteps[n].Key, At: s.Now()}
	if c.FormValue("skip") == "" {
		a.Words = hotline.Text(readLetter(c).text)
		for _, tap := range reportSteps[n].Taps {
			if c.FormValue("tap") == tap.Value {
				a.Value = tap.Value
			}
		}
	}
	a.Skipped = a.Words == "" && a.Value == ""
	return a
}

// keepAnswer puts an answer in the place of the one before it and keeps the
// session alive.
func (s *Site) keepAnswer(c *fiber.Ctx, draft hotline.Session, a hotline.Answer) (hotline.Session, error) {
	now := s.Now()
	if draft.TokenHash == "" {
		draft = hotline.Session{CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(idleLimit), Draft: []hotline.Answer{a}}
		return draft, s.openSession(c, &draft)
	}
	err := s.Sessions.ChangeSession(c.UserContext(), draft.TokenHash, func(kept *hotline.Session) error {
		if !isDraft(*kept) {
			return hotline.Errorf(hotline.Conflict, "it was sent meanwhile")
		}
		kept.Draft = append(without(kept.Draft, a.Question), a)
		kept.SeenAt, kept.ExpiresAt = now, earlier(now.Add(idleLimit), kept.CreatedAt.Add(sessionLife))
		draft = *kept
		return nil
	})
	return draft, err
}

func without(draft []hotline.Answer, key string) []hotline.Answer {
	var rest []hotline.Answer
	for _, a := range draft {
		if a.Question != key {
			rest = append(rest, a)
		}
	}
	return rest
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// sendReport files the answers as one message about someone else. The same
// answers again, after a lost answer of ours, are the same message.
func (s *Site) sendReport(c *fiber.Ctx, draft hotline.Session, text string) error {
	code, err := webchat.NewCode(bytes.NewReader(s.mac("report", draft.TokenHash)))
	if err != nil {
		return err
	}
	lang, _ := s.tongue.of(c)
	answers := append(inOrder(draft.Draft), hotline.Answer{Question: "about", Value: "other"})
	receipt, err := s.Receiver.Receive(c.UserContext(), hotline.Inbound{
		Channel: hotline.WebChat, From: code, ProviderID: letter{token: draft.TokenHash, text: text}.id(),
		Text: hotline.Text(text), Language: lang, Answers: answers, At: s.Now(),
	})
	if err != nil {
		return err
	}
	now := s.Now()
	return s.Sessions.ChangeSession(c.UserContext(), draft.TokenHash, func(kept *hotline.Session) error {
		kept.ConversationID, kept.Address, kept.Draft = receipt.ConversationID, code, nil
		kept.SeenAt, kept.ExpiresAt = now, kept.CreatedAt.Add(sessionLife)
		return nil
	})
}

// inOrder brings the answers into the order of the questions; a page that nobody
// opened is a skipped question.
func inOrder(draft []hotline.Answer) []hotline.Answer {
	var all []hotline.Answer
	for _, step := range reportSteps {
		a := answerTo(draft, step.Key)
		a.Question, a.Skipped = step.Key, a.Words == "" && a.Value == ""
		all = append(all, a)
	}
	return all
}

// reportDone shows the code after sending.
func (s *Site) reportDone(c *fiber.Ctx) error {
	return s.visitorPage(c, func(v *view, session hotline.Session) error {
		v.Code, v.Open = webchat.Groups(session.Address), true
		return s.render.Render(c, fiber.StatusOK, "report_done", v)
	})
}
