package campaigns

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hearline/hearline/hotline"
)

func mustHours(t testing.TB, house string) *Hours {
	t.Helper()
	h, err := NewHours(house, func(country string) []string {
		return map[string][]string{"KH": {"Asia/Phnom_Penh"}, "US": {"America/New_York", "America/Los_Angeles"}}[country]
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHours(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, at, house, country, region, zones string
		next                                    string // "" when it is open; "never"
		closes                                  string
	}{
		{"in the day", "2026-05-12T02:00Z", "", "KH", "", "", "", "2026-05-12T14:00Z"},
		{"at night", "2026-05-12T15:00Z", "", "KH", "", "", "2026-05-13T01:00Z", ""},
		{"the service is stricter", "2026-05-12T01:30Z", "09:00-20:00", "KH", "", "", "2026-05-12T02:00Z", ""},
		{"the service cannot be laxer", "2026-05-12T14:30Z", "00:00-24:00", "KH", "", "", "2026-05-13T01:00Z", ""},
		{"a state with a rule of its own", "2026-05-12T00:30Z", "", "US", "US-CA", "America/Los_Angeles", "", "2026-05-12T04:00Z"},
		{"a state that is not known", "2026-05-12T14:30Z", "", "US", "", "America/New_York", "", "2026-05-12T21:00Z"},
		{"two coasts at once", "2026-05-12T16:30Z", "", "US", "", "America/New_York America/Los_Angeles", "2026-05-12T17:00Z", ""},
		{"a Sunday in Texas", "2026-05-10T15:00Z", "", "US", "US-TX", "America/Chicago", "2026-05-10T17:00Z", ""},
		{"Thanksgiving", "2026-11-26T18:00Z", "", "US", "US-CA", "America/Los_Angeles", "2026-11-27T17:00Z", ""},
		{"a Sunday in France, and Easter Monday after it", "2026-04-05T10:00Z", "", "FR", "", "Europe/Paris", "2026-04-07T06:00Z", ""},
		{"the clocks change overnight", "2026-03-29T00:30Z", "", "ES", "", "Europe/Madrid", "2026-03-29T06:00Z", ""},
		{"nobody knows where", "2026-05-12T12:00Z", "", "", "", "", "never", ""},
		{"no hour that both share", "2026-05-12T12:00Z", "10:00-12:00", "", "", "Asia/Phnom_Penh Europe/London", "never", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := mustHours(t, c.house)
			at := moment(t, c.at)
			closes, open := h.Open(at, c.country, c.region, c.zones)
			if open != (c.next == "") || open && !closes.Equal(moment(t, c.closes)) {
				t.Errorf("open %v until %v", open, closes.UTC())
			}
			next := h.Next(at, c.country, c.region, c.zones)
			switch {
			case c.next == "never":
				if !next.IsZero() {
					t.Errorf("next %v", next.UTC())
				}
			case c.next == "":
				if !next.Equal(at) {
					t.Errorf("open, and next %v", next.UTC())
				}
			case !next.Equal(moment(t, c.next)):
				t.Errorf("next %v, want %s", next.UTC(), c.next)
			}
		})
	}
	if _, err := NewHours("9 to 5", nil); hotline.CodeOf(err) != hotline.Invalid {
		t.Errorf("got %v", err)
	}
}

func moment(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04Z07:00", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestNobodyIsReachedAtNight is the promise: whatever the zones, the rules and the
// changes of clocks, nothing goes out, and nothing is left with the carrier, outside
// the hours on any clock that the phone may show.
func TestNobodyIsReachedAtNight(t *testing.T) {
	t.Parallel()
	zones := strings.Fields("America/New_York America/Los_Angeles America/St_Johns America/Asuncion Europe/London Europe/Madrid Africa/Casablanca Africa/Cairo " +
		"Asia/Kathmandu Asia/Tehran Asia/Phnom_Penh Asia/Gaza Australia/Lord_Howe Pacific/Chatham Pacific/Apia Asia/Colombo America/Havana Antarctica/Troll")
	windows := [][2]int{{8, 21}, {9, 20}, {10, 17}, {12, 21}}
	// Around the changes of clocks of several years, and the day that Samoa left out.
	starts := []string{"2026-03-08", "2026-03-29", "2026-04-05", "2026-10-25", "2026-11-01", "2027-03-14", "2026-09-27", "2011-12-29", "2026-02-15", "2026-05-17"}
	rapid.Check(t, func(r *rapid.T) {
		window := rapid.SampledFrom(windows).Draw(r, "window")
		places := rapid.SliceOfNDistinct(rapid.SampledFrom(zones), 1, 3, rapid.ID[string]).Draw(r, "zones")
		start, err := time.Parse("2006-01-02", rapid.SampledFrom(starts).Draw(r, "start"))
		if err != nil {
			r.Fatal(err)
		}
		at := start.Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(r, "minutes")) * time.Minute)
		h, err := NewHours(time.Date(0, 1, 1, window[0], 0, 0, 0, time.UTC).Format("15:04")+"-"+time.Date(0, 1, 1, window[1], 0, 0, 0, time.UTC).Format("15:04"), func(string) []string { return nil })
		if err != nil {
			r.Fatal(err)
		}
		allowed := func(at time.Time) bool {
			for _, name := range places {
				zone, err := time.LoadLocation(name)
				if err != nil {
					r.Fatal(err)
				}
				if hour := at.In(zone).Hour(); hour < max(window[0], 8) || hour >= min(window[1], 21) {
					return false
				}
			}
			return true
		}
		text := strings.Join(places, " ")
		closes, open := h.Open(at, "XX", "", text)
		if open != allowed(at) {
			r.Fatalf("at %v open is %v", at, open)
		}
		if open {
			if !closes.After(at) || allowed(closes) || !allowed(closes.Add(-time.Second)) {
				r.Fatalf("at %v it closes %v", at, closes.UTC())
			}
		}
		next := h.Next(at, "XX", "", text)
		if next.IsZero() {
			next = at.Add(3 * 24 * time.Hour)
		} else if !allowed(next) {
			r.Fatalf("after %v it opens %v", at, next.UTC())
		}
		for t := at; t.Before(next); t = t.Add(time.Minute) {
			if allowed(t) {
				r.Fatalf("it is open at %v, before %v", t, next.UTC())
			}
		}
	})
}

