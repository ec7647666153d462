package hotline

import (
	"strings"
	"time"
)

// Hours are the times of the week at which somebody reads, in the time of one
// place. The zero value is always.
type Hours struct {
	spans []span
	zone  *time.Location
}

// span is from one time of a weekday to another, in minutes after that day's
// midnight; until may be of the next day.
type span struct {
	day         time.Weekday
	from, until int
}

const (
	minutesOfDay = 24 * 60
	daysOfWeek   = 7
)

// weekdays are named as in OpenStreetMap's opening_hours, in the order of a week.
var weekdays = []string{"mo", "tu", "we", "th", "fr", "sa", "su"}

// ParseHours reads hours such as "Mo-Fr 08:00-20:00; Sa,Su 10:00-14:00", a small
// part of what OpenStreetMap's opening_hours can say. Times after midnight belong
// to the day before them ("Fr 22:00-02:00"), and "" is always. The error is Invalid
// and says which part cannot be read, and how to write it.
func ParseHours(text string, zone *time.Location) (Hours, error) {
	h := Hours{zone: zone}
	if strings.TrimSpace(text) == "" {
		return h, nil
	}
	for rule := range strings.SplitSeq(text, ";") {
		days, times, _ := strings.Cut(strings.TrimSpace(rule), " ")
		on, err := parseDays(days)
		if err != nil {
			return Hours{}, err
		}
		if strings.TrimSpace(times) == "" {
			return Hours{}, Errorf(Invalid, "%q has no times; write such as %s 08:00-20:00", rule, days)
		}
		for part := range strings.SplitSeq(times, ",") {
			from, until, err := parseTimes(strings.TrimSpace(part))
			if err != nil {
				return Hours{}, err
			}
			for _, day := range on {
				h.spans = append(h.spans, span{day, from, until})
			}
		}
	}
	return h, nil
}

// parseDays reads "Mo", "Mo-Fr", "Sa,Su" and "Fr-Mo".
func parseDays(text string) (days []time.Weekday, err error) {
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, until := weekday(first), weekday(last)
		if from < 0 || until < 0 {
			return nil, Errorf(Invalid, "%q names no day; write Mo, Tu, We, Th, Fr, Sa or Su, such as Mo-Fr 08:00-20:00; Sa 10:00-14:00", part)
		}
		for day := from; ; day = (day + 1) % daysOfWeek {
			days = append(days, time.Weekday((day+1)%daysOfWeek)) // ours begins on Monday
			if day == until {
				break
			}
		}
	}
	return days, nil
}

func weekday(name string) int {
	for i, known := range weekdays {
		if strings.EqualFold(strings.TrimSpace(name), known) {
			return i
		}
	}
	return -1
}

// parseTimes reads "08:00-20:00"; an end at or before the beginning is of the
// next day.
func parseTimes(text string) (from, until int, err error) {
	first, last, _ := strings.Cut(text, "-")
	from, okFrom := minuteOfDay(strings.TrimSpace(first))
	until, okUntil := minuteOfDay(strings.TrimSpace(last))
	if !okFrom || !okUntil || from == until || from == minutesOfDay {
		return 0, 0, Errorf(Invalid, "%q is no time from and until; write such as 08:00-20:00, or 00:00-24:00 for the whole day", text)
	}
	if until < from {
		until += minutesOfDay
	}
	return from, until, nil
}

// minuteOfDay reads "08:00" up to "24:00".
func minuteOfDay(text string) (int, bool) {
	if text == "24:00" {
		return minutesOfDay, true
	}
	at, err := time.Parse("15:04", text)
	return at.Hour()*60 + at.Minute(), err == nil
}

// Open says whether somebody reads at a moment.
func (h Hours) Open(now time.Time) bool {
	if len(h.spans) == 0 {
		return true
	}
	local := now.In(h.zone)
	for _, s := range h.spans {
		for back := range 2 { // yesterday's may last over midnight
			if day := local.AddDate(0, 0, -back); day.Weekday() == s.day {
				from, until := h.on(day, s.from), h.on(day, s.until)
				if !now.Before(from) && now.Before(until) {
					return true
				}
			}
		}
	}
	return false
}

// Next is the first opening after a moment, in the place's own time; zero for
// hours that never close by having no end.
func (h Hours) Next(now time.Time) (next time.Time) {
	if len(h.spans) == 0 {
		return next
	}
	local := now.In(h.zone)
	for ahead := range daysOfWeek + 1 {
		day := local.AddDate(0, 0, ahead)
		for _, s := range h.spans {
			if day.Weekday() != s.day {
				continue
			}
			if at := h.on(day, s.from); at.After(now) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next
}

// on is the moment of a time of a day, as its clocks show it: on a day with a
// change of the clocks it is not so many minutes after midnight.
func (h Hours) on(day time.Time, minute int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, h.zone)
}

// Closes is when an opening that holds a moment ends; zero when it is closed then, or
// never closes.
func (h Hours) Closes(now time.Time) (closes time.Time) {
	if len(h.spans) == 0 {
		return closes
	}
	local := now.In(h.zone)
	for _, s := range h.spans {
		for back := range 2 {
			if day := local.AddDate(0, 0, -back); day.Weekday() == s.day {
				until := h.on(day, s.until)
				if !now.Before(h.on(day, s.from)) && now.Before(until) && until.After(closes) {
					closes = until
				}
			}
		}
	}
	return closes
}
