package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/store/storetest"
)

// mark is a text that stands nowhere else; what says where it was planted.
func mark(what string) string { return "zqmark" + what + "zq" }

// Where marks are planted, each with words of its own.
var marked = []string{
	"text", "media", "label", "forged", "garbled", "status", "query", "path", "reply", "note", "name", "summary",
	"chat", "later", "typed", "password", "refused",
}

// Numbers of people. Ours is none of them.
const (
	writer  = "+15550100177"
	forger  = "+15550100178"
	garbler = "+15550100179"
)

// spill is everything that may be read by somebody who should not, by place.
type spill struct {
	t       *testing.T
	secrets []string
	known   string // an id that must be found, or the search is blind
}

func newSpill(t *testing.T) *spill {
	p := &spill{t: t, secrets: []string{writer[1:], forger[1:], garbler[1:]}}
	for _, what := range marked {
		p.secrets = append(p.secrets, mark(what))
	}
	return p
}

// hide adds what was only learned on the way.
func (p *spill) hide(secrets ...string) {
	p.t.Helper()
	for _, secret := range secrets {
		if len(secret) < 16 {
			p.t.Fatalf("%q is too short to be searched for", secret)
		}
	}
	p.secrets = append(p.secrets, secrets...)
}

// clean fails when a secret can be read in data: as it is, in hexadecimal as
// Postgres prints bytes, or in Base64.
func (p *spill) clean(where string, data []byte) {
	p.t.Helper()
	if len(data) == 0 {
		return
	}
	lower := bytes.ToLower(data)
	for _, secret := range p.secrets {
		found := bytes.Contains(lower, []byte(strings.ToLower(secret))) || bytes.Contains(lower, []byte(hex.EncodeToString([]byte(secret))))
		for shift := range 3 {
			found = found || bytes.Contains(data, inBase64(secret, shift))
		}
		if found {
			p.t.Errorf("%s can be read in %s", secret, where)
		}
	}
}

// inBase64 is what of a text is sure to stand in the Base64 of data that holds
// it at a place whose remainder by three is shift.
func inBase64(secret string, shift int) []byte {
	whole := secret[(3-shift)%3:]
	whole = whole[:len(whole)/3*3]
	return []byte(base64.StdEncoding.EncodeToString([]byte(whole)))
}

// database searches all that the database keeps, and the program's own copy.
func (p *spill) database(e *estate, when string) {
	p.t.Helper()
	if strings.HasPrefix(e.database, "postgres") {
		rows := storetest.Dump(p.t, e.database)
		if !bytes.Contains(rows, []byte(p.known)) {
			p.t.Error("the search is blind: the conversation is not in the rows")
		}
		p.clean("Postgres "+when, rows)
		return
	}
	copied := filepath.Join(p.t.TempDir(), "copy.db")
	out, code := invoke(p.t, []string{"HEARLINE_DATABASE=" + e.database}, "backup", "--keys-file", e.keysFile, copied)
	if code != 0 {
		p.t.Errorf("backup %s: %s", when, out)
	}
	p.clean("what backup prints", []byte(out))
	files, err := filepath.Glob(filepath.Join(filepath.Dir(e.database), "*"))
	if err != nil || len(files) == 0 {
		p.t.Fatal("no files to search: ", err)
	}
	for _, file := range append(files, copied) {
		data, err := os.ReadFile(file)
		if err != nil {
			p.t.Fatal(err)
		}
		if file == copied && !bytes.Contains(data, []byte(p.known)) {
			p.t.Error("the search is blind: the conversation is not in the copy")
		}
		p.clean(filepath.Base(file)+" "+when, data)
	}
}

// tattler is a carrier that refuses everything and repeats number and text in
// its refusal, as some do.
func tattler(t *testing.T) (address string, refusals *syncCount) {
	t.Helper()
	refusals = &syncCount{}
	carrier := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		refusals.add()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"code": 21211, "status": 400, "more_info": mark("refused"),
			"message": fmt.Sprintf("The number %s is not valid, nor is %q; %s", r.Form.Get("To"), r.Form.Get("Body"), mark("refused")),
		})
	}))
	t.Cleanup(carrier.Close)
	return carrier.URL, refusals
}

type syncCount struct {
	mu sync.Mutex
	n  int
}

func (c *syncCount) add() { c.mu.Lock(); c.n++; c.mu.Unlock() }

func (c *syncCount) get() int { c.mu.Lock(); defer c.mu.Unlock(); return c.n }

// scrape reads the metrics again and again until told to stop, and returns all
// that it read.
func (s *server) scrape(t *testing.T) (stop func() []byte) {
	ctx, cancel := context.WithCancel(t.Context())
	var all bytes.Buffer
	over := make(chan struct{})
	go func() {
		defer close(over)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/goroutine?debug=2"} {
				_, body := get(t, "http://"+s.metrics+path)
				all.Write(body)
			}
			<-tick.C
		}
	}()
	return func() []byte { cancel(); <-over; return all.Bytes() }
}

// post sends a webhook with a good signature.
func (s *server) post(t *testing.T, path string, form url.Values) answered {
	t.Helper()
	return s.postSigned(t, path, simulator.Sign(benchToken, s.url()+path, form), form)
}

func (s *server) postSigned(t *testing.T, path, signature string, form url.Values) answered {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url()+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", formType)
	req.Header.Set("X-Twilio-Signature", signature)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	return answered{status: resp.StatusCode, path: path, body: body.String()}
}
