package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hearline/hearline/hotline"
)

// seedCampaign adds invented people who agreed to be written to, most of them where it
// is day, and a campaign that is nearly ready.
func (a *app) seedCampaign(ctx context.Context) error {
	if _, err := a.db.AddSubscribers(ctx, demoPeople(a.now()), hotline.OptInEvent{
		Wording: "I agree to get text messages about work and housing, at most two a month.", Language: "en", Source: "import", Proof: "invented",
	}); err != nil {
		return err
	}
	rosa, err := a.db.UserByLogin(ctx, "rosa")
	if err != nil {
		return err
	}
	sam, err := a.db.UserByLogin(ctx, "sam")
	if err != nil {
		return err
	}
	c, err := a.reach.law.Draft(ctx, rosa, "Papers and pay, spring")
	if err != nil {
		return err
	}
	write := func(change func(*hotline.CampaignPlan) error) {
		if err == nil {
			c, err = a.reach.law.Edit(ctx, rosa, c.ID, c.Version, "message", change)
		}
	}
	write(func(p *hotline.CampaignPlan) error {
		p.Texts = []hotline.CampaignText{
			{Language: "en", Text: "{name}: New here? Ask us about pay, papers or housing. It is free and in your language."},
			{Language: "es", Text: "{name}: ¿Trabajas aquí? Pregúntanos sobre pago, papeles o vivienda. Es gratis."},
			{Language: "am", Text: "{name}፦ ስለ ክፍያ፣ ወረቀት ወይም ቤት ይጠይቁን። በነጻ ነው።"},
			{Language: "ar", Text: "{name}: اسألنا عن الأجر أو الأوراق أو السكن. الخدمة مجانية وبلغتك."},
		}
		return nil
	})
	write(func(p *hotline.CampaignPlan) error {
		for i := range p.Texts {
			p.Texts[i].Seen, p.Texts[i].SeenBy = "yes", rosa.ID
		}
		return nil
	})
	for _, lang := range []hotline.Language{"en", "am", "ar"} {
		if err == nil {
			c, err = a.reach.law.Check(ctx, sam, c.ID, c.Version, lang)
		}
	}
	return err
}

const demoPeopleCount = 400

// demoPeople are invented; their numbers are in the range kept for fiction.
func demoPeople(now time.Time) []hotline.Subscriber {
	day := noonZone(now)
	people := make([]hotline.Subscriber, demoPeopleCount)
	for i := range people {
		u := hotline.Subscriber{
			Address:  hotline.Address(fmt.Sprintf("+15550120%03d", i)), // +1 555 0120 000 to 399
			Language: []hotline.Language{"en", "es", "es", "am", "ar", "tl"}[i%6], Country: "US", Region: []string{"US-TX", "US-CA", "US-FL"}[i%3], Zones: []string{day},
			Population: []string{"farm workers", "domestic workers", "students"}[i%5%3], Tags: []string{"spring"}, Source: "keyword:WORK", SMS: hotline.OptInGiven,
			JoinedAt: now.AddDate(0, 0, -i%120),
		}
		switch {
		case i%17 == 0:
			u.SMS = hotline.OptInWithdrawn
		case i%13 == 0:
			u.SMS = hotline.OptInUnknown
		case i%29 == 0:
			u.Invalid = true
		}
		people[i] = u
	}
	return people
}
