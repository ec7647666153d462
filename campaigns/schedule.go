package campaigns

import (
	"time"

	"github.com/teambition/rrule-go"

	"github.com/hearline/hearline/hotline"
)

// Timetable says when runs are, and when people are due in them.
type Timetable struct {
	hours *Hours
	zone  *time.Location // of what managers write
}

// NewTimetable makes a Timetable; zone is that of recurring campaigns.
func NewTimetable(h *Hours, zone *time.Location) *Timetable { return &Timetable{h, zone} }

// localForm is how a time of each person's own clock is written.
const localForm = "2006-01-02T15:04"

// eastmost is where a day begins first (UTC+14).
const eastmost = 14 * time.Hour

// Runs gives the next n times from a moment on at which a schedule has a run. A run
// at people's own time begins when the first of them is due. One that is due as soon
// as approved is due then.
func (t *Timetable) Runs(s hotline.Schedule, from time.Time, n int) (out []time.Time) {
	switch s.Kind {
	case hotline.AtLocal:
		at, err := time.Parse(localForm, s.Local)
		if err != nil {
			return nil
		}
		return []time.Time{at.Add(-eastmost)}
	case hotline.Recurring:
		return t.recur(s, from, n)
	}
	if s.At.IsZero() {
		return []time.Time{from}
	}
	return []time.Time{s.At}
}

func (t *Timetable) recur(s hotline.Schedule, from time.Time, n int) (out []time.Time) {
	rule, err := t.rule(s)
	if err != nil {
		return nil
	}
	for at := rule.After(from, true); !at.IsZero() && len(out) < n; at = rule.After(at, false) {
		if !s.Until.IsZero() && at.After(s.Until) {
			break
		}
		out = append(out, at)
	}
	return out
}

func (t *Timetable) rule(s hotline.Schedule) (*rrule.RRule, error) {
	option, err := rrule.StrToROption(s.Rule)
	if err != nil {
		return nil, hotline.Errorf(hotline.Invalid, "%q is no rule for repeating; write such as FREQ=WEEKLY;BYDAY=MO", s.Rule)
	}
	option.Dtstart = s.At.In(t.zone)
	if at, err := time.ParseInLocation(localForm, s.Local, t.zone); err == nil {
		option.Dtstart = at
	}
	return rrule.NewRRule(*option)
}

// Due is when the people of a place are due in a run: at its moment, or at their own
// time, moved into the hours of the place; zero when none of these is left. Where a
// place has several zones it is the last of them that counts: nobody is reached too
// early.
func (t *Timetable) Due(s hotline.Schedule, run time.Time, place hotline.Place) time.Time {
	at := run
	if s.Kind == hotline.AtLocal {
		if at = t.local(s, place); at.IsZero() {
			return at
		}
	}
	due := t.hours.Next(at, place.Country, place.Region, place.Zones)
	until := s.Until
	if until.IsZero() {
		until = at.Add(lastsFor)
	}
	if !due.Before(until) {
		return time.Time{}
	}
	return due
}

func (t *Timetable) local(s hotline.Schedule, place hotline.Place) (last time.Time) {
	for _, zone := range t.hours.place(place.Country, place.Region, place.Zones).zones {
		if at, err := time.ParseInLocation(localForm, s.Local, zone); err == nil && at.After(last) {
			last = at
		}
	}
	return last
}

// Check says what is wrong with a schedule now.
func (t *Timetable) Check(s hotline.Schedule, now time.Time) (issues []Issue) {
	stop := func(code, says string) {
		issues = append(issues, Issue{Blocker: true, Code: code, Step: "schedule", Says: says})
	}
	switch s.Kind {
	case hotline.AtOnce:
		if !s.At.IsZero() && s.At.Before(now) {
			stop("past", "The time of sending is past. Choose a later one, or send as soon as it is approved.")
		}
	case hotline.AtLocal:
		at, err := time.Parse(localForm, s.Local)
		switch {
		case err != nil:
			stop("no_time", "Choose the day and the time on people's own clock.")
		case at.Add(-eastmost).Before(now):
			stop("past", "It is past that time already where the day begins first. Choose a later one.")
		}
	case hotline.Recurring:
		if _, err := t.rule(s); err != nil {
			stop("no_rule", hotline.MessageOf(err))
		} else if len(t.recur(s, now, 1)) == 0 {
			stop("past", "The rule has no day that is still to come.")
		}
		if len(s.Steps) > 0 {
			stop("steps", "A campaign that repeats cannot also be a sequence. Remove one of the two.")
		}
	case hotline.OnKeyword:
		stop("keyword", "Nothing can be sent yet when somebody sends a word. Choose another time.")
	default:
		stop("no_kind", "Choose when it goes out.")
	}
	if !s.Until.IsZero() && s.Until.Before(now) {
		stop("until", "The end of sending is past.")
	}
	return issues
}
