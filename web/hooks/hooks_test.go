package hooks_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/hooks"
)

const (
	key    = "0123456789abcdef"
	person = "+15550100177"
	sid    = "SM000000000000000000000000000000aa"
	form   = "application/x-www-form-urlencoded"
)

// carrier is a Listener with a rule as simple as can be: "good" signs, and the
// body is the id. web may not know channels/twilio; the two together are tried
// where both are known, in cmd.
type carrier struct{}

func (carrier) check(r channels.Request) error {
	switch {
	case r.Signature != "good":
		return hotline.Errorf(hotline.Forbidden, "the signature does not fit")
	case bytes.Contains(r.Body, []byte("odd")):
		return hotline.Errorf(hotline.Invalid, "Body is odd")
	}
	return nil
}

func (c carrier) Hear(r channels.Request) (hotline.Inbound, error) {
	return hotline.Inbound{ProviderID: string(r.Body), Text: hotline.Text(r.Query)}, c.check(r)
}

func (c carrier) HearStatus(r channels.Request) (hotline.StatusUpdate, error) {
	return hotline.StatusUpdate{ProviderID: sid, Delivery: hotline.Delivery(r.Body)}, c.check(r)
}

func (c carrier) HearCall(r channels.Request) (hotline.Inbound, error) {
	return hotline.Inbound{ProviderID: string(r.Body), Call: true}, c.check(r)
}

// memory is everything behind the doors.
type memory struct {
	mu       sync.Mutex
	received map[string]int
	updates  []hotline.StatusUpdate
	kept     []hotline.Quarantined
	until    time.Time // when the last of kept must be stored
	events   []hotline.Event
	fail     error
}

func (m *memory) Receive(_ context.Context, in hotline.Inbound) (hotline.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return hotline.Receipt{}, m.fail
	}
	m.received[in.ProviderID]++
	return hotline.Receipt{Duplicate: m.received[in.ProviderID] > 1}, nil
}

func (m *memory) UpdateDelivery(_ context.Context, u []hotline.StatusUpdate) ([]hotline.ConversationID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.updates = append(m.updates, u...)
	return []hotline.ConversationID{"c1"}, m.fail
}

func (m *memory) AddQuarantined(ctx context.Context, q hotline.Quarantined) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = append(m.kept, q)
	m.until, _ = ctx.Deadline()
	return nil
}

type house struct {
	*memory
	app   *fiber.App
	stats *hooks.Stats
	log   *bytes.Buffer
}

func open(t *testing.T, listener channels.Listener, now func() time.Time) *house {
	t.Helper()
	h := &house{memory: &memory{received: map[string]int{}}, log: &bytes.Buffer{}}
	h.app = fiber.New(fiber.Config{BodyLimit: 8 << 20, DisableStartupMessage: true})
	h.stats = hooks.Mount(h.app, hooks.Config{
		Listener: listener, Receiver: h, Statuses: h, Quarantine: h,
		Announce: func(e hotline.Event) { h.events = append(h.events, e) },
		Log:      slog.New(slog.NewTextHandler(h.log, nil)), Now: now, NewID: func() string { return "id" },
	})
	return h
}

func noon() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }

func (h *house) call(t *testing.T, method, path, signature, body string) (status int, header, text string) {
	t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", form)
	if signature != "" {
		req.Header.Set("X-Twilio-Signature", signature)
	}
	res, err := h.app.Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Content-Type") + res.Header.Get("Retry-After") + res.Header.Get("Allow"), string(answer)
}

