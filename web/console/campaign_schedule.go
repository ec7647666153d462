package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

type schedulePage struct {
	planPage
	Schedule  hotline.Schedule
	Kind      hotline.ScheduleKind
	At, Until string // as the form has them, in the house's zone
	Zone      string
	Keywords  string
	Rate      string
	Begins    string
	Ends      string
	Waiting   string
	Rules     []ruleRow
	Planned   []plannedRow
}

type ruleRow struct{ Country, Hours, Holidays string }

type plannedRow struct{ Name, Href, When string }

const formTime = "2006-01-02T15:04"

// atoi is a number of a form, 0 for anything else.
func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

func (k *plans) schedule(c *fiber.Ctx, v *visit) error {
	campaign, err := k.campaign(c)
	if err != nil {
		return err
	}
	return k.renderSchedule(c, v, fiber.StatusOK, campaign, "")
}

func (k *plans) renderSchedule(c *fiber.Ctx, v *visit, status int, campaign hotline.Campaign, problem string) error {
	head, r, err := k.head(c, v, campaign, "schedule", problem)
	if err != nil {
		return err
	}
	s := campaign.Plan.Schedule
	p := schedulePage{planPage: head, Schedule: s, Kind: s.Kind, Zone: k.Zone.String(), Keywords: strings.Join(s.Keywords, ", ")}
	if !s.At.IsZero() {
		p.At = s.At.In(k.Zone).Format(formTime)
	}
	if !s.Until.IsZero() {
		p.Until = s.Until.In(k.Zone).Format(formTime)
	}
	census, err := k.Reach.People.Census(c.UserContext(), campaign.Plan.Channel, campaign.Plan.Audience)
	if err != nil {
		return err
	}
	k.span(&p, campaign.Plan, r.People, census)
	seen := map[string]bool{}
	for _, place := range census.Places {
		key := place.Country + place.Region
		if seen[key] || len(p.Rules) == 12 {
			continue
		}
		seen[key] = true
		row := ruleRow{Country: countryName(place.Country)}
		if place.Region != "" {
			row.Country += ", " + place.Region
		}
		var keeps bool
		if row.Hours, keeps = k.Reach.Hours.Rule(place.Country, place.Region); keeps {
			row.Holidays = "no public holidays"
		}
		p.Rules = append(p.Rules, row)
	}
	if p.Planned, err = k.planned(c, campaign.ID); err != nil {
		return err
	}
	return k.pages.Render(c, status, "campaign_schedule", p)
}

// span says when the first and the last message go out, as far as it can be told.
func (k *plans) span(p *schedulePage, plan hotline.CampaignPlan, people int, census hotline.Census) {
	perMinute := k.Reach.PerSecond(plan.Channel) * 60
	if limit := plan.Schedule.PerMinute; limit > 0 && (perMinute == 0 || float64(limit) < perMinute) {
		perMinute = float64(limit)
	}
	runs := k.Reach.Table.Runs(plan.Schedule, k.Now(), 1)
	if perMinute <= 0 {
		p.Rate = "No sender is set up for this channel (--campaign-senders)"
		return
	}
	p.Rate = thousands(int(perMinute)) + " a minute"
	if len(runs) == 0 || plan.Schedule.Kind == hotline.OnKeyword {
		return
	}
	first, last, waiting := time.Time{}, time.Time{}, 0
	for _, place := range census.Places {
		due := k.Reach.Table.Due(plan.Schedule, runs[0], place)
		if due.IsZero() {
			continue
		}
		if first.IsZero() || due.Before(first) {
			first = due
		}
		if due.After(last) {
			last = due
		}
		if due.After(runs[0]) {
			waiting += place.People
		}
	}
	if first.IsZero() {
		return
	}
	end := first.Add(time.Duration(float64(people) / perMinute * float64(time.Minute)))
	if last.After(end) {
		end = last
	}
	p.Begins, p.Ends = k.clock(first), k.clock(end)
	if waiting > 0 && plan.Schedule.Kind != hotline.AtLocal {
		p.Waiting = thousands(waiting)
	}
}

// planned are other campaigns that are still to begin or under way.
func (k *plans) planned(c *fiber.Ctx, but hotline.CampaignID) (out []plannedRow, err error) {
	all, err := k.Reach.Reader.Campaigns(c.UserContext(), campaignsShown)
	if err != nil {
		return nil, err
	}
	for _, other := range all {
		under := slices.Contains([]hotline.CampaignState{hotline.CampaignApproved, hotline.CampaignSending, hotline.CampaignPaused, hotline.CampaignSubmitted}, other.State)
		if other.ID == but || !under {
			continue
		}
		row := plannedRow{Name: other.Name, Href: "/k/" + string(other.ID), When: campaignStates[other.State].Word}
		if !other.NextAt.IsZero() {
			row.When += ", " + k.clock(other.NextAt)
		}
		out = append(out, row)
	}
	return out, nil
}

func (k *plans) saveSchedule(c *fiber.Ctx, v *visit) error {
	return k.save(c, v, "schedule", func(plan *hotline.CampaignPlan) error { return k.readSchedule(c, &plan.Schedule) }, k.renderSchedule)
}

func (k *plans) readSchedule(c *fiber.Ctx, s *hotline.Schedule) error {
	kind := hotline.ScheduleKind(c.FormValue("kind"))
	if !slices.Contains([]hotline.ScheduleKind{hotline.AtOnce, hotline.AtLocal, hotline.Recurring, hotline.OnKeyword}, kind) {
		return hotline.Errorf(hotline.Invalid, "Choose when it goes out.")
	}
	next := hotline.Schedule{Kind: kind, Steps: s.Steps, StopOn: s.StopOn}
	at, err := k.formMoment(c.FormValue("at"), "the moment")
	if err != nil {
		return err
	}
	if next.Until, err = k.formMoment(c.FormValue("until"), "the end"); err != nil {
		return err
	}
	switch kind {
	case hotline.AtOnce:
		next.At = at
	case hotline.AtLocal:
		next.Local = strings.TrimSpace(c.FormValue("local"))
	case hotline.Recurring:
		next.Rule, next.Local = strings.TrimSpace(c.FormValue("rule")), strings.TrimSpace(c.FormValue("first"))
	case hotline.OnKeyword:
		next.Keywords = strings.FieldsFunc(strings.ToUpper(c.FormValue("keywords")), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
	}
	if text := strings.TrimSpace(c.FormValue("per_minute")); text != "" && text != "0" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return hotline.Errorf(hotline.Invalid, "Write how many a minute as a whole number, or leave it empty for as fast as the senders may.")
		}
		next.PerMinute = n
	}
	*s = next
	return nil
}

func (k *plans) formMoment(text, what string) (time.Time, error) {
	if strings.TrimSpace(text) == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(formTime, strings.TrimSpace(text), k.Zone)
	if err != nil {
		return at, hotline.Errorf(hotline.Invalid, "Write %s as a day and a time, such as 2026-05-12T10:00.", what)
	}
	return at, nil
}
