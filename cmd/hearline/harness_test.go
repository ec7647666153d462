package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hearline/hearline/internal/seal"
	"github.com/hearline/hearline/internal/testenv"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/store/storetest"
)

// These tests run the program that is shipped, in a process of its own, on the
// loopback address. Under HEARLINE_PROVE=1 (make prove) they do at length what
// otherwise takes seconds.

var program struct {
	sync.Once
	folder, path string
	err          error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if program.folder != "" {
		_ = os.RemoveAll(program.folder)
	}
	os.Exit(code)
}

// binary builds the program once, as make build does, and returns its path.
func binary(t testing.TB) string {
	t.Helper()
	program.Do(func() {
		if program.folder, program.err = os.MkdirTemp("", "hearline-test-"); program.err != nil {
			return
		}
		program.path = filepath.Join(program.folder, "hearline")
		build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=test", "-o", program.path, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			program.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if program.err != nil {
		t.Fatal(program.err)
	}
	return program.path
}

// scaled is how much of something a test does: a little, or what the proof asks.
func scaled(usual, prove int) int {
	if os.Getenv("HEARLINE_PROVE") != "" {
		return prove
	}
	return usual
}

// patience is how long a server may take to end.
const patience = 10 * time.Second

// eventually waits until a condition holds, and fails the test when it does not
// within half a minute.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	within(t, 30*time.Second, what, holds)
}

func within(t testing.TB, d time.Duration, what string, holds func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(d); !holds(); <-look.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", d, what)
		}
	}
}

// onEngines runs a test on a fresh database of each engine.
func onEngines(t *testing.T, test func(t *testing.T, e *estate)) {
	t.Helper()
	for name, database := range map[string]func(testing.TB) string{
		"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "hearline.db") },
		"postgres": testenv.Postgres,
	} {
		t.Run(name, func(t *testing.T) { test(t, newEstate(t, database(t))) })
	}
}

// estate is what outlives a server: a migrated database and its keys.
type estate struct {
	database, keysFile string
	keys               *seal.Keyring
}

func newEstate(t testing.TB, database string) *estate {
	t.Helper()
	e := &estate{database: database, keysFile: filepath.Join(t.TempDir(), "keys")}
	if err := writeKeys(e.keysFile); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(e.keysFile)
	if err != nil {
		t.Fatal(err)
	}
	if e.keys, err = seal.Parse(text); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Config{URL: database, Keys: e.keys, Now: time.Now, NewID: newID})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Migrate(t.Context()), db.Close()); err != nil {
		t.Fatal(err)
	}
	return e
}

// open opens the database beside the server, until the test ends.
func (e *estate) open(t testing.TB) *store.Store {
	t.Helper()
	return storetest.Open(t, e.database, e.keys, time.Now)
}

// server is one process of the program.
type server struct {
	addr, metrics  string
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer  // read after done
	done           chan struct{} // closed when the process has ended
}

// serve starts the program on the estate and waits until it is ready. It is
// killed when the test ends, if it still runs then. extra comes after the usual
// flags and wins over them.
func (e *estate) serve(t testing.TB, extra ...string) *server {
	t.Helper()
	s := e.launch(t, extra...)
	eventually(t, "the server is ready", func() bool {
		select {
		case <-s.done:
			t.Fatalf("the server ended at its start:\n%s", s.stderr.Bytes())
		default:
		}
		return askReady(t.Context(), s.url()) == nil
	})
	return s
}

func (e *estate) launch(t testing.TB, extra ...string) *server {
	t.Helper()
	s := &server{addr: free(t), metrics: free(t), done: make(chan struct{})}
	if i := slices.Index(extra, "--addr"); i >= 0 {
		s.addr = extra[i+1]
	}
	args := append([]string{
		"serve", "--keys-file", e.keysFile, "--addr", s.addr, "--metrics-addr", s.metrics,
		"--public-url", s.url(), "--twilio-account-sid", benchAccount, "--twilio-base-url", "http://127.0.0.1:9",
		"--twilio-reconcile-every", "0s", "--no-send", "--log-level", "warn",
	}, extra...)
	s.cmd = exec.Command(binary(t), args...)
	s.cmd.Env = append(os.Environ(), "HEARLINE_TWILIO_AUTH_TOKEN="+benchToken, "HEARLINE_DATABASE="+e.database)
	s.cmd.Stdout, s.cmd.Stderr = &s.stdout, &s.stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { defer close(s.done); _ = s.cmd.Wait() }()
	t.Cleanup(s.kill)
	return s
}

func free(t testing.TB) string {
	t.Helper()
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

func (s *server) url() string { return "http://" + s.addr }

// kill ends the process as a power cut would, and waits until it is gone.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// stop asks the process to end and returns its exit code.
func (s *server) stop(t testing.TB, d time.Duration) int {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.done:
	case <-time.After(d):
		t.Fatalf("the server still runs %s after SIGTERM", d)
	}
	return s.cmd.ProcessState.ExitCode()
}

// load prepares signed webhooks for the server.
func (s *server) load(connections int) *load {
	return &load{addr: s.addr, publicURL: s.url(), account: benchAccount, token: benchToken, to: benchNumber, connections: connections}
}

// counters reads the server's metrics.
func (s *server) counters(t testing.TB) map[string]float64 {
	t.Helper()
	values, err := (&benchServer{metrics: s.metrics}).counters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// get returns status and body of a page.
func get(t testing.TB, url string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body.Bytes()
}
