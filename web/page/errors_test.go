package page_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/page"
)

// What a browser or a carrier learns of an error is a status and a sentence
// meant for people; the cause is for the log.
func TestFailureTellsNoCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("ERROR: duplicate key value violates unique constraint")
	database := &hotline.Error{Code: hotline.Conflict, Err: fmt.Errorf("store: run a statement: %w", cause)}
	for _, c := range []struct {
		name   string
		err    error
		status int
		shows  string
		logged bool
	}{
		{"a sentence", hotline.Errorf(hotline.Invalid, "Write something first."), 400, "Write something first. (ref", false},
		{"a sentence with a cause", hotline.Errorf(hotline.Conflict, "this sign-in name is taken: %w", database), 409, "this sign-in name is taken (ref", false},
		{"a cause alone", database, 409, "conflict (ref", false},
		{"a cause in the middle", hotline.Errorf(hotline.Invalid, "because %w it failed", cause), 400, "invalid (ref", false},
		{"our own mistake", hotline.Errorf(hotline.Internal, "store: %w", cause), 500, "internal (ref", true},
		{"no code", cause, 500, "internal (ref", true},
		{"away", hotline.Errorf(hotline.Unavailable, "store: %w", cause), 503, "unavailable (ref", true},
		{"an address that is not there", fiber.NewError(404, "Cannot GET /secret"), 404, "Not Found (ref", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			app := fiber.New(fiber.Config{ErrorHandler: page.ErrorHandler(slog.New(slog.NewTextHandler(&log, nil)), page.PlainFailure)})
			app.Get("/", func(*fiber.Ctx) error { return c.err })
			resp, err := app.Test(httptest.NewRequest("GET", "/", nil))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != c.status || !strings.HasPrefix(string(body), c.shows) {
				t.Errorf("%d %s, %v; want %d %s", resp.StatusCode, body, err, c.status, c.shows)
			}
			if logged := strings.Contains(log.String(), "duplicate key"); logged != c.logged {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}
