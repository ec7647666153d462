package page

import (
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

const callerKey = "caller"

// network is how much of an IPv6 address stands for one caller: a household or
// an office is given a network of this size, and could else call from each of
// its addresses in turn.
const network = 64

// Callers finds out who calls when proxies stand in front of us. What
// X-Forwarded-For says is believed only as far as trusted proxies have written
// it: anybody can send such a header.
func Callers(trusted []netip.Prefix) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Locals(callerKey, counted(origin(c, trusted)))
		return c.Next()
	}
}

// Caller names who calls, as limits count them: the IPv4 address or the IPv6
// network. It is for counting only and belongs in no log.
func Caller(c *fiber.Ctx) string {
	if caller, ok := c.Locals(callerKey).(string); ok {
		return caller
	}
	return counted(peer(c))
}

func peer(c *fiber.Ctx) netip.Addr {
	addr, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	return addr.Unmap()
}

// origin goes back along the chain of proxies, nearest first, to the first
// address that is not one of ours.
func origin(c *fiber.Ctx, trusted []netip.Prefix) netip.Addr {
	at := peer(c)
	chain := forwardedFor(c)
	for i := len(chain) - 1; i >= 0 && within(at, trusted); i-- {
		before, ok := parseHop(chain[i])
		if !ok {
			return at
		}
		at = before
	}
	return at
}

func forwardedFor(c *fiber.Ctx) []string {
	var chain []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		chain = append(chain, strings.Split(string(line), ",")...)
	}
	return chain
}

// parseHop reads "192.0.2.1", "2001:db8::1", and both as some proxies write
// them, with a port.
func parseHop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.Unmap(), true
	}
	withPort, err := netip.ParseAddrPort(text)
	return withPort.Addr().Unmap(), err == nil
}

func within(addr netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

func counted(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.WithZone("").Prefix(network); err == nil {
			return p.String()
		}
	}
	return addr.String()
}