func TestHolidays(t *testing.T) {
	t.Parallel()
	h := mustHours(t, "")
	for country, rules := range h.rules.Holidays {
		for _, rule := range rules {
			if _, ok := holiday(rule, 2026); !ok {
				t.Errorf("%s: %q cannot be read", country, rule)
			}
		}
	}
	for year, want := range map[int]string{2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2038: "04-25"} {
		if got := easter(year).Format("01-02"); got != want {
			t.Errorf("Easter %d: %s, want %s", year, got, want)
		}
	}
	for rule, want := range map[string]string{"3 Mo 01": "01-19", "last Mo 05": "05-25", "4 Th 11": "11-26", "easter+39": "05-14"} {
		if day, ok := holiday(rule, 2026); !ok || day.Format("01-02") != want {
			t.Errorf("%s: %v, want %s", rule, day, want)
		}
	}
	for _, rule := range []string{"", "13-40", "5 Xx 02", "Mo"} {
		if _, ok := holiday(rule, 2026); ok {
			t.Errorf("%q is taken for a holiday", rule)
		}
	}
}

func TestTimetable(t *testing.T) {
	t.Parallel()
	madrid, _ := time.LoadLocation("Europe/Madrid")
	table := NewTimetable(mustHours(t, ""), madrid)
	now := moment(t, "2026-05-12T12:00Z")
	weekly := hotline.Schedule{Kind: hotline.Recurring, Local: "2026-10-12T10:00", Rule: "FREQ=WEEKLY;BYDAY=MO"}
	want := []string{"2026-10-12T08:00Z", "2026-10-19T08:00Z", "2026-10-26T09:00Z"} // ten o'clock before and after the change
	for i, at := range table.Runs(weekly, now, 3) {
		if !at.Equal(moment(t, want[i])) {
			t.Errorf("run %d: %v, want %s", i, at.UTC(), want[i])
		}
	}
	local := hotline.Schedule{Kind: hotline.AtLocal, Local: "2026-05-14T09:00"}
	khmer, coasts := hotline.Place{Country: "KH"}, hotline.Place{Country: "US", Region: "US-CA", Zones: "America/Los_Angeles America/New_York"}
	if at := table.Due(local, now, khmer); !at.Equal(moment(t, "2026-05-14T02:00Z")) {
		t.Errorf("due %v", at.UTC())
	}
	if at := table.Due(local, now, coasts); !at.Equal(moment(t, "2026-05-14T16:00Z")) {
		t.Errorf("due %v: not before the later of two zones", at.UTC())
	}
	if at := table.Due(hotline.Schedule{Kind: hotline.AtOnce}, moment(t, "2026-05-12T20:00Z"), khmer); !at.Equal(moment(t, "2026-05-13T01:00Z")) {
		t.Errorf("due %v: not moved into the hours", at.UTC())
	}
	short := hotline.Schedule{Kind: hotline.AtOnce, Until: moment(t, "2026-05-12T23:00Z")}
	if at := table.Due(short, moment(t, "2026-05-12T20:00Z"), khmer); !at.IsZero() {
		t.Errorf("due %v, after the end", at.UTC())
	}
	for _, c := range []struct {
		s    hotline.Schedule
		code string
	}{
		{hotline.Schedule{Kind: hotline.AtOnce}, ""},
		{weekly, ""},
		{local, ""},
		{hotline.Schedule{Kind: hotline.AtOnce, At: now.Add(-time.Minute)}, "past"},
		{hotline.Schedule{Kind: hotline.AtLocal, Local: "2026-05-12T13:00"}, "past"},
		{hotline.Schedule{Kind: hotline.AtLocal}, "no_time"},
		{hotline.Schedule{Kind: hotline.Recurring, Rule: "every day"}, "no_rule"},
		{hotline.Schedule{Kind: hotline.OnKeyword, Keywords: []string{"WORK"}}, "keyword"},
		{hotline.Schedule{}, "no_kind"},
		{hotline.Schedule{Kind: hotline.AtOnce, Until: now.Add(-time.Hour)}, "until"},
	} {
		issues := table.Check(c.s, now)
		if c.code == "" && len(issues) > 0 || c.code != "" && (len(issues) == 0 || issues[0].Code != c.code || issues[0].Says == "") {
			t.Errorf("%+v: %+v, want %q", c.s, issues, c.code)
		}
	}
}

func BenchmarkHoursOpen(b *testing.B) {
	h := mustHours(b, "09:00-20:00")
	at := moment(b, "2026-05-12T14:30Z")
	b.ReportAllocs()
	for b.Loop() {
		h.Open(at, "US", "US-NY", "America/New_York")
	}
}
