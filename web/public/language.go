package public

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

// tongues are the languages the pages speak, English first when it is there.
type tongues struct {
	all   []hotline.Language
	known map[hotline.Language]bool
}

func newTongues(all []hotline.Language) tongues {
	t := tongues{all: all, known: map[hotline.Language]bool{}}
	for _, l := range all {
		t.known[l] = true
	}
	return t
}

// renamed are codes that old phones still send for languages with a new code.
var renamed = map[string]hotline.Language{"iw": "he", "in": "id", "ji": "yi", "fil": "tl", "nb": "no"}

// of reads the language of a request: ?l= when we speak it, else the first of
// Accept-Language that we speak, else English. chosen is true for ?l=; only
// then do links carry it on, and no cookie ever does.
func (t tongues) of(c *fiber.Ctx) (lang hotline.Language, chosen bool) {
	if l := hotline.Language(strings.Clone(c.Query("l"))); t.known[l] {
		return l, true
	}
	for _, tag := range accepted(c.Get(fiber.HeaderAcceptLanguage)) {
		base, _ := tag.Base()
		code := hotline.Language(base.String())
		if !t.known[code] {
			code = renamed[base.String()]
		}
		if t.known[code] {
			return code, false
		}
	}
	return "en", false
}

// accepted reads Accept-Language, best first. It leaves out what it cannot
// read; x/text alone gives up the whole header for one unknown language.
func accepted(header string) []language.Tag {
	type wish struct {
		tag    language.Tag
		weight float32
	}
	var wishes []wish
	for part := range strings.SplitSeq(header, ",") {
		tags, weights, err := language.ParseAcceptLanguage(part)
		if err == nil && len(tags) == 1 {
			wishes = append(wishes, wish{tags[0], weights[0]})
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.weight, a.weight) })
	tags := make([]language.Tag, len(wishes))
	for i, w := range wishes {
		tags[i] = w.tag
	}
	return tags
}

// choice is one entry of the language chooser.
type choice struct {
	Code    hotline.Language
	Name    string // in its own script
	Dir     string // set when it differs from the page's
	Current bool
	Href    string
}

// shownFirst is how many languages stand on the start page before the link to
// all of them; two rows on a narrow phone.
const shownFirst = 7

// choices lists the languages, the current one first.
func (t tongues) choices(current hotline.Language, to string) []choice {
	list := []choice{t.choice(current, current, to)}
	for _, l := range t.all {
		if l != current {
			list = append(list, t.choice(l, current, to))
		}
	}
	return list
}

func (t tongues) choice(l, current hotline.Language, to string) choice {
	ch := choice{Code: l, Name: locales.NativeName(l), Current: l == current, Href: to + "?l=" + string(l)}
	if dir := locales.Direction(l); dir != locales.Direction(current) {
		ch.Dir = dir
	}
	return ch
}
