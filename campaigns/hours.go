package campaigns

import (
	"cmp"
	_ "embed"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
)

//go:embed hours.toml
var hoursText []byte

// Hours says when messages may reach people, by the clock where they are. A phone may
// be in any of its zones: a moment is allowed when it is in all of them.
type Hours struct {
	rules   hourRules
	house   string                        // hours of the service itself, "" for none
	zonesOf func(country string) []string // where nothing nearer is known
	places  sync.Map                      // of *openings, by country, region and zones
}

type hourRules struct {
	Default   string                 `toml:"default"`
	Countries map[string]countryRule `toml:"countries"`
	Regions   map[string]string      `toml:"regions"`
	Holidays  map[string][]string    `toml:"holidays"`
}

type countryRule struct {
	Hours    string `toml:"hours"`
	Holidays bool   `toml:"holidays"`
}

// openings are the hours of one place: of each of its zones, and of the service in
// each.
type openings struct {
	all      []hotline.Hours
	zones    []*time.Location
	holidays *holidays // nil: they do not matter there

	last atomic.Pointer[opening] // the one found last: most questions are about it
}

// opening is a time that is open throughout.
type opening struct{ from, until time.Time }

// NewHours reads the rules. house, as in hotline.ParseHours or only "09:00-20:00" for
// every day, makes them stricter; "" leaves them. zonesOf names the zones of a country.
// The error is hotline.Invalid and says what of house cannot be read.
func NewHours(house string, zonesOf func(country string) []string) (*Hours, error) {
	h := &Hours{house: house, zonesOf: zonesOf}
	if err := toml.Unmarshal(hoursText, &h.rules); err != nil {
		return nil, hotline.Errorf(hotline.Internal, "read the hours of countries: %w", err)
	}
	if house != "" && !strings.Contains(house, " ") {
		h.house = "Mo-Su " + house
	}
	if _, err := hotline.ParseHours(h.house, time.UTC); err != nil {
		return nil, err
	}
	return h, nil
}

// Rule is the hours of a place as they are written, by which of region, country and
// default they are, and whether holidays are kept.
func (h *Hours) Rule(country, region string) (hours string, keepsHolidays bool) {
	c := h.rules.Countries[country]
	return cmp.Or(h.rules.Regions[region], c.Hours, h.rules.Default), c.Holidays
}

// place finds or makes the openings of a place. One without a zone has none.
func (h *Hours) place(country, region, zones string) *openings {
	key := country + "\x00" + region + "\x00" + zones
	if o, is := h.places.Load(key); is {
		return o.(*openings)
	}
	o := &openings{}
	names := strings.Fields(zones)
	if len(names) == 0 {
		names = h.zonesOf(country)
	}
	rule, keeps := h.Rule(country, region)
	for _, name := range names {
		zone, err := time.LoadLocation(name)
		if err != nil {
			continue
		}
		for _, text := range []string{rule, h.house} {
			if open, err := hotline.ParseHours(text, zone); err == nil && text != "" {
				o.all = append(o.all, open)
			}
		}
		o.zones = append(o.zones, zone)
	}
	if keeps {
		o.holidays = newHolidays(h.rules.Holidays[country])
	}
	h.places.Store(key, o)
	return o
}

// Open says whether a message may reach a place at a moment, and until when.
func (h *Hours) Open(at time.Time, country, region, zones string) (closes time.Time, open bool) {
	o := h.place(country, region, zones)
	if last := o.last.Load(); last != nil && !at.Before(last.from) && at.Before(last.until) {
		return last.until, true
	}
	for _, hours := range o.all {
		if !hours.Open(at) {
			return time.Time{}, false
		}
		closes = earlier(hours.Closes(at), closes)
	}
	if len(o.all) == 0 || o.holiday(at) {
		return time.Time{}, false
	}
	o.last.Store(&opening{at, closes})
	return closes, true
}

func (o *openings) holiday(at time.Time) bool {
	if o.holidays == nil {
		return false
	}
	for _, zone := range o.zones {
		if o.holidays.on(at.In(zone)) {
			return true
		}
	}
	return false
}

// searched is how far ahead an opening is looked for.
const searched = 14 * 24 * time.Hour

// Next is the first moment from at on that is open; zero when there is none within
// two weeks, or nobody knows what the time is there.
func (h *Hours) Next(at time.Time, country, region, zones string) time.Time {
	o := h.place(country, region, zones)
	if len(o.all) == 0 {
		return time.Time{}
	}
	end := at.Add(searched)
	for t := at; t.Before(end); {
		later := o.later(t)
		if later.Equal(t) {
			return t
		}
		t = later
	}
	return time.Time{}
}

// later is t when all is open then, else a later moment before which it is not.
func (o *openings) later(t time.Time) time.Time {
	for _, hours := range o.all {
		if !hours.Open(t) {
			next := hours.Next(t)
			if next.IsZero() {
				return t.Add(searched)
			}
			return next
		}
	}
	if o.holidays == nil {
		return t
	}
	for _, zone := range o.zones {
		if local := t.In(zone); o.holidays.on(local) {
			return time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, zone)
		}
	}
	return t
}
