package intake

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/hearline/hearline/hotline"
)

//go:embed words.toml
var wordFile string

// word is what a whole message means by itself, "" for anything else.
type word string

const (
	wordStop     word = "stop"
	wordStart    word = "start"
	wordHelp     word = "help"
	wordErase    word = "erase"
	wordEraseYes word = "erase_yes"
	wordPerson   word = "person"
	wordSkip     word = "skip"
	wordBack     word = "back"
	wordYes      word = "yes"
	wordNo       word = "no"
	wordUnsure   word = "unsure"
	wordSafe     word = "safe"
	wordUnsafe   word = "unsafe"
)

var allWords = []word{
	wordStop, wordStart, wordHelp, wordErase, wordEraseYes, wordPerson, wordSkip, wordBack,
	wordYes, wordNo, wordUnsure, wordSafe, wordUnsafe,
}

// longestWord bounds, in bytes, what can be a word at all; longer messages are
// not folded. The tests hold the lists to it.
const longestWord = 96

// words finds the meaning of a folded message.
type words map[string]form

// form is one way to write a word. language is "" when several have it.
type form struct {
	meaning  word
	language hotline.Language
}

// readWords reads words.toml. It fails when a form has two meanings.
func readWords() (words, error) {
	var lists map[string]map[string]any
	if err := toml.Unmarshal([]byte(wordFile), &lists); err != nil {
		return nil, fmt.Errorf("read words.toml: %w", err)
	}
	w := words{}
	for lang, list := range lists {
		for _, meaning := range allWords {
			forms, _ := list[string(meaning)].([]any)
			for _, written := range forms {
				f := form{meaning: meaning, language: hotline.Language(lang)}
				if err := w.add(fold(fmt.Sprint(written)), f); err != nil {
					return nil, fmt.Errorf("words.toml, %s: %w", lang, err)
				}
			}
		}
	}
	return w, nil
}

func (w words) add(folded string, f form) error {
	if folded == "" {
		return fmt.Errorf("an empty form of %s", f.meaning)
	}
	if other, ok := w[folded]; ok {
		if other.meaning != f.meaning {
			return fmt.Errorf("%q means %s and %s", folded, other.meaning, f.meaning)
		}
		if other.language != f.language {
			f.language = ""
		}
	}
	w[folded] = f
	return nil
}

// find says what text means as a whole, in which language if only one has the
// word, and its folded form.
func (w words) find(text string) (meaning word, lang hotline.Language, folded string) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > longestWord {
		return "", "", ""
	}
	if folded = fold(text); folded != "" {
		f := w[folded]
		return f.meaning, f.language, folded
	}
	// Punctuation alone: a question mark asks for help, a dash passes.
	switch plain := norm.NFKC.String(text); {
	case strings.Trim(plain, "?؟ ") == "":
		return wordHelp, "", ""
	case strings.Trim(plain, "-–— ") == "":
		return wordSkip, "", ""
	}
	return "", "", ""
}

// fold makes spellings of the same word equal: compatibility forms, letter case,
// accents and Arabic letter forms, then one space between what is left of
// letters and digits. Apostrophes and zero-width characters join, anything else
// that is neither letter, digit nor vowel sign separates.
func fold(text string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFD.String(strings.ToLower(norm.NFKC.String(text))) {
		switch r = foldRune(r); {
		case r < 0:
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		default:
			space = true
		}
	}
	return norm.NFC.String(b.String())
}

// foldRune maps a decomposed, lower-case rune to the one it counts as, or to -1
// when it does not count. Vowel signs of Indic and South-East Asian scripts are
// letters of their own and stay.
func foldRune(r rune) rune {
	switch {
	case r >= 0x0300 && r <= 0x036F, // accents
		r >= 0x064B && r <= 0x065F, r == 0x0670, r >= 0x06D6 && r <= 0x06ED, // Arabic vowel marks, hamza
		r == 0x0640,                                // tatweel
		r == '\'', r == '’', r == '‘', r == 0x02BC, // apostrophes
		r >= 0x200B && r <= 0x200F, r == 0x2060, r == 0xFEFF, r == 0x00AD, // zero-width
		r >= 0xFE00 && r <= 0xFE0F: // variation selectors
		return -1
	}
	switch r {
	case 'ى', 'ی':
		return 'ي'
	case 'ة':
		return 'ه'
	case 'ک':
		return 'ك'
	case 'ı':
		return 'i'
	}
	return r
}
