package campaigns

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// holidays are the public holidays of a country, by the rules of hours.toml.
type holidays struct {
	rules []string
	years sync.Map // of map[string]bool of "01-02", by year
}

func newHolidays(rules []string) *holidays { return &holidays{rules: rules} }

// on says whether a local day is a holiday.
func (h *holidays) on(local time.Time) bool {
	days, known := h.years.Load(local.Year())
	if !known {
		made := map[string]bool{}
		for _, rule := range h.rules {
			if day, ok := holiday(rule, local.Year()); ok {
				made[day.Format("01-02")] = true
			}
		}
		days, _ = h.years.LoadOrStore(local.Year(), made)
	}
	return days.(map[string]bool)[local.Format("01-02")]
}

// holiday reads "12-25", "easter+1" and "4 Th 11"; ok is false for anything else.
func holiday(rule string, year int) (day time.Time, ok bool) {
	if after, is := strings.CutPrefix(rule, "easter"); is {
		n, err := strconv.Atoi(after)
		return easter(year).AddDate(0, 0, n), err == nil
	}
	if day, err := time.Parse("2006-01-02", strconv.Itoa(year)+"-"+rule); err == nil {
		return day, true
	}
	parts := strings.Fields(rule)
	if len(parts) != 3 {
		return day, false
	}
	month, err := strconv.Atoi(parts[2])
	at := strings.Index("SuMoTuWeThFrSa", parts[1])
	if err != nil || at < 0 || at%2 != 0 || len(parts[1]) != 2 {
		return day, false
	}
	weekday := time.Weekday(at / 2)
	if parts[0] == "last" {
		end := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC)
		return end.AddDate(0, 0, -int((end.Weekday()-weekday+7)%7)), true
	}
	n, err := strconv.Atoi(parts[0])
	first := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, int((weekday-first.Weekday()+7)%7)+7*(n-1)), err == nil
}

// easter is Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	month := (h + l - 7*m + 114) / 31
	day := (h+l-7*m+114)%31 + 1
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}
