package archtest

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTheHouseStandsAsPlanned(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	// go test reuses an old result unless something that this process itself
	// has looked at is new; go list is another process.
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	graph, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range house.check(graph) {
		t.Error(sentence)
	}
}

// whole is a house with nothing in it that breaks the plan.
func whole() []Package {
	var graph []Package
	for _, name := range house.must {
		graph = append(graph, Package{ImportPath: module + name})
	}
	return append(graph, Package{ImportPath: "fmt", Standard: true}, Package{ImportPath: "net/http", Standard: true},
		Package{ImportPath: "golang.org/x/text/unicode/norm"})
}

func TestImports(t *testing.T) {
	t.Parallel()
	cases := []struct {
		from, to string
		breaks   string // part of the sentence; "" when allowed
	}{
		{"hotline", "fmt", ""},
		{"hotline", "net/http", "never may"},
		{"hotline", "golang.org/x/text/unicode/norm", "the standard library only"},
		{"hotline", module + "locales", "may import nothing of ours"},
		{"locales", module + "hotline", ""},
		{"locales", "github.com/nicksnyder/go-i18n/v2/i18n", ""},
		{"web/page", "github.com/nicksnyder/go-i18n/v2/i18n", "only in locales"},
		{"internal/seal", module + "hotline", ""},
		{"internal/seal", module + "store", "may import hotline"},
		{"internal/hub", "github.com/redis/go-redis/v9", ""},
		{"store", "github.com/redis/go-redis/v9", "only in internal/hub, internal/ratelimit"},
		{"intake", module + "internal/groupcommit", ""},
		{"intake", module + "internal/hub", "rules decide"},
		{"intake", module + "triage", "do not call their siblings"},
		{"intake", module + "channels", "rules decide"},
		{"triage/lexicon", module + "triage", ""},
		{"triage", "net/http", "never may"},
		{"cases", "database/sql", "only in store"},
		{"cases", "golang.org/x/text/unicode/norm", ""},
		{"channels", module + "hotline", ""},
		{"channels", "net/http", "never may"},
		{"channels/twilio", "net/http", ""},
		{"channels/twilio", "github.com/twilio/twilio-go/client", ""},
		{"channels/simulator", "github.com/twilio/twilio-go/client", "only in channels/twilio"},
		{"channels/simulator", module + "channels/twilio", "no other carrier"},
		{"store", module + "internal/seal", ""},
		{"store", module + "intake", "does not decide"},
		{"store", "github.com/jackc/pgx/v5/stdlib", ""},
		{"store", module + "store/storetest", "but not"},
		{"store/storetest", "testing", ""},
		{"web/console", module + "intake", ""},
		{"web/console", module + "web/page", ""},
		{"web/console", module + "store", "web/console imports store"},
		{"web/console", module + "web/public", "but not"},
		{"web/console", module + "internal/testenv", "but not"},
		{"web/hooks", module + "channels", ""},
		{"web/hooks", module + "channels/twilio", "may import"},
		{"web/hooks", "github.com/gofiber/fiber/v2", ""},
		{"web/hooks", "github.com/gofiber/fiber/v2/middleware/proxy", "CVE-2026-45045"},
		{"web/hooks", "testing", "tests stay out"},
		{"cmd/hearline", module + "store", ""},
		{"cmd/hearline", "github.com/gofiber/fiber/v2", "only in web/..."},
		{"cmd/hearline", module + "internal/testenv", "but not"},
		{"internal/ratelimit", "github.com/alicebob/miniredis/v2", "only in tests"},
		{"helpers", "fmt", "helpers has no floor"},
	}
	for _, c := range cases {
		t.Run(c.from+" "+c.to, func(t *testing.T) {
			t.Parallel()
			graph := append(whole(), Package{ImportPath: module + c.from, Imports: []string{c.to}})
			broken := house.check(graph)
			switch {
			case c.breaks == "" && len(broken) > 0:
				t.Errorf("refused: %q", broken)
			case c.breaks != "" && !slices.ContainsFunc(broken, func(s string) bool { return strings.Contains(s, c.breaks) }):
				t.Errorf("%q does not say %q", broken, c.breaks)
			}
		})
	}
}

func TestAPackageThatIsGone(t *testing.T) {
	t.Parallel()
	broken := house.check(whole()[1:])
	if len(broken) != 1 || !strings.HasPrefix(broken[0], house.must[0]+" is gone") {
		t.Errorf("%q", broken)
	}
}
