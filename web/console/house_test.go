package console

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/cases"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/internal/hub"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/locales"
	"github.com/hearline/hearline/triage"
	"github.com/hearline/hearline/web/assets"
	"github.com/hearline/hearline/web/page"
)

// noon is when most tests happen.
var noon = time.Date(2026, 5, 12, 14, 32, 7, 0, time.UTC)

// house is a console over the fake, with the real rules between.
type house struct {
	*fake
	console *Console
	app     *fiber.App
	hub     *hub.Memory
	cookies map[string]string
	log     *logBook
	assets  *assets.Set
	tells   func() time.Time // the clock of the console
	ids     atomic.Int64
	reach   *Reach // nil: no campaigns
}

// logBook keeps what was logged.
type logBook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// publisher is the real law of the guided conversation, over the fake.
func (h *house) publisher(now func() time.Time, newID hotline.NewID) *intake.Scripts {
	i, err := intake.New(intake.Config{
		Triage: engine(), Voice: voice(), Announce: h.hub.Publish, Now: now, NewID: newID,
		Mark: func(_ hotline.ContactID, word string) string { return "marked " + word },
	})
	if err != nil {
		panic(err)
	}
	i.Close() // it only judges and rehearses here
	return intake.NewScripts(h.fake, i, h.hub.Publish)
}

// pipe is the real intake on the fake. It starts with the first report, so that
// tests of what ends find nothing of it.
type pipe struct {
	once  sync.Once
	start func() *intake.Intake
	i     *intake.Intake
}

func (p *pipe) Receive(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error) {
	p.once.Do(func() { p.i = p.start() })
	return p.i.Receive(ctx, in)
}

func (h *house) pipe(tb testing.TB, now func() time.Time, newID hotline.NewID) *pipe {
	return &pipe{start: func() *intake.Intake {
		i, err := intake.New(intake.Config{
			Store: h.fake, Triage: engine(), Voice: voice(), Announce: h.hub.Publish, Now: now, NewID: newID,
			Mark: func(_ hotline.ContactID, word string) string { return "marked " + word },
		})
		if err != nil {
			panic(err)
		}
		tb.Cleanup(i.Close)
		return i
	}}
}

var spoken = sync.OnceValue(func() *locales.Speaker {
	speaker, err := locales.New()
	if err != nil {
		panic(err)
	}
	return speaker
})

func wording(lang hotline.Language, key string) string {
	if !spoken().Says(key) {
		return ""
	}
	return spoken().Say(lang, key, nil)
}

// emergencies is the real law of the emergency numbers, over the fake.
func (h *house) emergencies(now func() time.Time, newID hotline.NewID) *intake.Emergencies {
	return intake.NewEmergencies(intake.EmergencyConfig{
		Store: h.fake, Library: func(c string) []string { return map[string][]string{"ET": {"911"}, "KE": {"112"}}[c] },
		Announce: h.hub.Publish, Now: now, NewID: newID,
	})
}

// voice has the service's own texts; one for all houses, as it is slow to make.
var voice = sync.OnceValue(func() *intake.Voice {
	return intake.NewVoice(spoken(), intake.Settings{Name: "Harbour", Emergency: func(hotline.Channel, hotline.Address) string { return "112" }, InfoURL: "harbour.example"})
})

func newHouse(tb testing.TB, list []told, now func() time.Time) *house {
	tb.Helper()
	h := &house{fake: newFake(noon), hub: hub.NewMemory(), cookies: map[string]string{}, log: &logBook{}}
	if now == nil {
		now = h.clock
	} else {
		h.now = now()
	}
	h.seed(list)
	set, err := assets.Staff()
	if err != nil {
		tb.Fatal(err)
	}
	h.tells, h.assets = now, set
	tb.Cleanup(func() { _ = h.hub.Close() })
	h.restart(tb)
	return h
}

// restart begins the service anew over the same memory.
func (h *house) restart(tb testing.TB) {
	tb.Helper()
	var err error
	now := h.tells
	newID := func() string { return fmt.Sprintf("01900000-0000-7000-9000-%012d", h.ids.Add(1)) }
	h.console, err = New(Config{
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: now, Reader: h.fake, Files: oneFile{}, Links: h.fake, MayOpen: intake.MayOpen, Cases: h.fake,
		Desk: intake.NewDesk(h.fake, voice(), h.hub.Publish, now, newID), Pipe: h.pipe(tb, now, newID), Assess: engine().Assess, Queue: triage.NewQueue(h.fake, h.hub.Publish, now, newID),
		Casework: cases.New(h.fake, h.hub.Publish, now, newID), Scripts: h.fake, Publisher: h.publisher(now, newID), Emergencies: h.emergencies(now, newID), Lookup: intake.NewLookup(h.fake, intake.NewDesk(h.fake, voice(), h.hub.Publish, now, newID)), Health: h.fake, CanaryEvery: time.Hour, Reach: h.reach, Countries: []string{"ET", "KE", "XK"}, Staff: h.fake, Sessions: h.fake, Passwords: h.fake,
		Events: h.hub, Limiter: ratelimit.NewMemory(now), Assets: h.assets, Target: triage.Target, Whole: engine().Whole, Segments: locales.Segments,
		Languages: locales.Known(), EnglishName: locales.EnglishName, NativeName: locales.NativeName, Direction: locales.Direction, Wording: wording,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(h.console.Close)
	h.app = fiber.New(fiber.Config{
		Immutable: true, DisableStartupMessage: true,
		ErrorHandler: page.ErrorHandler(h.console.Log, h.console.Fail),
	})
	h.app.Use(page.Observe(h.console.Log, now), page.Callers([]netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")})) // where test requests come from
	h.assets.Mount(h.app)
	h.console.Mount(h.app)
}

// answer is what came back, read to the end.
type answer struct {
	*http.Response
	body string
}

func (h *house) do(tb testing.TB, req *http.Request) answer {
	tb.Helper()
	for name, value := range h.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := h.app.Test(req, -1)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if c.Value == "" {
			delete(h.cookies, c.Name)
		} else {
			h.cookies[c.Name] = c.Value
		}
	}
	return answer{res, string(body)}
}

func (h *house) get(tb testing.TB, path string) answer {
	tb.Helper()
	return h.do(tb, httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form as a browser would; a nil form has only the token.
func (h *house) post(tb testing.TB, path string, form url.Values) answer {
	tb.Helper()
	if form == nil {
		form = url.Values{}
	}
	if !form.Has("csrf") {
		form.Set("csrf", (&visit{token: h.cookies["desk"]}).csrf())
	}
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return h.do(tb, req)
}

// signIn begins a session as somebody.
func (h *house) signIn(tb testing.TB, u hotline.User) {
	tb.Helper()
	a := h.post(tb, "/o/signin", url.Values{"login": {u.Login}, "password": {"right " + u.Login}})
	if a.StatusCode != http.StatusSeeOther || h.cookies["desk"] == "" {
		tb.Fatalf("sign in: %d %s", a.StatusCode, a.body)
	}
}

func (h *house) announce(id hotline.ConversationID, p hotline.Priority) {
	h.hub.Publish(hotline.Event{Topic: "queue", Kind: "message", ConversationID: id, Priority: p})
}