func TestDoors(t *testing.T) {
	t.Parallel()
	full := errors.New("queue full")
	cases := map[string]struct {
		method, path, signature, body string
		fail                          error
		status                        int
		header                        string
		received, kept                int
	}{
		"message":         {"POST", hooks.SMSPath, "good", sid, nil, 200, "text/xml", 1, 0},
		"fallback":        {"POST", hooks.FallbackPath, "good", sid, nil, 200, "text/xml", 1, 0},
		"call":            {"POST", hooks.VoicePath, "good", sid, nil, 200, "text/xml", 1, 0},
		"forged call":     {"POST", hooks.VoicePath, "bad", sid, nil, 403, "text/plain", 0, 1},
		"odd call":        {"POST", hooks.VoicePath, "good", "odd", nil, 400, "text/plain", 0, 1},
		"call, no room":   {"POST", hooks.VoicePath, "good", sid, full, 503, "text/plain; charset=utf-85", 0, 0},
		"GET a call":      {"GET", hooks.VoicePath, "good", "", nil, 405, "text/plain; charset=utf-8POST", 0, 0},
		"status":          {"POST", hooks.StatusPath, "good", "sent", nil, 200, "text/xml", 0, 0},
		"unknown status":  {"POST", hooks.StatusPath, "good", "teleported", full, 200, "text/xml", 0, 0},
		"forged":          {"POST", hooks.SMSPath, "bad", sid, nil, 403, "text/plain", 0, 1},
		"unsigned":        {"POST", hooks.FallbackPath, "", sid, nil, 403, "text/plain", 0, 1},
		"forged status":   {"POST", hooks.StatusPath, "bad", "sent", nil, 403, "text/plain", 0, 1},
		"unreadable":      {"POST", hooks.SMSPath, "good", "odd", nil, 400, "text/plain", 0, 1},
		"queue full":      {"POST", hooks.SMSPath, "good", sid, full, 503, "text/plain; charset=utf-85", 0, 0},
		"database away":   {"POST", hooks.SMSPath, "good", sid, hotline.Errorf(hotline.Unavailable, "away"), 503, "text/plain; charset=utf-85", 0, 0},
		"never takeable":  {"POST", hooks.SMSPath, "good", sid, hotline.Errorf(hotline.Invalid, "poison"), 400, "text/plain", 0, 1},
		"refused by rule": {"POST", hooks.SMSPath, "good", sid, hotline.Errorf(hotline.Forbidden, "no"), 503, "text/plain; charset=utf-85", 0, 0},
		"status failed":   {"POST", hooks.StatusPath, "good", "sent", full, 503, "text/plain; charset=utf-85", 0, 0},
		"too large":       {"POST", hooks.SMSPath, "good", strings.Repeat("x", 1<<20+1), nil, 413, "text/plain", 0, 0},
		"GET":             {"GET", hooks.SMSPath, "good", "", nil, 405, "text/plain; charset=utf-8POST", 0, 0},
		"DELETE":          {"DELETE", hooks.StatusPath, "good", "", nil, 405, "text/plain; charset=utf-8POST", 0, 0},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, carrier{}, noon)
			h.fail = tc.fail
			status, header, text := h.call(t, tc.method, tc.path, tc.signature, tc.body)
			if status != tc.status || !strings.HasPrefix(header, tc.header) {
				t.Errorf("got %d %q %q", status, header, text)
			}
			want := "<Response></Response>"
			if tc.path == hooks.VoicePath {
				want = `<Response><Reject reason="busy"/></Response>`
			}
			if status == 200 && text != want {
				t.Errorf("got %q", text)
			}
			if len(h.received) != tc.received || len(h.kept) != tc.kept {
				t.Errorf("received %d, kept %d", len(h.received), len(h.kept))
			}
		})
	}
}

func TestTheSameMessageAtBothDoorsIsOne(t *testing.T) {
	t.Parallel()
	h := open(t, carrier{}, noon)
	h.call(t, "POST", hooks.SMSPath, "good", sid)
	h.call(t, "POST", hooks.FallbackPath, "good", sid)
	if got := [2]uint64{h.stats.Received.Load(), h.stats.Duplicates.Load()}; got != [2]uint64{2, 1} {
		t.Errorf("counted %v", got)
	}
}

func TestStatusIsAnnounced(t *testing.T) {
	t.Parallel()
	h := open(t, carrier{}, noon)
	h.call(t, "POST", hooks.StatusPath, "good", "sent")
	h.call(t, "POST", hooks.StatusPath, "good", "teleported")
	want := []hotline.Event{{Topic: "conversation", Kind: "status", ConversationID: "c1"}}
	if !slices.Equal(h.events, want) || len(h.updates) != 1 || h.stats.Statuses.Load() != 2 {
		t.Errorf("announced %+v, updated %d", h.events, len(h.updates))
	}
}

func TestQuarantineIsBounded(t *testing.T) {
	t.Parallel()
	now := noon()
	h := open(t, carrier{}, func() time.Time { return now })
	large := "Body=1&MessageSid=" + sid + "&Pad=" + strings.Repeat("x", 100<<10)
	for range 100 {
		h.call(t, "POST", hooks.SMSPath, "bad", large)
	}
	if len(h.kept) != 20 || h.stats.Dropped.Load() != 80 || h.stats.Quarantined.Load() != 20 {
		t.Errorf("kept %d of a flood", len(h.kept))
	}
	h.call(t, "POST", hooks.SMSPath, "good", "odd")
	if q := h.kept[len(h.kept)-1]; q.Reason != "malformed" || q.Door != hooks.SMSPath {
		t.Errorf("a flood of forgeries crowds out the carrier's own: %+v", q)
	}
	now = now.Add(time.Second)
	h.call(t, "POST", hooks.SMSPath, "bad", "MessageSid="+person)
	if len(h.kept) != 22 {
		t.Error("a second later nothing is kept")
	}
	if q := h.kept[0]; q.ProviderID != sid || len(q.Body.Reveal()) != 4<<10 || q.Reason != "bad_signature" {
		t.Errorf("kept %+v", q)
	}
	if h.kept[21].ProviderID != "" {
		t.Error("what is no id was kept as one")
	}
}

