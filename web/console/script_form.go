package console

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// scriptForm is a script while it is being changed. The page holds all of it: what
// is not shown in the chosen language travels along.
type scriptForm struct {
	script  hotline.Script
	from    int              // the version it was made from
	lang    hotline.Language // whose wording is shown
	says    string           // what the person of the rehearsal writes, a line a message
	channel hotline.Channel
}

// mostSteps bounds what a form may hold.
const mostSteps = 30

// readScriptForm reads the form and does what its button asks: "up:2", "down:2",
// "out:2", "add". It judges nothing.
func readScriptForm(c *fiber.Ctx) (f scriptForm, err error) {
	if err := json.Unmarshal([]byte(c.FormValue("script")), &f.script); err != nil || len(f.script.Steps) > mostSteps {
		return f, hotline.Errorf(hotline.Invalid, "this form is not complete. Open the script again")
	}
	f.from, _ = strconv.Atoi(c.FormValue("from"))
	f.lang, f.channel = hotline.Language(c.FormValue("shown")), hotline.Channel(c.FormValue("channel"))
	f.says = strings.ReplaceAll(c.FormValue("says"), "\r\n", "\n")
	for n := range f.script.Steps {
		f.readStep(c, n)
	}
	f.do(c.FormValue("do"))
	f.lang = hotline.Language(c.FormValue("lang"))
	return f, nil
}

func stepField(n int, name string) string { return fmt.Sprintf("s%d.%s", n, name) }

func (f *scriptForm) readStep(c *fiber.Ctx, n int) {
	s := &f.script.Steps[n]
	value := func(name string) string { return strings.TrimSpace(c.FormValue(stepField(n, name))) }
	s.Key, s.Kind, s.Path = value("key"), hotline.StepKind(value("kind")), hotline.Path(value("path"))
	s.Choices = readChoices(value("choices"))
	if s.Texts == nil {
		s.Texts = map[hotline.Language]string{}
	}
	if s.Texts[f.lang] = value("text"); s.Texts[f.lang] == "" {
		delete(s.Texts, f.lang)
	}
}

// readChoices reads one choice a line: "safe_place 2" raises to urgent.
func readChoices(text string) (out []hotline.Choice) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		c := hotline.Choice{Value: fields[0]}
		if len(fields) > 1 {
			raise, err := strconv.Atoi(fields[1])
			if err != nil {
				raise = -1 // refused by the rule
			}
			c.Raise = hotline.Priority(raise)
		}
		out = append(out, c)
	}
	return out
}

func writeChoices(choices []hotline.Choice) string {
	var b strings.Builder
	for _, c := range choices {
		b.WriteString(c.Value)
		if c.Raise != 0 {
			fmt.Fprintf(&b, " %d", c.Raise)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// do moves, takes out or adds a step.
func (f *scriptForm) do(what string) {
	verb, place, _ := strings.Cut(what, ":")
	n, err := strconv.Atoi(place)
	steps := f.script.Steps
	switch {
	case verb == "add" && len(steps) < mostSteps:
		f.script.Steps = append(steps, hotline.Step{Key: fmt.Sprintf("question_%d", len(steps)+1), Kind: hotline.OpenStep})
	case err != nil || n < 0 || n >= len(steps):
	case verb == "up" && n > 0:
		steps[n-1], steps[n] = steps[n], steps[n-1]
	case verb == "down" && n+1 < len(steps):
		steps[n+1], steps[n] = steps[n], steps[n+1]
	case verb == "out":
		f.script.Steps = slices.Delete(steps, n, n+1)
	}
}
