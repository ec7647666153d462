package public

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

// showChat shows the code, the list in its frame and the box. The code stands
// open only right after the first message.
func (s *Site) showChat(c *fiber.Ctx) error {
	v := s.view(c)
	session, is, err := s.visitor(c)
	switch {
	case err != nil:
		return err
	case is == nobody:
		return c.Redirect(v.Href("/c/new"), fiber.StatusSeeOther)
	case is == gone:
		return c.Redirect(v.Href("/ended"), fiber.StatusSeeOther)
	}
	if err := s.touch(c, session); err != nil {
		return err
	}
	if v.Token, err = s.newToken(writeForm, session.Address); err != nil {
		return err
	}
	v.Open, v.Paused = c.Query("first") != "", c.Query("pause") != ""
	return s.renderChat(c, fiber.StatusOK, v, session)
}

func (s *Site) renderChat(c *fiber.Ctx, status int, v *view, session hotline.Session) error {
	v.Code = webchat.Groups(session.Address)
	if s.Files != nil {
		var err error
		if v.FileToken, err = s.newToken(fileForm, session.Address); err != nil {
			return err
		}
	}
	// Without scripts the browser itself moves on when nobody is there. When
	// the visitor is, /ended answers 204 and the page stays, draft and all.
	c.Set("Refresh", fmt.Sprintf("%.0f; url=%s", idleLimit.Seconds(), v.Href("/ended")))
	return s.render.Render(c, status, "chat", v)
}
