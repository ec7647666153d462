package console

import (
	"context"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/hotline"
)

type progressPage struct {
	frame
	ID      hotline.CampaignID
	Name    string
	State   campaignState
	Sub     string
	Problem string
	Live    liveView
	Log     []logLine
}

// liveView is the part of the page that moves.
type liveView struct {
	CSRF             string
	ID               hotline.CampaignID
	Sending, Paused  bool
	Over             bool
	Why              string // it was paused or stopped
	Done, All, Share string
	Width            int
	At               string
	Line             []facetValue
	Ends             string
	Rate             string
	Languages        []progressRow
	Total            progressRow
	Gauges           []gaugeView
	Funnel           []funnelRow
	Waiting          string
	Poll             bool
}

type progressRow struct {
	Language                                           hotline.Language
	Name                                               string
	People, Sent, Delivered, Failed, OptedOut, Replied string
	Width                                              int
}

type gaugeView struct {
	Name, Share, Limit string
	Width              int
	Over               bool
}

type funnelRow struct {
	Name, Note, Count string
	Width             int
	Hidden            bool
}

// fewest is from how many people on a number is shown.
const fewest = 10

// few shows a number, unless it is so small that it could point at somebody.
func few(n int) string {
	if n > 0 && n < fewest {
		return "<10"
	}
	return thousands(n)
}

// sum adds the parts of a campaign's progress up.
func (k *plans) sum(ctx context.Context, id hotline.CampaignID) (sum hotline.Progress, parts []hotline.ProgressOf, err error) {
	parts, err = k.Reach.Reader.Progress(ctx, id)
	for _, p := range parts {
		sum.Recipients += p.Recipients
		sum.Sent += p.Sent
		sum.Delivered += p.Delivered
		sum.Failed += p.Failed
		sum.Skipped += p.Skipped
		sum.OptedOut += p.OptedOut
		sum.Replied += p.Replied
		sum.Segments += p.Segments
	}
	return sum, parts, err
}

func (k *plans) progress(c *fiber.Ctx, v *visit) error {
	campaign, err := k.campaign(c)
	if err != nil {
		return err
	}
	if campaigns.Editable(campaign) {
		step := "audience"
		if campaign.State != hotline.CampaignDraft {
			step = "review"
		}
		return c.Redirect(fmt.Sprintf("/k/%s/%s", campaign.ID, step), fiber.StatusSeeOther)
	}
	live, err := k.live(c.UserContext(), v, campaign)
	if err != nil {
		return err
	}
	if c.Query("part") == "live" {
		return k.pages.RenderPart(c, "campaign_progress", "live", live)
	}
	return k.renderProgress(c, v, fiber.StatusOK, campaign, live, "")
}

func (k *plans) renderProgress(c *fiber.Ctx, v *visit, status int, campaign hotline.Campaign, live liveView, problem string) error {
	f, err := k.frame(c, v, "campaigns", campaign.Name)
	if err != nil {
		return err
	}
	staff, err := k.names.all(c.UserContext())
	if err != nil {
		return err
	}
	p := progressPage{
		frame: f, ID: campaign.ID, Name: campaign.Name, State: campaignStates[campaign.State], Live: live, Problem: problem,
		Sub: fmt.Sprintf("Written by %s", v.person(staff, campaign.AuthorID).Name),
	}
	if a := campaign.Approval; !a.At.IsZero() {
		p.Sub += fmt.Sprintf(". Approved by %s %s, version %d, locked since", v.person(staff, a.By).Name, k.clock(a.At), a.Version)
	}
	if live.Share != "" {
		p.Title = live.Share + ", " + campaign.Name
	}
	if p.Log, err = k.log(c, v, campaign.ID); err != nil {
		return err
	}
	return k.pages.Render(c, status, "campaign_progress", p)
}

func (k *plans) live(ctx context.Context, v *visit, campaign hotline.Campaign) (l liveView, err error) {
	sum, parts, err := k.sum(ctx, campaign.ID)
	if err != nil {
		return l, err
	}
	yield, err := k.Reach.Reader.CampaignYield(ctx, campaign.ID)
	if err != nil {
		return l, err
	}
	done := sum.Sent + sum.Failed + sum.Skipped - failedAfterSent(sum)
	l = liveView{
		CSRF: v.csrf(), ID: campaign.ID, Sending: campaign.State == hotline.CampaignSending, Paused: campaign.State == hotline.CampaignPaused, Over: campaign.State.Over(),
		Why: stopReasons[campaign.StopReason], Done: thousands(sum.Sent), All: thousands(sum.Recipients), At: k.Now().In(k.Zone).Format(liveClock), Waiting: thousands(yield.Waiting),
	}
	l.Poll = !l.Over
	if sum.Recipients > 0 {
		l.Width = min(done*100/sum.Recipients, 100)
		l.Share = fmt.Sprintf("%d %%", l.Width)
	}
	l.Line = []facetValue{
		{Name: "Delivered", Count: thousands(sum.Delivered)},
		{Name: "Failed", Count: thousands(sum.Failed)},
		{Name: "Left out", Count: thousands(sum.Skipped)},
		{Name: "Opted out", Count: thousands(sum.OptedOut)},
		{Name: "Replied", Count: thousands(sum.Replied)},
		{Name: "Parts", Count: thousands(sum.Segments)},
	}
	k.pace(&l, campaign, sum, done)
	for _, p := range parts {
		row := k.row(p.Progress)
		row.Language, row.Name = p.Language, k.NativeName(p.Language)
		if p.Variant != "" {
			row.Name += ", " + p.Variant
		}
		l.Languages = append(l.Languages, row)
	}
	l.Total = k.row(sum)
	l.Total.Name = "All"
	last, err := k.Reach.Reader.LastOutcomes(ctx, campaign.ID, time.Time{}, campaigns.LastMessages)
	if err != nil {
		return l, err
	}
	l.Gauges = []gaugeView{gauge("Failed", last.Failed, last.Of, campaigns.MostFailures), gauge("Opted out", last.OptedOut, last.Of, campaigns.MostOptOuts)}
	l.Funnel = funnel(sum, yield)
	return l, nil
}

