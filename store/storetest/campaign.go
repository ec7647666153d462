package storetest

import (
	"errors"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

func (f *fixture) campaign(name string) hotline.Campaign {
	f.Helper()
	now := f.clock.Now()
	c := hotline.Campaign{
		ID: hotline.CampaignID(NewID()), Name: name, State: hotline.CampaignDraft, Version: 1, AuthorID: "rosa", CreatedAt: now, UpdatedAt: now,
		Plan: hotline.CampaignPlan{
			Channel: hotline.SMS, Fallback: "en", Audience: hotline.Audience{Languages: []hotline.Language{"km"}, JoinedFrom: now},
			Texts: []hotline.CampaignText{{Language: "km", Text: "សួស្តី {name}", CheckedBy: "leila", CheckedAt: now}},
		},
	}
	f.must(f.s.AddCampaign(f.ctx, c, hotline.AuditEntry{ID: NewID(), At: now, ActorID: "rosa", Action: "campaign.create", Object: "campaign", ObjectID: string(c.ID)}))
	return c
}

func testCampaigns(f *fixture) {
	c := f.campaign("Papers and pay")
	got, err := f.s.Campaign(f.ctx, c.ID)
	if d := cmp.Diff(c, got); err != nil || d != "" {
		f.Fatalf("%v %s", err, d)
	}
	_, err = f.s.Campaign(f.ctx, "nobody")
	f.code(err, hotline.NotFound)

	f.clock.Add(time.Minute)
	changed, err := f.s.ChangeCampaign(f.ctx, c.ID, func(c *hotline.Campaign) ([]hotline.AuditEntry, error) {
		c.State, c.NextAt, c.Approval, c.Approved = hotline.CampaignApproved, f.clock.Now(), hotline.Approval{By: "leila", At: f.clock.Now(), Recipients: 3}, c.Plan
		return []hotline.AuditEntry{{ID: NewID(), At: f.clock.Now(), Action: "campaign.approve", Object: "campaign", ObjectID: string(c.ID)}}, nil
	})
	f.must(err)
	if got, err = f.s.Campaign(f.ctx, c.ID); err != nil || cmp.Diff(changed, got) != "" {
		f.Errorf("%v %s", err, cmp.Diff(changed, got))
	}
	refused := errors.New("no")
	if _, err = f.s.ChangeCampaign(f.ctx, c.ID, func(c *hotline.Campaign) ([]hotline.AuditEntry, error) {
		c.Name = "other"
		return nil, refused
	}); !errors.Is(err, refused) {
		f.Errorf("got %v", err)
	}
	_, err = f.s.ChangeCampaign(f.ctx, "nobody", func(*hotline.Campaign) ([]hotline.AuditEntry, error) { return nil, nil })
	f.code(err, hotline.NotFound)

	second := f.campaign("Second")
	if all, err := f.s.Campaigns(f.ctx, 10); err != nil || len(all) != 2 || all[0].ID != second.ID || all[1].Name != "Papers and pay" {
		f.Errorf("%+v, %v", all, err)
	}
	if due, err := f.s.DueCampaigns(f.ctx, f.clock.Now(), 10); err != nil || len(due) != 1 || due[0].ID != c.ID {
		f.Errorf("%+v, %v", due, err)
	}
	if due, err := f.s.DueCampaigns(f.ctx, f.clock.Now().Add(-time.Second), 10); err != nil || len(due) != 0 {
		f.Errorf("%+v, %v", due, err)
	}
	if in, err := f.s.CampaignsIn(f.ctx, hotline.CampaignDraft, hotline.CampaignPaused); err != nil || len(in) != 1 || in[0].ID != second.ID {
		f.Errorf("%+v, %v", in, err)
	}
	if entries, err := f.s.AuditOf(f.ctx, "campaign", string(c.ID), 10); err != nil || len(entries) != 2 {
		f.Errorf("%+v, %v", entries, err)
	}
}

func testStartRun(f *fixture) {
	people := f.crowd(240)
	f.told(people)
	c := f.campaign("Papers and pay")
	a := hotline.Audience{}
	census, err := f.s.Census(f.ctx, hotline.SMS, a)
	f.must(err)
	start := hotline.RunStart{
		Campaign: c.ID, DueAt: f.clock.Now(), Channel: hotline.SMS, Audience: a, HoldOut: 20, Texts: []hotline.Language{"en", "es"}, Fallback: "en",
		Variants: []string{"A", "B"}, Senders: []string{"+15550100200", "+15550100201", "+15550100202"},
	}
	late := f.clock.Now().Add(time.Hour)
	for _, p := range census.Places {
		due := hotline.PlaceDue{Country: p.Country, Region: p.Region, Zones: p.Zones, At: f.clock.Now()}
		switch p.Zones {
		case "Asia/Phnom_Penh":
			due.At = late
		case "":
			due.At = time.Time{}
		}
		known := false
		for _, d := range start.Due {
			known = known || d.Country == due.Country && d.Region == due.Region && d.Zones == due.Zones
		}
		if !known {
			start.Due = append(start.Due, due)
		}
	}
	run, err := f.s.StartRun(f.ctx, start)
	f.must(err)
	again, err := f.s.StartRun(f.ctx, start)
	if err != nil || !again.Already {
		f.Fatalf("%+v, %v", again, err)
	}
	total, held := int64(0), run.HeldOut
	for _, l := range run.Lanes {
		total += l.Size
	}
	if int(total)+held != census.Reached || held < census.Reached/10 || held > census.Reached*3/10 {
		f.Errorf("%d in the ledger and %d held out, of %d", total, held, census.Reached)
	}
	if len(run.Lanes) != 3 || run.Lanes[0].Size == 0 || run.Lanes[1].Size == 0 || run.Lanes[2].Size == 0 {
		f.Errorf("%+v", run.Lanes)
	}
	next := start
	next.DueAt, next.HoldOut = start.DueAt.Add(time.Hour), 0
	other, err := f.s.StartRun(f.ctx, next)
	if err != nil || other.Already || other.Run == run.Run || other.Lanes[0].ID <= run.Lanes[2].ID {
		f.Errorf("%+v, %v", other, err)
	}
	next.Senders = nil
	_, err = f.s.StartRun(f.ctx, next)
	f.code(err, hotline.Invalid)
}
