package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/lifecycle"
	"github.com/hearline/hearline/web"
)

type serveCmd struct{ settings }

// Run serves until the process is told to stop. Then it takes no more
// requests, commits and settles what is on its way, and ends.
func (c *serveCmd) Run(ctx context.Context) error {
	if err := c.validate(); err != nil {
		return err
	}
	a, err := newApp(ctx, c.settings, c.logger(), time.Now)
	if err != nil {
		return err
	}
	defer a.close()
	return a.serve(ctx, nil)
}

// The live heap is small, so the collector would run many times a second under
// load; these let it wait, up to a memory that the cheapest server has.
const (
	collectAtPercent = 400
	collectAtStart   = 10 // the cheapest server has little memory while all is read, and time
	softMemoryLimit  = 256 << 20
)

// serve starts the parts in order and stops them in reverse when ctx ends. more,
// which may be nil, adds parts that start last.
func (a *app) serve(ctx context.Context, more func(*lifecycle.Group)) error {
	front, endStreams, err := a.front()
	if err != nil {
		return err
	}
	debug.FreeOSMemory() // of what the start took
	debug.SetGCPercent(collectAtPercent)
	debug.SetMemoryLimit(softMemoryLimit)
	listener, err := net.Listen("tcp", a.cfg.Addr)
	if err != nil {
		return hotline.Errorf(hotline.Invalid, "--addr: %w; stop the other program or choose another address", err)
	}
	metrics, err := a.listenMetrics()
	if err != nil {
		_ = listener.Close()
		return err
	}
	group := lifecycle.Group{Log: a.log}
	if a.cfg.Send {
		group.Go("outbox", a.outbox.Run)
	}
	if a.carrier != nil && a.cfg.Twilio.ReconcileEvery > 0 {
		group.Go("reconcile", a.reconcile)
	}
	if a.canary != nil && a.cfg.Canary.Every > 0 && a.cfg.Send {
		group.Go("canary", a.canary.Run)
	}
	a.addCampaigns(&group)
	group.Go("tidy", a.tidy)
	group.Go("published", a.followPublished)
	a.addMetrics(&group, metrics)
	addFront(&group, front, endStreams, listener)
	if more != nil {
		more(&group)
	}
	group.Started = func() {
		a.log.Info("ready", "addr", listener.Addr().String(), "engine", a.db.Engine(), "version", version)
	}
	return group.Run(ctx)
}

func addFront(group *lifecycle.Group, front *web.App, endStreams func(), listener net.Listener) {
	group.Go("web", func(ctx context.Context) error {
		failed := make(chan error, 1)
		go func() { failed <- front.Listener(listener) }()
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			endStreams()
			return front.ShutdownWithTimeout(5 * time.Second)
		}
	})
}

// listenMetrics takes the address of the metrics before anything starts, so
// that a wrong one is the only thing said. nil without an error means off.
func (a *app) listenMetrics() (net.Listener, error) {
	if a.cfg.MetricsAddr == "off" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", a.cfg.MetricsAddr)
	if err != nil {
		return nil, hotline.Errorf(hotline.Invalid, "--metrics-addr: %w; choose another address or 'off'", err)
	}
	return listener, nil
}

func (a *app) addMetrics(group *lifecycle.Group, listener net.Listener) {
	if listener == nil {
		return
	}
	server := a.metricsServer()
	group.Add("metrics", func(context.Context) error {
		go func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				a.log.Error("metrics ended", "err", err)
			}
		}()
		return nil
	}, server.Shutdown)
}

// tidy removes expired sessions, and what erased conversations have left in the
// database's log, and looks for new master keys: at once and then every few
// minutes.
func (a *app) tidy(ctx context.Context) error {
	tick := time.NewTicker(5 * time.Minute)
	defer tick.Stop()
	for {
		if _, err := a.db.PurgeSessions(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("expired sessions were not removed", "err", err)
		}
		if err := a.db.Scrub(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("the database's log was not emptied after an erasure", "err", err)
		}
		if err := a.keys.Refresh(); err != nil {
			a.log.Error("the keys cannot be read again; going on with those at the start", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
