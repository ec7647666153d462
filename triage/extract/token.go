package extract

import (
	"unicode"
	"unicode/utf8"
)

// maxTokens keeps hostile input cheap; the rest of such a text is not read.
const maxTokens = 8000

// token is a word or a number: where it stands in the text and in the folded
// bytes. Letters and digits that touch are two tokens without a gap.
type token struct {
	start, end   int32 // bytes of the text
	fstart, fend int32 // bytes of scan.folded
	value        int32 // of a number up to nine digits, or what a number word stands for; -1
	class        class
	number       bool // digits
	capital      bool // begins with a capital
	taken        bool
}

// scan is the working memory of one text; pooled.
type scan struct {
	text    string
	words   map[string]entry
	hints   Hints
	parses  int // phone numbers tried
	tokens  []token
	folded  []byte
	found   []Entity
	digits  bool  // there are numbers
	marks   bool  // there is an @ or a dot within a word
	classes class // of all words
}

// Script classes of runes beyond ASCII.
const (
	gapRune = iota
	letterRune
	digitRune
	dropRune  // marks and zero-width characters inside words
	alone     // a letter of a script without spaces: a token of its own
	nothing   = -1
	zwnj      = 0x200C
	tatweel   = 0x0640
	firstCJK  = 0x2E80
	maxDigits = 9 // of a number whose value is read
)

func (s *scan) read(text string, hints Hints) {
	*s = scan{text: text, words: words(), hints: hints, tokens: s.tokens[:0], folded: s.folded[:0], found: s.found[:0]}
	c := cutter{s: s, kind: gapRune}
	for i := 0; i < len(text) && len(s.tokens) < maxTokens; {
		b := text[i]
		if b < utf8.RuneSelf {
			c.ascii(b, i)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		c.rune(r, i, size)
		i += size
	}
	c.close()
}

// cutter cuts a text into tokens in one pass.
type cutter struct {
	s    *scan
	cur  token
	kind int // of the open token; gapRune when none is
}

func (c *cutter) ascii(b byte, i int) {
	switch {
	case b >= 'a' && b <= 'z':
		c.add(letterRune, rune(b), i, 1, false)
	case b >= 'A' && b <= 'Z':
		c.add(letterRune, rune(b)+'a'-'A', i, 1, true)
	case b >= '0' && b <= '9':
		c.add(digitRune, rune(b), i, 1, false)
	default:
		c.close()
		if b == '@' || b == '.' && i > 0 && i+1 < len(c.s.text) && c.s.text[i+1] > ' ' && c.s.text[i-1] > ' ' {
			c.s.marks = true
		}
	}
}

func (c *cutter) rune(r rune, i, size int) {
	kind, folded := fold(r)
	switch kind {
	case gapRune:
		c.close()
	case dropRune:
		if c.kind != gapRune {
			c.cur.end = int32(i + size)
		}
	case alone:
		c.close()
		c.add(letterRune, folded, i, size, false)
		c.close()
	default:
		c.add(kind, folded, i, size, kind == letterRune && unicode.IsUpper(r))
	}
}

func (c *cutter) add(kind int, r rune, i, size int, capital bool) {
	if c.kind != kind {
		c.close()
		n := int32(len(c.s.folded))
		c.kind, c.cur = kind, token{start: int32(i), fstart: n, value: nothing, number: kind == digitRune, capital: capital}
	}
	c.cur.end = int32(i + size)
	c.s.folded = utf8.AppendRune(c.s.folded, r)
}

func (c *cutter) close() {
	if c.kind == gapRune {
		return
	}
	c.kind = gapRune
	t := &c.cur
	t.fend = int32(len(c.s.folded))
	word := c.s.folded[t.fstart:t.fend]
	if t.number {
		c.s.digits = true
		t.value = valueOf(word)
	} else if e, ok := c.s.lookup(word); ok {
		t.class, t.value = e.class, e.value
		c.s.classes |= e.class
	}
	c.s.tokens = append(c.s.tokens, *t)
}

func valueOf(digits []byte) int32 {
	if len(digits) > maxDigits {
		return nothing
	}
	n := int32(0)
	for _, d := range digits {
		n = n*10 + int32(d-'0')
	}
	return n
}

// word is the folded form of a token.
func (s *scan) word(i int) []byte { return s.folded[s.tokens[i].fstart:s.tokens[i].fend] }

// size is how many letters or digits of one byte a token has.
func (s *scan) size(i int) int { return int(s.tokens[i].fend - s.tokens[i].fstart) }

// gap is what stands between a token and the one before it.
func (s *scan) gap(i int) string {
	if i == 0 {
		return s.text[:s.tokens[0].start]
	}
	return s.text[s.tokens[i-1].end:s.tokens[i].start]
}

// is says that token i exists, is free, and of one of the classes.
func (s *scan) is(i int, c class) bool {
	return i >= 0 && i < len(s.tokens) && !s.tokens[i].taken && s.tokens[i].class&c != 0
}

// free says that token i exists and nothing has taken it.
func (s *scan) free(i int) bool { return i >= 0 && i < len(s.tokens) && !s.tokens[i].taken }

// near says whether a word of a class stands at most n tokens before from or
// after to, in the same sentence.
func (s *scan) near(from, to, n int, c class) bool { return s.before(from, n, c) || s.after(to, n, c) }

func (s *scan) before(from, n int, c class) bool {
	for i := from - 1; i >= 0 && i >= from-n && !stops(s.gap(i+1)); i-- {
		if s.tokens[i].class&c != 0 {
			return true
		}
	}
	return false
}

func (s *scan) after(to, n int, c class) bool {
	for i := to + 1; i < len(s.tokens) && i <= to+n && !stops(s.gap(i)); i++ {
		if s.tokens[i].class&c != 0 {
			return true
		}
	}
	return false
}

// stops says that a gap ends a sentence.
func stops(gap string) bool {
	for i := 0; i < len(gap); i++ {
		switch gap[i] {
		case '\n', '!', '?', ';':
			return true
		case '.':
			if i+1 < len(gap) {
				return true
			}
		}
	}
	return false
}
