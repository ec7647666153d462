package public

import (
	"crypto/sha256"
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/picture"
)

// FilePath is the one address of the public pages that takes more than a form.
const FilePath = "/c/file"

// MaxUpload is how much that address reads: more than is kept, so that who
// chooses too large a picture is told so by a page of ours.
const MaxUpload = 12 << 20

// sendFile takes a picture in, made anew of its pixels (P-53). Its form answers
// into the frame of the list, so that the draft beside it stays.
func (s *Site) sendFile(c *fiber.Ctx) error {
	v := s.view(c)
	session, is, err := s.visitor(c)
	if err != nil {
		return err
	}
	to := "/c/log"
	if is == present {
		if problem := s.takeFile(c, session); problem != "" {
			to += "?problem=" + problem
		}
	}
	return c.Redirect(v.Href(to), fiber.StatusSeeOther)
}

// fileProblems are what the list says after a picture, or the call for a person,
// did not get through.
var fileProblems = map[string]string{
	"unsent": "web.chat.not_sent", "kind": "web.files.kind", "big": "web.files.big", "old": "web.errors.old_page",
}

// takeFile files the picture as a message; the result is a key of fileProblems.
func (s *Site) takeFile(c *fiber.Ctx, session hotline.Session) (problem string) {
	l := letter{token: postedToken(c)}
	if !s.goodToken(l.token, fileForm, session.Address) || c.FormValue("more") != "" {
		return "old"
	}
	if ok, _ := s.mayWrite(c, session); !ok {
		return "unsent"
	}
	body, err := s.cleanFile(c)
	switch {
	case errors.Is(err, picture.ErrBig):
		return "big"
	case err != nil:
		return "kind"
	}
	sum := sha256.Sum256(append([]byte(l.token), body...))
	f := hotline.File{ID: hotline.FileID(encoding.EncodeToString(sum[:18])), Body: body}
	l.text = string(f.ID) // the same form with another picture is another message
	if err := s.fileMessage(c, l, session, f); err != nil {
		return "unsent"
	}
	return ""
}

// cleanFile reads the picture. One is made anew at a time: the pixels of a large
// one take 200 MB for a moment.
func (s *Site) cleanFile(c *fiber.Ctx) ([]byte, error) {
	head, err := c.FormFile("file")
	if err != nil {
		return nil, picture.ErrKind
	}
	if head.Size > picture.MaxBytes {
		return nil, picture.ErrBig
	}
	file, err := head.Open()
	if err != nil {
		return nil, picture.ErrKind
	}
	defer file.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(io.LimitReader(file, picture.MaxBytes+1))
	if err != nil {
		return nil, picture.ErrKind
	}
	s.oneFile.Lock()
	defer s.oneFile.Unlock()
	return picture.Clean(raw)
}

// fileMessage keeps the file and files the message that stands for it. When the
// message began a new conversation, the file goes there.
func (s *Site) fileMessage(c *fiber.Ctx, l letter, session hotline.Session, f hotline.File) error {
	if err := s.Files.AddFile(c.UserContext(), session.ConversationID, f); err != nil {
		return err
	}
	lang, _ := s.tongue.of(c)
	receipt, err := s.Receiver.Receive(c.UserContext(), hotline.Inbound{
		Channel: hotline.WebChat, From: session.Address, ProviderID: l.id(),
		Media: []hotline.Media{hotline.MediaOf(f.ID)}, Language: lang, At: s.Now(),
	})
	if err != nil {
		return err
	}
	if receipt.ConversationID != session.ConversationID {
		if err := s.Files.AddFile(c.UserContext(), receipt.ConversationID, f); err != nil {
			return err
		}
	}
	return s.wroteIn(c, session, receipt)
}
