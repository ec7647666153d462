package extract

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// findNet finds links, e-mail addresses and handles. It reads the text in
// pieces between spaces.
func (s *scan) findNet() {
	for start := 0; start < len(s.text); {
		end := start
		for end < len(s.text) && !parts(s.text[end]) {
			end++
		}
		if piece := s.text[start:end]; strings.ContainsAny(piece, "@.") {
			s.piece(start, piece)
		}
		start = end + 1
	}
}

// parts says that a byte ends a piece.
func parts(b byte) bool {
	return b <= ' ' || b == '<' || b == '>' || b == '"' || b == ',' || b == ';' || b == '(' || b == ')' || b == '[' || b == ']' || b == '|'
}

const maxPiece = 300 // bytes; longer ones are no address anybody types

func (s *scan) piece(start int, piece string) {
	trimmed := strings.TrimLeft(piece, "'*_-:")
	start += len(piece) - len(trimmed)
	if i := s.tokenAt(start); i < len(s.tokens) && s.tokens[i].taken {
		return
	}
	piece = strings.TrimRight(trimmed, ".!?:'*_-…»،؛؟。")
	if len(piece) < 3 || len(piece) > maxPiece {
		return
	}
	switch at := strings.IndexByte(piece, '@'); {
	case at == 0:
		s.handle(start, piece, piece[1:], 0.9)
	case at > 0 && !strings.ContainsRune(piece, '/'):
		s.email(start, piece, at)
	default:
		s.link(start, piece)
	}
}

func (s *scan) email(start int, piece string, at int) {
	local, host := strings.ToLower(piece[:at]), strings.ToLower(piece[at+1:])
	local = local[strings.LastIndexByte(local, ':')+1:] // "mailto:", "email:"
	start += at - len(local)
	if local == "" || !hostLike(host) || strings.ContainsFunc(local, func(r rune) bool { return r > unicode.MaxASCII }) {
		return
	}
	name, _, _ := strings.Cut(local, "+")
	s.takeBytes(Email, start, start+len(local)+1+len(host), name+"@"+host, 0.95)
}

// maxName is longer, in bytes, than any network lets the name of an account be.
const maxName = 33

// handle notes the name of an account; a name without a letter is none.
func (s *scan) handle(start int, piece, name string, confidence float64) bool {
	name = strings.ToLower(strings.TrimRight(name, "."))
	if len(name) < 3 || len(name) >= maxName || !strings.ContainsFunc(name, unicode.IsLetter) || strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '.' || r == '-')
	}) {
		return false
	}
	s.takeBytes(Handle, start, start+len(piece), "@"+name, confidence)
	return true
}

// hostLike says that a text could be the name of a host.
func hostLike(host string) bool {
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || len(labels) > 6 || len(last) < 2 || strings.ContainsFunc(last, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return false
	}
	return !slices.ContainsFunc(labels, func(l string) bool {
		return l == "" || len(l) > 63 || strings.ContainsFunc(l, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
		})
	})
}

// plainEndings are endings of hosts that are taken for one without a path. The
// rest would make a host of each missing space: "the house.in".
var plainEndings = strings.Fields("com net org info biz xyz online site shop club app link live top vip jobs work agency gov edu ru ua uk by kz onion")

func (s *scan) link(start int, piece string) {
	rest, confidence := piece, 0.8
	if scheme := strings.Index(piece, "://"); scheme >= 0 {
		before := strings.LastIndexFunc(piece[:scheme], func(r rune) bool { return !unicode.IsLetter(r) || r > unicode.MaxASCII })
		if before >= 0 { // something was written right before the scheme
			_, size := utf8.DecodeRuneInString(piece[before:])
			start, piece, scheme = start+before+size, piece[before+size:], scheme-before-size
		}
		rest, confidence = piece[scheme+3:], 0.95
	}
	cut := strings.IndexAny(rest, "/?#")
	path := ""
	if cut >= 0 {
		rest, path = rest[:cut], rest[cut:]
	}
	host, sure := strings.CutPrefix(strings.ToLower(rest), "www.")
	host = strings.TrimPrefix(host, "m.")
	host, _, _ = strings.Cut(host, ":")
	if !hostLike(host) {
		return
	}
	bare := confidence < 0.9 && !sure && len(path) < 2
	if bare && (rest != strings.ToLower(rest) || !slices.Contains(plainEndings, host[strings.LastIndexByte(host, '.')+1:])) {
		return
	}
	s.account(start, piece, host, path, confidence)
}

// networks are hosts whose first path element names an account.
var networks = strings.Fields("t.me telegram.me instagram.com facebook.com fb.com tiktok.com snapchat.com x.com twitter.com vk.com ok.ru linkedin.com onlyfans.com youtube.com")

// notNames are first path elements of those hosts that name no account.
var notNames = strings.Fields("p reel reels share sharer groups group events watch hashtag explore stories joinchat s c i home search login story.php profile.php permalink.php photo")

// account notes a link, or the account or phone number that it stands for.
func (s *scan) account(start int, piece, host, path string, confidence float64) {
	clean, query, _ := strings.Cut(path, "?")
	clean, _, _ = strings.Cut(clean, "#")
	elements := strings.FieldsFunc(clean, func(r rune) bool { return r == '/' })
	switch {
	case host == "wa.me" && len(elements) > 0 && onlyDigits(elements[0]):
		s.takeBytes(Phone, start, start+len(piece), "+"+elements[0], 0.9)
		return
	case slices.Contains(networks, host) && len(elements) > 0:
		if e := elements[0]; (e == "add" || e == "in") && len(elements) > 1 {
			elements = elements[1:]
		}
		name := strings.TrimPrefix(elements[0], "@")
		if len(elements) == 1 && !slices.Contains(notNames, strings.ToLower(name)) && s.handle(start, piece, name, confidence) {
			return
		}
	}
	normal := host
	for _, e := range elements {
		normal += "/" + e
	}
	s.takeBytes(URL, start, start+len(piece), normal+kept(query), confidence)
}

func onlyDigits(text string) bool {
	return len(text) >= 7 && len(text) <= 15 && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// kept is a query without what only follows the visitor around, in one order.
func kept(query string) string {
	query, _, _ = strings.Cut(query, "#")
	values, err := url.ParseQuery(query)
	if err != nil || len(values) == 0 {
		return ""
	}
	for key := range values {
		if strings.HasPrefix(key, "utm_") || slices.Contains([]string{"fbclid", "gclid", "igshid", "igsh", "si", "ref", "mibextid", "_rdr"}, key) {
			delete(values, key)
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// findNamed finds names of accounts without "@": "insta: fast_jobs22".
func (s *scan) findNamed() {
	for i := 0; i+1 < len(s.tokens); i++ {
		if !s.is(i, isNetwork) || !s.free(i+1) {
			continue
		}
		start := int(s.tokens[i+1].start)
		end := start
		for end < len(s.text) && end < start+maxName && !parts(s.text[end]) {
			end++
		}
		name := strings.TrimRight(s.text[start:end], ".!?:'…")
		gap := strings.TrimSpace(s.gap(i + 1))
		marked := gap == ":" || gap == "=" || gap == ":@"
		if marked && !s.is(i+1, isNetwork) || gap == "" && strings.ContainsAny(name, "_0123456789") && start > int(s.tokens[i].end) {
			s.handle(start, name, name, 0.7)
		}
	}
}
