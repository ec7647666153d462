package public

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

const (
	logPage    = 200  // messages per read
	logLongest = 2000 // messages read at most
	logShown   = 200  // newest messages shown
)

// showLog is the page inside the frame: the messages, refreshed by the browser
// itself while the draft stays safe in the page around it (P-21).
func (s *Site) showLog(c *fiber.Ctx) error {
	v := s.view(c)
	session, is, err := s.visitor(c)
	if err != nil {
		return err
	}
	if is != present {
		return s.render.RenderPart(c, "log", "log_ended", v)
	}
	if c.Query("stay") != "" {
		if err := s.touch(c, session); err != nil {
			return err
		}
		return c.Redirect(v.Href("/c/log"), fiber.StatusSeeOther)
	}
	if v.Log, err = s.bubbles(c.UserContext(), session.ConversationID); err != nil {
		return err
	}
	if err := s.offerPerson(v, session); err != nil {
		return err
	}
	if key := fileProblems[c.Query("problem")]; key != "" {
		v.Problem = v.Say(key)
	}
	v.Paused = c.Query("pause") != ""
	v.Soon = s.Now().Sub(session.SeenAt) >= idleWarning
	switch {
	case v.Paused:
	case v.Problem != "": // said once
		c.Set("Refresh", refreshAfter(c)+"; url="+v.Href("/c/log"))
	default:
		c.Set("Refresh", refreshAfter(c))
	}
	return s.render.RenderPart(c, "log", "log", v)
}

// refreshAfter is 15 s, or a minute for a phone that saves data (P-30).
func refreshAfter(c *fiber.Ctx) string {
	if strings.EqualFold(c.Get("Save-Data"), "on") {
		return "60"
	}
	return "15"
}

func (s *Site) bubbles(ctx context.Context, id hotline.ConversationID) ([]bubble, error) {
	var list []bubble
	var after hotline.MessageID
	for read := 0; read < logLongest; read += logPage {
		messages, err := s.Reader.MessagesShown(ctx, id, after, logPage)
		if err != nil && !hasCode(err, hotline.NotFound) {
			return nil, err
		}
		for _, m := range messages {
			if webchat.Shown(m) && (m.Text != "" || !m.Unreadable) {
				list = append(list, bubble{ID: m.ID, Kind: kindOf(m), Text: shownText(m), At: m.At, Zone: s.Zone, Lang: m.Language})
			}
		}
		if len(messages) < logPage {
			break
		}
		after = messages[len(messages)-1].ID
	}
	if len(list) > logShown {
		list = list[len(list)-logShown:]
	}
	return list, nil
}

// shownText is what a message says; a picture of the visitor's own is named, not
// shown: somebody may look at the page.
func shownText(m hotline.Message) string {
	if m.Text == "" && len(m.Media) > 0 {
		return "JPEG"
	}
	return m.Text.Reveal()
}

// kindOf never lets an automatic text pass for a person's (P-43).
func kindOf(m hotline.Message) string {
	switch {
	case m.Direction == hotline.In:
		return "you"
	case m.Author == hotline.FromStaff:
		return "helper"
	}
	return "auto"
}
