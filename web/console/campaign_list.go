package console

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

const campaignsShown = 100

type campaignsPage struct {
	frame
	Problem string
	Rows    []campaignRow
	Name    string
}

type campaignRow struct {
	ID               hotline.CampaignID
	Name, Who, When  string
	State            campaignState
	Sent, Recipients string
	Href             string
}

func (k *plans) list(c *fiber.Ctx, v *visit) error { return k.renderList(c, v, fiber.StatusOK, "", "") }

func (k *plans) renderList(c *fiber.Ctx, v *visit, status int, problem, name string) error {
	ctx := c.UserContext()
	all, err := k.Reach.Reader.Campaigns(ctx, campaignsShown)
	if err != nil {
		return err
	}
	staff, err := k.names.all(ctx)
	if err != nil {
		return err
	}
	f, err := k.frame(c, v, "campaigns", "Campaigns")
	if err != nil {
		return err
	}
	p := campaignsPage{frame: f, Problem: problem, Name: name}
	for _, campaign := range all {
		row := campaignRow{
			ID: campaign.ID, Name: campaign.Name, Who: v.person(staff, campaign.AuthorID).Short, State: campaignStates[campaign.State], Href: "/k/" + string(campaign.ID),
			When: "Changed " + k.clock(campaign.UpdatedAt),
		}
		switch {
		case !campaign.EndedAt.IsZero():
			row.When = "Ended " + k.clock(campaign.EndedAt)
		case !campaign.StartedAt.IsZero():
			row.When = "Began " + k.clock(campaign.StartedAt)
		case !campaign.NextAt.IsZero():
			row.When = "Begins " + k.clock(campaign.NextAt)
		}
		if !campaign.StartedAt.IsZero() {
			sum, _, err := k.sum(ctx, campaign.ID)
			if err != nil {
				return err
			}
			row.Sent, row.Recipients = thousands(sum.Sent), thousands(sum.Recipients)
		}
		p.Rows = append(p.Rows, row)
	}
	return k.pages.Render(c, status, "campaigns", p)
}

// create begins a campaign, or a copy of one.
func (k *plans) create(c *fiber.Ctx, v *visit) error {
	ctx, name := c.UserContext(), c.FormValue("name")
	var campaign hotline.Campaign
	var err error
	if of := c.FormValue("of"); of != "" {
		campaign, err = k.Reach.Law.Clone(ctx, v.user, hotline.CampaignID(of))
	} else {
		campaign, err = k.Reach.Law.Draft(ctx, v.user, name)
	}
	if problem, status, show := refused(err); show {
		return k.renderList(c, v, status, problem, name)
	}
	if err != nil {
		return err
	}
	return c.Redirect(fmt.Sprintf("/k/%s/audience", campaign.ID), fiber.StatusSeeOther)
}

type peoplePage struct {
	frame
	People string
	Groups []facetGroup
}

// people shows who agreed to be written to, counted and never named.
func (k *plans) people(c *fiber.Ctx, v *visit) error {
	f, err := k.frame(c, v, "people", "People")
	if err != nil {
		return err
	}
	facets, err := k.Reach.People.Facets(c.UserContext())
	if err != nil {
		return err
	}
	return k.pages.Render(c, fiber.StatusOK, "people", peoplePage{frame: f, People: thousands(facets.People), Groups: k.facetGroups(facets, hotline.Audience{})})
}
