package extract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage/extract"
)

// found writes entities as the tables of these tests do: "kind normal", one
// beside the other.
func found(text string, hints extract.Hints) string {
	var out []string
	for _, e := range extract.Find(text, hints) {
		if e.Kind != extract.Place { // in a table of their own
			out = append(out, fmt.Sprintf("%s %s", e.Kind, e.Normal))
		}
	}
	return strings.Join(out, " | ")
}

func TestFind(t *testing.T) {
	t.Parallel()
	uk, us, eg := "+447700900123", "+15550100177", "+201000000000"
	for _, c := range []struct{ from, text, want string }{
		{"", "", ""},
		{"", "please help me, they took my passport", ""},

		{"", "call +1 555 0100 177 tonight", "phone +15550100177"},
		{"", "call +1 (555) 010-0177.", "phone +15550100177"},
		{"", "اتصل على \u200e+١ ٥٥٥ ٠١٠٠ ١٧٧", "phone +15550100177"},
		{"", "नंबर +१ ५५५ ०१०० १७७ है", "phone +15550100177"},
		{"", "شماره +۱۵۵۵۰۱۰۰۱۷۷", "phone +15550100177"},
		{"", "his number is 0015550100177", "phone +15550100177"},
		{uk, "his no is 07700 900123 and he is bad", "phone +447700900123"},
		{uk, "number 07700 900123 2 girls", "phone +447700900123 | count 2"},
		{us, "text me 555-010-0177", "phone +15550100177"},
		{"", "07700 900123", "phone 07700900123"},
		{uk, "I came in 2019 2020", ""},
		{uk, "passport A1234567", ""},
		{uk, "order 12345678901234567890123", ""},

		{"", "write to Boss.Man+jobs@Example.com!", "email boss.man@example.com"},
		{"", "email:jobs@example.com", "email jobs@example.com"},
		{"", "see https://www.Example.com/Jobs/?utm_source=x&id=7#top.", "url example.com/Jobs?id=7"},
		{"", "they post on good-jobs.example.org/apply", "url good-jobs.example.org/apply"},
		{"", "www.example.de", "url example.de"},
		{"", "I am in the house.in the back", ""},
		{"", "Ask for Maria.She knows", ""},
		{"", "https://t.me/FastJobs_22", "handle @fastjobs_22"},
		{"", "tiktok.com/@fast.jobs", "handle @fast.jobs"},
		{"", "https://wa.me/15550100177", "phone +15550100177"},
		{"", "https://facebook.com/groups/123", "url facebook.com/groups/123"},
		{"", "follow @Fast_Jobs, please", "handle @fast_jobs"},
		{"", "insta: fast.jobs", "handle @fast.jobs"},
		{"", "his telegram fast_jobs22", "handle @fast_jobs22"},
		{"", "meet me @ 10", ""},

		{"", "white van, plate AB12 CDE", "plate AB12CDE"},
		{"", "number plate is ab12cde", "plate AB12CDE"},
		{"", "furgoneta blanca 1234 BCD", "plate 1234BCD"},
		{"", "номер машины А123ВС 77", "plate A123BC77"},
		{"", "white van MH-12-AB-1234 outside", "plate MH12AB1234"},
		{"", "سيارة بيضاء رقم اللوحة ١٢٣٤٥", "plate 12345"},
		{"", "the van comes at 10 every day", ""},
		{"", "ROOM 1234 is locked", ""},

		{"", "she is 15 years old", "age 15"},
		{"", "my sister 16yo is there", "age 16"},
		{"", "tiene 15 años", "age 15"},
		{"", "elle a 14 ans", "age 14"},
		{"", "عمرها ١٤ سنة", "age 14"},
		{"", "वह १५ साल की लड़की है", "age 15"},
		{"", "aged 12", "age 12"},
		{"", "I worked there for 15 years", ""},

		{"", "there are 7 girls in one room", "count 7"},
		{"", "we are six in one room", "count 6"},
		{"", "hay cinco chicas", "count 5"},
		{"", "نحن ٣ بنات", "count 3"},
		{"", "12 young women", "count 12"},

		{"", "he took 500 euros", "money EUR 500"},
		{"", "$1,500 for the trip", "money $ 1500"},
		{"", "£60 a week", "money GBP 60"},
		{"", "I owe 5k dollars", "money USD 5000"},
		{"", "900 € d'abord", "money EUR 900"},
		{"", "AED 20 000", "money AED 20000"},
		{"", "٥٠٠ درهم", "money AED 500"},
		{"", "12.50 euro", "money EUR 12"},

		{"", "at 10:30 pm", "time 22:30"},
		{"", "come 9pm", "time 21:00"},
		{"", "à 8h30", "time 08:30"},
		{"", "at 22:15", "time 22:15"},
		{"", "since 2026-05-12", "date 2026-05-12"},
		{"", "since 25/12/2025", "date 2025-12-25"},
		{"", "on 05/06/2026", "date 2026 05 06"},
		{"", "el 12 mayo", "date --05-12"},

		{"", "they keep us at 12 Baker Street, flat 2", "address 12 baker st"},
		{"", "at 12 baker st", "address 12 baker st"},
		{"", "vivo en Calle Mayor 5", "address 5 calle mayor"},
		{"", "12 rue du Port", ""},
		{"", "улица Ленина, 10", "address 10 ул ленина"},
		{"", "Lange Gasse 3", "address 3 lange gasse"},
		{"", "the street is dark", ""},

		{"", "she works at Hotel Sunrise", "employer sunrise"},
		{"", "behind the Golden Dragon restaurant", "employer golden dragon"},
		{"", "a farm called \"Las Naranjas\"", "employer las naranjas"},
		{"", "the restaurant is closed", ""},
		{eg, "I am at the hotel", ""},
	} {
		if got := found(c.text, extract.Hints{From: c.from}); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// consistent fails when an entity is not what Find promises.
func consistent(t *testing.T, text string) {
	t.Helper()
	last := 0
	for _, e := range extract.Find(text, extract.Hints{From: "+15550100177"}) {
		if e.Start < last || e.End <= e.Start || e.End > len(text) || text[e.Start:e.End] != e.Text || e.Normal == "" ||
			e.Confidence <= 0 || e.Confidence > 1 {
			t.Fatalf("%q: %+v", text, e)
		}
		last = e.End
	}
	for _, c := range extract.Clues(text, extract.Hints{}) {
		if c.Value == "" || !hotline.Clean(c.Value.Reveal()) || !slices.Contains(hotline.ClueKinds, c.Kind) {
			t.Fatalf("%q: %s %q", text, c.Kind, c.Value.Reveal())
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"call +1 555 0100 177, plate AB12 CDE, 5 girls @ 12 Baker Street, insta: a_b https://t.me/x?utm_a=b $5k 10:30pm 2026-05-12",
		"١٢٣٤٥٦٧ شارع عمرها ١٤ سنة", strings.Repeat("+1", 200), strings.Repeat("1 ", 500), "@@@@...://", "a.b.c.d@e.f\x80\xff", "電話 ０１２３４５６７８９",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { consistent(t, text) })
}

// TestHostileTextIsCheap reads the longest texts that intake takes, made of what
// is costly to read; a finder that looks back over everything would take minutes.
func TestHostileTextIsCheap(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"+1", "1 ", "12 a ", "@", "a.", "http://", "calle ", "plate A1 ", "$1 ", "insta: ", "insta:", "٣ بنات ", "١", "St 1 ", "hotel A "} {
		text := strings.Repeat(unit, 16<<10/len(unit))
		consistent(t, text)
	}
}

// TestRegressions are things that were once taken for others.
func TestRegressions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"3omro 14 sene w 2ekteb men telefon":  "",
		"boss wont pay us 4 months now":       "",
		"We get 300 because they take money":  "",
		"a poultry farm. The workers told me": "",
		"on travaille à l'usine. On touche":   "",
		"a moça do 302 não sai":               "",
		"R$ 20.000 no pix":                    "money BRL 20000",
		"call 07700 900123 at 10:30, room 12": "phone 07700900123 | time 10:30",
		"10 000 000 people die, I owe 10 000": "",
	} {
		if got := found(text, extract.Hints{}); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}
