package main

import (
	"context"

	"github.com/hearline/hearline/web"
	"github.com/hearline/hearline/web/assets"
	"github.com/hearline/hearline/web/hooks"
	"github.com/hearline/hearline/web/page"
)

// front puts the doors of the house together.
func (a *app) front() (*web.App, error) {
	set, err := assets.Staff()
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{
		Log: a.log, Now: a.now, Ready: a.ready, Assets: set,
		Surfaces: a.carrierDoor(),
	})
}

// ready says whether a request would be served: the database answers and has
// our schema.
func (a *app) ready(ctx context.Context) error {
	if err := a.db.Ping(ctx); err != nil {
		return err
	}
	return checkSchema(ctx, a.db)
}

// carrierDoor is none when there is no carrier.
func (a *app) carrierDoor() []web.Surface {
	if a.carrier == nil {
		return nil
	}
	return []web.Surface{{
		Paths: []string{"/hooks/"}, Fail: page.PlainFailure,
		Mount: hooks.Door(hooks.Config{
			Listener: a.carrier, Receiver: a.intake, Statuses: a.db, Quarantine: a.db, Stats: a.hooks,
			Announce: a.hub.Publish, Log: a.log, Now: a.now, NewID: newID,
		}),
	}}
}
