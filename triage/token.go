package triage

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Breaks before a token.
const (
	noBreak uint8 = iota
	commaBreak
	sentenceBreak
)

// Scripts that matter for language and matching.
const (
	latin uint8 = iota
	arabic
	otherScript
	chinese
	thai
	khmer
	burmese
)

// unspaced says that a script writes no spaces between words. Each of its
// letters, with the marks on it, is a token; words are phrases of them.
func unspaced(script uint8) bool { return script >= chinese }

// Limits that keep hostile input cheap; no real message comes near them.
const (
	maxTokens    = 20000
	maxTokenSize = 96 // bytes of one normalised token; the rest of it is skipped
	bigNumber    = 1 << 20
)

// token is one word, number or symbol: where it stands in the original text
// and in the normalised bytes.
type token struct {
	start, end       int32 // original bytes
	nstart, nend     int32 // normalised bytes
	pos              int32 // place in content quarters, see placeTokens
	sentence         int32
	value            int32 // of a number; -1 for a word
	formsFrom, forms int32 // slice of scratch.forms
	brk              uint8
	script           uint8
	light            bool  // a function word of an active language
	conj             bool  // carries a joined "and" (Arabic و)
	prefix           int16 // number of the prefix taken off, plus one; 0 for none
	negated          bool  // carries its own negation (Arabic ما…ش)
	number           bool
}

type sentence struct {
	first, last int32 // tokens
	question    bool  // ends in a question mark
}

// tokenizer cuts a text in one pass; each rune is looked at once.
type tokenizer struct {
	fold   *foldTable
	text   string
	s      *scratch
	cur    token
	open   bool
	last   rune // last folded rune of the open token
	run    int  // how often it came in a row
	brk    uint8
	digits bool // only digits so far
}

func (t *tokenizer) cut() {
	text := t.text
	for i := 0; i < len(text) && len(t.s.tokens) < maxTokens; {
		b := text[i]
		if b < utf8.RuneSelf {
			t.ascii(b, i)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		t.rune(r, i, size)
		i += size
	}
	t.close()
	t.endSentence(false)
}

func (t *tokenizer) ascii(b byte, i int) {
	switch {
	case b >= 'a' && b <= 'z' || b >= '0' && b <= '9':
		t.letter(rune(b), i, 1)
	case b >= 'A' && b <= 'Z':
		t.letter(rune(b)+'a'-'A', i, 1)
	case b == '\'' || b == '`':
		t.apostrophe(i, 1)
	default:
		if f := t.fold.bmp[b]; f == foldSymbol {
			t.symbol(i, 1)
			return
		}
		t.separator(rune(b), i)
	}
}

func (t *tokenizer) rune(r rune, i, size int) {
	if r == '’' || r == '‘' || r == 'ʼ' || r == '´' || r == 'ʻ' {
		t.apostrophe(i, size)
		return
	}
	if r >= 0x10000 {
		t.astral(r, i, size)
		return
	}
	switch f := t.fold.bmp[r]; {
	case f > 0:
		t.letter(f, i, size)
	case f == foldDrop:
		t.mark(r, i, size)
	case f == foldSymbol:
		t.symbol(i, size)
	case f == foldSeparator:
		t.separator(r, i)
	default:
		for _, m := range t.fold.many[foldMany-f] {
			t.letter(m, i, size)
		}
	}
}

// mark extends an open token over a dropped mark, so that the words shown as a
// reason include it. Zero-width joiners in Persian split nothing.
func (t *tokenizer) mark(r rune, i, size int) {
	if t.open && r != 0x200F && r != 0x200E {
		t.cur.end = int32(i + size)
	}
}

// astral handles runes above the basic plane: styled letters and emoji.
func (t *tokenizer) astral(r rune, i, size int) {
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		if unicode.Is(unicode.So, r) {
			t.symbol(i, size)
		}
		return
	}
	var scratch [utf8Max]byte
	out := norm.NFKD.AppendString(scratch[:0], t.text[i:i+size])
	for len(out) > 0 {
		d, n := utf8.DecodeRune(out)
		out = out[n:]
		if d < 0x10000 && t.fold.bmp[d] > 0 {
			d = t.fold.bmp[d]
		}
		t.letter(d, i, size)
	}
}

func (t *tokenizer) letter(r rune, i, size int) {
	digit := r >= '0' && r <= '9'
	script := scriptOf(r)
	if t.open && (script != t.cur.script && !(digit && t.cur.script == latin) || unspaced(script) && !unicode.IsMark(r)) {
		t.close()
	}
	if !t.open {
		t.open, t.digits, t.last, t.run = true, true, 0, 0
		n := int32(len(t.s.norm))
		t.cur = token{start: int32(i), nstart: n, script: script, brk: t.brk, value: -1, sentence: int32(len(t.s.sentences))}
		t.brk = noBreak
	}
	t.cur.end = int32(i + size)
	if r == t.last && !digit {
		t.run++
	} else {
		t.last, t.run = r, 1
	}
	if !digit {
		t.digits = false
	}
	if t.run == 3 && len(t.s.norm)-int(t.cur.nstart) > 2*utf8.RuneLen(r) { // a letter held down: keep one; of a lone one, two
		t.s.norm = t.s.norm[:len(t.s.norm)-utf8.RuneLen(r)]
	}
	if t.run >= 3 || len(t.s.norm)-int(t.cur.nstart) >= maxTokenSize {
		return
	}
	t.s.norm = utf8.AppendRune(t.s.norm, r)
}

