package locales

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/hearline/hearline/hotline"
)

// Problem is what is wrong with a text, in words for whoever tends the catalogue.
type Problem struct {
	Language hotline.Language
	Key      string
	What     string
}

// String is one line.
func (p Problem) String() string { return fmt.Sprintf("%s: %s %s", p.Language, p.Key, p.What) }

// longest are the longest values that a text may be filled with (docs/intake.md).
var longest = map[string]any{
	"name": "Twelve Chars", "who": "Ten Letter", "sos": "99999", "open": "23:59", "mins": "999", "code": "1234 5678 9012 3456",
	"url": "https://example.org/in", "count": 99, "time": "23:59", "ref": "a1b2c3d4e5f6", "date": "2026-11-25", "step": 3, "steps": 5,
	"menu": "1 English 2 Espanol 3 Francais 4 Portugues 5 Kiswahili 6 Tagalog 7 Arabic 8 Russkiy 9 Hindi",
}

// Check reads the catalogue of a language and says what is wrong with it: missing
// and unknown texts, gaps and plural forms that differ, text messages that are too
// long, and words that would tell a bystander what this is.
func Check(dir fs.FS, lang hotline.Language) ([]Problem, error) {
	english, err := readForms(dir, English)
	if err != nil {
		return nil, err
	}
	own, err := readForms(dir, lang)
	if err != nil {
		return nil, err
	}
	words, err := readWordsOf(dir, lang)
	if err != nil {
		return nil, err
	}
	c := checker{lang: lang, english: english, own: own, words: words}
	c.run()
	return c.found, nil
}

type checker struct {
	lang         hotline.Language
	english, own map[string]forms
	words        WordList
	found        []Problem
}

func (c *checker) say(key, format string, values ...any) {
	c.found = append(c.found, Problem{c.lang, key, fmt.Sprintf(format, values...)})
}

func (c *checker) run() {
	for _, meaning := range Meanings {
		if len(c.words.Forms[meaning]) == 0 {
			c.say("words."+meaning, "has no form")
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.own)) {
		if c.english[key] == nil {
			c.say(key, "does not exist in English")
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.english)) {
		if c.own[key] == nil {
			c.say(key, "is missing")
			continue
		}
		c.checkForms(key)
		c.checkLength(key)
		c.checkDiscretion(key)
	}
}

func (c *checker) checkForms(key string) {
	own, want := c.own[key], formsFor(c.lang, c.english[key])
	if have := slices.Sorted(maps.Keys(own)); !slices.Equal(have, slices.Sorted(slices.Values(want))) {
		c.say(key, "has the plural forms %v, needs %v", have, want)
	}
	gaps, err := c.gaps(c.english[key]["other"])
	for form, text := range own {
		have, bad := c.gaps(text)
		// "Two minutes" may be one word: a form for exactly one number may leave it out.
		spelled := slices.Contains([]string{"zero", "one", "two"}, form) && slices.Equal(slices.Sorted(slices.Values(append(slices.Clone(have), "count"))), gaps)
		switch {
		case bad != nil || err != nil:
			c.say(key, "has a gap that cannot be filled: %v", first(bad, err))
		case !slices.Equal(have, gaps) && !spelled:
			c.say(key, "has the gaps %v, English %v", have, gaps)
		case strings.TrimSpace(text) == "" || text != strings.TrimSpace(text):
			c.say(key, "is empty or has space around it")
		case strings.ContainsAny(text, "!！"):
			c.say(key, "has an exclamation mark")
		}
	}
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// gaps lists the gaps of a text in order of the alphabet, words among them.
func (c *checker) gaps(text string) ([]string, error) {
	p, err := parsePhrase(text, c.words.shown(c.lang))
	if err != nil {
		return nil, err
	}
	names := p.gaps()
	for _, meaning := range Meanings {
		if gap := strings.ToUpper(meaning); strings.Contains(text, "{{."+gap+"}}") {
			names = append(names, gap)
		}
	}
	return slices.Sorted(slices.Values(names)), nil
}

// checkLength holds text messages to one segment of GSM-7 or two of UCS-2, with
// the longest values.
func (c *checker) checkLength(key string) {
	if !strings.HasPrefix(key, "sms.") && !strings.HasPrefix(key, "ask.") {
		return
	}
	encoding, units, segments := Segments(c.fill(key))
	if encoding == GSM7 && segments > 1 || segments > 2 {
		c.say(key, "is %d units of %s with the longest values: %d segments", units, encoding, segments)
	}
}

func (c *checker) fill(key string) string {
	data := maps.Clone(longest)
	data["danger"] = c.longestDanger()
	p, err := parsePhrase(c.own[key]["other"], c.words.shown(c.lang))
	if err != nil {
		return ""
	}
	return p.fill(data)
}

func (c *checker) longestDanger() string {
	out := ""
	for _, key := range []string{"sms.danger", "sms.danger_unknown"} {
		p, err := parsePhrase(c.own[key]["other"], nil)
		if err != nil {
			continue
		}
		if text := p.fill(longest); len([]rune(text)) > len([]rune(out)) {
			out = text
		}
	}
	return out
}

// checkDiscretion: nothing that arrives on a phone by itself may tell a bystander
// what this is.
func (c *checker) checkDiscretion(key string) {
	if strings.HasPrefix(key, "web.") {
		return
	}
	if word := Telling(c.lang, c.own[key]["other"]); word != "" {
		c.say(key, "says %q, which tells a bystander what this is", word)
	}
}
