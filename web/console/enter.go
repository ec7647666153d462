package console

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/web/page"
)

// enterForm is a report that staff take down, as typed.
type enterForm struct {
	Channel  hotline.Channel
	About    string
	Language hotline.Language
	Text     string
	Place    string
	Number   string
	CallSafe string
	Priority hotline.Priority // 0: as it is read
	Once     string           // of the form, so that two taps file one report
}

func readEnterForm(c *fiber.Ctx) enterForm {
	n, _ := strconv.Atoi(c.FormValue("priority")) // 0 where none was chosen
	f := enterForm{
		Channel: hotline.Channel(c.FormValue("channel")), About: c.FormValue("about"), Language: hotline.Language(c.FormValue("language")),
		Text: strings.TrimSpace(strings.ReplaceAll(c.FormValue("text"), "\r\n", "\n")), Place: strings.TrimSpace(c.FormValue("place")),
		Number: strings.TrimSpace(c.FormValue("number")), CallSafe: c.FormValue("safe"), Priority: hotline.Priority(n), Once: c.FormValue("once"),
	}
	if priorityWords[f.Priority] == "" {
		f.Priority = 0
	}
	if !slices.Contains(intake.Abouts, f.About) {
		f.About = "unknown"
	}
	if f.Channel != hotline.InPerson {
		f.Channel = hotline.Voice
	}
	if f.CallSafe != "yes" && f.CallSafe != "no" {
		f.CallSafe = ""
	}
	return f
}

// plainNumber takes what people put between digits out of a number.
func plainNumber(typed string) string {
	plain := strings.NewReplacer(" ", "", "\u00a0", "", "-", "", ".", "", "/", "", "(", "", ")", "").Replace(typed)
	if rest, ok := strings.CutPrefix(plain, "00"); ok {
		return "+" + rest
	}
	return plain
}

func (f enterForm) handed(by hotline.User) intake.Handed {
	h := intake.Handed{
		ID: f.Once, Text: hotline.Text(f.Text), Language: f.Language, Place: hotline.Text(f.Place), About: f.About,
		Channel: f.Channel, Source: string(by.ID), By: by.ID, Priority: f.Priority, CallSafe: f.CallSafe,
	}
	if f.Number != "" {
		h.Contact = &intake.HandedContact{Channel: "phone", Address: hotline.Address(plainNumber(f.Number))}
	}
	return h
}

// enterShow is the empty form.
func (k *conversations) enterShow(c *fiber.Ctx, v *visit) error {
	return k.renderEnter(c, v, fiber.StatusOK, enterPage{Form: enterForm{Channel: hotline.Voice, About: "unknown", Once: newToken()}})
}

// enter shows how a report is read, and files it when that was seen.
func (k *conversations) enter(c *fiber.Ctx, v *visit) error {
	p := enterPage{Form: readEnterForm(c)}
	h := p.Form.handed(v.user)
	if p.Faults = faultsByField(h.Check(k.Now())); len(p.Faults) > 0 {
		return k.renderEnter(c, v, fiber.StatusUnprocessableEntity, p)
	}
	if c.FormValue("do") == "save" {
		receipt, err := k.Pipe.Receive(c.UserContext(), h.Inbound())
		if err == nil {
			return backTo(c, receipt.ConversationID, "entered")
		}
		return k.enterAgain(c, v, err, p)
	}
	return k.renderRead(c, v, fiber.StatusOK, p)
}

// enterAgain keeps what was typed. A try that failed for us may have gone through,
// so the form keeps its word.
func (k *conversations) enterAgain(c *fiber.Ctx, v *visit, cause error, p enterPage) error {
	f := page.Explain(c, cause)
	if f.Status >= fiber.StatusInternalServerError {
		k.Log.Error("report not filed", "ref", f.Reference, "code", f.Code, "err", cause)
		f.Message = "This was our fault. Your words are still here. Try again"
	}
	p.Problem = sentence(f.Message)
	return k.renderRead(c, v, f.Status, p)
}

func (k *conversations) renderRead(c *fiber.Ctx, v *visit, status int, p enterPage) (err error) {
	p.Read = k.readAs(p.Form)
	if p.Known, err = k.knownBy(c.UserContext(), plainNumber(p.Form.Number)); err != nil {
		return err
	}
	return k.renderEnter(c, v, status, p)
}

// knownBy finds the newest conversations of a number, so that nobody begins anew
// what has been told already.
func (k *conversations) knownBy(ctx context.Context, number string) (out []knownView, err error) {
	for _, ch := range []hotline.Channel{hotline.SMS, hotline.WhatsApp, hotline.Voice, hotline.InPerson, hotline.Partner} {
		id, err := k.Reader.ConversationOf(ctx, ch, hotline.Address(number))
		switch hotline.CodeOf(err) {
		case "":
			out = append(out, knownView{id, channelWords[ch]})
		case hotline.NotFound:
		default:
			return nil, err
		}
	}
	return out, nil
}
