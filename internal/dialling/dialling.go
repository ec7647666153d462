// Package dialling tells what a telephone number says of the place of its owner:
// the country, the time zones that are possible there, and the numbers to call in
// an emergency. It is a cut of libphonenumber's metadata (Apache 2.0), made by
// internal/dialling/data.
//
// It knows nothing of who calls whom. A number says where it was issued, not where
// the phone is; and nobody has called the emergency numbers to try them.
package dialling

import (
	_ "embed"
	"strings"
	"sync"
)

//go:generate go run ./data

//go:embed countries.tsv
var countriesText string

//go:embed prefixes.tsv
var prefixesText string

// place is what the digits after "+" tell. Zones are parted by spaces.
type place struct{ country, zones string }

// plan is everything, by calling code or longer prefix.
type plan struct {
	places    map[string]place
	emergency map[string]string // by country, parted by spaces
	zones     map[string]string // likewise
	codes     map[string]string // calling code, by country
	countries []string          // in order of their codes
	longest   int               // digits of the longest prefix
}

// main are the countries that give a shared calling code its name.
var main = map[string]string{"1": "US", "7": "RU", "44": "GB", "39": "IT", "47": "NO", "61": "AU", "212": "MA", "262": "RE", "358": "FI", "590": "GP", "599": "CW", "290": "SH"}

var numbers = sync.OnceValue(func() *plan {
	p := &plan{places: map[string]place{}, emergency: map[string]string{}, zones: map[string]string{}, codes: map[string]string{}}
	for line := range strings.Lines(countriesText) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		country, code := f[0], f[1]
		p.countries = append(p.countries, country)
		p.emergency[country] = f[2]
		p.zones[country], p.codes[country] = f[3], code
		if main[code] == "" || main[code] == country {
			p.add(code, place{country, f[3]})
		}
	}
	for line := range strings.Lines(prefixesText) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		p.add(f[0], place{f[1], f[2]})
	}
	return p
})

func (p *plan) add(digits string, at place) {
	p.places[digits] = at
	p.longest = max(p.longest, len(digits))
}

// find joins what the longest prefix tells with what shorter ones do.
func (p *plan) find(number string) (found place) {
	digits, ok := strings.CutPrefix(number, "+")
	if !ok {
		return place{}
	}
	for n := min(len(digits), p.longest); n > 0; n-- {
		at, ok := p.places[digits[:n]]
		if !ok {
			continue
		}
		if found.country == "" {
			found.country = at.country
		}
		if found.zones == "" {
			found.zones = at.zones
		}
	}
	return found
}

// Country is the ISO 3166 code of the country that issued an E.164 number, ""
// when it cannot be told.
func Country(number string) string { return numbers().find(number).country }

// mostZones is from how many possible zones on nothing is known: a toll-free
// number has dozens.
const mostZones = 12

// Zones names the IANA time zones in which the owner of an E.164 number may be;
// none when they cannot be told.
func Zones(number string) []string {
	zones := strings.Fields(numbers().find(number).zones)
	if len(zones) > mostZones {
		return nil
	}
	return zones
}

// ZonesOf names the IANA time zones of a country.
func ZonesOf(country string) []string { return strings.Fields(numbers().zones[country]) }

// Emergency lists the numbers to call in an emergency in a country, the one to show
// first; none when they are not known.
func Emergency(country string) []string { return strings.Fields(numbers().emergency[country]) }

// Countries lists the ISO 3166 codes of all countries that issue numbers, in order.
func Countries() []string { return numbers().countries }
