package extract_test

import (
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/hearline/hearline/triage/extract"
)

// TestEveryCountrysNumbers reads the example numbers of libphonenumber as they are
// written abroad, and as at home but for the odd ways of two or three countries.
func TestEveryCountrysNumbers(t *testing.T) {
	t.Parallel()
	tried, missed := 0, []string{}
	for region := range phonenumbers.GetSupportedRegions() {
		for _, sort := range []phonenumbers.PhoneNumberType{phonenumbers.MOBILE, phonenumbers.FIXED_LINE} {
			example := phonenumbers.GetExampleNumberForType(region, sort)
			if example == nil {
				continue
			}
			want := phonenumbers.Format(example, phonenumbers.E164)
			abroad := phonenumbers.Format(example, phonenumbers.INTERNATIONAL)
			if got := found("x "+abroad+" x", extract.Hints{}); got != "phone "+want {
				t.Errorf("%s %s: %s, want %s", region, abroad, got, want)
			}
			tried++
			home := phonenumbers.Format(example, phonenumbers.NATIONAL)
			if len(extract.Fold(home)) < 7 { // too short to be told from an amount
				continue
			}
			if got := found("call "+home, extract.Hints{From: want}); got != "phone "+want {
				missed = append(missed, region+" "+home+": "+got)
			}
		}
	}
	if tried < 400 || len(missed)*100 > tried {
		t.Errorf("%d of %d numbers as written at home are read otherwise:\n%s", len(missed), tried, strings.Join(missed, "\n"))
	}
}
