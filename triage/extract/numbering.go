package extract

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:embed numbering.tsv
var numberingText string

// plan is how a country's telephone numbers look.
type plan struct {
	calling string // "44"
	trunk   string // what is dialled before a national number within the country; "" for nothing
	lengths uint32 // bit n: national numbers of n digits
	pattern func() *regexp.Regexp
}

// plans are the numbering plans by calling code, the main country first.
var plans = sync.OnceValue(func() map[string][]*plan {
	out := make(map[string][]*plan, 256)
	for line := range strings.Lines(numberingText) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		p := &plan{calling: fields[1], trunk: fields[2], pattern: sync.OnceValue(func() *regexp.Regexp {
			return regexp.MustCompile("^(?:" + fields[4] + ")$")
		})}
		for length := range strings.FieldsSeq(fields[3]) {
			if n, err := strconv.Atoi(length); err == nil {
				p.lengths |= 1 << n
			}
		}
		out[p.calling] = append(out[p.calling], p)
	}
	return out
})

// How well a number fits a plan.
const (
	unfit = iota
	possible
	valid
)

// fit reads a national number; with a trunk prefix that does not belong to it,
// it returns the number without.
func (p *plan) fit(national string) (number string, how int) {
	if p.possible(national) && p.pattern().MatchString(national) {
		return national, valid
	}
	if rest, ok := strings.CutPrefix(national, p.trunk); ok && p.trunk != "" && p.possible(rest) {
		if p.pattern().MatchString(rest) {
			return rest, valid
		}
		if !p.possible(national) {
			return rest, possible
		}
	}
	if p.possible(national) {
		return national, possible
	}
	return "", unfit
}

func (p *plan) possible(national string) bool {
	return len(national) < 32 && p.lengths&(1<<len(national)) != 0
}

// country returns the plans of the calling code that a number begins with.
func country(number string) []*plan {
	for n := 1; n <= 3 && n < len(number); n++ {
		if found := plans()[number[:n]]; found != nil {
			return found
		}
	}
	return nil
}

// international reads a number that begins with a calling code, without "+" and
// "00".
func international(number string) (normal string, how int) {
	for _, p := range country(number) {
		if rest, h := p.fit(number[len(p.calling):]); h > how {
			normal, how = "+"+p.calling+rest, h
		}
		if how == valid {
			break
		}
	}
	return normal, how
}
