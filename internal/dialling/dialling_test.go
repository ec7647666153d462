package dialling

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]struct{ country, zones, emergency string }{
		"+14155550123":   {"US", "America/Los_Angeles", "911"},
		"+17875550123":   {"PR", "America/Puerto_Rico", "911"},
		"+18765550123":   {"JM", "America/Jamaica", "911"},
		"+18005550123":   {"US", "", "911"}, // toll-free: anywhere
		"+447700900123":  {"GB", "Europe/Guernsey Europe/Isle_of_Man Europe/London", "999"},
		"+919876543210":  {"IN", "Asia/Calcutta", "112"},
		"+254700000000":  {"KE", "Africa/Nairobi", "112"},
		"+251911000000":  {"ET", "Africa/Addis_Ababa", "911"},
		"+639170000000":  {"PH", "Asia/Manila", "911"},
		"+5511900000000": {"BR", "America/Sao_Paulo", "190"},
		"+77010000000":   {"KZ", "Asia/Almaty Asia/Aqtobe", "112"},
		"+74950000000":   {"RU", "Europe/Moscow", "112"},
		"+8613800000000": {"CN", "Asia/Shanghai", "110"},
		"+33600000000":   {"FR", "Europe/Paris", "112"},
		"+999123":        {"", "", ""},
		"4155550123":     {"", "", ""},
		"":               {"", "", ""},
		"+":              {"", "", ""},
	} {
		country, zones := Country(number), strings.Join(Zones(number), " ")
		first := ""
		if all := Emergency(country); len(all) > 0 {
			first = all[0]
		}
		if country != want.country || zones != want.zones || first != want.emergency {
			t.Errorf("%s: %s, %s, %s; want %+v", number, country, zones, first, want)
		}
	}
}

func TestEveryZoneExistsAndEveryEmergencyNumberFits(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, at := range numbers().places {
		for _, name := range strings.Fields(at.zones) {
			if _, err := time.LoadLocation(name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			seen++
		}
	}
	known := 0
	for _, country := range Countries() {
		all := Emergency(country)
		if len(all) > 0 {
			known++
		}
		if slices.ContainsFunc(all, func(n string) bool { return len(n) > 5 }) {
			t.Errorf("%s: %v does not fit a text", country, all)
		}
	}
	if seen < 1000 || known < 200 || len(Countries()) < 240 {
		t.Errorf("%d zones, %d of %d countries with emergency numbers", seen, known, len(Countries()))
	}
}
