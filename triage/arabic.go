package triage

// Arabic joins "and", "so", prepositions, the article, aspect and negation to
// the word. When a written word is in no lexicon, arabicForms tries it without
// them. The order is from the longest clitic to the shortest.
var arabicClitics = []string{"عال", "هال", "فال", "بال", "كال", "لل", "ال", "بت", "ب", "ل", "ك", "ع", "ه", "ح", "س", "د", "ت", "غ", "ف", "ش", "ا"}

const (
	arabicWaw     = "و"
	arabicFa      = "ف"
	arabicMa      = "ما"
	arabicMim     = "م"
	arabicShin    = "ش"
	arabicArticle = "ال"
	minArabic     = 6 // bytes: three letters
)

func (e *Engine) arabicForms(s *scratch, tok *token, word []byte) {
	if e.arabicStem(s, word) {
		return
	}
	if rest, ok := cutPrefix(word, arabicWaw); ok {
		if e.arabicWhole(s, tok, rest) {
			tok.conj = true
			return
		}
	}
	if rest, ok := cutPrefix(word, arabicFa); ok {
		if e.arabicWhole(s, tok, rest) {
			tok.conj = true
			return
		}
	}
	e.arabicNegated(s, tok, word)
}

// withoutArticle reads a word with the article as the word itself, unless the
// lexicon holds it with the article: "the bar" must not be taken for a verb form
// that begins with the same two letters.
func (e *Engine) withoutArticle(s *scratch, word []byte) bool {
	rest, ok := cutPrefix(word, arabicArticle)
	if !ok {
		return false
	}
	if _, exact := e.index.exact.find(word); exact {
		return false
	}
	before := len(s.forms)
	s.forms = e.index.lookup(rest, s.forms)
	return e.known(s.forms[before:])
}

// arabicWhole tries the word itself, then without clitics, then as ما…ش.
func (e *Engine) arabicWhole(s *scratch, tok *token, word []byte) bool {
	before := len(s.forms)
	s.forms = e.index.lookup(word, s.forms)
	return len(s.forms) > before || e.arabicStem(s, word) || e.arabicNegated(s, tok, word)
}

func (e *Engine) arabicStem(s *scratch, word []byte) bool {
	before := len(s.forms)
	for _, c := range arabicClitics {
		rest, ok := cutPrefix(word, c)
		if !ok {
			continue
		}
		if s.forms = e.index.lookup(rest, s.forms); len(s.forms) > before {
			return true
		}
	}
	return false
}

// arabicNegated reads the joined negation of the dialects: مابيدفعوش.
func (e *Engine) arabicNegated(s *scratch, tok *token, word []byte) bool {
	n := len(word) - len(arabicShin)
	if n < minArabic || string(word[n:]) != arabicShin {
		return false
	}
	before := len(s.forms)
	for _, p := range []string{arabicMa, arabicMim} {
		rest, ok := cutPrefix(word[:n], p)
		if !ok {
			continue
		}
		if s.forms = e.index.lookup(rest, s.forms); len(s.forms) > before || e.arabicStem(s, rest) {
			tok.negated = true
			return true
		}
	}
	return false
}

// cutPrefix takes a clitic off when at least two letters remain.
func cutPrefix(word []byte, prefix string) ([]byte, bool) {
	if len(word) < len(prefix)+4 || string(word[:len(prefix)]) != prefix {
		return nil, false
	}
	return word[len(prefix):], true
}
