package locales

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
)

// Files are the catalogues and word lists that this binary holds.
func Files() fs.FS { return files }

// Entry is one form of one text of a language beside its English.
type Entry struct {
	Key     string // such as "sms.help"
	Form    string // CLDR plural category; "other" for a text without plural forms
	English string // the same form, or "other" where English has it not
	Text    string // "" when the language lacks it
	Checked bool   // a native speaker has checked this very wording
}

// Sheet lists all texts of a language in the order of the English file. English
// beside itself is how to review English. Texts that English does not have are left
// out; Check names them.
func Sheet(dir fs.FS, lang hotline.Language) ([]Entry, error) {
	english, err := readForms(dir, English)
	if err != nil {
		return nil, err
	}
	own, err := readForms(dir, lang)
	if err != nil {
		return nil, err
	}
	reviews, err := readReviews(dir)
	if err != nil {
		return nil, err
	}
	order, err := keysInOrder(dir)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, key := range order {
		for _, form := range formsFor(lang, english[key]) {
			e := Entry{Key: key, Form: form, English: english[key][form], Text: own[key][form]}
			if e.English == "" {
				e.English = english[key]["other"]
			}
			e.Checked = reviews[lang].holds(e)
			out = append(out, e)
		}
	}
	return out, nil
}

// formsFor lists the forms that a text needs in a language.
func formsFor(lang hotline.Language, english forms) []string {
	if len(english) > 1 {
		return pluralForms(lang)
	}
	return []string{"other"}
}

// forms are the plural forms of one text; a text without plurals has only "other".
type forms map[string]string

// readForms reads a catalogue as it is written, gaps and all.
func readForms(dir fs.FS, lang hotline.Language) (map[string]forms, error) {
	name := fileOf(lang)
	src, err := fs.ReadFile(dir, name)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := toml.Unmarshal(src, &tree); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	out := map[string]forms{}
	flatten("", tree, out)
	return out, nil
}

func fileOf(lang hotline.Language) string { return "active." + string(lang) + ".toml" }

func flatten(prefix string, tree map[string]any, out map[string]forms) {
	for name, v := range tree {
		switch v := v.(type) {
		case string:
			out[prefix+name] = forms{"other": v}
		case map[string]any:
			if _, plural := v["other"].(string); !plural {
				flatten(prefix+name+".", v, out)
				continue
			}
			f := forms{}
			for form, text := range v {
				f[form] = fmt.Sprint(text)
			}
			out[prefix+name] = f
		}
	}
}

var (
	sectionLine = regexp.MustCompile(`^\[([a-z_.]+)\]`)
	keyLine     = regexp.MustCompile(`^([a-z_.]+) = `)
)

// keysInOrder lists the keys as they stand in the English file.
func keysInOrder(dir fs.FS) ([]string, error) {
	src, err := fs.ReadFile(dir, fileOf(English))
	if err != nil {
		return nil, err
	}
	english, err := readForms(dir, English)
	if err != nil {
		return nil, err
	}
	var keys []string
	section := ""
	for line := range strings.Lines(string(src)) {
		if m := sectionLine.FindStringSubmatch(line); m != nil {
			if section = m[1] + "."; english[m[1]] != nil {
				keys = append(keys, m[1])
			}
		} else if m := keyLine.FindStringSubmatch(line); m != nil && english[section+m[1]] != nil {
			keys = append(keys, section+m[1])
		}
	}
	return keys, nil
}

// WriteCatalogue gives the file of a language with these texts, in the order they
// have. head is the comment on top, without its mark. Texts that are empty are left
// out, so that English stands in for them.
func WriteCatalogue(head string, entries []Entry) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", head)
	section := ""
	for i := 0; i < len(entries); {
		e := entries[i]
		n := i + 1
		for n < len(entries) && entries[n].Key == e.Key {
			n++
		}
		plural := n-i > 1
		texts := slices.DeleteFunc(slices.Clone(entries[i:n]), func(e Entry) bool { return e.Text == "" })
		i = n
		switch top, rest, _ := strings.Cut(e.Key, "."); {
		case len(texts) == 0:
		case plural:
			fmt.Fprintf(&b, "\n[%s]\n", e.Key)
			for _, t := range texts {
				fmt.Fprintf(&b, "%s = %s\n", t.Form, quoted(t.Text))
			}
			section = e.Key
		default:
			if section != top {
				fmt.Fprintf(&b, "\n[%s]\n", top)
				section = top
			}
			fmt.Fprintf(&b, "%s = %s\n", rest, quoted(e.Text))
		}
	}
	return []byte(b.String())
}

// quoted is a TOML basic string.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(text) + `"`
}
