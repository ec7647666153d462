package console

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
)

// scripts are the pages on which administrators change the guided conversation.
type scripts struct{ *Console }

func (s *Console) mountScripts(r fiber.Router) {
	admin := func(h func(*fiber.Ctx, *visit) error) fiber.Handler { return s.signedIn(administrator(h)) }
	k := &scripts{s}
	r.Get("/x", func(c *fiber.Ctx) error { return c.Redirect("/x/scripts", fiber.StatusSeeOther) })
	r.Get("/x/scripts", admin(k.show))
	r.Get("/x/scripts/edit", admin(k.open))
	r.Post("/x/scripts/edit", admin(k.change))
}

// administrator lets only administrators through.
func administrator(h func(*fiber.Ctx, *visit) error) func(*fiber.Ctx, *visit) error {
	return func(c *fiber.Ctx, v *visit) error {
		if v.user.Role != hotline.Administrator {
			return hotline.Errorf(hotline.Forbidden, "this page is for administrators")
		}
		return h(c, v)
	}
}

// versionsShown is how many versions the list goes back.
const versionsShown = 20

type scriptsPage struct {
	frame
	Version  int
	Steps    []stepView
	Versions []versionView
}

type versionView struct {
	Version int
	Who, At string
	Current bool
}

// stepView is one question as it is shown and changed.
type stepView struct {
	N             int
	Key           string
	Kind, Path    string // in words
	Kinds, Paths  []filterOption
	Choices       string
	Text, Shipped string // own wording, and the catalogue's
	Count         string
}

// show is the script that conversations go on with, and its history.
func (k *scripts) show(c *fiber.Ctx, v *visit) error {
	ctx := c.UserContext()
	published, err := k.Scripts.Scripts(ctx, versionsShown)
	if err != nil {
		return err
	}
	staff, err := k.names.all(ctx)
	if err != nil {
		return err
	}
	f, err := k.frame(c, v, "scripts", "Guided conversation")
	if err != nil {
		return err
	}
	p, current := scriptsPage{frame: f}, intake.Shipped()
	for n, s := range published {
		if n == 0 {
			current = s
		}
		p.Versions = append(p.Versions, versionView{s.Version, v.person(staff, s.PublishedBy).Short, s.PublishedAt.In(k.Zone).Format("2 Jan 2006, 15:04"), n == 0})
	}
	p.Versions = append(p.Versions, versionView{0, "As shipped", "", len(published) == 0})
	p.Version, p.Steps = current.Version, k.steps(current, "en")
	return k.pages.Render(c, fiber.StatusOK, "scripts", p)
}

type scriptEditPage struct {
	frame
	From      int
	Steps     []stepView
	Script    string // JSON, for the form
	Shown     hotline.Language
	Languages []filterOption
	Channels  []filterOption
	Says      string
	Problems  []string
	Problem   string // why it was not published
	Played    []intake.Rehearsed
	Dir       string
}

// open begins a change with one of the versions; 0 is the shipped one.
func (k *scripts) open(c *fiber.Ctx, v *visit) error {
	f := scriptForm{script: intake.Shipped(), lang: "en", channel: hotline.SMS}
	all, err := k.Scripts.Scripts(c.UserContext(), 1)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		f.from, f.script = all[0].Version, all[0]
	}
	if n, err := strconv.Atoi(c.Query("version")); err == nil && n == 0 {
		f.script = intake.Shipped()
	} else if err == nil {
		if f.script, err = k.Scripts.Script(c.UserContext(), n); err != nil {
			return err
		}
	}
	return k.edit(c, v, fiber.StatusOK, f, "")
}

// change does what the form asks: move, add, rehearse, or publish.
func (k *scripts) change(c *fiber.Ctx, v *visit) error {
	f, err := readScriptForm(c)
	if err != nil {
		return err
	}
	if c.FormValue("do") != "publish" {
		return k.edit(c, v, fiber.StatusOK, f, "")
	}
	err = k.Publisher.Publish(c.UserContext(), v.user, f.script, f.from)
	switch hotline.CodeOf(err) {
	case "":
		return c.Redirect("/x/scripts?said=published", fiber.StatusSeeOther)
	case hotline.Invalid:
		return k.edit(c, v, fiber.StatusUnprocessableEntity, f, "Not published. Mend what is listed below first.")
	case hotline.Conflict:
		return k.edit(c, v, fiber.StatusConflict, f, "Not published: somebody else published a version meanwhile. Look at it, then make your change to it.")
	}
	return err
}

func (k *scripts) edit(c *fiber.Ctx, v *visit, status int, f scriptForm, problem string) error {
	head, err := k.frame(c, v, "scripts", "Change the guided conversation")
	if err != nil {
		return err
	}
	if !slices.Contains(k.Languages, f.lang) {
		f.lang = "en"
	}
	whole, err := json.Marshal(f.script)
	if err != nil {
		return err
	}
	p := scriptEditPage{
		frame: head, From: f.from, Steps: k.steps(f.script, f.lang), Script: string(whole), Shown: f.lang, Says: f.says, Problem: problem, Dir: k.Direction(f.lang),
	}
	for _, l := range k.Languages {
		p.Languages = append(p.Languages, filterOption{Value: string(l), Label: k.EnglishName(l), On: l == f.lang})
	}
	for _, ch := range []hotline.Channel{hotline.SMS, hotline.WebChat} {
		p.Channels = append(p.Channels, filterOption{Value: string(ch), Label: channelWords[ch], On: ch == f.channel})
	}
	for _, found := range k.Publisher.Check(f.script) {
		p.Problems = append(p.Problems, found.String())
	}
	if says := lines(f.says); len(says) > 0 {
		p.Played = k.Publisher.Rehearse(f.script, f.lang, cmp.Or(f.channel, hotline.SMS), says)
	}
	return k.pages.Render(c, status, "script_edit", p)
}

// mostLines bounds a rehearsal.
const mostLines = 40

func lines(text string) (out []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && len(out) < mostLines {
			out = append(out, line)
		}
	}
	return out
}

func (k *scripts) steps(s hotline.Script, lang hotline.Language) []stepView {
	out := make([]stepView, len(s.Steps))
	for n, step := range s.Steps {
		v := stepView{
			N: n, Key: step.Key, Kind: stepWords[step.Kind], Path: pathWords[step.Path], Choices: writeChoices(step.Choices),
			Text: step.Texts[lang], Shipped: k.Wording(lang, "ask."+step.Key),
		}
		for _, kind := range hotline.StepKinds {
			v.Kinds = append(v.Kinds, filterOption{Value: string(kind), Label: stepWords[kind], On: kind == step.Kind})
		}
		for _, path := range []hotline.Path{hotline.EveryPath, hotline.SelfPath, hotline.WitnessPath} {
			v.Paths = append(v.Paths, filterOption{Value: string(path), Label: pathWords[path], On: path == step.Path})
		}
		encoding, units, segments := k.Segments(cmp.Or(v.Text, v.Shipped))
		v.Count = fmt.Sprintf("about %d characters of %s, %d SMS", units, encoding, segments)
		out[n] = v
	}
	return out
}
