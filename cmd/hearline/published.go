package main

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/internal/dialling"
)

// newEmergencies plugs the numbers to call together.
func (a *app) newEmergencies() *intake.Emergencies {
	return intake.NewEmergencies(intake.EmergencyConfig{
		Store: a.db, Library: dialling.Emergency, Usual: a.cfg.Emergency, Zone: a.cfg.TimeZone,
		Country:  func(address hotline.Address) string { return dialling.Country(address.Reveal()) },
		Zones:    func(address hotline.Address) []string { return dialling.Zones(address.Reveal()) },
		Announce: a.announce, Now: a.now, NewID: newID,
	})
}

// loadPublished takes up what administrators have published: the newest script,
// without one the shipped one, and the emergency numbers.
func (a *app) loadPublished(ctx context.Context) error {
	published, err := a.db.Scripts(ctx, 1)
	if err != nil {
		return err
	}
	if len(published) > 0 {
		a.intake.Use(&published[0])
	}
	return a.emergencies.Load(ctx)
}

// followPublished takes up what another node publishes: at once when it hears of
// it, and every minute, since a hint may be lost.
func (a *app) followPublished(ctx context.Context) error {
	news := a.hub.Subscribe(ctx, func(e hotline.Event) bool { return e.Topic == "script" || e.Topic == "settings" })
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case _, ok := <-news:
			if !ok {
				news = nil
			}
		case <-tick.C:
		}
		if err := a.loadPublished(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("what administrators published could not be read again; going on with the last", "err", err)
		}
	}
}

// wording is a catalogue's text as shipped, for the page that changes it.
func (a *app) wording(lang hotline.Language, key string) string {
	if !a.speaker.Says(key) {
		return ""
	}
	return a.speaker.Say(lang, key, nil)
}
