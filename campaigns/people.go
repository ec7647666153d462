package campaigns

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
)

// The columns that a table of people may have. Only the first must be there.
const (
	phoneColumn      = "phone"
	languageColumn   = "language"
	countryColumn    = "country"
	regionColumn     = "region"
	populationColumn = "population"
	tagsColumn       = "tags"
	personColumn     = "person"
)

// PeopleColumns lists the columns that a table of people may have.
var PeopleColumns = []string{phoneColumn, languageColumn, countryColumn, regionColumn, populationColumn, tagsColumn, personColumn}

// headers are usual names of the columns, folded.
var headers = map[string]string{
	"phone number": phoneColumn, "number": phoneColumn, "mobile": phoneColumn, "mobile number": phoneColumn, "cell": phoneColumn, "telephone": phoneColumn, "tel": phoneColumn,
	"telefono": phoneColumn, "teléfono": phoneColumn, "celular": phoneColumn, "téléphone": phoneColumn, "telefone": phoneColumn, "whatsapp": phoneColumn, "msisdn": phoneColumn,
	"lang": languageColumn, "idioma": languageColumn, "langue": languageColumn, "iso country": countryColumn, "país": countryColumn, "pais": countryColumn, "pays": countryColumn,
	"state": regionColumn, "province": regionColumn, "district": regionColumn, "group": populationColumn, "labels": tagsColumn, "tag": tagsColumn,
	"id": personColumn, "person id": personColumn, "external id": personColumn, "ref": personColumn,
}

// MapColumns says which column of ours each column of a table is; "" for those that
// are left out. given names some of them ("Mobile no" is "phone"). The error says
// which is wrong, or that there is no number.
func MapColumns(header []string, given map[string]string) ([]string, error) {
	out := make([]string, len(header))
	used := map[string]bool{}
	for i, cell := range header {
		name := strings.Join(strings.Fields(strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(cell))), " ")
		column := headers[name]
		if slices.Contains(PeopleColumns, name) {
			column = name
		}
		for theirs, ours := range given {
			if strings.EqualFold(strings.TrimSpace(theirs), strings.TrimSpace(cell)) {
				if !slices.Contains(PeopleColumns, ours) {
					return nil, hotline.Errorf(hotline.Invalid, "there is no column %q of ours; there are %s", ours, strings.Join(PeopleColumns, ", "))
				}
				column = ours
			}
		}
		if column == "" || used[column] {
			continue
		}
		out[i], used[column] = column, true
	}
	if !used[phoneColumn] {
		return nil, hotline.Errorf(hotline.Invalid, "no column of the first row is a telephone number; name one, such as --map \"Contact=phone\"")
	}
	return out, nil
}

// Newcomers says what is known of all people of a table, where a row does not say it
// itself.
type Newcomers struct {
	Country, Region, Population string
	Language                    hotline.Language
	Tags                        []string
	Source                      string
	SMS, WhatsApp               hotline.OptIn // what they agreed to, by the proof that goes with the table

	// Normalize turns a number as it is written in a country into E.164.
	Normalize func(typed, country string) (string, bool)
	// CountryOf is where a number was issued, "" when nobody can tell.
	CountryOf func(number string) string
	// ZonesOf are the zones in which its owner may be.
	ZonesOf func(number string) []string
	// Knows says whether a language is one of ours.
	Knows func(hotline.Language) bool
}

// longestCell is the most that a column may hold, in characters.
const longestCell = 80

// Read reads one row. problem says what is wrong with it, in words for whoever made
// the table, and names nobody.
func (n *Newcomers) Read(columns, cells []string) (u hotline.Subscriber, problem string) {
	u = hotline.Subscriber{
		Language: n.Language, Country: n.Country, Region: n.Region, Population: n.Population, Tags: slices.Clone(n.Tags), Source: n.Source, SMS: n.SMS, WhatsApp: n.WhatsApp,
	}
	phone := ""
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if i >= len(columns) || columns[i] == "" || cell == "" {
			continue
		}
		if utf8.RuneCountInString(cell) > longestCell || !hotline.Clean(cell) {
			return u, fmt.Sprintf("%s: longer than %d characters, or not readable", columns[i], longestCell)
		}
		switch columns[i] {
		case phoneColumn:
			phone = cell
		case languageColumn:
			u.Language = hotline.Language(strings.ToLower(cell))
			if !n.Knows(u.Language) {
				return u, "language: write one of our codes, such as es, ar or km"
			}
		case countryColumn:
			u.Country = strings.ToUpper(cell)
			if len(u.Country) != 2 {
				return u, "country: write two letters (ISO 3166), such as MX"
			}
		case regionColumn:
			u.Region = cell
		case populationColumn:
			u.Population = strings.ToLower(cell)
		case tagsColumn:
			u.Tags = append(u.Tags, ReadTags(cell)...)
		case personColumn:
			u.Person = hotline.Text(cell)
		}
	}
	if phone == "" {
		return u, "phone: there is no number"
	}
	number, ok := n.Normalize(phone, u.Country)
	if !ok {
		if u.Country == "" {
			return u, "phone: no number that can be read; without + it needs a country (--country)"
		}
		return u, "phone: no number of " + u.Country
	}
	u.Address = hotline.Address(number)
	if u.Country == "" {
		u.Country = n.CountryOf(number)
	}
	u.Zones = n.ZonesOf(number)
	return u, ""
}

// ReadTags reads tags parted by commas, semicolons or bars.
func ReadTags(text string) (tags []string) {
	for _, tag := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ',' || r == ';' || r == '|' }) {
		if tag = strings.Join(strings.Fields(tag), "-"); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}
