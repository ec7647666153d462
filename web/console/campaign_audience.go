package console

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

type audiencePage struct {
	planPage
	Channel hotline.Channel
	Groups  []facetGroup
	Least   int
	HoldOut int
	Seen    int
	Rest    int
	Sum     sumView
}

// facetGroup is one field of an audience with the values to choose from.
type facetGroup struct {
	Field, Name string
	Values      []facetValue
}

type facetValue struct {
	Value, Name, Count string
	On                 bool
}

// sumView is the sum of an audience and some of those whom it reaches.
type sumView struct {
	Matching, Reached string
	Lines             []sumLine
	Examples          []exampleView
	Waiting           string // how many of them are in quiet hours now
}

type sumLine struct {
	Name, Count string
	Never       bool
}

type exampleView struct{ Number, Language, Place, Joined string }

const (
	examplesShown = 10
	valuesShown   = 40
)

var exclusionWords = map[hotline.Exclusion]string{
	hotline.OptedOutOf: "Opted out", hotline.NotSafe: "Marked not safe to text", hotline.InConversation: "In an open conversation", hotline.NoConsent: "No consent to campaigns",
	hotline.InvalidNumber: "Number not valid", hotline.SamePerson: "Same person twice", hotline.NotSeen: "Not seen lately", hotline.ContactedLately: "Got a message lately",
}

func (k *plans) audience(c *fiber.Ctx, v *visit) error {
	campaign, err := k.campaign(c)
	if err != nil {
		return err
	}
	return k.renderAudience(c, v, fiber.StatusOK, campaign, "")
}

func (k *plans) renderAudience(c *fiber.Ctx, v *visit, status int, campaign hotline.Campaign, problem string) error {
	head, _, err := k.head(c, v, campaign, "audience", problem)
	if err != nil {
		return err
	}
	facets, err := k.Reach.People.Facets(c.UserContext())
	if err != nil {
		return err
	}
	plan := campaign.Plan
	p := audiencePage{
		planPage: head, Channel: plan.Channel, Groups: k.facetGroups(facets, plan.Audience), Least: plan.Least, HoldOut: plan.HoldOut,
		Seen: plan.Audience.SeenWithin, Rest: plan.Audience.Rest,
	}
	if p.Sum, err = k.sumOf(c, plan.Channel, plan.Audience); err != nil {
		return err
	}
	return k.pages.Render(c, status, "campaign_audience", p)
}