// failedAfterSent are those who were counted as sent before they failed; the carrier
// refuses the others at once.
func failedAfterSent(sum hotline.Progress) int {
	return max(sum.Sent+sum.Failed+sum.Skipped-sum.Recipients, 0)
}

// pace says how fast it goes, over all its time, and when it will be through.
func (k *plans) pace(l *liveView, campaign hotline.Campaign, sum hotline.Progress, done int) {
	took := k.Now().Sub(campaign.StartedAt)
	if campaign.StartedAt.IsZero() || took <= 0 || sum.Sent == 0 {
		return
	}
	perMinute := float64(sum.Sent) / took.Minutes()
	l.Rate = thousands(int(perMinute+.5)) + " a minute"
	if left := sum.Recipients - done; l.Sending && left > 0 && perMinute > 0 {
		l.Ends = k.clock(k.Now().Add(time.Duration(float64(left) / perMinute * float64(time.Minute))))
	}
}

func (k *plans) row(p hotline.Progress) progressRow {
	row := progressRow{People: thousands(p.Recipients), Sent: few(p.Sent), Delivered: few(p.Delivered), Failed: few(p.Failed), OptedOut: few(p.OptedOut), Replied: few(p.Replied)}
	if p.Recipients > 0 {
		row.Width = p.Sent * 100 / p.Recipients
	}
	return row
}

func gauge(name string, n, of, limit int) gaugeView {
	share := 0.0
	if of > 0 {
		share = float64(n) * 100 / float64(of)
	}
	return gaugeView{name, fmt.Sprintf("%.1f %%", share), fmt.Sprintf("%d %%", limit), min(int(share*250/float64(limit)), 400), share > float64(limit)}
}

func funnel(sum hotline.Progress, y hotline.Yield) (rows []funnelRow) {
	before, beforeName := sum.Sent, "sent"
	for _, step := range []struct {
		name string
		n    int
	}{{"Delivered", sum.Delivered}, {"Replied", sum.Replied}, {"Conversation", y.Conversations}, {"Emergency or urgent", y.Urgent}, {"Case started", y.Cases}} {
		row := funnelRow{Name: step.name, Count: few(step.n), Hidden: step.n > 0 && step.n < fewest}
		switch {
		case row.Hidden:
			row.Note = "hidden, fewer than 10"
		case before > 0:
			row.Width = min(step.n*200/before, 200)
			row.Note = fmt.Sprintf("%d %% of %s", step.n*100/before, beforeName)
		}
		rows = append(rows, row)
		before, beforeName = step.n, "the step before"
	}
	return rows
}

// steer pauses, resumes, stops, discards or copies.
func (k *plans) steer(c *fiber.Ctx, v *visit) error {
	ctx, id, law := c.UserContext(), hotline.CampaignID(c.Params("id")), k.Reach.Law
	said := ""
	var err error
	switch c.FormValue("do") {
	case "pause":
		_, err = law.Pause(ctx, v.user, id)
		said = "paused"
	case "resume":
		_, err = law.Resume(ctx, v.user, id)
		said = "resumed"
	case "stop":
		_, err = law.Stop(ctx, v.user, id)
		said = "stopped"
	case "discard":
		if _, err = law.Discard(ctx, v.user, id); err == nil {
			return c.Redirect("/k?said=discarded", fiber.StatusSeeOther)
		}
	case "rename":
		err = law.Rename(ctx, v.user, id, c.FormValue("name"))
		said = "renamed"
	default:
		err = hotline.Errorf(hotline.Invalid, "Choose what to do.")
	}
	if problem, status, show := refused(err); show {
		campaign, err := k.campaign(c)
		if err != nil {
			return err
		}
		if campaigns.Editable(campaign) {
			return k.renderAudience(c, v, status, campaign, problem)
		}
		live, err := k.live(ctx, v, campaign)
		if err != nil {
			return err
		}
		return k.renderProgress(c, v, status, campaign, live, problem)
	}
	if err != nil {
		return err
	}
	return c.Redirect(fmt.Sprintf("/k/%s?said=%s", id, said), fiber.StatusSeeOther)
}
