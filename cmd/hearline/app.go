package main

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hearline/hearline/cases"
	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/channels/twilio"
	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/internal/hub"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/locales"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/triage"
	"github.com/hearline/hearline/triage/extract"
	"github.com/hearline/hearline/web/hooks"
)

// app is the service, put together and not yet started.
type app struct {
	cfg     settings
	log     *slog.Logger
	now     func() time.Time
	keys    *seal.Keyring
	triage  *triage.Engine
	db      *store.Store
	speaker *locales.Speaker
	hub     hub.Hub
	limiter ratelimit.Limiter
	intake  *intake.Intake
	desk    *intake.Desk
	scripts *intake.Scripts

	emergencies *intake.Emergencies
	queue       *triage.Queue
	cases       *cases.Cases
	carrier     *twilio.Carrier  // nil without a Twilio account
	canary      *channels.Canary // nil without a Twilio account
	codes       *codes
	outbox      *channels.Loop
	reach       reach
	hooks       *hooks.Stats
	gap         gap
	closers     []func() // in the order to call them
}

// newApp opens what the service stands on and plugs the rules together. close
// undoes it. The database must have this version's schema.
func newApp(ctx context.Context, cfg settings, log *slog.Logger, now func() time.Time) (*app, error) {
	a := &app{cfg: cfg, log: log, now: now, hooks: &hooks.Stats{}}
	debug.SetGCPercent(collectAtStart)
	engine := sync.OnceValues(newTriage)
	go engine() // the longest part of the start, beside the rest of it
	if err := a.open(ctx); err != nil {
		a.close()
		return nil, err
	}
	if err := a.plug(engine); err != nil {
		a.close()
		return nil, err
	}
	if err := a.loadPublished(ctx); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

// open opens the database, Redis and the carrier.
func (a *app) open(ctx context.Context) (err error) {
	if a.keys, err = a.cfg.keyring(); err != nil {
		return err
	}
	a.keys.Follow(a.cfg.keyring) // 'hearline keys rotate' may run beside us
	if a.db, err = a.cfg.openCurrentWith(ctx, a.keys, a.now); err != nil {
		return err
	}
	a.onClose(func() { _ = a.db.Close() })
	if err = a.db.KeysFit(ctx); err != nil {
		return err
	}
	if a.speaker, err = locales.New(); err != nil {
		return err
	}
	if err = a.openLive(ctx); err != nil {
		return err
	}
	if a.cfg.Twilio.on() {
		a.carrier, err = newTwilio(a.cfg, a.db.MissingFor, a.now)
	}
	return err
}

// openLive opens live events and rate limits: in memory, or over Redis when
// there are several nodes.
func (a *app) openLive(ctx context.Context) error {
	if a.cfg.RedisURL == "" {
		memory := hub.NewMemory()
		a.hub, a.limiter = memory, ratelimit.NewMemory(a.now)
		a.onClose(func() { _ = memory.Close() })
		return nil
	}
	// It ends when it is closed, not at the signal: the last requests are still
	// being committed then, and other nodes must hear of them.
	live, err := hub.NewRedis(context.WithoutCancel(ctx), a.cfg.RedisURL, a.log)
	if err != nil {
		return err
	}
	a.hub = live
	a.onClose(func() { _ = live.Close() })
	limiter, err := ratelimit.NewRedis(ratelimit.RedisConfig{URL: a.cfg.RedisURL, Secret: a.secret("ratelimit"), Now: a.now, Log: a.log})
	if err != nil {
		return err
	}
	a.limiter = limiter
	a.onClose(func() { _ = limiter.Close() })
	return nil
}

// secret derives 32 bytes for one use from the keys. They are the same on every
// node and do not change when a key is rotated.
func (a *app) secret(use string) []byte {
	sum := sha256.Sum256([]byte(a.keys.Index(use, "secret")))
	return sum[:]
}

// newTriage loads the lexicons with the least memory, and gives back what
// reading them took: the cheapest server has little.
func newTriage() (*triage.Engine, error) {
	const enough = 26 << 20
	usual := debug.SetMemoryLimit(enough)
	defer debug.SetMemoryLimit(usual)
	defer debug.FreeOSMemory()
	return triage.New()
}

// plug gives the rules their ports.
func (a *app) plug(load func() (*triage.Engine, error)) error {
	engine, err := load()
	if err != nil {
		return err
	}
	a.triage = engine
	senders := map[hotline.Channel]channels.Sender{hotline.WebChat: webchat.Sender{}}
	if a.carrier != nil {
		senders[hotline.SMS], senders[hotline.WhatsApp] = a.carrier, a.carrier
		a.canary = a.newCanary()
	}
	a.outbox = channels.NewLoop(channels.LoopConfig{Outbox: a.db, Senders: senders, Log: a.log, Now: a.now, OnChange: a.ticksChanged})
	a.emergencies = a.newEmergencies()
	hours, err := a.cfg.hours()
	if err != nil {
		return err
	}
	a.codes = &codes{a.db, a.limiter}
	voice := intake.NewVoice(a.speaker, intake.Settings{
		Name: a.cfg.Name, InfoURL: a.cfg.InfoURL, Emergency: a.emergencies.Where, Zones: a.emergencies.ZonesOf, Opens: opensAt(hours),
	})
	a.intake, err = intake.New(intake.Config{
		Store: a.db, Triage: engine, Clues: cluesOf, Mark: a.markWord, Codes: a.codes, Voice: voice, Announce: a.announce, Now: a.now, NewID: newID,
		Commit: intake.Commit{Workers: committers[a.db.Engine()]}, Log: a.log,
	})
	if err != nil {
		return err
	}
	// Messages on their way are committed before the database closes.
	a.closers = append([]func(){a.intake.Close}, a.closers...)
	a.scripts = intake.NewScripts(a.db, a.intake, a.announce)
	a.desk = intake.NewDesk(a.db, voice, a.announce, a.now, newID)
	a.queue = triage.NewQueue(a.db, a.announce, a.now, newID)
	a.cases = cases.New(a.db, a.announce, a.now, newID)
	return a.plugCampaigns()
}

// markWord keeps a person's own word unreadable.
func (a *app) markWord(of hotline.ContactID, word string) string {
	return a.keys.Index("word/"+string(of), word)
}

// cluesOf reads what in a message may lead to other reports.
func cluesOf(in hotline.Inbound) []hotline.Clue {
	return extract.Clues(in.Text.Reveal(), extract.Hints{From: in.From.Reveal()})
}

// committers is how many batches are in flight at a time: SQLite has one
// writer, and on Postgres the second prepares while the first waits for the disk.
var committers = map[string]int{"sqlite": 1, "postgres": 2}

// announce tells the screens, and wakes the sender: what changed may have put
// something into the outbox.
func (a *app) announce(e hotline.Event) {
	a.hub.Publish(e)
	if a.cfg.Send && e.Topic != campaignTopic {
		a.outbox.Wake()
	}
}

func (a *app) ticksChanged(ids []hotline.ConversationID) {
	for _, id := range ids {
		a.hub.Publish(hotline.Event{Topic: "conversation", Kind: "status", ConversationID: id})
	}
}

func (a *app) onClose(f func()) { a.closers = append([]func(){f}, a.closers...) }

func (a *app) close() {
	for _, f := range a.closers {
		f()
	}
}

// transport keeps as many connections to the carrier as messages are on their way
// at a time; the usual one keeps two.
func transport(atOnce int) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, max(atOnce, leastConnections)
	return t
}

// leastConnections is how many answers to people are on their way at a time.
const leastConnections = 32

// newTwilio makes the carrier. missing may be nil where nothing is sent.
func newTwilio(cfg settings, missing func(context.Context, hotline.MessageID, []string) ([]string, error), now func() time.Time) (*twilio.Carrier, error) {
	tokens, err := cfg.Twilio.tokens()
	if err != nil {
		return nil, err
	}
	return twilio.New(twilio.Config{
		AccountSID: cfg.Twilio.AccountSID, AuthTokens: tokens, PublicURL: cfg.PublicURL, BaseURL: cfg.Twilio.BaseURL,
		MessagingServiceSID: cfg.Twilio.MessagingService, ValidityPeriod: cfg.Twilio.ValidityPeriod, Missing: missing, Now: now,
		Transport: transport(cfg.Campaign.AtOnce),
	})
}
