package intake

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

// word is what a whole message means by itself, "" for anything else. All but
// wordLanguage are lists of locales.
type word string

const (
	wordStop     word = "stop"
	wordStart    word = "start"
	wordHelp     word = "help"
	wordErase    word = "erase"
	wordEraseYes word = "erase_yes"
	wordPerson   word = "person"
	wordCode     word = "code"
	wordSafeWord word = "safe_word"
	wordSkip     word = "skip"
	wordBack     word = "back"
	wordYes      word = "yes"
	wordNo       word = "no"
	wordUnsure   word = "unsure"
	wordSafe     word = "safe"
	wordUnsafe   word = "unsafe"
	wordMe       word = "me"
	wordOther    word = "other"
	wordNow      word = "now"
	wordToday    word = "today"
	wordLanguage word = "language" // the name of a language
)

// longestWord bounds, in bytes, what can be a word at all; longer messages are
// not folded. The tests hold the lists to it.
const longestWord = 96

// words finds the meanings of a folded message.
type words map[string][]form

// form is one way to write a word, in one language. names is the language that a
// wordLanguage asks for.
type form struct {
	meaning         word
	language, names hotline.Language
}

// heard is a message as a word: without meaning when it is not one.
type heard struct {
	word     word
	language hotline.Language // that alone has the word; "" for several
	names    hotline.Language // that the person asks for
	folded   string
}

// collectWords puts the lists of all languages into one, and the names of the
// languages we know. It fails when a form means two things in one language.
func collectWords(lists map[hotline.Language]locales.WordList) (words, error) {
	w := words{}
	for _, lang := range locales.Known() {
		for meaning, forms := range lists[lang].Forms {
			for _, written := range forms {
				if err := w.add(fold(written), form{meaning: word(meaning), language: lang}); err != nil {
					return nil, fmt.Errorf("words of %s: %w", lang, err)
				}
			}
		}
		for _, name := range locales.NamesOf(lang) {
			if err := w.add(fold(name), form{meaning: wordLanguage, names: lang}); err != nil {
				return nil, fmt.Errorf("names of %s: %w", lang, err)
			}
		}
	}
	return w, nil
}

func (w words) add(folded string, f form) error {
	if folded == "" {
		return fmt.Errorf("an empty form of %s", f.meaning)
	}
	for _, other := range w[folded] {
		if other.language == f.language && (other.meaning != f.meaning || other.names != f.names) {
			return fmt.Errorf("%q means %s and %s", folded, other.meaning, f.meaning)
		}
	}
	w[folded] = append(w[folded], f)
	return nil
}

// find says what text means as a whole to a person who writes in lang, which may
// be unknown.
func (w words) find(text string, lang hotline.Language) heard {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > longestWord {
		return heard{}
	}
	if folded := fold(text); folded != "" {
		h := choose(w[folded], lang)
		h.folded = folded
		return h
	}
	// Punctuation alone: a question mark asks for help, a dash passes.
	switch plain := norm.NFKC.String(text); {
	case strings.Trim(plain, "?؟ ") == "":
		return heard{word: wordHelp}
	case strings.Trim(plain, "-–— ") == "":
		return heard{word: wordSkip}
	}
	return heard{}
}

// choose decides between what a form means in several languages: the person's own
// language first, then the name of a language, then what all others agree on.
func choose(forms []form, lang hotline.Language) heard {
	if len(forms) == 0 {
		return heard{}
	}
	var name *form
	same := true
	for i := range forms {
		f := &forms[i]
		switch {
		case f.meaning == wordLanguage:
			name = f
		case f.language == lang:
			return heard{word: f.meaning, language: onlyLanguage(forms)}
		}
		same = same && f.meaning == forms[0].meaning
	}
	switch {
	case name != nil:
		return heard{word: wordLanguage, names: name.names}
	case same:
		return heard{word: forms[0].meaning, language: onlyLanguage(forms)}
	}
	return heard{}
}

func onlyLanguage(forms []form) hotline.Language {
	if len(forms) == 1 {
		return forms[0].language
	}
	return ""
}

// means says whether a folded form has a meaning in lang, or in a language where
// nobody contradicts.
func (w words) means(folded string, meaning word, lang hotline.Language) bool {
	return choose(w[folded], lang).word == meaning
}

// fold makes spellings of the same word equal: compatibility forms, letter case,
// accents, Arabic letter forms and the digits of all scripts, then one space
// between what is left of letters and digits. Apostrophes and zero-width characters
// join, anything else that is neither letter, digit nor vowel sign separates.
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
	return asciiDigit(r)
}

// asciiDigit turns a decimal digit of any script into ours. Unicode keeps the ten
// digits of a script together, in order.
func asciiDigit(r rune) rune {
	if r < 0x80 || !unicode.IsDigit(r) {
		return r
	}
	for _, block := range unicode.Nd.R16 {
		if lo, hi := rune(block.Lo), rune(block.Hi); r >= lo && r <= hi {
			return '0' + (r-lo)%10
		}
	}
	return r
}
