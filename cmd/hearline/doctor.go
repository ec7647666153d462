package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/channels/twilio"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/hub"
	"github.com/hearline/hearline/store"
)

type doctorCmd struct {
	settings
	Since time.Duration `help:"How far back the carrier's count is compared with ours." default:"24h"`
}

// Run makes every check, also after one has failed, so that one run shows all
// there is to mend. It fails when any check failed.
func (c *doctorCmd) Run(ctx context.Context) error {
	d := &doctor{cfg: c.settings}
	d.check("settings", c.validate())
	db := d.database(ctx)
	if db != nil {
		defer db.Close()
	}
	d.redis(ctx)
	d.carrier(ctx, db, c.Since)
	d.disk()
	if d.failed > 0 {
		return fmt.Errorf("%d checks failed", d.failed)
	}
	return nil
}

type doctor struct {
	cfg    settings
	failed int
}

func (d *doctor) check(what string, err error) bool {
	if err != nil {
		d.failed++
		fmt.Printf("FAIL  %-10s %v\n", what, err)
		return false
	}
	d.fine(what, "fine")
	return true
}

func (d *doctor) fine(what, detail string)  { fmt.Printf("ok    %-10s %s\n", what, detail) }
func (d *doctor) aside(what, detail string) { fmt.Printf("-     %-10s %s\n", what, detail) }

func (d *doctor) database(ctx context.Context) *store.Store {
	if _, err := d.cfg.keyring(); !d.check("keys", err) {
		return nil
	}
	if err := d.cfg.mustExist(); err != nil {
		d.check("database", err)
		return nil
	}
	db, err := d.cfg.open(ctx, time.Now)
	if err == nil {
		err = db.Ping(ctx)
	}
	if !d.check("database", err) {
		return nil
	}
	d.check("access", d.cfg.private())
	if !d.check("schema", checkSchema(ctx, db)) {
		_ = db.Close()
		return nil
	}
	d.check("keys fit", db.KeysFit(ctx))
	return db
}

// private says whether a SQLite file is its owner's alone. The program makes it
// so; a copy that was put in its place may not be.
func (s storage) private() error {
	info, err := os.Stat(s.Database)
	if strings.Contains(s.Database, "://") || err != nil || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return fmt.Errorf("%s can be read by others: run 'chmod 600 %s*'", s.Database, s.Database)
}

func (d *doctor) redis(ctx context.Context) {
	if d.cfg.RedisURL == "" {
		d.aside("redis", "not set: live updates and rate limits stay on this node")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	d.check("redis", hub.Ping(ctx, d.cfg.RedisURL))
}

func (d *doctor) carrier(ctx context.Context, db *store.Store, since time.Duration) {
	if !d.cfg.Twilio.on() {
		d.aside("carrier", "no Twilio account set: SMS and WhatsApp are off")
		return
	}
	d.check("clock", clockAgrees(ctx, d.cfg.Twilio.BaseURL))
	carrier, err := newTwilio(d.cfg, nil, time.Now)
	if !d.check("account", err) || db == nil {
		return
	}
	keys, err := d.cfg.keyring()
	if err != nil {
		return // said before
	}
	canary := channels.NewCanary(d.cfg.canary(db, keys, time.Now))
	d.canary(ctx, db)
	report, err := channels.Compare(ctx, canary.Past(carrier), db, time.Now().Add(-since))
	if err != nil {
		d.check("carrier", err)
		return
	}
	counts := fmt.Sprintf("the carrier has %d inbound messages of the last %s, %d of them are stored", report.Carrier, since, report.Stored)
	if report.Stored < report.Carrier {
		d.check("carrier", fmt.Errorf("%s: 'hearline serve' files the rest at its next comparison", counts))
		return
	}
	d.fine("carrier", counts)
}

// canary says how the last text to ourselves fared.
func (d *doctor) canary(ctx context.Context, db *store.Store) {
	if d.cfg.Canary.Every == 0 {
		d.aside("canary", "off: with --canary-every a text to our own number shows that messages arrive")
		return
	}
	latest, err := db.Canaries(ctx, 2)
	switch {
	case err != nil:
		d.check("canary", err)
	case len(latest) == 0:
		d.aside("canary", "none sent yet: 'hearline serve' sends the first")
	case hotline.CanaryLate(latest, d.cfg.Canary.Every, time.Now()):
		d.check("canary", fmt.Errorf("the text of %s is not back in time: check the number's webhook at the carrier, and the log for 11200 and 11205",
			latest[0].SentAt.Format(time.RFC3339)))
	default:
		took, _ := latest[0].Took()
		d.fine("canary", fmt.Sprintf("sent %s, back after %s", latest[0].SentAt.Format(time.RFC3339), took.Round(time.Second)))
	}
}

// clockAgrees compares our clock with the carrier's Date header. Signed and
// time-limited things fail in odd ways on a clock that is wrong.
func clockAgrees(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return hotline.Errorf(hotline.Unavailable, "the carrier does not answer: check the network and --twilio-base-url: %w", err)
	}
	defer resp.Body.Close()
	theirs, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return nil // the carrier tells no time; nothing to compare
	}
	if off := time.Since(theirs).Abs(); off > twilio.ClockSkew {
		return fmt.Errorf("this machine's clock is %s off the carrier's: set it by NTP", off.Round(time.Second))
	}
	return nil
}

// leastFree is the free space below which the doctor warns: a day of heavy
// traffic, with the write-ahead log, stays well below it.
const leastFree = 1 << 30

func (d *doctor) disk() {
	if strings.Contains(d.cfg.Database, "://") {
		d.aside("disk", "the database is elsewhere: watch its disk there")
		return
	}
	var fs syscall.Statfs_t
	folder := filepath.Dir(d.cfg.Database)
	if err := syscall.Statfs(folder, &fs); err != nil {
		d.check("disk", fmt.Errorf("the free space of %s cannot be told: %w", folder, err))
		return
	}
	free := fs.Bavail * uint64(fs.Bsize)
	if free < leastFree {
		d.check("disk", fmt.Errorf("only %d MB free in %s: make room before messages can no longer be stored", free>>20, folder))
		return
	}
	d.fine("disk", fmt.Sprintf("%d GB free", free>>30))
}
