package testenv

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// noted is a test that notes what it was told is wrong.
type noted struct {
	testing.TB
	said []string
}

func (n *noted) Errorf(format string, args ...any) {
	for _, a := range args {
		if v, ok := a.(axeViolation); ok {
			n.said = append(n.said, v.ID+" "+strings.Join(v.Nodes, " "))
		}
	}
}

func TestAxeFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	tab := tabFor(t)
	for page, want := range map[string][]string{
		`<html lang="en"><title>t</title><main><h1>Fine</h1><p>Text</p></main>`:                                                            nil,
		`<html lang="en"><title>t</title><main><h1>No</h1><input type="text"></main>`:                                                      {"label", `<input type="text">`},
		`<title>t</title><main><h1>No</h1></main>`:                                                                                         {"html-has-lang"},
		`<html lang="en"><title>t</title><main><h1>No</h1><p style="color:#aaa;background:#fff">Pale</p></main>`:                           {"color-contrast", "Pale"},
		`<html lang="en"><title>t</title><main><h1>No</h1><button style="all:unset">x</button><button style="all:unset">y</button></main>`: {"target-size", ">x<"},
		`<html lang="en"><meta http-equiv="Content-Security-Policy" content="script-src 'none'"><title></title>x`:                          {"document-title"},
	} {
		if err := chromedp.Do(tab, chromedp.Navigate("data:text/html,<!doctype html>"+strings.ReplaceAll(page, "#", "%23"))); err != nil {
			t.Fatal(err)
		}
		n := &noted{TB: t}
		Axe(n, tab, "a page")
		said := strings.Join(n.said, "\n")
		if len(n.said) > 1 || (len(want) == 0) != (len(n.said) == 0) {
			t.Errorf("%s: found %q", page, said)
		}
		for _, part := range want {
			if !strings.Contains(said, part) {
				t.Errorf("%s: no %q in %q", page, part, said)
			}
		}
	}
}

func tabFor(t *testing.T) context.Context {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(stop)
	ctx, stop = Browser(t, ctx, t.TempDir())
	t.Cleanup(stop)
	return ctx
}
