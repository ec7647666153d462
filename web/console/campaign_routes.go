package console

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/hotline"
)

// plans are the pages on which managers plan, approve and follow campaigns.
type plans struct{ *Console }

func (s *Console) mountCampaigns(r fiber.Router) {
	if s.Reach == nil {
		return
	}
	k := &plans{s}
	manager := func(h func(*fiber.Ctx, *visit) error) fiber.Handler { return s.signedIn(planner(h)) }
	r.Get("/k", manager(k.list))
	r.Post("/k/new", manager(k.create))
	r.Get("/k/people", manager(k.people))
	r.Get("/k/:id", manager(k.progress))
	r.Post("/k/:id/state", manager(k.steer))
	r.Get("/k/:id/audience", manager(k.audience))
	r.Post("/k/:id/audience", manager(k.saveAudience))
	r.Get("/k/:id/message", manager(k.message))
	r.Post("/k/:id/message", manager(k.saveMessage))
	r.Get("/k/:id/schedule", manager(k.schedule))
	r.Post("/k/:id/schedule", manager(k.saveSchedule))
	r.Get("/k/:id/review", manager(k.review))
	r.Post("/k/:id/review", manager(k.decide))
}

// planner lets only roles through that plan campaigns.
func planner(h func(*fiber.Ctx, *visit) error) func(*fiber.Ctx, *visit) error {
	return func(c *fiber.Ctx, v *visit) error {
		if !campaigns.MayPlan(v.user) {
			return hotline.Errorf(hotline.Forbidden, "campaigns are for managers and administrators")
		}
		return h(c, v)
	}
}

// planPage is what the pages of one campaign share.
type planPage struct {
	frame
	ID       hotline.CampaignID
	Name     string
	State    campaignState
	Saved    string
	Version  int
	Steps    []planStep
	Issues   []campaigns.Issue
	Blocked  string // the first blocker, "" for none
	Editable bool
	Author   bool // the campaign is the visitor's own
	Problem  string
	People   string
	Next     string // address of the next step
}

// planStep is one step of the way to a campaign.
type planStep struct {
	N                 int
	Name, Note, Href  string
	Done, Here, Wrong bool
}

// campaignState is a state in words.
type campaignState struct{ Word, Tag string }

var campaignStates = map[hotline.CampaignState]campaignState{
	hotline.CampaignDraft: {"Draft", "line"}, hotline.CampaignSubmitted: {"Waits for approval", "info"}, hotline.CampaignApproved: {"Approved", "ok"},
	hotline.CampaignSending: {"Sending", "brand"}, hotline.CampaignPaused: {"Paused", "warn"}, hotline.CampaignFinished: {"Finished", "calm"},
	hotline.CampaignStopped: {"Stopped", "stop"}, hotline.CampaignCanceled: {"Discarded", "line"},
}

// campaign reads the campaign of the address.
func (k *plans) campaign(c *fiber.Ctx) (hotline.Campaign, error) {
	return k.Reach.Reader.Campaign(c.UserContext(), hotline.CampaignID(c.Params("id")))
}

// head reviews a campaign and makes what its pages share.
func (k *plans) head(c *fiber.Ctx, v *visit, plan hotline.Campaign, here, problem string) (planPage, campaigns.Review, error) {
	f, err := k.frame(c, v, "campaigns", plan.Name)
	if err != nil {
		return planPage{}, campaigns.Review{}, err
	}
	r, err := k.Reach.Law.Review(c.UserContext(), plan)
	if err != nil {
		return planPage{}, r, err
	}
	staff, err := k.names.all(c.UserContext())
	if err != nil {
		return planPage{}, r, err
	}
	p := planPage{
		frame: f, ID: plan.ID, Name: plan.Name, State: campaignStates[plan.State], Version: plan.Version, Issues: r.Issues, Problem: problem,
		Saved:    fmt.Sprintf("Saved %s, by %s", k.clock(plan.UpdatedAt), v.person(staff, plan.AuthorID).Short),
		Editable: campaigns.Editable(plan), Author: plan.AuthorID == v.user.ID, People: thousands(r.People),
	}
	for _, i := range r.Issues {
		if i.Blocker && p.Blocked == "" {
			p.Blocked = i.Says
		}
	}
	p.Steps = k.steps(plan, r, here)
	for i, step := range p.Steps {
		if step.Here && i+1 < len(p.Steps) {
			p.Next = p.Steps[i+1].Href
		}
	}
	return p, r, nil
}

func (k *plans) steps(plan hotline.Campaign, r campaigns.Review, here string) []planStep {
	wrong := map[string]int{}
	for _, i := range r.Issues {
		if i.Blocker {
			wrong[i.Step]++
		}
	}
	checked := 0
	for _, l := range r.Languages {
		if l.Text && l.Checked {
			checked++
		}
	}
	steps := []planStep{
		{Name: "Audience", Note: thousands(r.People) + " people"},
		{Name: "Message", Note: fmt.Sprintf("%d of %d languages ready", checked, len(r.Languages))},
		{Name: "Schedule", Note: scheduleWords(plan.Plan.Schedule)},
		{Name: "Review", Note: "By somebody else than the author"},
	}
	for i := range steps {
		name := []string{"audience", "message", "schedule", "review"}[i]
		steps[i].N, steps[i].Href, steps[i].Here = i+1, "/k/"+string(plan.ID)+"/"+name, name == here
		steps[i].Wrong = wrong[name] > 0
		steps[i].Done = wrong[name] == 0 && name != "review"
	}
	return steps
}

func scheduleWords(s hotline.Schedule) string {
	switch s.Kind {
	case hotline.AtOnce:
		if s.At.IsZero() {
			return "As soon as approved"
		}
		return "At one moment"
	case hotline.AtLocal:
		return "At people’s own time"
	case hotline.Recurring:
		return "Again and again"
	case hotline.OnKeyword:
		return "When somebody sends a word"
	}
	return "Not chosen"
}

// thousands parts the digits of a number.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// money is an amount in words.
func money(m hotline.Money) string {
	sign := map[string]string{"USD": "$", "EUR": "€", "GBP": "£"}[m.Currency]
	if sign == "" {
		sign = m.Currency + " "
	}
	cents := (m.Micros + 5_000) / 10_000
	return fmt.Sprintf("%s%s.%02d", sign, thousands(int(cents/100)), cents%100)
}

// refused shows a page again with what was wrong, or passes the error on.
func refused(err error) (problem string, status int, show bool) {
	switch hotline.CodeOf(err) {
	case hotline.Invalid:
		return hotline.MessageOf(err), fiber.StatusUnprocessableEntity, true
	case hotline.Conflict:
		return hotline.MessageOf(err), fiber.StatusConflict, true
	case hotline.Forbidden:
		return hotline.MessageOf(err), fiber.StatusForbidden, true
	}
	return "", 0, false
}
