package console

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
)

// plainView is one of the texts that may be sent while an alarm word stands.
type plainView struct {
	Name string
	Text string
	Once string
}

// askSafe asks the person whether writing is still safe.
func (k *conversations) askSafe(c *fiber.Ctx, v *visit) error {
	return k.keep(c, v, "asked", k.Desk.AskSafe(c.UserContext(), v.user, convOf(c)))
}

// lift opens a lock that only silence or the clock made.
func (k *conversations) lift(c *fiber.Ctx, v *visit) error {
	return k.keep(c, v, "lifted", k.Desk.Lift(c.UserContext(), v.user, convOf(c), c.FormValue("reason")))
}

// offerWords asks the person for a safe word.
func (k *conversations) offerWords(c *fiber.Ctx, v *visit) error {
	return k.keep(c, v, "offered", k.Desk.OfferWords(c.UserContext(), v.user, convOf(c)))
}

// plain sends a text that says nothing to whoever reads along.
func (k *conversations) plain(c *fiber.Ctx, v *visit) error {
	return k.keep(c, v, "sent", k.Desk.ReplyPlain(c.UserContext(), v.user, convOf(c), c.FormValue("name"), c.FormValue("once")))
}

// endAlarm ends what the person's alarm word began.
func (k *conversations) endAlarm(c *fiber.Ctx, v *visit) error {
	return k.keep(c, v, "calm", k.Desk.EndAlarm(c.UserContext(), v.user, convOf(c), c.FormValue("reason")))
}

// keep answers a form about safety: what was done, or how it stands now and why
// nothing was.
func (k *conversations) keep(c *fiber.Ctx, v *visit, said string, err error) error {
	if err == nil {
		return backTo(c, convOf(c), said)
	}
	return k.writeAgain(c, v, err, func(p *convPage) { p.Toast = toast{Text: "Nothing was sent", More: p.problem} })
}

// safety adds what may be done about the lock to the strip.
func (k *conversations) safety(s *stripView, x hotline.Exchange, lock hotline.Lock) {
	plan := x.Contact.Plan
	s.Plan = planWords(plan)
	switch {
	case plan.Duress:
		s.Alarm, s.Calm = true, options(intake.CalmReasons, calmWords)
	case lock == hotline.AskLock:
		s.Ask, s.Lift = true, options(intake.LiftReasons, liftWords)
	case lock == hotline.SilentLock, lock == hotline.HoursLock:
		s.Lift = options(intake.LiftReasons, liftWords)
	case lock == hotline.NoLock:
		s.Words = x.Conversation.Safety == hotline.Safe && x.Conversation.Channel != hotline.WebChat && plan.SafeWord == ""
	}
}

// planWords say in one line what the person agreed with us.
func planWords(p hotline.Plan) string {
	var parts []string
	switch p.Later {
	case hotline.LaterYes:
		parts = append(parts, fmt.Sprintf("we may write first from %s to %s where they are", clockOf(p.From), clockOf(p.To)))
	case hotline.LaterNo:
		parts = append(parts, "we never write first")
	}
	if p.SafeWord != "" {
		parts = append(parts, "has a safe word")
	}
	return strings.Join(parts, ", ")
}

func clockOf(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// plainTexts are offered instead of the box while an alarm word stands.
func (k *conversations) plainTexts(x hotline.Exchange) []plainView {
	if !x.Contact.Plan.Duress {
		return nil
	}
	out := make([]plainView, len(intake.PlainTexts))
	for i, name := range intake.PlainTexts {
		out[i] = plainView{Name: name, Text: k.Desk.PlainText(&x.Conversation, name).Reveal(), Once: newToken()}
	}
	return out
}

func options(codes []string, words map[string]string) []filterOption {
	out := make([]filterOption, len(codes))
	for i, code := range codes {
		out[i] = filterOption{Value: code, Label: words[code]}
	}
	return out
}
