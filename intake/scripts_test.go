package intake

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// archive keeps published scripts.
type archive struct{ scripts []hotline.Script }

func (a *archive) PublishScript(_ context.Context, s hotline.Script, _ hotline.AuditEntry) error {
	if len(a.scripts) >= s.Version {
		return hotline.Errorf(hotline.Conflict, "there is one")
	}
	a.scripts = append(a.scripts, s)
	return nil
}

var ada = hotline.User{ID: "user-ada", Role: hotline.Administrator}

func TestTheShippedScriptHasNoProblem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if found := NewScripts(&archive{}, h.intake, func(hotline.Event) {}).Check(Shipped()); len(found) > 0 {
		t.Errorf("%v", found)
	}
}

func TestCheckScript(t *testing.T) {
	t.Parallel()
	open := func(key string) hotline.Step {
		return hotline.Step{Key: key, Kind: hotline.OpenStep, Texts: english("How many rooms?")}
	}
	for name, c := range map[string]struct {
		change func(*hotline.Script)
		want   string
	}{
		"no question about safety": {func(s *hotline.Script) { s.Steps = s.Steps[1:] }, "The first question must ask everyone whether writing is safe."},
		"danger later":             {func(s *hotline.Script) { s.Steps[1], s.Steps[2] = s.Steps[2], s.Steps[1] }, "The second question must ask everyone whether there is danger now."},
		"nothing":                  {func(s *hotline.Script) { s.Steps = nil }, "The first question"},
		"too many":                 {func(s *hotline.Script) { s.Steps = append(s.Steps, open("one"), open("two")) }, "10 questions on the path “self”; 8 at most."},
		"twice":                    {func(s *hotline.Script) { s.Steps = append(s.Steps, s.Steps[2]) }, "There are two of this name."},
		"name":                     {func(s *hotline.Script) { s.Steps[3].Key = "What is it" }, "The name must be small letters"},
		"own name":                 {func(s *hotline.Script) { s.Steps[3].Key = "safe_word" }, "This name has another meaning"},
		"kind":                     {func(s *hotline.Script) { s.Steps[3].Kind = "essay" }, "The kind is not known."},
		"path":                     {func(s *hotline.Script) { s.Steps[3].Path = "both" }, "The path is not known."},
		"choices":                  {func(s *hotline.Script) { s.Steps[4].Choices = nil }, "It needs 2 to 9 choices."},
		"raise":                    {func(s *hotline.Script) { s.Steps[4].Choices[0].Raise = 9 }, "raise to a priority that there is"},
		"wording":                  {func(s *hotline.Script) { s.Steps[3] = hotline.Step{Key: "rooms", Kind: hotline.OpenStep} }, "It has no English wording."},
		"long":                     {func(s *hotline.Script) { s.Steps[3].Texts = english(strings.Repeat("long ", 40)) }, "it takes 2 segments"},
		"telling":                  {func(s *hotline.Script) { s.Steps[3].Texts = english("Are you a victim?") }, "“victim” tells a bystander"},
		"gap":                      {func(s *hotline.Script) { s.Steps[3].Texts = english("Reply {{.PERHAPS}}.") }, "a gap in {{ }} cannot be filled"},
		"language":                 {func(s *hotline.Script) { s.Steps[3].Texts = map[hotline.Language]string{"xx": "Hm?"} }, "The language “xx” is not known."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, store := newHouse(t), &archive{}
			p := NewScripts(store, h.intake, func(hotline.Event) {})
			s := Shipped()
			s.Steps[4].Choices = slices.Clone(s.Steps[4].Choices)
			c.change(&s)
			if found := p.Check(s); !slices.ContainsFunc(found, func(p ScriptProblem) bool { return strings.Contains(p.String(), c.want) }) {
				t.Errorf("found %v, want %q", found, c.want)
			}
			if err := p.Publish(context.Background(), ada, s, 0); hotline.CodeOf(err) != hotline.Invalid || len(store.scripts) > 0 {
				t.Errorf("published: %v", err)
			}
		})
	}
}

func english(text string) map[hotline.Language]string { return map[hotline.Language]string{"en": text} }

func TestPublishScript(t *testing.T) {
	t.Parallel()
	h, store, ctx := newHouse(t), &archive{}, context.Background()
	var told []hotline.Event
	p := NewScripts(store, h.intake, func(e hotline.Event) { told = append(told, e) })
	s := Shipped()
	s.Steps = append(s.Steps[:2:2], hotline.Step{
		Key: "rooms", Kind: hotline.ChoiceStep, Texts: map[hotline.Language]string{"en": "Rooms? Reply 1 few 2 many. Or {{.SKIP}}.", "fr": "Pièces ? Répondez 1 peu 2 beaucoup. Ou {{.SKIP}}."},
		Choices: []hotline.Choice{{Value: "few"}, {Value: "many", Raise: hotline.Urgent}},
	})
	if err := p.Publish(ctx, sam, s, 0); hotline.CodeOf(err) != hotline.Forbidden {
		t.Errorf("by an operator: %v", err)
	}
	if err := p.Publish(ctx, ada, s, 0); err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(ctx, ada, s, 0); hotline.CodeOf(err) != hotline.Conflict {
		t.Errorf("from an old version: %v", err)
	}
	if len(told) != 1 || told[0].Topic != "script" || store.scripts[0].Version != 1 || store.scripts[0].PublishedBy != ada.ID {
		t.Errorf("%+v %+v", told, store.scripts)
	}
	if got := h.say("français", "oui", "non"); got != "rooms" {
		t.Fatalf("asked %q", got)
	}
	if last := h.mem.messages[len(h.mem.messages)-1].Text.Reveal(); last != "Pièces ? Répondez 1 peu 2 beaucoup. Ou PASSER." {
		t.Errorf("said %q", last)
	}
	if got := h.say("2"); got != "in_line" || h.conversation().Priority != hotline.Urgent {
		t.Errorf("then %q, %s", got, h.state())
	}
}

func TestRehearsing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := NewScripts(&archive{}, h.intake, func(hotline.Event) {})
	var out []string
	for _, l := range p.Rehearse(Shipped(), "es", hotline.SMS, []string{"hola", "si", "no"}) {
		who := "<"
		if l.Person {
			who = ">"
		}
		out = append(out, who)
		if l.Text == "" {
			t.Error("an empty line")
		}
	}
	if got := strings.Join(out, ""); got != "><><<><" {
		t.Errorf("the lines go %s", got)
	}
	if len(h.mem.messages) > 0 || len(h.events) > 0 {
		t.Error("something was kept")
	}
}
