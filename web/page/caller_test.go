package page

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/gofiber/fiber/v2"
)

// Who calls, by where the connection comes from and what the header says. The
// proxies in front have 10.0.0.0/8 and fd00::/8.
func TestCaller(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, peer string
		header     []string
		want       string
	}{
		{"no proxy", "192.0.2.7", nil, "192.0.2.7"},
		{"a stranger who writes the header", "192.0.2.7", []string{"198.51.100.1"}, "192.0.2.7"},
		{"behind a proxy", "10.0.0.1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"the caller put something in front", "10.0.0.1", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		{"the caller wrote one of ours", "10.0.0.1", []string{"203.0.113.9, 10.0.0.5, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "10.0.0.1", []string{"198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"two lines", "10.0.0.1", []string{"203.0.113.9", "198.51.100.1"}, "198.51.100.1"},
		{"from inside", "10.0.0.1", []string{"10.0.0.9"}, "10.0.0.9"},
		{"a proxy that says nothing", "10.0.0.1", nil, "10.0.0.1"},
		{"a proxy that says nonsense", "10.0.0.1", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		{"with a port", "10.0.0.1", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"IPv6 is counted by network", "10.0.0.1", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		{"IPv6 with a port", "10.0.0.1", []string{"[2001:db8:1:2::6]:443"}, "2001:db8:1:2::/64"},
		{"IPv4 in IPv6", "10.0.0.1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"a proxy by IPv6", "fd00::1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a proxy by IPv4 in IPv6", "::ffff:10.0.0.1", []string{"198.51.100.1"}, "198.51.100.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
			if got := callerOf(t, Callers(trusted), c.peer, c.header); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestCallerWithoutProxies(t *testing.T) {
	t.Parallel()
	for _, h := range []fiber.Handler{Callers(nil), func(c *fiber.Ctx) error { return c.Next() }} {
		if got := callerOf(t, h, "10.0.0.1", []string{"198.51.100.1"}); got != "10.0.0.1" {
			t.Errorf("%q was believed", got)
		}
	}
}

// callerOf asks an app over a connection that seems to come from peer.
func callerOf(t *testing.T, before fiber.Handler, peer string, header []string) string {
	t.Helper()
	app := fiber.New()
	app.Use(func(c *fiber.Ctx) error {
		c.Context().SetRemoteAddr(&net.TCPAddr{IP: net.ParseIP(peer), Port: 1})
		return c.Next()
	}, before)
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString(Caller(c)) })
	req := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, line := range header {
		req.Header.Add("X-Forwarded-For", line)
	}
	res, err := app.Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
