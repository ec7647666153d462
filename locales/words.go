package locales

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/hearline/hearline/hotline"
)

// WordList is what people of one language write when they mean one of the words
// that we listen for.
type WordList struct {
	Source string              // where the list comes from, and who has checked it
	Forms  map[string][]string // by meaning, such as "yes"; the first form is the one that texts name
}

// Meanings are the lists that a language has, in the order of its file: commands
// that count at any time, what is said about an open question, and answers.
var Meanings = []string{
	"stop", "start", "help", "erase", "erase_yes", "person", "code", "safe_word",
	"skip", "back",
	"yes", "no", "unsure", "safe", "unsafe", "me", "other", "now", "today",
}

// readWords reads the word lists of one language. A meaning that does not exist
// is an error, a missing one is not: English stands in for it.
func readWords(lang hotline.Language) (WordList, error) { return readWordsOf(files, lang) }

func readWordsOf(dir fs.FS, lang hotline.Language) (WordList, error) {
	list := WordList{Forms: map[string][]string{}}
	src, err := fs.ReadFile(dir, "words."+string(lang)+".toml")
	if err != nil {
		return list, err
	}
	var tree map[string]any
	if err := toml.Unmarshal(src, &tree); err != nil {
		return list, fmt.Errorf("read the words of %s: %w", lang, err)
	}
	list.Source, _ = tree["source"].(string)
	delete(tree, "source")
	for _, meaning := range Meanings {
		forms, _ := tree[meaning].([]any)
		delete(tree, meaning)
		for _, form := range forms {
			list.Forms[meaning] = append(list.Forms[meaning], fmt.Sprint(form))
		}
	}
	for meaning := range tree {
		return list, fmt.Errorf("read the words of %s: there is no meaning %q", lang, meaning)
	}
	return list, nil
}

// shown is how texts of a language name each meaning: "YES".
func (l WordList) shown(lang hotline.Language) map[string]string {
	upper := cases.Upper(language.Make(string(lang)))
	out := map[string]string{}
	for meaning, forms := range l.Forms {
		if len(forms) > 0 {
			out[strings.ToUpper(meaning)] = upper.String(forms[0])
		}
	}
	return out
}
