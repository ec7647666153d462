package console

import (
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/hotline"
)

type reviewPage struct {
	planPage
	Texts     []finalText
	Cost      string
	CostNote  string
	Channel   string
	Schedule  string
	Begins    string
	Types     bool // the approver types the number of people
	Seen      int
	Submitted bool
	Approved  bool
	Draft     bool
	MayJudge  bool
	Hold      int    // seconds until it goes out; 0 when it is not held
	HoldLine  string // when it goes out
	Approval  string // who and when
	Changes   []string
	Log       []logLine
}

type finalText struct {
	Name, Dir, Text, StopLine, People, Parts, Checked string
	Language                                          hotline.Language
}

func (k *plans) review(c *fiber.Ctx, v *visit) error {
	campaign, err := k.campaign(c)
	if err != nil {
		return err
	}
	return k.renderReview(c, v, fiber.StatusOK, campaign, "")
}

func (k *plans) renderReview(c *fiber.Ctx, v *visit, status int, campaign hotline.Campaign, problem string) error {
	head, r, err := k.head(c, v, campaign, "review", problem)
	if err != nil {
		return err
	}
	staff, err := k.names.all(c.UserContext())
	if err != nil {
		return err
	}
	p := reviewPage{
		planPage: head, Cost: money(r.Cost), Channel: channelWords[campaign.Plan.Channel], Schedule: scheduleWords(campaign.Plan.Schedule), Types: k.Reach.Law.NeedsTyping(r.People), Seen: r.People,
		Submitted: campaign.State == hotline.CampaignSubmitted, Approved: campaign.State == hotline.CampaignApproved, Draft: campaign.State == hotline.CampaignDraft,
		MayJudge: campaign.AuthorID != v.user.ID && campaign.SubmittedBy != v.user.ID, Changes: changes(campaign),
	}
	if !r.CostKnown {
		p.CostNote = "without some countries whose price is not known"
	}
	if a := campaign.Approval; !a.At.IsZero() {
		p.Approval = fmt.Sprintf("%s, %s, for %s people and %s", v.person(staff, a.By).Name, k.clock(a.At), thousands(a.Recipients), money(a.Cost))
	}
	if left := campaign.HoldUntil.Sub(k.Now()); p.Approved && left > 0 {
		p.Hold = int((left + time.Second - 1) / time.Second)
	}
	if p.Approved {
		p.HoldLine = k.clock(campaign.NextAt)
	}
	for _, l := range r.Languages {
		if !l.Text {
			continue
		}
		p.Texts = append(p.Texts, k.finalText(c, campaign.Plan, l))
	}
	if p.Log, err = k.log(c, v, campaign.ID); err != nil {
		return err
	}
	return k.pages.Render(c, status, "campaign_review", p)
}

func (k *plans) finalText(c *fiber.Ctx, plan hotline.CampaignPlan, l campaigns.LanguageReview) finalText {
	f := finalText{Name: k.EnglishName(l.Language), Language: l.Language, Dir: k.Direction(l.Language), People: thousands(l.People), Parts: fmt.Sprintf("%d part%s", l.Segments, partsWord(l.Segments)), Checked: "not checked"}
	if l.Checked {
		f.Checked = "checked"
	}
	t := campaigns.TextOf(&plan, l.Language, "", 0)
	if t == nil {
		return f
	}
	words, stop, err := k.Reach.Writer.Preview(t.Text, l.Language, k.regionsOf(c, plan, l.Language))
	if err != nil {
		words = hotline.MessageOf(err)
	}
	f.Text, f.StopLine = words, stop
	return f
}

// changes says what is different from the plan as it was approved last.
func changes(c hotline.Campaign) (out []string) {
	if len(c.Approved.Texts) == 0 {
		return nil
	}
	was, is := c.Approved, c.Plan
	for _, t := range is.Texts {
		old := campaigns.TextOf(&was, t.Language, t.Variant, t.Step)
		switch {
		case old == nil:
			out = append(out, "A text was added: "+string(t.Language))
		case old.Text != t.Text:
			out = append(out, fmt.Sprintf("The text in %s was “%s”", t.Language, old.Text))
		}
	}
	for _, t := range was.Texts {
		if campaigns.TextOf(&is, t.Language, t.Variant, t.Step) == nil {
			out = append(out, "A text was removed: "+string(t.Language))
		}
	}
	if fmt.Sprint(was.Audience) != fmt.Sprint(is.Audience) || was.HoldOut != is.HoldOut || was.Channel != is.Channel {
		out = append(out, "The audience was another one")
	}
	if fmt.Sprint(was.Schedule) != fmt.Sprint(is.Schedule) {
		out = append(out, "The schedule was another one")
	}
	return out
}

// decide submits, approves, refuses or cancels.
func (k *plans) decide(c *fiber.Ctx, v *visit) error {
	ctx, id, law := c.UserContext(), hotline.CampaignID(c.Params("id")), k.Reach.Law
	version, said := atoi(c.FormValue("version")), ""
	var err error
	switch c.FormValue("do") {
	case "submit":
		_, err = law.Submit(ctx, v.user, id, version)
		said = "submitted"
	case "approve":
		_, err = law.Approve(ctx, v.user, id, version, atoi(c.FormValue("people")), strings.TrimSpace(c.FormValue("typed")))
		said = "approved"
	case "refuse":
		_, err = law.Refuse(ctx, v.user, id, c.FormValue("reason"))
		said = "refused"
	case "cancel":
		_, err = law.Cancel(ctx, v.user, id)
		said = "canceled"
	default:
		err = hotline.Errorf(hotline.Invalid, "Choose what to do.")
	}
	if problem, status, show := refused(err); show {
		campaign, err := k.campaign(c)
		if err != nil {
			return err
		}
		return k.renderReview(c, v, status, campaign, problem)
	}
	if err != nil {
		return err
	}
	return c.Redirect(fmt.Sprintf("/k/%s/review?said=%s", id, said), fiber.StatusSeeOther)
}
