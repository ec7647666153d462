package console

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

// TestShowcase serves the invented queue, told conversations and a case for
// somebody to look at:
//
//	HEARLINE_SHOWCASE=127.0.0.1:8099 go test -run TestShowcase -timeout 0 ./web/console
//
// /show?to=/o/queue signs in without a form, for pictures taken from a command
// line; theme=dark sets the theme. It stops by itself after HEARLINE_SHOWCASE_FOR
// (ten minutes). With HEARLINE_SHOWCASE_LIST=empty nobody is waiting.
func TestShowcase(t *testing.T) {
	addr := os.Getenv("HEARLINE_SHOWCASE")
	if addr == "" {
		t.Skip("set HEARLINE_SHOWCASE to an address to look at the pages")
	}
	list := seeds
	if os.Getenv("HEARLINE_SHOWCASE_LIST") == "empty" {
		list = nil
	}
	open := 10 * time.Minute
	if d, err := time.ParseDuration(os.Getenv("HEARLINE_SHOWCASE_FOR")); err == nil {
		open = d
	}
	h := newHouse(t, list, time.Now)
	if list != nil {
		h.oneCase(h.tell(t, english, englishTold))
		h.tell(t, arabic, arabicTold)
		h.tell(t, locked, englishTold)
		h.sharedTold(t)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("http://%s/o/signin, login dina, password \"right dina\"", l.Addr())
	h.app.Get("/show", func(c *fiber.Ctx) error {
		if _, err := h.console.begin(c, dina); err != nil {
			return err
		}
		h.console.setSetting(c, themeCookie, c.Query("theme"), c.Query("theme") != "")
		return c.Redirect(c.Query("to"), fiber.StatusSeeOther)
	})
	end := time.AfterFunc(open, func() { h.console.Close(); _ = h.app.Shutdown() })
	defer end.Stop()
	if err := h.app.Listener(l); err != nil {
		t.Fatal(err)
	}
}
