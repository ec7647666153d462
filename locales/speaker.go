package locales

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
)

//go:embed active.*.toml words.*.toml telling.toml review.toml
var files embed.FS

// English is the language every text exists in, and the one fallen back to.
const English hotline.Language = "en"

// Speaker says texts in the languages that have a catalogue. It is safe for
// concurrent use and never changes after New.
type Speaker struct {
	languages []hotline.Language
	words     map[hotline.Language]WordList
	catalogue map[hotline.Language]func() catalogue // read when it is first needed: few deployments speak all
}

// catalogue is one language's texts: those with one form are parsed once, and
// those with plural forms go through go-i18n, which knows CLDR's plural rules.
type catalogue struct {
	single    map[string]*phrase
	plural    map[string]bool
	localizer *i18n.Localizer
}

// New reads the word lists and the English catalogue, and finds the others. It fails
// when one of these cannot be read. A catalogue that is read later and is broken
// leaves its language to English; the tests of this package, and Check, read all.
func New() (*Speaker, error) {
	names, err := fs.Glob(files, "active.*.toml")
	if err != nil {
		return nil, err
	}
	s := &Speaker{catalogue: map[hotline.Language]func() catalogue{}, words: map[hotline.Language]WordList{}}
	for _, lang := range Known() {
		if s.words[lang], err = readWords(lang); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		lang := hotline.Language(strings.Split(name, ".")[1])
		s.catalogue[lang] = sync.OnceValue(func() catalogue {
			c, _ := readCatalogue(s.words[lang], lang) // empty when broken
			return c
		})
	}
	if _, err := readCatalogue(s.words[English], English); err != nil {
		return nil, fmt.Errorf("read the English texts: %w", err)
	}
	s.languages = orderOf(s.catalogue)
	return s, nil
}

func readCatalogue(words WordList, lang hotline.Language) (catalogue, error) {
	name := fileOf(lang)
	src, err := files.ReadFile(name)
	if err != nil {
		return catalogue{}, err
	}
	file, err := i18n.ParseMessageFileBytes(src, name, map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return catalogue{}, err
	}
	c, err := newCatalogue(file.Messages, words, lang)
	if err != nil {
		return catalogue{}, err
	}
	bundle := i18n.NewBundle(file.Tag)
	plural := slices.DeleteFunc(file.Messages, func(m *i18n.Message) bool { return !c.plural[m.ID] })
	c.localizer = i18n.NewLocalizer(bundle, string(lang))
	return c, bundle.AddMessages(file.Tag, plural...)
}

func newCatalogue(messages []*i18n.Message, words WordList, lang hotline.Language) (catalogue, error) {
	c := catalogue{single: map[string]*phrase{}, plural: map[string]bool{}}
	shown := words.shown(lang)
	for _, m := range messages {
		for _, form := range formsOf(m) {
			p, err := parsePhrase(form, shown)
			if err != nil {
				return c, fmt.Errorf("%s: %w", m.ID, err)
			}
			c.single[m.ID] = p
		}
		if m.Other != "" && len(formsOf(m)) > 1 {
			delete(c.single, m.ID)
			c.plural[m.ID] = true
		}
	}
	return c, nil
}

func formsOf(m *i18n.Message) []string {
	forms := []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
	return slices.DeleteFunc(forms, func(f string) bool { return f == "" })
}

// orderOf puts languages in the order of the table of names, so that choosers
// always list them the same way.
func orderOf(have map[hotline.Language]func() catalogue) []hotline.Language {
	var out []hotline.Language
	for _, l := range Known() {
		if _, ok := have[l]; ok {
			out = append(out, l)
		}
	}
	return out
}

// Languages lists the languages that have a catalogue, in the order choosers
// show them.
func (s *Speaker) Languages() []hotline.Language { return slices.Clone(s.languages) }

// of is the catalogue of a language, empty when there is none.
func (s *Speaker) of(lang hotline.Language) catalogue {
	if read := s.catalogue[lang]; read != nil {
		return read()
	}
	return catalogue{}
}

// Has says whether lang has a catalogue.
func (s *Speaker) Has(lang hotline.Language) bool {
	_, ok := s.catalogue[lang]
	return ok
}

// Words gives the word lists of every language, those without a catalogue too.
func (s *Speaker) Words() map[hotline.Language]WordList { return s.words }

// Fill says a text that is not in the catalogues, such as one that an
// administrator wrote, in the way of Say: template is in lang. The error says what
// is wrong with the template.
func (s *Speaker) Fill(lang hotline.Language, template string, data map[string]any) (string, error) {
	p, err := parsePhrase(template, s.words[lang].shown(lang))
	if err != nil {
		return "", err
	}
	return p.fill(data), nil
}

// Says says whether there is a text of this key, in English at least.
func (s *Speaker) Says(key string) bool {
	c := s.of(English)
	return c.single[key] != nil || c.plural[key]
}

// Say returns the text of key in lang, or in English when lang has no such
// text. data fills the placeholders; a text with plural forms chooses its form
// by data["count"], an int. Say never fails: a key that does not exist comes
// back as it is, and a placeholder without value stays empty. The tests prove
// that neither happens with the keys of the catalogues.
func (s *Speaker) Say(lang hotline.Language, key string, data map[string]any) string {
	for _, l := range [...]hotline.Language{lang, English} {
		c := s.of(l)
		if p := c.single[key]; p != nil {
			return p.fill(data)
		}
		if c.plural[key] {
			if text, err := c.count(key, data); err == nil {
				return text
			}
		}
	}
	return key
}

// count says a text with plural forms.
func (c catalogue) count(key string, data map[string]any) (string, error) {
	return c.localizer.Localize(&i18n.LocalizeConfig{
		MessageID:      key,
		TemplateData:   data,
		PluralCount:    data["count"],
		TemplateParser: parser{},
	})
}
