package twilio_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/hearline/hearline/channels/twilio"
)

const description = "shared/data/twilio-messages-openapi.json"

// contract reads Twilio's own description of the Message resource, which lies
// beside the checkout and not in it. Without it, requests go unchecked and the
// test says so.
var contract = sync.OnceValues(func() (routers.Router, error) {
	path, err := findDescription()
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		return nil, err
	}
	doc.Servers = nil
	for _, item := range doc.Paths.Map() {
		item.Servers = nil // the test's server stands in for Twilio's
	}
	// The vendor's own examples do not fit its schemas.
	return legacy.NewRouter(doc, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation(),
		openapi3.DisableSchemaPatternValidation())
})

func findDescription() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			return "", os.ErrNotExist
		}
		dir = filepath.Dir(dir)
	}
	for dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		if path := filepath.Join(dir, description); fileExists(path) {
			return path, nil
		}
	}
	return "", os.ErrNotExist
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestContractIsThere(t *testing.T) {
	t.Parallel()
	_, err := contract()
	switch {
	case err == nil:
	case os.IsNotExist(err) && os.Getenv("CI") != "true":
		t.Skipf("left out: requests are not checked against ../%s, which is not there", description)
	default:
		t.Fatal(err)
	}
}

// api is Twilio's REST API, as small as a test needs it. Every request is
// checked against Twilio's description.
type api struct {
	*httptest.Server
	t        *testing.T
	mu       sync.Mutex
	requests []*http.Request
	messages []map[string]any // newest first
	media    []map[string]any
	pageSize int
	// answer, when set, answers POSTs instead.
	answer func(w http.ResponseWriter, r *http.Request)
}

func newAPI(t *testing.T) *api {
	a := &api{t: t, pageSize: 2}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *api) carrier(change func(*twilio.Config)) *twilio.Carrier {
	cfg := config()
	cfg.BaseURL = a.URL
	// Its own transport, so that no connection outlives the test.
	transport := &http.Transport{}
	a.t.Cleanup(transport.CloseIdleConnections)
	cfg.Transport = transport
	if change != nil {
		change(&cfg)
	}
	return newCarrier(a.t, cfg)
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.check(r)
	_ = r.ParseForm()
	a.mu.Lock()
	a.requests = append(a.requests, r)
	answer := a.answer
	a.mu.Unlock()
	if name, password, _ := r.BasicAuth(); name != account || password != token {
		a.t.Error("wrong credentials")
	}
	switch {
	case r.Method == http.MethodPost && answer != nil:
		answer(w, r)
	case r.Method == http.MethodPost:
		a.create(w, r)
	case strings.HasSuffix(r.URL.Path, "/Media.json"):
		_ = json.NewEncoder(w).Encode(map[string]any{"media_list": a.media})
	default:
		a.list(w, r)
	}
}

func (a *api) check(r *http.Request) {
	router, err := contract()
	if err != nil {
		return // TestContractIsThere says so
	}
	route, params, err := router.FindRoute(r)
	if err != nil {
		a.t.Errorf("%s %s is no request of Twilio's: %v", r.Method, r.URL.Path, err)
		return
	}
	err = openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
	if err != nil {
		a.t.Errorf("Twilio would refuse %s %s: %v", r.Method, r.URL.Path, err)
	}
}

// asked returns the requests so far.
func (a *api) asked() []*http.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.requests)
}

// answers replaces how POSTs are answered.
func (a *api) answers(answer func(http.ResponseWriter, *http.Request)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = answer
}

func (a *api) create(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := map[string]any{
		"sid": fmt.Sprintf("SM%032x", len(a.messages)+1), "status": "queued", "direction": "outbound-api",
		"body": r.PostForm.Get("Body"), "to": r.PostForm.Get("To"), "from": r.PostForm.Get("From"),
		"date_created": noon.Format(time.RFC1123Z), "date_sent": nil, "num_media": "0",
	}
	a.messages = append([]map[string]any{m}, a.messages...)
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(m)
}

func (a *api) list(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	query := r.URL.Query()
	var matching []map[string]any
	for _, m := range a.messages {
		if (query.Get("To") == "" || m["to"] == query.Get("To")) && (query.Get("From") == "" || m["from"] == query.Get("From")) {
			matching = append(matching, m)
		}
	}
	start := 0
	_, _ = fmt.Sscanf(query.Get("PageToken"), "PA%d", &start)
	end := min(start+a.pageSize, len(matching))
	page := map[string]any{"messages": matching[start:end]}
	if end < len(matching) {
		next := url.Values{"Page": {"1"}, "PageToken": {fmt.Sprintf("PA%d", end)}}
		page["next_page_uri"] = r.URL.Path + "?" + next.Encode()
	}
	_ = json.NewEncoder(w).Encode(page)
}

// refuse answers as Twilio does, repeating number and text as it does too.
func refuse(status, code int, retryAfter string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"code": code, "status": status, "message": r.PostForm.Get("To") + r.PostForm.Get("Body"),
		})
	}
}
