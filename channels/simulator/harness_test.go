package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hearline/hearline/channels/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	person  = "+15550100177"
	other   = "+15550100178"
	service = "MG0123456789abcdef0123456789abcdef"
)

var morning = time.Date(2025, 5, 12, 9, 30, 15, 0, time.UTC)

// line is a client's side of a carrier, reached without a network.
type line struct {
	t *testing.T
	*simulator.Carrier
	handler http.Handler
}

func newLine(t *testing.T, cfg simulator.Config) *line {
	t.Helper()
	if cfg.Rand == nil {
		cfg.Rand = rand.NewPCG(1, 2)
	}
	c := simulator.New(cfg)
	t.Cleanup(c.Close)
	return &line{t, c, c.Handler()}
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(a.body, &out); err != nil {
		t.Fatalf("answer %d is no JSON: %v", a.status, err)
	}
	return out
}

func (l *line) code(a answer) int {
	l.t.Helper()
	n, _ := a.json(l.t)["code"].(float64)
	return int(n)
}

// call makes an API call as the account, below its Messages resource.
func (l *line) call(method, path string, form url.Values) answer {
	l.t.Helper()
	return l.request(method, "/2010-04-01/Accounts/"+simulator.DefaultAccountSID+"/Messages"+path, form)
}

func (l *line) request(method, path string, form url.Values) answer {
	l.t.Helper()
	r := httptest.NewRequestWithContext(l.t.Context(), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	return l.serve(r)
}

func (l *line) serve(r *http.Request) answer {
	w := httptest.NewRecorder()
	l.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.Bytes()}
}

// control calls what the phones' page calls.
func (l *line) control(method, path, body string) answer {
	return l.serve(httptest.NewRequestWithContext(l.t.Context(), method, path, strings.NewReader(body)))
}

// create sends a message and returns its id.
func (l *line) create(form url.Values) string {
	l.t.Helper()
	a := l.call("POST", ".json", form)
	if a.status != http.StatusCreated {
		l.t.Fatalf("create: %d %s", a.status, a.body)
	}
	return a.json(l.t)["sid"].(string)
}

func order(pairs ...string) url.Values {
	f := url.Values{"To": {person}, "From": {simulator.DefaultNumber}, "Body": {"hello"}}
	for i := 0; i < len(pairs); i += 2 {
		if f.Del(pairs[i]); pairs[i+1] != "" {
			f.Set(pairs[i], pairs[i+1])
		}
	}
	return f
}

// await polls until ok; the carrier's own goroutines do the work.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for tick := time.NewTicker(time.Millisecond); !ok(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			tick.Stop()
			t.Fatalf("never: %s", what)
		}
	}
}

// called is one call that the service got.
type called struct {
	path, signature, token string
	form                   url.Values
}

// hotlineService is the other end: it records the carrier's calls and answers
// as told. It is the transport of the carrier's client.
type hotlineService struct {
	mu     sync.Mutex
	calls  []called
	answer func(n int, c called) (status int, err error) // n counts from 1
}

func (s *hotlineService) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	c := called{r.URL.Path, r.Header.Get("X-Twilio-Signature"), r.Header.Get("I-Twilio-Idempotency-Token"), form}
	s.mu.Lock()
	s.calls = append(s.calls, c)
	n, answer := len(s.calls), s.answer
	s.mu.Unlock()
	status := http.StatusOK
	if answer != nil {
		if status, err = answer(n, c); err != nil {
			return nil, err
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(nil)), Request: r}, nil
}

func (s *hotlineService) client() *http.Client { return &http.Client{Transport: s} }

func (s *hotlineService) all() []called {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]called(nil), s.calls...)
}

// trail is what came to a path, one form value of each call.
func (s *hotlineService) trail(path, field string) []string {
	var out []string
	for _, c := range s.all() {
		if c.path == path {
			out = append(out, c.form.Get(field))
		}
	}
	return out
}

const (
	webhookURL  = "https://hotline.example/hooks/twilio/sms"
	fallbackURL = "https://hotline.example/hooks/twilio/fallback"
	statusURL   = "https://hotline.example/hooks/twilio/status?source=carrier"
)

func connected(s *hotlineService) simulator.Config {
	return simulator.Config{WebhookURL: webhookURL, FallbackURL: fallbackURL, StatusURL: statusURL, Client: s.client()}
}

// create is one API call, for the benchmark.
func create(h http.Handler, form string) {
	r := httptest.NewRequest("POST", "/2010-04-01/Accounts/"+simulator.DefaultAccountSID+"/Messages.json", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	h.ServeHTTP(httptest.NewRecorder(), r)
}