// apostrophe joins ("don't" is dont) save after the elided words of French and
// Italian, where it parts ("m'a" is m, a).
func (t *tokenizer) apostrophe(i, size int) {
	if !t.open {
		return
	}
	if elided(t.s.norm[t.cur.nstart:]) {
		t.close()
		return
	}
	if next, _ := utf8.DecodeRuneInString(t.text[i+size:]); !unicode.IsLetter(next) {
		t.close()
	}
}

func elided(word []byte) bool {
	switch string(word) {
	case "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quelqu", "quoiqu",
		"dell", "nell", "all", "dall", "sull", "un", "quest", "quell", "com", "dov":
		return true
	}
	return false
}

func (t *tokenizer) symbol(i, size int) {
	t.close()
	n := int32(len(t.s.norm))
	t.s.norm = append(t.s.norm, t.text[i:i+size]...)
	t.cur = token{start: int32(i), end: int32(i + size), nstart: n, script: otherScript, brk: t.brk, value: -1, sentence: int32(len(t.s.sentences))}
	t.brk, t.open, t.digits = noBreak, true, false
	t.close()
}

func (t *tokenizer) separator(r rune, i int) {
	next := rune(' ')
	if n := i + utf8.RuneLen(max(r, 0)); r >= 0 && n < len(t.text) {
		next, _ = utf8.DecodeRuneInString(t.text[n:])
	}
	if t.open && t.digits && (r == '.' || r == ',' || r == ':' || r == '/' || r == '٫' || r == '٬') && unicode.IsDigit(next) {
		t.cur.value = bigNumber // a time, date or amount: never an age
		return
	}
	clause := t.open && t.cur.script >= thai
	t.close()
	switch r {
	case ' ':
		if clause { // the scripts without spaces use one as others use a comma
			t.brk = max(t.brk, commaBreak)
		}
	case '\t', '-', '_', '/', '*', '"', '#', '@', '+', 0xA0, 0x2019:
	case '\n', '!', '…', '。', '！', '।', '။', '۔', '។', '።':
		t.endSentence(false)
	case '?', '؟', '？', '፧', ';', '؛':
		t.endSentence(r != ';' && r != '؛')
	case '.':
		if unicode.IsLetter(next) {
			t.brk = max(t.brk, commaBreak)
			return
		}
		t.endSentence(false)
	default:
		t.brk = max(t.brk, commaBreak)
	}
}

func (t *tokenizer) endSentence(question bool) {
	t.brk = sentenceBreak
	first, last := int32(0), int32(len(t.s.tokens))
	if n := len(t.s.sentences); n > 0 {
		first = t.s.sentences[n-1].last
		if question && first == last { // "?!" and "??" belong to the sentence before
			t.s.sentences[n-1].question = true
		}
	}
	if first < last {
		t.s.sentences = append(t.s.sentences, sentence{first: first, last: last, question: question})
	}
}

// close ends the open token and looks it up.
func (t *tokenizer) close() {
	if !t.open {
		return
	}
	t.open = false
	t.cur.nend = int32(len(t.s.norm))
	if t.digits && t.cur.nend > t.cur.nstart {
		t.cur.number = true
		if t.cur.value < 0 {
			t.cur.value = parseNumber(t.s.norm[t.cur.nstart:t.cur.nend])
		}
	}
	t.s.tokens = append(t.s.tokens, t.cur)
}

func parseNumber(digits []byte) int32 {
	n := int32(0)
	for _, d := range digits {
		n = n*10 + int32(d-'0')
		if n >= bigNumber {
			return bigNumber
		}
	}
	return n
}

func scriptOf(r rune) uint8 {
	switch {
	case r < 0x250 || r >= 0x1E00 && r < 0x1F00:
		return latin
	case r >= 0x600 && r < 0x780 || r >= 0x8A0 && r < 0x900 || r >= 0xFB50 && r < 0xFE00 || r >= 0xFE70 && r < 0xFEFF:
		return arabic
	case r < 0xE00:
		return otherScript
	case r < 0xE80:
		return thai
	case r >= 0x1000 && r < 0x10A0:
		return burmese
	case r >= 0x1780 && r < 0x1800:
		return khmer
	case r >= 0x3400 && r < 0xA000:
		return chinese
	}
	return otherScript
}
