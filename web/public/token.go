package public

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
)

// Each form carries a hidden token: random bytes and our signature over them,
// the form, and the receipt code of the visitor. So nobody else makes one, and
// one from another form or conversation is worth nothing here. It is not kept
// anywhere: the secret is the same on every node and after a restart, and an
// open page stays good.
//
// The token of the first message also decides the receipt code. When the answer
// to that message is lost, any further try of the same form, with the same words
// or others, leads into the same conversation.

// secretBytes is the least that Config.Secret may have.
const secretBytes = 32

// form is what a token is good for.
type form string

const (
	beginForm  form = "begin"  // the first message; there is no code yet
	writeForm  form = "write"  // any later message
	returnForm form = "return" // coming back; there is no code yet
	checkForm  form = "check"  // typing the code once
	eraseForm  form = "erase"
	hideForm   form = "hide"
	reportForm form = "report" // a step about someone else; there is no code yet
	fileForm   form = "file"
	personForm form = "person" // asking for a person in the middle of the questions
)

const (
	nonceBytes = 16
	signBytes  = 16
)

// newToken makes a token. The error is hotline.Internal when random fails.
func (s *Site) newToken(f form, code hotline.Address) (string, error) {
	nonce := make([]byte, nonceBytes, nonceBytes+signBytes)
	if _, err := io.ReadFull(s.Random, nonce); err != nil {
		return "", hotline.Errorf(hotline.Internal, "draw a token: %w", err)
	}
	return encoding.EncodeToString(append(nonce, s.sign(f, code, nonce)...)), nil
}

// goodToken says whether we made the token for this form and this code.
func (s *Site) goodToken(token string, f form, code hotline.Address) bool {
	if len(token) != encoding.EncodedLen(nonceBytes+signBytes) {
		return false
	}
	b, err := encoding.DecodeString(token)
	return err == nil && len(b) == nonceBytes+signBytes && hmac.Equal(b[nonceBytes:], s.sign(f, code, b[:nonceBytes]))
}

// codeOf is the receipt code that a good token of beginForm decides.
func (s *Site) codeOf(token string) (hotline.Address, error) {
	return webchat.NewCode(bytes.NewReader(s.mac("code", token)))
}

func (s *Site) sign(f form, code hotline.Address, nonce []byte) []byte {
	return s.mac("form", string(f), code.Reveal(), string(nonce))[:signBytes]
}

func (s *Site) mac(parts ...string) []byte {
	h := hmac.New(sha256.New, s.Secret)
	_, _ = h.Write([]byte(strings.Join(parts, "\x00")))
	return h.Sum(nil)
}

// encoding is strict, so that a token can be written in one way only (line ends,
// which it passes over, make it too long).
var encoding = base64.RawURLEncoding.Strict()

// postedToken is the token of a posted form.
func postedToken(c *fiber.Ctx) string { return strings.Clone(c.FormValue("token")) }

// renderForm shows a page with a form that has a new token.
func (s *Site) renderForm(c *fiber.Ctx, status int, name string, v *view, f form, code hotline.Address) (err error) {
	if v.Token, err = s.newToken(f, code); err != nil {
		return err
	}
	return s.render.Render(c, status, name, v)
}
