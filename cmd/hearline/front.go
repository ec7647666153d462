package main

import (
	"context"
	"net/url"
	"strings"

	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/internal/dialling"
	"github.com/hearline/hearline/internal/passwords"
	"github.com/hearline/hearline/locales"
	"github.com/hearline/hearline/triage"
	"github.com/hearline/hearline/web"
	"github.com/hearline/hearline/web/api"
	"github.com/hearline/hearline/web/assets"
	"github.com/hearline/hearline/web/console"
	"github.com/hearline/hearline/web/hooks"
	"github.com/hearline/hearline/web/page"
	"github.com/hearline/hearline/web/public"
)

// passwordsAtOnce bounds the memory of sign-ins: each check takes 64 MB.
const passwordsAtOnce = 2

// front puts the doors of the house together. close ends its live streams, so
// that the server can stop.
func (a *app) front() (front *web.App, stop func(), err error) {
	set, err := assets.Staff()
	if err != nil {
		return nil, nil, err
	}
	staff, err := a.staffDoor(set)
	if err != nil {
		return nil, nil, err
	}
	ended := make(chan struct{})
	people, err := a.publicDoor(ended)
	if err != nil {
		return nil, nil, err
	}
	surfaces := append(a.carrierDoor(),
		web.Surface{Paths: []string{api.Path}, Fail: api.Fail, Mount: api.Door(api.Config{Receiver: a.intake, Partners: a.db, Limiter: a.limiter, Now: a.now})},
		web.Surface{Paths: console.Paths(), Mount: staff.Mount, Fail: staff.Fail},
		web.Surface{Mount: people.Mount, Fail: people.Failure})
	proxies, err := a.cfg.proxies()
	if err != nil {
		return nil, nil, err
	}
	front, err = web.New(web.Config{Log: a.log, Now: a.now, Ready: a.ready, Assets: set, Proxies: proxies, Surfaces: surfaces, LargePath: public.FilePath, LargeBody: a.largest()})
	return front, func() { staff.Close(); close(ended) }, err
}

// largest is how large a body may be where pictures are taken.
func (a *app) largest() int {
	if a.cfg.Files {
		return public.MaxUpload
	}
	return 0
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
		Paths: []string{"/hooks"}, Fail: page.PlainFailure,
		Mount: hooks.Door(hooks.Config{
			Listener: a.carrier, Receiver: receiver(a.canary.Before(a.answered(a.intake.Receive))), Statuses: a.reach.statuses, Quarantine: a.db, Stats: a.hooks,
			Announce: a.hub.Publish, Log: a.log, Now: a.now, NewID: newID,
		}),
	}}
}

func (a *app) staffDoor(set *assets.Set) (*console.Console, error) {
	zone, err := a.cfg.zone()
	if err != nil {
		return nil, err
	}
	return console.New(console.Config{
		Log: a.log, Now: a.now,
		Reader: a.db, Files: a.db, Links: a.db, Cases: a.db, Staff: a.db, Sessions: a.db,
		Desk: a.desk, Pipe: a.intake, Assess: a.triage.Assess, Queue: a.queue, Casework: a.cases, Scripts: a.db, Publisher: a.scripts, Emergencies: a.emergencies, Lookup: intake.NewLookup(a.codes, a.desk),
		Reach:  a.campaignPages(),
		Health: a.db, CanaryEvery: a.cfg.Canary.Every, Countries: dialling.Countries(),
		Passwords: passwords.New(passwords.Default, passwordsAtOnce), Events: a.hub, Limiter: a.limiter, Assets: set,
		MayOpen: intake.MayOpen, Target: triage.Target, Whole: a.triage.Whole, Segments: locales.Segments,
		Languages: locales.Known(), EnglishName: locales.EnglishName, NativeName: locales.NativeName, Direction: locales.Direction, Wording: a.wording,
		Zone: zone, Secure: a.secure(), Origin: a.origin(),
	})
}

func (a *app) publicDoor(ended <-chan struct{}) (*public.Site, error) {
	zone, err := a.cfg.zone()
	if err != nil {
		return nil, err
	}
	hours, err := a.cfg.hours()
	if err != nil {
		return nil, err
	}
	var pictures public.Files // an interface that holds nothing is not nil
	if a.cfg.Files {
		pictures = a.db
	}
	return public.New(public.Config{
		Files:    pictures,
		Receiver: a.intake, Reader: a.db, Sessions: a.db, Eraser: a.desk, Hider: a.db, Events: a.hub, Limiter: a.limiter, Speaker: a.speaker,
		Available: (&presence{count: a.db.StaffHere, now: a.now}).Here, Opens: opens(hours), GivenByText: a.codes.given,
		Secret: a.secret("forms"), Title: a.cfg.PageTitle, Emergency: a.cfg.Emergency, ExitURL: a.cfg.ExitURL, Onion: a.cfg.OnionURL, WidgetOrigins: a.cfg.WidgetOrigins,
		Zone: zone, Secure: a.secure(), Origin: a.origin(), Now: a.now, Done: ended,
	})
}

// origin is what browsers say of our own pages; "" compares with the address
// that was asked, which on a trial machine may be any of its names.
func (a *app) origin() string {
	u, err := url.Parse(a.cfg.PublicURL)
	if err != nil || !a.secure() {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// secure says whether browsers reach us by https, so that cookies are kept to it.
func (a *app) secure() bool { return strings.HasPrefix(a.cfg.PublicURL, "https://") }
