package hotline

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func place(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestHours(t *testing.T) {
	t.Parallel()
	const office, night, usual = "Mo-Fr 08:00-20:00; Sa 10:00-14:00", "Fr-Su 22:00-02:00", "2006-01-02 15:04 MST"
	for _, c := range []struct {
		hours, zone, now string
		open             bool
		next             string
	}{
		// 2026-05-11 is a Monday.
		{office, "UTC", "2026-05-11T07:59:59Z", false, "2026-05-11 08:00 UTC"},
		{office, "UTC", "2026-05-11T08:00:00Z", true, "2026-05-12 08:00 UTC"},
		{office, "UTC", "2026-05-11T19:59:59Z", true, "2026-05-12 08:00 UTC"},
		{office, "UTC", "2026-05-11T20:00:00Z", false, "2026-05-12 08:00 UTC"},
		{office, "UTC", "2026-05-16T14:00:00Z", false, "2026-05-18 08:00 UTC"},
		{"Mo 08:00-20:00", "UTC", "2026-05-11T08:00:00Z", true, "2026-05-18 08:00 UTC"},
		{"mo-su 00:00-24:00", "UTC", "2026-05-11T00:00:00Z", true, "2026-05-12 00:00 UTC"},
		{"Mo 08:00-12:00, 14:00-18:00", "UTC", "2026-05-11T12:30:00Z", false, "2026-05-11 14:00 UTC"},
		{"Sa,Mo 10:00-11:00", "UTC", "2026-05-16T11:00:00Z", false, "2026-05-18 10:00 UTC"},
		// Over midnight, and over the end of the week.
		{night, "UTC", "2026-05-16T01:59:00Z", true, "2026-05-16 22:00 UTC"},
		{night, "UTC", "2026-05-16T02:00:00Z", false, "2026-05-16 22:00 UTC"},
		{night, "UTC", "2026-05-18T01:00:00Z", true, "2026-05-22 22:00 UTC"},
		{night, "UTC", "2026-05-15T01:00:00Z", false, "2026-05-15 22:00 UTC"},
		{"Su-Mo 09:00-10:00", "UTC", "2026-05-16T12:00:00Z", false, "2026-05-17 09:00 UTC"},
		// The place's day, not ours.
		{office, "Pacific/Auckland", "2026-05-10T20:30:00Z", true, "2026-05-12 08:00 NZST"},
		{office, "America/New_York", "2026-05-11T23:59:00Z", true, "2026-05-12 08:00 EDT"},
		// Clocks go forward on 2026-03-29 and back on 2026-10-25, both Sundays, at 01:00 UTC.
		{"Su 08:00-10:00", "Europe/Berlin", "2026-03-29T05:59:00Z", false, "2026-03-29 08:00 CEST"},
		{"Su 08:00-10:00", "Europe/Berlin", "2026-03-29T06:00:00Z", true, "2026-04-05 08:00 CEST"},
		{"Su 08:00-10:00", "Europe/Berlin", "2026-10-25T06:59:00Z", false, "2026-10-25 08:00 CET"},
		{"Sa 22:00-04:00", "Europe/Berlin", "2026-10-25T02:59:00Z", true, "2026-10-31 22:00 CET"},
		{"Sa 22:00-04:00", "Europe/Berlin", "2026-10-25T03:00:00Z", false, "2026-10-31 22:00 CET"},
		{"Su 00:00-24:00", "Europe/Berlin", "2026-03-29T21:59:00Z", true, "2026-04-05 00:00 CEST"},
		{"Su 00:00-24:00", "Europe/Berlin", "2026-03-29T22:00:00Z", false, "2026-04-05 00:00 CEST"},
		{"", "UTC", "2026-05-11T03:00:00Z", true, ""},
	} {
		h, err := ParseHours(c.hours, place(t, c.zone))
		now, _ := time.Parse(time.RFC3339, c.now)
		if err != nil || h.Open(now) != c.open {
			t.Errorf("%s in %s at %s: open %v, %v", c.hours, c.zone, c.now, h.Open(now), err)
			continue
		}
		next := ""
		if at := h.Next(now); !at.IsZero() {
			next = at.Format(usual)
		}
		if next != c.next {
			t.Errorf("%s in %s at %s: next %s, want %s", c.hours, c.zone, c.now, next, c.next)
		}
	}
}

// An opening in the hour that a change of the clocks leaves out is still one.
func TestHoursThatTheClocksLeaveOut(t *testing.T) {
	t.Parallel()
	h, err := ParseHours("Su 02:30-05:00", place(t, "Europe/Berlin"))
	if err != nil {
		t.Fatal(err)
	}
	midnight := time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC)
	next := h.Next(midnight)
	if off := next.Sub(midnight.Add(150 * time.Minute)).Abs(); off > time.Hour || h.Open(next.Add(-time.Minute)) || !h.Open(next) {
		t.Errorf("the opening at 02:30 was taken for %s", next)
	}
}

// From each half hour of the weeks in which clocks change, closed hours open exactly
// at Next.
func TestHoursOpenWhenTheySay(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Europe/London", "America/Havana", "Australia/Lord_Howe"} {
		h, err := ParseHours("Mo-Fr 07:30-12:00,13:00-00:30; Sa-Su 23:00-01:30", place(t, zone))
		if err != nil {
			t.Fatal(err)
		}
		for now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC); now.Year() == 2026; now = now.Add(30 * time.Minute) {
			if now.Month() == time.April && now.Day() == 8 {
				now = now.AddDate(0, 6, -8) // to the last days of September
			}
			if now.Month() == time.November && now.Day() == 4 {
				break
			}
			next := h.Next(now)
			if !next.After(now) || !h.Open(next) || !h.Open(now) && h.Open(next.Add(-time.Second)) {
				t.Fatalf("%s at %s: next %s", zone, now, next)
			}
		}
	}
}

func TestHoursThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"8-20":                  `"8-20" names no day`,
		"Mo-Fr":                 "has no times; write such as Mo-Fr 08:00-20:00",
		"Mo-Fr 08:00":           `"08:00" is no time from and until`,
		"Mo-Fr 8am-8pm":         "is no time from and until",
		"Mo 08:00-08:00":        "00:00-24:00 for the whole day",
		"Mo 08:00-25:00":        "is no time from and until",
		"Mo 24:00-02:00":        "is no time from and until",
		"Mo 08:00-20:00;":       `"" names no day`,
		"Mo,Funday 08:00-20:00": `"Funday" names no day`,
	} {
		_, err := ParseHours(text, time.UTC)
		if CodeOf(err) != Invalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
