package extract

import (
	"slices"
	"strings"

	"github.com/hearline/hearline/hotline"
)

// sureEnough is the confidence from which an entity may lead to other reports.
const sureEnough = 0.6

var clueKinds = map[Kind]hotline.ClueKind{
	Phone: hotline.CluePhone, Email: hotline.ClueEmail, URL: hotline.ClueLink, Handle: hotline.ClueHandle, Plate: hotline.CluePlate,
	Address: hotline.ClueAddress,
}

// everybodys are sites that too many texts name to lead anywhere by themselves.
var everybodys = strings.Fields("google.com youtube.com facebook.com fb.com instagram.com whatsapp.com tiktok.com twitter.com x.com t.me gmail.com")

// Clues returns what in a text may lead to other reports, each once: the
// entities that tell people apart, and fingerprints of a long text. The writer's
// own number is none.
func Clues(text string, hints Hints) []hotline.Clue {
	var out []hotline.Clue
	for _, c := range CluesOf(Find(text, hints), hints) {
		out = append(out, c.Clue)
	}
	return append(out, Fingerprint(text)...)
}

// Told is a clue as somebody wrote it.
type Told struct {
	hotline.Clue
	Text string
}

// CluesOf returns those of a text's entities that may lead to other reports,
// each once.
func CluesOf(found []Entity, hints Hints) []Told {
	var out []Told
	add := func(kind hotline.ClueKind, value, text string) {
		c := hotline.Clue{Kind: kind, Value: hotline.Text(value)}
		if !slices.ContainsFunc(out, func(t Told) bool { return t.Clue == c }) {
			out = append(out, Told{c, text})
		}
	}
	for _, e := range found {
		kind, ok := clueKinds[e.Kind]
		if !ok || e.Confidence < sureEnough || e.Normal == hints.From || slices.Contains(everybodys, e.Normal) {
			continue
		}
		add(kind, e.Normal, e.Text)
	}
	if job, place := first(found, Employer), first(found, Place); job != nil && place != nil {
		add(hotline.ClueWorkplace, job.Normal+", "+place.Normal, job.Text)
	}
	return out
}

func first(found []Entity, kind Kind) *Entity {
	for i := range found {
		if found[i].Kind == kind && found[i].Confidence >= sureEnough {
			return &found[i]
		}
	}
	return nil
}
