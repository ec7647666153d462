package simulator_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/hearline/hearline/channels/simulator"
)

func TestPageLoadsOnlyItsOwnFiles(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	page := l.control("GET", "/", "")
	if page.status != 200 || !strings.Contains(page.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Fatalf("page: %d %v", page.status, page.header)
	}
	if !strings.Contains(string(page.body), "This is a simulation") {
		t.Error("the page does not say that it is a simulation")
	}
	if regexp.MustCompile(`\sstyle=|\son[a-z]+=|<script>|<style|https?://`).Match(page.body) {
		t.Error("the page has something inline, or from elsewhere")
	}
	for _, file := range regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllSubmatch(page.body, -1) {
		if a := l.control("GET", string(file[1]), ""); a.status != 200 || len(a.body) == 0 {
			t.Errorf("%s: %d", file[1], a.status)
		}
	}
	for file, kind := range map[string]string{"/assets/samples.json": "application/json", "/assets/picture.png": "image/png"} {
		if a := l.control("GET", file, ""); a.status != 200 || a.header.Get("Content-Type") != kind {
			t.Errorf("%s: %d %s", file, a.status, a.header.Get("Content-Type"))
		}
	}
}

func TestSamplesAreComplete(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	var file struct {
		Languages []struct {
			Tag, Name, Native, Dir, Write, Send, Yes, No, Place string
			Samples                                             []struct{ Gloss, Text string }
		}
	}
	d := json.NewDecoder(strings.NewReader(string(l.control("GET", "/assets/samples.json", "").body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Languages) < 10 {
		t.Errorf("%d languages", len(file.Languages))
	}
	for _, s := range file.Languages {
		rtl := s.Tag == "ar" || s.Tag == "fa"
		if s.Name == "" || s.Native == "" || s.Write == "" || s.Send == "" || s.Yes == "" || s.No == "" || s.Place == "" ||
			(s.Dir == "rtl") != rtl || len(s.Samples) < 2 {
			t.Errorf("%s is not complete", s.Tag)
		}
		for _, one := range s.Samples {
			if one.Gloss == "" || one.Text == "" || len([]rune(one.Text)) > 160 {
				t.Errorf("%s: sample %q", s.Tag, one.Gloss)
			}
		}
	}
}

func TestControls(t *testing.T) {
	t.Parallel()
	s := &hotlineService{}
	l := newLine(t, connected(s))
	for _, row := range []struct {
		method, path, body string
		status             int
		want               string // part of the answer
	}{
		{"POST", "/phones", `{"language":"sw"}`, 200, `"number":"+15550100105"`},
		{"POST", "/phones", `{"language":"xx"}`, 400, "error"},
		{"PUT", "/phones/+15550100105", `{"language":"fa"}`, 200, `"fa"`},
		{"PUT", "/phones/+15550100150", `{"language":"fa"}`, 404, "error"},
		{"DELETE", "/phones/+15550100101", "", 204, ""},
		{"DELETE", "/phones/+15550100101", "", 404, "error"},
		{"POST", "/phones", `{"language":"en"}`, 200, `"number":"+15550100101"`},
		{"POST", "/texts", `{"from":"+15550100102","body":"سلام"}`, 200, `"taken":true`},
		{"POST", "/texts", `{"from":"whatsapp:+15550100102","picture":true}`, 200, `"id":"MM`},
		{"POST", "/texts", `{"from":"+15550100102"}`, 400, "error"},
		{"POST", "/texts", `{"from":"+15550100102","extra":1}`, 400, "error"},
		{"POST", "/texts", `not json`, 400, "error"},
		{"PUT", "/optouts", `{"address":"+15550100177","opted_out":true}`, 200, `true`},
		{"PUT", "/optouts", `{"address":"me"}`, 400, "error"},
		{"PUT", "/faults", `{"latency_ms":5,"hang":20}`, 200, `"hang":20`},
		{"GET", "/faults", "", 200, `"hang":20`},
		{"PUT", "/faults", `{"hang":101}`, 400, "error"},
		{"GET", "/elsewhere", "", 404, ""},
	} {
		a := l.control(row.method, row.path, row.body)
		if a.status != row.status || !strings.Contains(string(a.body), row.want) {
			t.Errorf("%s %s %s: %d %s", row.method, row.path, row.body, a.status, a.body)
		}
	}
	if a := l.call("POST", ".json", order()); a.status != 400 || l.code(a) != 21610 {
		t.Errorf("opted-out number: %d %s", a.status, a.body)
	}
}

func TestPhonesAreFew(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	last := 0
	for range 20 {
		last = l.control("POST", "/phones", `{"language":"en"}`).status
	}
	if last != http.StatusConflict {
		t.Errorf("the twenty-fourth phone: %d", last)
	}
}

func TestOtherSitesCannotControl(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	r := httptest.NewRequest("POST", "/texts", strings.NewReader(`{"from":"+15550100102","body":"x"}`))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := l.serve(r); a.status != http.StatusForbidden || len(l.Messages()) != 0 {
		t.Errorf("another site's call: %d", a.status)
	}
}

// stream opens the page's live connection and returns its events.
func stream(t *testing.T, l *line) <-chan map[string]any {
	t.Helper()
	server := httptest.NewServer(l.handler)
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	events := make(chan map[string]any, 64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(events)
		readEvents(ctx, res.Body, events)
	}()
	t.Cleanup(func() {
		cancel()
		res.Body.Close()
		<-done
		server.Close()
	})
	return events
}

func readEvents(ctx context.Context, body io.Reader, events chan<- map[string]any) {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		var event map[string]any
		if !ok || json.Unmarshal([]byte(data), &event) != nil {
			continue
		}
		select {
		case events <- event:
		case <-ctx.Done():
			return
		}
	}
}

func TestPageHearsWhatHappens(t *testing.T) {
	t.Parallel()
	l := newLine(t, connected(&hotlineService{}))
	phone := "+15550100102"
	if err := l.Text(t.Context(), phone, "before"); err != nil {
		t.Fatal(err)
	}
	events := stream(t, l)
	hello := <-events
	told := hello["hello"].(map[string]any)
	before := told["messages"].(map[string]any)[phone].([]any)
	if len(told["phones"].([]any)) != 4 || len(before) != 1 || before[0].(map[string]any)["state"] != "taken" {
		t.Fatalf("hello: %v", told)
	}
	if err := l.Text(t.Context(), person, "a phone that is not on the page"); err != nil {
		t.Fatal(err)
	}
	if err := l.Text(t.Context(), phone, "مرحبا"); err != nil {
		t.Fatal(err)
	}
	l.create(order("To", phone, "Body", "answer"))
	want := []string{"message مرحبا sent", "status مرحبا taken", "message answer queued", "status answer sent", "status answer delivered"}
	for _, w := range want {
		e := <-events
		m, _ := e["message"].(map[string]any)
		if got := strings.Join([]string{e["kind"].(string), m["body"].(string), m["state"].(string)}, " "); got != w || e["phone"] != phone {
			t.Fatalf("heard %q, want %q", got, w)
		}
	}
	if err := l.SetFaults(simulator.Faults{LoseWebhook: 100}); err != nil {
		t.Fatal(err)
	}
	l.SetOptedOut(phone, true)
	_ = l.Text(t.Context(), phone, "lost")
	for _, kind := range []string{"faults", "optout", "message", "log"} {
		if e := <-events; e["kind"] != kind {
			t.Fatalf("heard %v, want %s", e, kind)
		}
	}
}

// A page that does not read is cut off; nothing waits for it.
func TestSlowPageIsCutOff(t *testing.T) {
	t.Parallel()
	l := newLine(t, simulator.Config{})
	slow := &stuckWriter{header: http.Header{}, entered: make(chan struct{}), free: make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.handler.ServeHTTP(slow, httptest.NewRequestWithContext(t.Context(), "GET", "/events", nil))
	}()
	<-slow.entered
	for range 300 {
		if err := l.SetFaults(simulator.Faults{}); err != nil {
			t.Fatal(err)
		}
	}
	close(slow.free)
	<-ended
}

type stuckWriter struct {
	header  http.Header
	entered chan struct{}
	free    chan struct{}
	once    bool
}

func (w *stuckWriter) Header() http.Header { return w.header }
func (w *stuckWriter) WriteHeader(int)     {}
func (w *stuckWriter) Flush()              {}
func (w *stuckWriter) Write(p []byte) (int, error) {
	if !w.once {
		w.once = true
		close(w.entered)
	}
	<-w.free
	return len(p), nil
}
