package public

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/hub"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/locales"
	"github.com/hearline/hearline/web/page"
)

// house is the pages on top of a memory that keeps what it is told.
type house struct {
	t     testing.TB
	app   *fiber.App
	site  *Site
	hub   *hub.Memory
	log   *strings.Builder
	mu    sync.Mutex
	now   time.Time
	down  error // what Receive answers while set
	lost  bool  // Receive keeps the message and then fails, as when an answer is lost
	looks []hotline.Address
	asked []string // what a page needed of the store

	ids      int
	received []hotline.Inbound
	talks    map[hotline.ConversationID]*hotline.Conversation
	said     map[hotline.ConversationID][]hotline.Message
	hidden   map[hotline.ConversationID][]hotline.MessageID
	known    map[string]hotline.Receipt
	sessions map[string]hotline.Session
}

func newHouse(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	speaker, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{
		t: t, now: time.Date(2026, 5, 12, 14, 20, 0, 0, time.UTC), hub: hub.NewMemory(), log: &strings.Builder{},
		talks: map[hotline.ConversationID]*hotline.Conversation{}, said: map[hotline.ConversationID][]hotline.Message{},
		hidden: map[hotline.ConversationID][]hotline.MessageID{}, known: map[string]hotline.Receipt{}, sessions: map[string]hotline.Session{},
	}
	t.Cleanup(func() { _ = h.hub.Close() })
	cfg := Config{
		Receiver: h, Reader: h, Sessions: h, Eraser: h, Hider: h, Events: h.hub, Limiter: ratelimit.NewMemory(h.clock),
		Speaker: speaker, Secret: []byte(strings.Repeat("secret", 6)), Now: h.clock, ExitURL: "https://weather.example/",
	}
	for _, f := range change {
		f(&cfg)
	}
	if h.site, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.app = fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true, BodyLimit: MaxUpload, ErrorHandler: page.ErrorHandler(log, h.site.Failure)})
	h.app.Server().KeepHijackedConns = true
	h.app.Use(page.Observe(log, h.clock))
	h.site.Mount(h.app)
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) fail(err error, afterKeeping bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.down, h.lost = err, afterKeeping
}

func (h *house) nextID() string { h.ids++; return "id" + strconv.Itoa(100000+h.ids) }

func (h *house) Receive(_ context.Context, in hotline.Inbound) (hotline.Receipt, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down != nil && !h.lost {
		return hotline.Receipt{}, h.down
	}
	if r, ok := h.known[in.ProviderID]; ok {
		r.Duplicate = true
		return r, h.down
	}
	id := h.find(in.From)
	if id == "" {
		id = hotline.ConversationID(h.nextID())
		h.talks[id] = &hotline.Conversation{ID: id, Channel: in.Channel, Address: in.From, State: hotline.Open, CreatedAt: in.At}
	}
	r := hotline.Receipt{ConversationID: id, MessageID: hotline.MessageID(h.nextID())}
	h.known[in.ProviderID] = r
	h.received = append(h.received, in)
	h.said[id] = append(h.said[id], hotline.Message{ID: r.MessageID, Direction: hotline.In, Text: in.Text, Media: in.Media, Delivery: hotline.Received, At: in.At})
	return r, h.down
}

func (h *house) find(a hotline.Address) hotline.ConversationID {
	for id, c := range h.talks {
		if c.Address == a && c.State == hotline.Open {
			return id
		}
	}
	return ""
}

// answer puts a message from us into every conversation.
func (h *house) answer(m hotline.Message) {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for id := range h.talks {
		m.ID, m.At = hotline.MessageID(h.nextID()), h.now
		h.said[id] = append(h.said[id], m)
		h.hub.Publish(hotline.Event{Topic: "conversation", Kind: "message", ConversationID: id})
	}
	if len(h.talks) == 0 {
		h.t.Fatal("no conversation to answer in")
	}
}

func (h *house) helper(text string) {
	h.answer(hotline.Message{Direction: hotline.Out, Author: hotline.FromStaff, Text: hotline.Text(text), Delivery: hotline.Sent})
}

func (h *house) heard() []hotline.Inbound {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]hotline.Inbound{}, h.received...)
}

// only is the only conversation.
func (h *house) only() hotline.ConversationID {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id := range h.talks {
		return id
	}
	return ""
}

// code is the receipt code of the only conversation.
func (h *house) code() hotline.Address {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.talks {
		return c.Address
	}
	return ""
}

func (h *house) Conversation(_ context.Context, id hotline.ConversationID) (hotline.Exchange, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.talks[id]; c != nil {
		return hotline.Exchange{Conversation: *c}, nil
	}
	return hotline.Exchange{}, hotline.Errorf(hotline.NotFound, "no conversation")
}

