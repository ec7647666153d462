package main

import (
	"bytes"
	"context"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// hearline runs the program on the estate and returns what it printed.
func (e *estate) hearline(t testing.TB, args ...string) (out string, err error) {
	t.Helper()
	both, err := exec.CommandContext(t.Context(), binary(t), append(args, "--database", e.database, "--keys-file", e.keysFile)...).CombinedOutput()
	return string(both), err
}

func (s *server) report(t testing.TB, key, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.url()+"/api/v1/reports", bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// A partner's report is filed once, however often and from however many at once it
// comes, is never answered, and the key ends when it is revoked.
func TestPartners(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		out, err := e.hearline(t, "partner", "add", "Harbour shelter")
		key := regexp.MustCompile(`hlp_\S+`).FindString(out)
		if err != nil || key == "" {
			t.Fatalf("%s %v", out, err)
		}
		if out, err := e.hearline(t, "partner", "add", "Harbour shelter"); err == nil {
			t.Errorf("a second partner of the same name: %s", out)
		}
		s := e.serve(t)
		const body = `{"id":"r-1","text":"STOP. They took my passport and I cannot leave","contact":{"channel":"phone","address":"+15550100177"}}`
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if code := s.report(t, key, body); code != 200 && code != 201 {
					t.Errorf("answered %d", code)
				}
			})
		}
		all.Wait()
		db := e.open(t)
		inbound, _, assessed, err := db.Stored(t.Context())
		waiting, errWaiting := db.Outstanding(t.Context())
		if inbound != 1 || assessed != 1 || err != nil || waiting != 0 || errWaiting != nil {
			t.Errorf("%d stored, %d assessed, %d to be sent, %v %v", inbound, assessed, waiting, err, errWaiting)
		}
		if out, err := e.hearline(t, "partner", "list"); err != nil || !strings.Contains(out, "last used") || strings.Contains(out, key) {
			t.Errorf("%s %v", out, err)
		}
		if out, err := e.hearline(t, "partner", "revoke", "Harbour shelter"); err != nil {
			t.Errorf("%s %v", out, err)
		}
		if code := s.report(t, key, body); code != 401 {
			t.Errorf("a revoked key is answered %d", code)
		}
	})
}