// A store that hangs must not hold the carrier, which gives up after 15 s.
func TestQuarantineEnds(t *testing.T) {
	t.Parallel()
	for _, request := range [][2]string{{"bad", sid}, {"good", "odd"}} {
		h := open(t, carrier{}, noon)
		h.call(t, "POST", hooks.SMSPath, request[0], request[1])
		if h.until.IsZero() || time.Until(h.until) > 5*time.Second {
			t.Errorf("%v is kept until %v", request, h.until)
		}
	}
}

// strict is a Listener that reads as strictly as a real one; it serves the
// flood below.
type strict struct{}

func (strict) Hear(r channels.Request) (hotline.Inbound, error) {
	values, err := url.ParseQuery(string(r.Body))
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write(r.Body)
	switch {
	case r.Signature != base64.StdEncoding.EncodeToString(mac.Sum(nil)):
		return hotline.Inbound{}, hotline.Errorf(hotline.Forbidden, "the signature does not fit")
	case err != nil || values.Get("MessageSid") == "" || r.ContentType != form || len(values["From"]) != 1:
		return hotline.Inbound{}, hotline.Errorf(hotline.Invalid, "unreadable")
	}
	return hotline.Inbound{ProviderID: values.Get("MessageSid")}, nil
}

func (s strict) HearCall(r channels.Request) (hotline.Inbound, error) { return s.Hear(r) }

func (s strict) HearStatus(r channels.Request) (hotline.StatusUpdate, error) {
	_, err := s.Hear(r)
	return hotline.StatusUpdate{}, err
}

func TestTenThousandMalformedWebhooks(t *testing.T) {
	t.Parallel()
	h := open(t, strict{}, noon)
	flood(t, h.app, 10_000, key)
	if len(h.received) != 0 || len(h.updates) != 0 || len(h.kept) > 40 {
		t.Errorf("received %d, updated %d, kept %d", len(h.received), len(h.updates), len(h.kept))
	}
	if strings.Contains(h.log.String(), person) {
		t.Error("a number is in the log")
	}
}

// flood sends n webhooks none of which is right.
func flood(t *testing.T, app *fiber.App, n int, key string) {
	t.Helper()
	chance := rand.New(rand.NewPCG(1, 2))
	megabyte := strings.Repeat("x", 1<<20)
	bad := []func() (contentType, body string, signIt bool){
		func() (string, string, bool) { return form, "MessageSid=" + sid + "&Body=%ff%fe", true },
		func() (string, string, bool) { return form, "From=" + person + "&Body=x", true },
		func() (string, string, bool) { return form, "MessageSid=&From=" + url.QueryEscape(person), true },
		func() (string, string, bool) { return form, "MessageSid=a&From=a&From=b", true },
		func() (string, string, bool) { return "application/json", `{"MessageSid":"` + sid + `"}`, true },
		func() (string, string, bool) { return "", "", true },
		func() (string, string, bool) { return form, "%zz=%", true },
		func() (string, string, bool) {
			return form, "MessageSid=" + sid + "&From=" + url.QueryEscape(person), false
		},
		func() (string, string, bool) {
			return form, strings.Map(func(rune) rune { return rune(chance.IntN(256)) }, megabyte[:chance.IntN(200)]), true
		},
	}
	paths := []string{hooks.SMSPath, hooks.FallbackPath, hooks.StatusPath}
	for i := range n {
		contentType, body, signIt := bad[i%len(bad)]()
		if i%500 == 0 { // a megabyte takes its time
			body, signIt = "MessageSid="+sid+"&Body="+megabyte, false
		}
		req := httptest.NewRequest("POST", paths[i%len(paths)], strings.NewReader(body))
		req.Header.Set("Content-Type", contentType)
		mac := hmac.New(sha1.New, []byte(key))
		fmt.Fprint(mac, body)
		if signIt {
			req.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		}
		res, err := app.Test(req, -1)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode < 400 || res.StatusCode > 499 {
			t.Fatalf("request %d of kind %d: status %d", i, i%len(bad), res.StatusCode)
		}
		res.Body.Close()
	}
}
