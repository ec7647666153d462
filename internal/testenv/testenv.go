// Package testenv gives tests the engines they need: a fresh Postgres database,
// a Redis, a browser, axe-core. What is not there is left out with one clear line, unless
// CI=true: then it is a failure.
//
// Only tests import it, and it knows nothing of the service.
package testenv

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const (
	defaultPostgres = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
	defaultRedis    = "redis://127.0.0.1:6379/0"
	patience        = 10 * time.Second
)

// Missing ends the test: skipped, or failed where CI=true.
func Missing(tb testing.TB, engine, remedy string) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatalf("%s is missing and CI=true: %s", engine, remedy)
	}
	announce(engine)
	tb.Skipf("left out, no %s: %s", engine, remedy)
}

// Postgres makes an empty database, dropped when the test ends, and returns its
// URL. HEARLINE_TEST_POSTGRES names the server.
func Postgres(tb testing.TB) string {
	tb.Helper()
	server := env("HEARLINE_TEST_POSTGRES", defaultPostgres)
	if err := postgresThere(server); err != nil {
		Missing(tb, "Postgres", "set HEARLINE_TEST_POSTGRES, or run make test, which starts one")
	}
	name := "hearline_test_" + uuid.NewString()[:8]
	if err := execPostgres(server, "CREATE DATABASE "+name); err != nil {
		tb.Fatalf("create a database: %v", err)
	}
	tb.Cleanup(func() {
		if err := execPostgres(server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			tb.Errorf("drop the database %s: %v", name, err)
		}
	})
	address, err := url.Parse(server)
	if err != nil {
		tb.Fatal("HEARLINE_TEST_POSTGRES is not a URL")
	}
	address.Path = "/" + name
	return address.String()
}

// postgresThere asks once for each server: a missing one costs one wait, not
// one for each test.
var postgresThere = once(func(server string) error { return execPostgres(server, "SELECT 1") })

func execPostgres(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// Redis returns the URL of a Redis that answers. Others use it too: tests take
// random channel and key names. HEARLINE_TEST_REDIS names another one.
func Redis(tb testing.TB) string {
	tb.Helper()
	server := env("HEARLINE_TEST_REDIS", defaultRedis)
	if err := redisThere(server); err != nil {
		Missing(tb, "Redis", "set HEARLINE_TEST_REDIS, or run make test, which starts one")
	}
	return server
}

// redisThere says PING by hand: go-redis has its own door.
var redisThere = once(func(server string) error {
	address, err := url.Parse(server)
	if err != nil {
		return err
	}
	conn, err := net.DialTimeout("tcp", address.Host, patience)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer := make([]byte, 1)
	if _, err := conn.Read(answer); err != nil {
		return err
	}
	// "+PONG", or "-NOAUTH" of a Redis whose password is in the URL.
	if answer[0] != '+' && answer[0] != '-' {
		return fmt.Errorf("not a Redis: answer begins with %q", answer)
	}
	return nil
})

// Chromium returns the path of a browser for chromedp. HEARLINE_TEST_CHROMIUM
// names another one.
func Chromium(tb testing.TB) string {
	tb.Helper()
	for _, name := range []string{os.Getenv("HEARLINE_TEST_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	Missing(tb, "Chromium", "install the package chromium, or set HEARLINE_TEST_CHROMIUM")
	return ""
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// once remembers the answer for each server.
func once(ask func(string) error) func(string) error {
	var mu sync.Mutex
	known := map[string]error{}
	return func(server string) error {
		mu.Lock()
		defer mu.Unlock()
		err, asked := known[server]
		if !asked {
			err = ask(server)
			known[server] = err
		}
		return err
	}
}
