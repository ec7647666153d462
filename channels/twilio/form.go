package twilio

import (
	"bytes"
	"slices"
)

// pair is one decoded parameter. Both slices point into the form's buffer.
type pair struct{ name, value []byte }

// form is a decoded form, sorted by name as the signature wants it. The order
// of repeated names is kept.
type form struct{ pairs []pair }

// maxPairs bounds the work that an unsigned request can cause. Twilio sends
// about 40 parameters, with ten media about 60.
const maxPairs = 512

// parseForm decodes body in one pass into one buffer. It is ours and not
// net/url's because ten thousand of them a second arrive, and because the map
// that net/url builds loses the order of repeated names. ok is false for a bad
// escape or too many parameters.
func parseForm(body []byte) (f form, ok bool) {
	buf := make([]byte, 0, len(body))
	f.pairs = make([]pair, 0, min(bytes.Count(body, []byte{'&'})+1, maxPairs))
	for len(body) > 0 {
		var part []byte
		part, body, _ = bytes.Cut(body, []byte{'&'})
		if len(part) == 0 {
			continue
		}
		if len(f.pairs) == maxPairs {
			return form{}, false
		}
		rawName, rawValue, _ := bytes.Cut(part, []byte{'='})
		var p pair
		if p.name, buf, ok = unescape(buf, rawName); !ok {
			return form{}, false
		}
		if p.value, buf, ok = unescape(buf, rawValue); !ok {
			return form{}, false
		}
		f.pairs = append(f.pairs, p)
	}
	slices.SortStableFunc(f.pairs, func(a, b pair) int { return bytes.Compare(a.name, b.name) })
	return f, true
}

// unescape appends the decoded src to buf and returns the part it appended. The
// buffer is as long as the whole body, so it never moves.
func unescape(buf, src []byte) (decoded, grown []byte, ok bool) {
	start := len(buf)
	for i := 0; i < len(src); i++ {
		switch c := src[i]; c {
		case '+':
			buf = append(buf, ' ')
		case '%':
			if i+2 >= len(src) {
				return nil, buf, false
			}
			hi, lo := unhex(src[i+1]), unhex(src[i+2])
			if hi > 15 || lo > 15 {
				return nil, buf, false
			}
			buf = append(buf, hi<<4|lo)
			i += 2
		default:
			buf = append(buf, c)
		}
	}
	return buf[start:len(buf):len(buf)], buf, true
}

// unhex returns 255 for what is no hexadecimal digit.
func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// lookup returns the value of a parameter and how often it is there.
func (f form) lookup(name string) (value []byte, times int) {
	i, found := slices.BinarySearchFunc(f.pairs, name, func(p pair, name string) int {
		return compareName(p.name, name)
	})
	if !found {
		return nil, 0
	}
	for times = 1; i+times < len(f.pairs) && string(f.pairs[i+times].name) == name; times++ {
	}
	return f.pairs[i].value, times
}

func compareName(a []byte, b string) int {
	switch {
	case string(a) < b: // these conversions do not allocate
		return -1
	case string(a) > b:
		return 1
	}
	return 0
}
