package testenv

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Axe checks the page that the chromedp context tab shows against WCAG 2.2
// level A and AA with axe-core, and reports each violation with the elements it
// concerns; where names the page in the report. It leaves out what is inside
// frames: open their pages for that. HEARLINE_TEST_AXE names axe.min.js.
func Axe(tb testing.TB, tab context.Context, where string) {
	tb.Helper()
	path := os.Getenv("HEARLINE_TEST_AXE")
	if path == "" {
		Missing(tb, "axe-core", "set HEARLINE_TEST_AXE to its axe.min.js, or run make test, which fetches it")
	}
	source, err := os.ReadFile(path)
	if err != nil {
		tb.Fatalf("HEARLINE_TEST_AXE: %v", err)
	}
	found, err := axe(tab, string(source))
	if err != nil {
		tb.Fatalf("axe-core on %s: %v", where, err)
	}
	for _, v := range found {
		tb.Errorf("%s: %s", where, v)
	}
}

// axeRun reports what is wrong, and how many rules were tried.
const axeRun = `axe.run(document, {
  iframes: false, resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
  rules: { "target-size": { enabled: true } }
}).then(function (r) {
  return JSON.stringify({
    passed: r.passes.length,
    violations: r.violations.map(function (v) {
      return { id: v.id, help: v.help, nodes: v.nodes.map(function (n) {
        return n.html.slice(0, 160) + " (" + n.failureSummary.replace(/\s+/g, " ") + ")";
      }) };
    })
  });
})`

type axeViolation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

func (v axeViolation) String() string {
	return fmt.Sprintf("%s, %s:\n\t%s", v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
}

// axe runs axe-core in the page. The page's own policy does not keep it out: it
// comes through the debugger. A page on which no rule applies is an error, for
// it was not looked at.
func axe(tab context.Context, source string) ([]axeViolation, error) {
	if err := chromedp.Do(tab, chromedp.Evaluate[chromedp.Void](source)); err != nil {
		return nil, err
	}
	text, err := chromedp.Run(tab, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
	if err != nil {
		return nil, err
	}
	var result struct {
		Passed     int            `json:"passed"`
		Violations []axeViolation `json:"violations"`
	}
	if err := json.Unmarshal([]byte(text), &result); err != nil {
		return nil, err
	}
	if result.Passed == 0 {
		return nil, fmt.Errorf("no rule applied: is there a page?")
	}
	return result.Violations, nil
}
