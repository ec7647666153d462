package triage

import (
	"path"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// TestEveryLexiconIsComplete compares each language with English: a concept
// that a file leaves out is one that the rules never see in that language.
func TestEveryLexiconIsComplete(t *testing.T) {
	t.Parallel()
	read := func(name string) lexiconFile {
		data, err := dataFiles.ReadFile(path.Join("lexicon", name))
		if err != nil {
			t.Fatal(err)
		}
		var f lexiconFile
		if err := toml.Unmarshal(data, &f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return f
	}
	english := read("en.toml")
	files, err := dataFiles.ReadDir("lexicon")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if file.Name() == "en.toml" || file.Name() == string(universal)+".toml" {
			continue
		}
		f := read(file.Name())
		for name := range english.Concepts {
			if strings.TrimSpace(f.Concepts[name]) == "" && name != "neg_after" {
				t.Errorf("%s has no words for %s", file.Name(), name)
			}
		}
		for name := range f.Concepts {
			if _, ok := english.Concepts[name]; !ok && name != "neg_after" {
				t.Errorf("%s has words for %s, which English and so perhaps no rule knows", file.Name(), name)
			}
		}
		if f.Function == "" || f.Numbers == "" {
			t.Errorf("%s lacks function words or numbers", file.Name())
		}
	}
}

func TestBadLexiconIsNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"?!":   "holds no word",
		"ab*":  "must be of 3 to 63 bytes",
		"ok a": "",
	} {
		e := &Engine{fold: newFoldTable(), index: newIndex(0)}
		l := loader{e: e}
		err := l.cut(text, &prepared{})
		switch {
		case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q gave %v, want %q", text, err, want)
		}
	}
	l := loader{e: &Engine{concepts: map[string]concept{"beat": 0}}}
	for _, pattern := range []string{"", "beat ~ nosuch", "beat @x", "$nosuch", "+ beat"} {
		if _, err := l.pattern(pattern, nil); err == nil {
			t.Errorf("pattern %q was taken", pattern)
		}
	}
}
