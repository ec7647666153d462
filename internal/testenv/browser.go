package testenv

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
)

// Browser returns a chromedp context whose first action starts a Chromium
// without a screen, with its profile in a folder, that calls nobody by itself.
// stop ends it.
func Browser(tb testing.TB, ctx context.Context, profile string) (browser context.Context, stop context.CancelFunc) {
	tb.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(Chromium(tb)), chromedp.NoSandbox, chromedp.UserDataDir(profile))
	for _, flag := range []string{"disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(ctx, options...)
	browser, stopBrowser := chromedp.NewContext(allocator)
	return browser, func() { stopBrowser(); stopAllocator() }
}
