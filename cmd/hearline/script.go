package main

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// loadScript makes the newest published script the one in use; without one it is
// the shipped one.
func (a *app) loadScript(ctx context.Context) error {
	published, err := a.db.Scripts(ctx, 1)
	if err != nil || len(published) == 0 {
		return err
	}
	a.intake.Use(&published[0])
	return nil
}

// followScript takes up what another node publishes: at once when it hears of it,
// and every minute, since a hint may be lost.
func (a *app) followScript(ctx context.Context) error {
	news := a.hub.Subscribe(ctx, func(e hotline.Event) bool { return e.Topic == "script" })
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
		if err := a.loadScript(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("the guided conversation could not be read again; going on with the last one", "err", err)
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
