package console

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// take makes the conversation the visitor's own.
func (k *conversations) take(c *fiber.Ctx, v *visit) error {
	id := convOf(c)
	if err := k.Queue.Take(c.UserContext(), v.user, id); err != nil {
		return k.lost(c, v, err, "took this first")
	}
	return backTo(c, id, "taken")
}

// release gives it back to the queue.
func (k *conversations) release(c *fiber.Ctx, v *visit) error {
	id := convOf(c)
	if err := k.Queue.Release(c.UserContext(), v.user, id); err != nil {
		return k.lost(c, v, err, "has this one")
	}
	return backTo(c, id, "released")
}

// priority overrules triage. The answer's address remembers how it stood before,
// for the offer to take the change back.
func (k *conversations) priority(c *fiber.Ctx, v *visit) error {
	id := convOf(c)
	before, err := k.Reader.Conversation(c.UserContext(), id)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(c.FormValue("priority")) // 0 is refused by the rule
	err = k.Queue.SetPriority(c.UserContext(), v.user, id, hotline.Priority(n), triage.OverrideReason(c.FormValue("reason")))
	if err != nil {
		return k.lost(c, v, err, "")
	}
	return backTo(c, id, "priority&was="+formatWas(before.Conversation))
}

// undoPriority takes a change of priority back.
func (k *conversations) undoPriority(c *fiber.Ctx, v *visit) error {
	id := convOf(c)
	done, ok := parseWas(c.FormValue("was"))
	if !ok {
		return hotline.Errorf(hotline.Invalid, "this form does not say what to take back. Open the conversation again")
	}
	n, _ := strconv.Atoi(c.FormValue("now"))
	done.To = hotline.Priority(n)
	if err := k.Queue.UndoPriority(c.UserContext(), v.user, id, done); err != nil {
		return k.lost(c, v, err, "")
	}
	return backTo(c, id, "undone")
}

// label keeps what the visitor says of a type of exploitation or a means of control.
func (k *conversations) label(c *fiber.Ctx, v *visit) error {
	verdict := triage.Verdict{Label: c.FormValue("label"), Is: c.FormValue("is") == "yes", Reason: triage.OverrideReason(c.FormValue("reason"))}
	if err := k.Queue.SetLabel(c.UserContext(), v.user, convOf(c), verdict); err != nil {
		return k.lost(c, v, err, "")
	}
	return backTo(c, convOf(c), "labelled")
}

// close ends the work on the conversation. What the person wrote after the page
// was shown must be read first: closing would take them out of the queue.
func (k *conversations) close(c *fiber.Ctx, v *visit) error {
	id := convOf(c)
	x, err := k.Reader.Conversation(c.UserContext(), id)
	if err != nil {
		return err
	}
	if heard, _ := strconv.ParseInt(c.FormValue("heard"), 10, 64); x.Conversation.LastInboundAt.UnixMicro() > heard {
		return k.unread(c, v)
	}
	if err := k.Desk.Close(c.UserContext(), v.user, id); err != nil {
		return k.lost(c, v, err, "")
	}
	return backTo(c, id, "closed")
}

// openCase makes a case, or leads to the one that there is already.
func (k *conversations) openCase(c *fiber.Ctx, v *visit) error {
	id := convOf(c)
	made, err := k.Casework.Open(c.UserContext(), v.user, id)
	if err == nil {
		return c.Redirect("/o/cases/"+string(made.ID)+"?said=casemade", fiber.StatusSeeOther)
	}
	if hotline.CodeOf(err) == hotline.Conflict {
		if x, readErr := k.Reader.Conversation(c.UserContext(), id); readErr == nil && x.Conversation.CaseID != "" {
			return c.Redirect("/o/cases/"+string(x.Conversation.CaseID), fiber.StatusSeeOther)
		}
	}
	return k.lost(c, v, err, "")
}

// unread shows what the person wrote meanwhile instead of closing over it.
func (k *conversations) unread(c *fiber.Ctx, v *visit) error {
	p, err := k.page(c, v)
	if err != nil {
		return err
	}
	p.Toast = toast{Text: "The person wrote meanwhile", More: "Nothing was closed. Read it, then close again"}
	return k.render(c, fiber.StatusConflict, p)
}

// lost shows the conversation as it stands now when an action came too late, and
// who was faster. did says what that person did.
func (k *conversations) lost(c *fiber.Ctx, v *visit, cause error, did string) error {
	code := hotline.CodeOf(cause)
	if code != hotline.Conflict && code != hotline.Invalid {
		return cause
	}
	p, err := k.page(c, v)
	if err != nil {
		return cause
	}
	status := fiber.StatusConflict
	p.Toast = toast{Text: "This changed while you had it open", More: "Here is how it stands now"}
	var taken *triage.TakenError
	switch {
	case errors.As(cause, &taken):
		p.Toast = toast{Text: p.nameOf(taken.OwnerID) + " " + did, More: "Nothing of yours was sent", Next: true}
	case code == hotline.Invalid:
		status = fiber.StatusUnprocessableEntity
		p.Toast = toast{Text: "Nothing was changed", More: "Choose from both lists, then try again"}
	}
	return k.render(c, status, p)
}