func (k *plans) facetGroups(f hotline.Facets, a hotline.Audience) []facetGroup {
	groups := []facetGroup{
		{"language", "Language", k.values(f.Languages, texts(a.Languages), func(v string) string { return k.EnglishName(hotline.Language(v)) })},
		{"country", "Country", k.values(f.Countries, a.Countries, countryName)},
		{"region", "Region", k.values(f.Regions, a.Regions, nil)},
		{"population", "Group of people", k.values(f.Populations, a.Populations, nil)},
		{"tag", "Tag", k.values(f.Tags, a.Tags, nil)},
		{"source", "Joined through", k.values(f.Sources, a.Sources, nil)},
	}
	return slices.DeleteFunc(groups, func(g facetGroup) bool { return len(g.Values) == 0 })
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

func (k *plans) values(facets []hotline.Facet, on []string, name func(string) string) (out []facetValue) {
	for i, f := range facets {
		if f.Value == "" || i >= valuesShown && !slices.Contains(on, f.Value) {
			continue
		}
		v := facetValue{Value: f.Value, Name: f.Value, Count: thousands(f.Count), On: slices.Contains(on, f.Value)}
		if name != nil {
			v.Name = name(f.Value)
		}
		out = append(out, v)
	}
	return out
}

// sumOf counts an audience, shows the sum, and some people with their numbers masked.
func (k *plans) sumOf(c *fiber.Ctx, ch hotline.Channel, a hotline.Audience) (s sumView, err error) {
	ctx := c.UserContext()
	census, err := k.Reach.People.Census(ctx, ch, a)
	if err != nil {
		return s, err
	}
	s.Matching, s.Reached = thousands(census.Matching), thousands(census.Reached)
	for _, why := range hotline.Exclusions {
		if n := census.Excluded[why]; n > 0 || why.Never() {
			s.Lines = append(s.Lines, sumLine{exclusionWords[why], thousands(n), why.Never()})
		}
	}
	if waiting := k.quietNow(census); waiting > 0 {
		s.Waiting = thousands(waiting)
	}
	some, err := k.Reach.People.Examples(ctx, ch, a, examplesShown)
	for _, u := range some {
		place := u.Region
		if place == "" {
			place = countryName(u.Country)
		}
		s.Examples = append(s.Examples, exampleView{u.Address.Masked(), k.EnglishName(u.Language), place, u.JoinedAt.In(k.Zone).Format("2 Jan 2006")})
	}
	return s, err
}

// quietNow counts those who would have to wait for their hours.
func (k *plans) quietNow(census hotline.Census) (n int) {
	now := k.Now()
	for _, p := range census.Places {
		if _, open := k.Reach.Hours.Open(now, p.Country, p.Region, p.Zones); !open {
			n += p.People
		}
	}
	return n
}

// readAudience reads the form.
func readAudience(c *fiber.Ctx, plan *hotline.CampaignPlan) error {
	all := func(field string) (out []string) {
		for _, v := range c.Request().PostArgs().PeekMulti(field) {
			out = append(out, string(v))
		}
		return out
	}
	a := plan.Audience
	a.Languages = nil
	for _, l := range all("language") {
		a.Languages = append(a.Languages, hotline.Language(l))
	}
	a.Countries, a.Regions, a.Populations, a.Tags, a.Sources = all("country"), all("region"), all("population"), all("tag"), all("source")
	for _, field := range []struct {
		name string
		into *int
		most int
	}{{"least", &plan.Least, 100_000_000}, {"hold_out", &plan.HoldOut, 50}, {"seen", &a.SeenWithin, 3650}, {"rest", &a.Rest, 3650}} {
		text := c.FormValue(field.name)
		if text == "" {
			text = "0"
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > field.most {
			return hotline.Errorf(hotline.Invalid, "Write a whole number from 0 to %d for “%s”.", field.most, field.name)
		}
		*field.into = n
	}
	plan.Audience = a
	if ch := hotline.Channel(c.FormValue("channel")); slices.Contains(hotline.CampaignChannels, ch) {
		plan.Channel = ch
	}
	return nil
}

func (k *plans) saveAudience(c *fiber.Ctx, v *visit) error {
	if c.Query("part") == "sum" { // a live count: nothing is saved
		var plan hotline.CampaignPlan
		plan.Channel = hotline.SMS
		if err := readAudience(c, &plan); err != nil {
			return err
		}
		sum, err := k.sumOf(c, plan.Channel, plan.Audience)
		if err != nil {
			return err
		}
		return k.pages.RenderPart(c, "campaign_audience", "whole", sum)
	}
	return k.save(c, v, "audience", func(plan *hotline.CampaignPlan) error { return readAudience(c, plan) }, k.renderAudience)
}

// save changes a plan by a form and goes where its button says.
func (k *plans) save(c *fiber.Ctx, v *visit, step string, change func(*hotline.CampaignPlan) error, render func(*fiber.Ctx, *visit, int, hotline.Campaign, string) error) error {
	ctx, id := c.UserContext(), hotline.CampaignID(c.Params("id"))
	version, _ := strconv.Atoi(c.FormValue("version")) // 0 is nobody's version
	_, err := k.Reach.Law.Edit(ctx, v.user, id, version, step, change)
	if problem, status, show := refused(err); show {
		campaign, err := k.campaign(c)
		if err != nil {
			return err
		}
		if status == fiber.StatusUnprocessableEntity {
			_ = change(&campaign.Plan) // what was typed is shown again
		}
		return render(c, v, status, campaign, problem)
	}
	if err != nil {
		return err
	}
	switch to := c.FormValue("then"); to {
	case "leave":
		return c.Redirect("/k?said=saved", fiber.StatusSeeOther)
	case "audience", "message", "schedule", "review":
		return c.Redirect(fmt.Sprintf("/k/%s/%s", id, to), fiber.StatusSeeOther)
	}
	return c.Redirect(fmt.Sprintf("/k/%s/%s?said=saved%s", id, step, keepLanguage(c)), fiber.StatusSeeOther)
}

// keepLanguage keeps the tab of a language open.
func keepLanguage(c *fiber.Ctx) string {
	if l := c.FormValue("l"); l != "" && len(l) <= 3 {
		return "&l=" + l
	}
	return ""
}
