package intake

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

// ScriptStore keeps the versions of the guided conversation. PublishScript stores
// a script as the version after one that was seen, with its audit entry; a version
// in between is a hotline.Conflict.
type ScriptStore interface {
	PublishScript(ctx context.Context, s hotline.Script, entry hotline.AuditEntry) error
}

// Scripts is what administrators do with the guided conversation.
type Scripts struct {
	store    ScriptStore
	intake   *Intake
	announce func(hotline.Event)
}

// NewScripts makes a Scripts. announce must not block; its event has the topic
// "script".
func NewScripts(store ScriptStore, i *Intake, announce func(hotline.Event)) *Scripts {
	return &Scripts{store: store, intake: i, announce: announce}
}

// Publish makes a script the one that conversations go on with. after is the
// version that it was made from. The errors are hotline.Forbidden for anyone but
// administrators, hotline.Invalid when Check finds a problem, and hotline.Conflict
// when somebody else has published meanwhile.
func (p *Scripts) Publish(ctx context.Context, by hotline.User, s hotline.Script, after int) error {
	if by.Disabled || by.Role != hotline.Administrator {
		return hotline.Errorf(hotline.Forbidden, "Only administrators change the guided conversation.")
	}
	if found := p.Check(s); len(found) > 0 {
		return hotline.Errorf(hotline.Invalid, "%s", found[0].String())
	}
	i := p.intake
	s.Version, s.PublishedAt, s.PublishedBy = after+1, i.now(), by.ID
	err := p.store.PublishScript(ctx, s, hotline.AuditEntry{
		ID: i.newID(), At: s.PublishedAt, ActorID: by.ID, Action: "script.publish", Object: "script", ObjectID: fmt.Sprint(s.Version),
	})
	if err != nil {
		return err
	}
	i.Use(&s)
	p.announce(hotline.Event{Topic: "script", Kind: "published"})
	return nil
}

// ScriptProblem is what keeps a script from being published, in words for staff.
type ScriptProblem struct {
	Step string // key of the step; "" for the whole
	What string
}

// String is one sentence.
func (p ScriptProblem) String() string {
	if p.Step == "" {
		return p.What
	}
	return fmt.Sprintf("Question “%s”: %s", p.Step, p.What)
}

// Limits of a script's parts.
const (
	fewestChoices, mostChoices = 2, 9
	longestOwnText             = 1000 // bytes, before anything is filled in
)

var stepKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,30}$`)

// Check says what is wrong with a script: its first question must be about safety,
// its second about danger, no path may ask more than eight, and every wording must
// be there, fit its segments and tell nobody what this is.
func (p *Scripts) Check(s hotline.Script) (found []ScriptProblem) {
	say := func(step, format string, values ...any) {
		found = append(found, ScriptProblem{step, fmt.Sprintf(format, values...)})
	}
	for n, kind := range []hotline.StepKind{hotline.SafeStep, hotline.DangerStep} {
		if len(s.Steps) <= n || s.Steps[n].Kind != kind || s.Steps[n].Path != hotline.EveryPath || s.Steps[n].Key != string(kind) {
			say("", "The %s question must ask everyone whether %s.", []string{"first", "second"}[n], []string{"writing is safe", "there is danger now"}[n])
		}
	}
	for _, path := range []hotline.Path{hotline.SelfPath, hotline.WitnessPath} {
		if n := countPath(s, path); n > mostQuestions {
			say("", "There are %d questions on the path “%s”; %d at most.", n, path, mostQuestions)
		}
	}
	seen := map[string]bool{}
	for n, step := range s.Steps {
		if seen[step.Key] {
			say(step.Key, "There are two of this name.")
		}
		seen[step.Key] = true
		found = append(found, p.checkStep(step, n)...)
	}
	return found
}

func countPath(s hotline.Script, path hotline.Path) (n int) {
	for _, step := range s.Steps {
		if step.Path == hotline.EveryPath || step.Path == path {
			n++
		}
	}
	return n
}

func (p *Scripts) checkStep(step hotline.Step, place int) (found []ScriptProblem) {
	say := func(format string, values ...any) {
		found = append(found, ScriptProblem{step.Key, fmt.Sprintf(format, values...)})
	}
	first := step.Kind == hotline.SafeStep || step.Kind == hotline.DangerStep
	switch {
	case !stepKey.MatchString(step.Key):
		say("The name must be small letters, digits and _, and begin with a letter.")
	case slices.Contains(ownWordSteps, step.Key), step.Key == languageQuestion, step.Key == personQuestion:
		say("This name has another meaning. Choose another one.")
	case !slices.Contains(hotline.StepKinds, step.Kind):
		say("The kind is not known.")
	case first && place > 1:
		say("The questions about safety and danger stand first, once each.")
	case step.Path != hotline.EveryPath && step.Path != hotline.SelfPath && step.Path != hotline.WitnessPath:
		say("The path is not known.")
	case step.Kind == hotline.ChoiceStep && (len(step.Choices) < fewestChoices || len(step.Choices) > mostChoices):
		say("It needs %d to %d choices.", fewestChoices, mostChoices)
	case step.Kind != hotline.ChoiceStep && len(step.Choices) > 0:
		say("Only a question with choices has choices.")
	}
	for _, c := range step.Choices {
		if !stepKey.MatchString(c.Value) || c.Raise < 0 || c.Raise > hotline.NoisePriority {
			say("The choice “%s” must be small letters, digits and _, and raise to a priority that there is.", c.Value)
		}
	}
	return append(found, p.checkTexts(step)...)
}

// checkTexts holds an administrator's wording to the rules of the catalogues.
func (p *Scripts) checkTexts(step hotline.Step) (found []ScriptProblem) {
	v := p.intake.voice
	say := func(lang hotline.Language, format string, values ...any) {
		found = append(found, ScriptProblem{step.Key, "In " + locales.EnglishName(lang) + ", " + fmt.Sprintf(format, values...)})
	}
	if step.Texts[locales.English] == "" && !v.speaker.Says("ask."+step.Key) {
		found = append(found, ScriptProblem{step.Key, "It has no English wording."})
	}
	for _, lang := range locales.Known() {
		own := step.Texts[lang]
		if own == "" {
			continue
		}
		said, err := v.speaker.Fill(lang, own, v.values(surroundings{lang, true, ""}))
		encoding, units, segments := locales.Segments(said)
		switch {
		case err != nil:
			say(lang, "a gap in {{ }} cannot be filled: %v.", err)
		case len(own) > longestOwnText, encoding == locales.GSM7 && segments > 1, segments > 2:
			say(lang, "it takes %d segments (%d characters of %s); one of GSM-7 or two of UCS-2 at most.", segments, units, encoding)
		case locales.Telling(lang, own) != "":
			say(lang, "“%s” tells a bystander what this is.", locales.Telling(lang, own))
		}
	}
	for lang := range step.Texts {
		if !slices.Contains(locales.Known(), lang) {
			found = append(found, ScriptProblem{step.Key, fmt.Sprintf("The language “%s” is not known.", lang)})
		}
	}
	return found
}

// Rehearsed is one line of a conversation that was only played.
type Rehearsed struct {
	Person bool
	Text   hotline.Text
}

// Rehearse plays a conversation by the real rules, in memory: what would be said to
// a person who writes these texts, a minute apart. Nothing is stored.
func (p *Scripts) Rehearse(s hotline.Script, lang hotline.Language, ch hotline.Channel, texts []string) []Rehearsed {
	i, at := rehearsal(p.intake), p.intake.now()
	x := hotline.Exchange{Contact: hotline.Contact{ID: "rehearsal", Channel: ch, Language: lang}}
	i.now = func() time.Time { return at }
	var out []Rehearsed
	for _, text := range texts {
		at = at.Add(time.Minute)
		said := len(x.Written)
		in := hotline.Inbound{Channel: ch, From: "rehearsal", Text: hotline.Text(strings.TrimSpace(text)), Language: lang, At: at}
		in.Assessment = i.triage.Assess(in.Text.Reveal(), hotline.Hints{Language: lang})
		i.advanceBy(&s, &x, in)
		for _, m := range x.Written[said:] {
			out = append(out, Rehearsed{Person: m.Direction == hotline.In, Text: m.Text})
		}
	}
	return out
}

// rehearsal is an Intake that shares the rules of another and nothing that is
// stored or announced.
func rehearsal(i *Intake) *Intake {
	n := 0
	return &Intake{
		triage: i.triage, mark: i.mark, voice: i.voice, words: i.words,
		newID: func() string { n++; return fmt.Sprintf("rehearsal-%04d", n) },
	}
}
