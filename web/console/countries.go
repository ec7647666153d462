package console

import (
	_ "embed"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The countries and territories of ISO 3166-1, and Kosovo, one a line by name:
// code, English name, and other names that people type.
//
//go:embed countries.txt
var countryLines string

// countryView is one row of the list to choose from.
type countryView struct{ Code, Name string }

var (
	countries    []countryView
	countryNames = map[string]string{} // by code
	countryCodes = map[string]string{} // by any name, folded, or code
)

func init() {
	for line := range strings.Lines(countryLines) {
		code, names, _ := strings.Cut(strings.TrimSpace(line), " ")
		all := strings.Split(names, "; ")
		countries = append(countries, countryView{code, all[0]})
		countryNames[code], countryCodes[foldCountry(code)] = all[0], code
		for _, name := range all {
			countryCodes[foldCountry(name)] = code
		}
	}
}

// countryName is what a code stands for; a code that the list does not have
// stays as it is.
func countryName(code string) string {
	if name, ok := countryNames[code]; ok {
		return name
	}
	return code
}

// countryCode is the code of what was typed or chosen: a name or a code. What is
// neither comes back as it is, for the rules to refuse.
func countryCode(text string) string {
	if code, ok := countryCodes[foldCountry(text)]; ok {
		return code
	}
	return strings.TrimSpace(text)
}

var sameWords = strings.NewReplacer(" and ", " ", "saint ", "st ", "the ", "")

// foldCountry makes one of the ways in which a name is typed: without case,
// accents, signs and spaces.
func foldCountry(name string) string {
	name = sameWords.Replace(strings.ToLower(strings.TrimSpace(name)))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, norm.NFD.String(name))
}
