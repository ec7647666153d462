package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/web/api"
	"github.com/hearline/hearline/web/page"
)

var noon = time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC)

const secret = "zq-marked-zq"

// pipe is everything behind the door.
type pipe struct {
	mu   sync.Mutex
	in   []hotline.Inbound
	fail error
	hash string
}

func (p *pipe) Receive(_ context.Context, in hotline.Inbound) (hotline.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return hotline.Receipt{}, p.fail
	}
	r := hotline.Receipt{ConversationID: "c1"}
	for _, old := range p.in {
		r.Duplicate = r.Duplicate || old.ProviderID == in.ProviderID
	}
	p.in = append(p.in, in)
	return r, nil
}

func (p *pipe) UsePartner(_ context.Context, hash string) (hotline.PartnerKey, error) {
	if hash != p.hash {
		return hotline.PartnerKey{}, hotline.Errorf(hotline.Unauthenticated, "no such key")
	}
	return hotline.PartnerKey{ID: "p1", Name: "harbour"}, nil
}

type house struct {
	*pipe
	t    *testing.T
	app  *fiber.App
	key  string
	log  bytes.Buffer
	spec *openapi3.T
}

func open(t *testing.T) *house {
	t.Helper()
	key, err := api.NewKey(strings.NewReader(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{pipe: &pipe{hash: api.HashKey(key)}, t: t, key: key}
	log := slog.New(slog.NewTextHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.app = fiber.New(fiber.Config{BodyLimit: 1 << 20, DisableStartupMessage: true, ErrorHandler: page.ErrorHandler(log, api.Fail)})
	now := func() time.Time { return noon }
	h.app.Use(page.Observe(log, now), page.Callers(nil))
	api.Door(api.Config{Receiver: h, Partners: h, Limiter: ratelimit.NewMemory(now), Now: now})(h.app)
	h.spec = h.described()
	return h
}

func (h *house) described() *openapi3.T {
	h.t.Helper()
	a := h.send("GET", "/api/v1/openapi.json", "", nil)
	doc, err := openapi3.NewLoader().LoadFromData(a.body)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	return doc
}

type answer struct {
	status int
	kind   string
	retry  string
	body   []byte
}

func (h *house) send(method, path, body string, headers map[string]string) answer {
	h.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	res, err := h.app.Test(req, -1)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header.Get("Content-Type"), res.Header.Get("Retry-After"), text}
}

// post files a report and holds the answer to the description.
func (h *house) post(body string, changes ...string) answer {
	h.t.Helper()
	headers := map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + h.key}
	for _, change := range changes {
		name, value, _ := strings.Cut(change, ": ")
		headers[name] = value
	}
	a := h.send("POST", "/api/v1/reports", body, headers)
	h.conforms(a)
	if strings.Contains(string(a.body)+h.log.String(), secret) {
		h.t.Errorf("what a person said stands in the answer or the log: %s", a.body)
	}
	return a
}

func (h *house) conforms(a answer) {
	h.t.Helper()
	response := h.spec.Paths.Find("/api/v1/reports").Post.Responses.Value(strconv.Itoa(a.status))
	if response == nil {
		h.t.Fatalf("the description knows no answer %d: %s", a.status, a.body)
	}
	media := response.Value.Content.Get(a.kind)
	if media == nil {
		h.t.Fatalf("%d comes as %q", a.status, a.kind)
	}
	var value any
	if err := json.Unmarshal(a.body, &value); err != nil {
		h.t.Fatal(err)
	}
	if err := media.Schema.Value.VisitJSON(value, openapi3.MultiErrors()); err != nil {
		h.t.Errorf("%d: %v", a.status, err)
	}
	if wantsRetry := len(response.Value.Headers) > 0; wantsRetry != (a.retry != "") {
		h.t.Errorf("%d with Retry-After %q", a.status, a.retry)
	}
}

const whole = `{"id":"r-1","text":"` + secret + ` STOP","language":"en","place":"Harbour","about":"witness",
	"contact":{"channel":"phone","address":"+15550100177"},"occurred_at":"2026-05-11T20:00:00+02:00"}`

func TestReport(t *testing.T) {
	t.Parallel()
	h := open(t)
	if err := h.spec.Components.Schemas["Report"].Value.VisitJSON(decoded(t, whole)); err != nil {
		t.Error(err)
	}
	first := h.post(whole)
	if first.status != 201 || string(first.body) != `{"id":"r-1","reference":"c1","duplicate":false}` {
		t.Fatalf("%d %s", first.status, first.body)
	}
	in := h.in[0]
	if in.Channel != hotline.Partner || in.From != "+15550100177" || in.Text.Reveal() != secret+" STOP" || len(in.Taken.Answers) != 4 ||
		strings.Contains(in.ProviderID, "r-1") {
		t.Errorf("%+v", in)
	}
	if again := h.post(whole); again.status != 200 || !strings.Contains(string(again.body), `"duplicate":true`) {
		t.Errorf("%d %s", again.status, again.body)
	}
	if other := h.post(`{"id":"r-2","text":"They took my papers"}`); other.status != 201 || !h.in[2].From.Withheld() {
		t.Errorf("%d %s", other.status, other.body)
	}
}

func decoded(t *testing.T, body string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestReportSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for body, fields := range map[string]string{
		`{}`:                     "/id /text",
		`{"id":"1","text":"  "}`: "/text",
		`{"id":"1","text":"` + strings.Repeat("a", 16385) + `"}`:                       "/text",
		`{"id":"` + strings.Repeat("a", 129) + `","text":"a"}`:                         "/id",
		`{"id":"1","text":"a","language":"English"}`:                                   "/language",
		`{"id":"1","text":"a","about":"` + secret + `"}`:                               "/about",
		`{"id":"1","text":"a","occurred_at":"yesterday"}`:                              "/occurred_at",
		`{"id":"1","text":"a","occurred_at":"2036-05-11T20:00:00Z"}`:                   "/occurred_at",
		`{"id":"1","text":"a","contact":{"channel":"fax","address":"` + secret + `"}}`: "/contact/channel /contact/address",
		`{"id":"1","text":"a","contact":{"channel":"phone","address":"0170 123"}}`:     "/contact/address",
		`{"id":"1","text":"a","contact":{"channel":"email","address":"a@b"}}`:          "/contact/address",
		`{"id":1,"text":"a"}`:                           "/id",
		`{"id":"1","text":"a","contact":{"channel":1}}`: "/contact/channel",
		`{"id":"1","text":"a","` + secret + `":1}`:      "",
		`[]`:                      "",
		`{"id":"1"`:               "",
		`{"id":"1","text":"a"}{}`: "",
		``:                        "",
	} {
		h := open(t)
		a := h.post(body)
		var p struct {
			Errors []struct{ Pointer, Detail string }
		}
		if err := json.Unmarshal(a.body, &p); err != nil || a.status != 400 || a.kind != "application/problem+json" {
			t.Fatalf("%.80s: %d %s %v", body, a.status, a.body, err)
		}
		var got []string
		for _, e := range p.Errors {
			got = append(got, e.Pointer)
			if e.Detail == "" {
				t.Errorf("%.80s: nothing says what to do", body)
			}
		}
		if len(got) == 0 || strings.Join(got, " ") != fields || len(h.in) > 0 {
			t.Errorf("%.80s: %q, want %q", body, got, fields)
		}
	}
}

func TestReportIsRefused(t *testing.T) {
	t.Parallel()
	good := `{"id":"1","text":"` + secret + `"}`
	for name, c := range map[string]struct {
		change, body string
		fail         error
		status       int
	}{
		"no key":        {"Authorization: ", good, nil, 401},
		"basic":         {"Authorization: Basic aGk6aGk=", good, nil, 401},
		"unknown key":   {"Authorization: Bearer hlp_" + strings.Repeat("a", 43), good, nil, 401},
		"half a key":    {"Authorization: Bearer hlp_aaaa", good, nil, 401},
		"form":          {"Content-Type: application/x-www-form-urlencoded", good, nil, 415},
		"latin":         {"Content-Type: application/json; charset=iso-8859-1", good, nil, 415},
		"packed":        {"Content-Encoding: gzip", good, nil, 415},
		"too large":     {"", `{"id":"1","text":"` + strings.Repeat("a", 7*intake.MaxHandedText) + `"}`, nil, 413},
		"queue full":    {"", good, hotline.Errorf(hotline.Unavailable, "full"), 503},
		"our mistake":   {"", good, context.Canceled, 500},
		"never taken":   {"", good, hotline.Errorf(hotline.Invalid, "the text cannot be kept"), 400},
		"charset utf-8": {"Content-Type: application/json; charset=UTF-8", good, nil, 201},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.fail = c.fail
			changes := []string{}
			if c.change != "" {
				changes = append(changes, c.change)
			}
			if a := h.post(c.body, changes...); a.status != c.status {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
}

func TestTooManyReports(t *testing.T) {
	t.Parallel()
	h := open(t)
	for n := range 301 {
		a := h.post(`{"id":"` + strconv.Itoa(n) + `","text":"a"}`)
		if want := map[bool]int{true: 201, false: 429}[n < 300]; a.status != want {
			t.Fatalf("report %d: %d %s", n, a.status, a.body)
		}
	}
	for range 300 {
		h.post(`{}`, "Authorization: Bearer nothing")
	}
	if a := h.post(`{}`, "Authorization: Bearer nothing"); a.status != 429 {
		t.Errorf("whoever tries keys is told %d", a.status)
	}
}

func TestOtherAddressesAndMethods(t *testing.T) {
	t.Parallel()
	h := open(t)
	for call, status := range map[string]int{
		"GET /api/v1/reports": 405, "DELETE /api/v1/openapi.json": 405, "GET /api": 404, "GET /api/v2/reports": 404, "GET /api/v1/openapi.json": 200,
	} {
		method, path, _ := strings.Cut(call, " ")
		a := h.send(method, path, "", nil)
		if a.status != status || status != 200 && a.kind != "application/problem+json" {
			t.Errorf("%s: %d %s %s", call, a.status, a.kind, a.body)
		}
	}
}