func (h *house) MessagesShown(_ context.Context, id hotline.ConversationID, after hotline.MessageID, limit int) ([]hotline.Message, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, "messages")
	var list []hotline.Message
	for _, m := range h.said[id] {
		if m.ID > after && len(list) < limit && !slices.Contains(h.hidden[id], m.ID) {
			list = append(list, m)
		}
	}
	return list, nil
}

func (h *house) ConversationOf(_ context.Context, _ hotline.Channel, a hotline.Address) (hotline.ConversationID, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looks = append(h.looks, a)
	if id := h.find(a); id != "" {
		return id, nil
	}
	return "", hotline.Errorf(hotline.NotFound, "no such code")
}

func (h *house) EraseOwn(_ context.Context, id hotline.ConversationID) (caseKept bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.said, id)
	h.talks[id].State = hotline.Erased
	return h.talks[id].CaseID != "", nil
}

func (h *house) HideMessages(_ context.Context, id hotline.ConversationID, messages []hotline.MessageID) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hidden[id] = append(h.hidden[id], messages...)
	return nil
}

func (h *house) AddSession(_ context.Context, s hotline.Session) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sessions[s.TokenHash] = s
	return nil
}

func (h *house) Session(_ context.Context, hash string) (hotline.Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, "session")
	if s, ok := h.sessions[hash]; ok {
		return s, nil
	}
	return hotline.Session{}, hotline.Errorf(hotline.NotFound, "no session")
}

func (h *house) ChangeSession(_ context.Context, hash string, change func(*hotline.Session) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.sessions[hash]
	if !ok {
		return hotline.Errorf(hotline.NotFound, "no session")
	}
	if err := change(&s); err != nil {
		return err
	}
	h.sessions[hash] = s
	return nil
}

func (h *house) DeleteSession(_ context.Context, hash string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sessions, hash)
	return nil
}

// expire forgets the sessions that are past their absolute end, as the store does.
func (h *house) expire() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for hash, s := range h.sessions {
		if !h.now.Before(s.ExpiresAt) {
			delete(h.sessions, hash)
		}
	}
}

// phone is a browser without scripts: it keeps cookies and follows nothing.
type phone struct {
	h       *house
	cookies map[string]string
	header  http.Header
}

func (h *house) phone() *phone {
	return &phone{h: h, cookies: map[string]string{}, header: http.Header{"Sec-Fetch-Site": {"same-origin"}}}
}

type answer struct {
	status int
	body   string
	header http.Header
}

func (p *phone) get(path string) answer { return p.do(httptest.NewRequest(http.MethodGet, path, nil)) }

func (p *phone) post(path string, form url.Values) answer {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.do(r)
}

func (p *phone) do(r *http.Request) answer {
	p.h.t.Helper()
	for name, values := range p.header {
		r.Header[name] = values
	}
	for name, value := range p.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	resp, err := p.h.app.Test(r, 5000)
	if err != nil {
		p.h.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.h.t.Fatal(err)
	}
	for _, c := range resp.Cookies() {
		if c.Value == "" || (!c.Expires.IsZero() && c.Expires.Before(time.Now())) {
			delete(p.cookies, c.Name)
		} else {
			p.cookies[c.Name] = c.Value
		}
	}
	return answer{resp.StatusCode, string(body), resp.Header}
}

var tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)

func (a answer) token(t testing.TB) string {
	t.Helper()
	m := tokenField.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no token on the page (status %d)", a.status)
	}
	return m[1]
}

func (a answer) to() string { return a.header.Get("Location") }

// send writes a message from whatever page has the box.
func (p *phone) send(text string) answer {
	p.h.t.Helper()
	at := "/c/new"
	if p.cookies[sessionCookie] != "" {
		at = "/c"
	}
	return p.post("/c", url.Values{"text": {text}, "token": {p.get(at).token(p.h.t)}})
}

// submit opens a page and sends its form with these fields.
func (p *phone) submit(path string, form url.Values) answer {
	p.h.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	form.Set("token", p.get(path).token(p.h.t))
	return p.post(path, form)
}

func (a answer) want(t testing.TB, status int, parts ...string) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d; to %q\n%s", a.status, status, a.to(), a.body)
	}
	for _, part := range parts {
		if !strings.Contains(a.body, part) {
			t.Errorf("no %q on the page", part)
		}
	}
}

func (a answer) wantTo(t testing.TB, to string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.to() != to {
		t.Fatalf("got %d to %q, want 303 to %q", a.status, a.to(), to)
	}
}

// closedUntil makes it be outside the hours.
func closedUntil(who func(*Config)) func(*Config) {
	return func(c *Config) {
		who(c)
		c.Opens = func(time.Time) (time.Time, bool) {
			return time.Date(2026, 5, 18, 8, 0, 0, 0, time.FixedZone("", 2*60*60)), true
		}
	}
}

// people makes so many helpers be here.
func people(count int, err error) func(*Config) {
	return func(c *Config) { c.Available = func(context.Context) (int, error) { return count, err } }
}
