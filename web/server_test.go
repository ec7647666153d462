package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/web/assets"
	"github.com/hearline/hearline/web/page"
)

func newApp(t *testing.T, ready error) *App {
	t.Helper()
	set, err := assets.Staff()
	if err != nil {
		t.Fatal(err)
	}
	door := func(path, name string) Surface {
		return Surface{
			Paths: []string{path},
			Mount: func(r fiber.Router) {
				r.Post(path, func(c *fiber.Ctx) error { return c.SendString(name) })
				r.Get(path+"/fails", func(*fiber.Ctx) error { return hotline.Errorf(hotline.Conflict, "taken") })
				r.Get(path+"/panics", func(*fiber.Ctx) error { panic("secret") })
			},
			Fail: func(c *fiber.Ctx, f page.Failure) error {
				return c.Status(f.Status).SendString(name + " fails: " + f.Message)
			},
		}
	}
	app, err := New(Config{
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now, Assets: set,
		Ready: func(context.Context) error { return ready },
		Surfaces: []Surface{
			{Paths: []string{"/hooks"}, Mount: func(fiber.Router) {}},
			door("/o", "console"),
			{Mount: func(fiber.Router) {}, Fail: func(c *fiber.Ctx, f page.Failure) error { return c.Status(f.Status).SendString("public") }},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func ask(t *testing.T, app *App, method, path, body string) (int, string) {
	t.Helper()
	res, err := app.Test(httptest.NewRequest(method, path, strings.NewReader(body)), 5000)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestDoors(t *testing.T) {
	t.Parallel()
	app := newApp(t, nil)
	for _, tt := range []struct {
		method, path string
		status       int
		want         string
	}{
		{http.MethodGet, "/healthz", 200, "ok"},
		{http.MethodGet, "/readyz", 200, "ok"},
		{http.MethodPost, "/o", 200, "console"},
		{http.MethodGet, "/o/fails", 409, "console fails: taken"},
		{http.MethodGet, "/o/panics", 500, "console fails: "},
		{http.MethodGet, "/o/nothing", 404, "console fails: "},
		{http.MethodGet, "/other", 404, "public"},
		{http.MethodGet, "/hooksother", 404, "public"},
		{http.MethodGet, "/hooks/x", 404, "(ref "},
		{http.MethodGet, "/s/none.css", 404, "public"},
	} {
		status, body := ask(t, app, tt.method, tt.path, "")
		if status != tt.status || !strings.Contains(body, tt.want) || strings.Contains(body, "secret") {
			t.Errorf("%s %s: %d %q, want %d %q", tt.method, tt.path, status, body, tt.status, tt.want)
		}
	}
	if status, body := ask(t, newApp(t, errors.New("the database is away")), http.MethodGet, "/readyz", ""); status != 503 || strings.Contains(body, "database") {
		t.Errorf("not ready: %d %q", status, body)
	}
	if _, err := New(Config{}); err == nil {
		t.Error("an empty Config is accepted")
	}
}

// Doors learn who calls from the proxies that the service was told of.
func TestCallersBehindAProxy(t *testing.T) {
	t.Parallel()
	set, err := assets.Staff()
	if err != nil {
		t.Fatal(err)
	}
	app, err := New(Config{
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now, Assets: set,
		Ready:   func(context.Context) error { return nil },
		Proxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")}, // where test requests come from
		Surfaces: []Surface{{Mount: func(r fiber.Router) {
			r.Get("/who", func(c *fiber.Ctx) error { return c.SendString(page.Caller(c)) })
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodGet, "/who", nil)
	req.Header.Set("X-Forwarded-For", "203.0.113.9, 198.51.100.1")
	res, err := app.Test(req, 5000)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if body, _ := io.ReadAll(res.Body); string(body) != "198.51.100.1" {
		t.Errorf("%q", body)
	}
}
