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

// formFault is what is wrong with a form, "" for nothing.
type formFault string

const (
	badEscape formFault = "a percent sign begins no escape"
	tooMuch   formFault = "too many parameters" // not decoded
)

// maxPairs bounds the work that an unsigned request can cause. Twilio sends
// about 40 parameters, with ten media about 60.
const maxPairs = 512

// parseForm decodes body in one pass into one buffer. It is ours and not
// net/url's because ten thousand of them a second arrive, and because the map
// that net/url builds loses the order of repeated names. A bad escape stays as
// it is written, so that the signature can be checked all the same.
func parseForm(body []byte) (f form, fault formFault) {
	buf := make([]byte, 0, len(body))
	f.pairs = make([]pair, 0, min(bytes.Count(body, []byte{'&'})+1, maxPairs))
	for len(body) > 0 {
		var part []byte
		part, body, _ = bytes.Cut(body, []byte{'&'})
		if len(part) == 0 {
			continue
		}
		if len(f.pairs) == maxPairs {
			return form{}, tooMuch
		}
		rawName, rawValue, _ := bytes.Cut(part, []byte{'='})
		var p pair
		var nameOK, valueOK bool
		p.name, buf, nameOK = unescape(buf, rawName)
		p.value, buf, valueOK = unescape(buf, rawValue)
		if !nameOK || !valueOK {
			fault = badEscape
		}
		f.pairs = append(f.pairs, p)
	}
	slices.SortStableFunc(f.pairs, func(a, b pair) int { return bytes.Compare(a.name, b.name) })
	return f, fault
}

// unescape appends the decoded src to buf and returns the part it appended. The
// buffer is as long as the whole body, so it never moves. ok is false when a bad
// escape was taken literally.
func unescape(buf, src []byte) (decoded, grown []byte, ok bool) {
	start := len(buf)
	ok = true
	for i := 0; i < len(src); i++ {
		switch c := src[i]; c {
		case '+':
			buf = append(buf, ' ')
		case '%':
			if i+2 >= len(src) || unhex(src[i+1]) > 15 || unhex(src[i+2]) > 15 {
				buf, ok = append(buf, c), false
				continue
			}
			buf = append(buf, unhex(src[i+1])<<4|unhex(src[i+2]))
			i += 2
		default:
			buf = append(buf, c)
		}
	}
	return buf[start:len(buf):len(buf)], buf, ok
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
