package console

import (
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
)

// enterPage is the form in which staff take down a report.
type enterPage struct {
	frame
	Form    enterForm
	Problem string
	Faults  map[string]string // by field

	Channels, Abouts, Languages, Safes, Priorities []filterOption

	Read  *readView // how the report is read; nil before somebody asked
	Known []knownView
}

// readView is what triage makes of a text.
type readView struct {
	Pri     priorityLook
	Kind    string
	Text    []segment
	Lang    hotline.Language
	Reasons []reasonView
	Rule    string
}

// knownView is a conversation that a number has with us.
type knownView struct {
	ID      hotline.ConversationID
	Channel string
}

var (
	aboutWords    = map[string]string{"self": "The person it happens to", "witness": "Someone who saw or heard it", "unknown": "Not clear"}
	callSafeWords = map[string]string{"": "Not asked", "yes": "Safe to call", "no": "Not safe to call"}
)

// faultFields are the fields of the form, by those of the report.
var faultFields = map[string]string{"contact.address": "number", "id": "form"}

func faultsByField(faults []intake.Fault) map[string]string {
	out := map[string]string{}
	for _, f := range faults {
		field := faultFields[f.Field]
		if field == "" {
			field = f.Field
		}
		if out[field] == "" {
			out[field] = sentence(f.Problem)
		}
	}
	return out
}

func (k *conversations) readAs(f enterForm) *readView {
	a := k.Assess(f.Text, hotline.Hints{Language: f.Language})
	m := hotline.Message{Direction: hotline.In, Text: hotline.Text(f.Text), Assessment: &a}
	found := findReasons(a.Kind, []hotline.Message{m})
	r := &readView{
		Pri: priorityView(a.Priority), Kind: kindWords[a.Kind], Lang: a.Language,
		Text: segments(f.Text, found.spans(m)), Rule: ruleOf(hotline.Conversation{}, found),
	}
	for i, one := range found.found {
		v := reasonView{N: i + 1, Name: indicatorWords(one.code), Code: one.code}
		v.Weight, v.Bars = weightLook(one.weight)
		r.Reasons = append(r.Reasons, v)
	}
	return r
}

func (k *conversations) renderEnter(c *fiber.Ctx, v *visit, status int, p enterPage) error {
	f, err := k.frame(c, v, "queue", "Take down a report")
	if err != nil {
		return err
	}
	p.frame = f
	if p.Faults["form"] != "" {
		p.Problem = "This form has lost its number. Open it again and copy your words over."
	}
	for _, ch := range []hotline.Channel{hotline.Voice, hotline.InPerson} {
		p.Channels = append(p.Channels, filterOption{Value: string(ch), Label: channelWords[ch], On: ch == p.Form.Channel})
	}
	for _, about := range intake.Abouts {
		p.Abouts = append(p.Abouts, filterOption{Value: about, Label: aboutWords[about], On: about == p.Form.About})
	}
	p.Languages = []filterOption{{Label: "As it is read"}}
	for _, l := range k.Languages {
		p.Languages = append(p.Languages, filterOption{Value: string(l), Label: k.EnglishName(l), On: l == p.Form.Language})
	}
	for _, safe := range []string{"", "yes", "no"} {
		p.Safes = append(p.Safes, filterOption{Value: safe, Label: callSafeWords[safe], On: safe == p.Form.CallSafe})
	}
	p.Priorities = []filterOption{{Label: "As it is read"}}
	for _, pri := range priorities {
		look := priorityView(pri)
		p.Priorities = append(p.Priorities, filterOption{Value: look.Number, Label: look.Number + " " + look.Word, On: pri == p.Form.Priority})
	}
	return k.pages.Render(c, status, "enter", p)
}
