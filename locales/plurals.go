package locales

import "github.com/hearline/hearline/hotline"

// plurals are CLDR's cardinal categories of the languages that have others than
// one and other (CLDR 46, supplemental/plurals.xml).
var plurals = map[hotline.Language][]string{
	"ar": {"zero", "one", "two", "few", "many", "other"},
	"es": {"one", "many", "other"}, "fr": {"one", "many", "other"}, "it": {"one", "many", "other"}, "pt": {"one", "many", "other"},
	"pl": {"one", "few", "many", "other"}, "ru": {"one", "few", "many", "other"}, "uk": {"one", "few", "many", "other"},
	"ro": {"one", "few", "other"},
	"id": {"other"}, "km": {"other"}, "my": {"other"}, "th": {"other"}, "vi": {"other"}, "yo": {"other"}, "zh": {"other"},
}

func pluralForms(lang hotline.Language) []string {
	if own := plurals[lang]; own != nil {
		return own
	}
	return []string{"one", "other"}
}
