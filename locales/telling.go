package locales

import (
	"fmt"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/hearline/hearline/hotline"
)

// telling are the words of telling.toml by language, folded.
var telling = sync.OnceValue(func() map[hotline.Language][]string {
	src, err := files.ReadFile("telling.toml")
	if err != nil {
		panic(err) // it is embedded
	}
	var lists map[hotline.Language][]string
	if err := toml.Unmarshal(src, &lists); err != nil {
		panic(fmt.Sprintf("telling.toml: %v", err))
	}
	for _, words := range lists {
		for i, w := range words {
			words[i] = plainly(w)
		}
	}
	return lists
})

// Telling finds a word in a text that tells a bystander what this is: one of the
// text's own language or of English. "" when there is none.
func Telling(lang hotline.Language, text string) string {
	plain := plainly(text)
	for _, l := range []hotline.Language{lang, English} {
		for _, word := range telling()[l] {
			if strings.Contains(plain, word) {
				return word
			}
		}
	}
	return ""
}

// plainly leaves letter case and accents away.
func plainly(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x0300 && r <= 0x036F {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(text)))
}
