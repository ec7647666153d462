package console

import (
	"regexp"
	"strings"
	"testing"
)

func TestCountryCode(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "", " ": "", "Ethiopia": "ET", " ethiopia ": "ET", "et": "ET", "ET": "ET",
		"Côte d’Ivoire": "CI", "cote d'ivoire": "CI", "Ivory Coast": "CI",
		"Turkey": "TR", "Türkiye": "TR", "turkiye": "TR", "Burma": "MM", "USA": "US", "U.S.A.": "US", "UK": "GB",
		"Antigua and Barbuda": "AG", "Saint Lucia": "LC", "The Gambia": "GM", "Hong Kong": "HK",
		"Niger": "NE", "Nigeria": "NG", "Guinea": "GN", "Sudan": "SD", "Dominica": "DM",
		"Congo (Kinshasa)": "CD", "DRC": "CD",
		"Congo": "Congo", "Korea": "Korea", "Atlantis": "Atlantis", "E!": "E!", "ZZ": "ZZ", // for the rules to judge
	} {
		if got := countryCode(typed); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}

// Every name on the list leads back to its code, no two rows share one, and the
// list is in order.
func TestCountryList(t *testing.T) {
	t.Parallel()
	if len(countries) != 250 {
		t.Errorf("%d countries", len(countries))
	}
	names := 0
	for i, c := range countries {
		if !regexp.MustCompile(`^[A-Z]{2}$`).MatchString(c.Code) || c.Name == "" {
			t.Errorf("row %d: %q %q", i+1, c.Code, c.Name)
		}
		if countryCode(c.Name) != c.Code || countryName(c.Code) != c.Name {
			t.Errorf("%s does not come back", c.Name)
		}
		if i > 0 && foldCountry(countries[i-1].Name) >= foldCountry(c.Name) {
			t.Errorf("%s stands after %s", c.Name, countries[i-1].Name)
		}
	}
	for line := range strings.Lines(countryLines) {
		names += 1 + strings.Count(line, ";")
	}
	if want := names + len(countries); len(countryCodes) != want {
		t.Errorf("%d different names and codes of %d: one stands twice", len(countryCodes), want)
	}
	if countryName("ZZ") != "ZZ" || countryName("") != "" {
		t.Error("an unknown code does not stay")
	}
}
