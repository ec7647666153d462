package archtest

import "slices"

var (
	rules   = []string{"intake/...", "triage/...", "cases/...", "campaigns/..."}
	ioWords = []string{"database/sql/...", "net/http/...", "os/exec"}
	forTest = []string{"internal/testenv", "store/storetest", "channels/channelstest"}
)

// house is the plan: the floors of docs/architecture.md, top to bottom the more
// special before the more general.
var house = plan{
	floors: slices.Concat(
		[]floor{
			{of: "hotline", stdOnly: true, never: ioWords, why: "the vocabulary stands on nothing and does nothing"},
			{of: "locales", may: []string{"hotline"}, never: ioWords, why: "it turns keys into text and knows no rule"},
			{of: "internal/testenv", why: "it serves the tests of every floor"},
			{of: "internal/...", may: []string{"hotline"}, why: "a tool knows nothing of us but a word of the vocabulary"},
		},
		ruleFloors(),
		[]floor{
			{of: "channels", may: []string{"hotline"}, never: []string{"database/sql/...", "net/http/..."}, why: "a contract and one loop, free of carriers"},
			{of: "channels/...", may: []string{"hotline", "channels", "internal/httpx"}, never: []string{"database/sql/..."}, why: "a carrier knows no rule, no store and no other carrier"},
			{of: "store/storetest", may: []string{"store", "hotline", "internal/seal", "internal/testenv"}, why: "the suite for both engines"},
			{of: "store/...", may: []string{"hotline", "internal/seal", "store/..."}, but: forTest, never: []string{"net/http/..."}, why: "memory keeps and does not decide"},
		},
		webFloors(),
		[]floor{
			{of: "cmd/...", may: everything(), but: forTest, why: "the roof wires everyone; what is for tests stays out of the binary"},
		},
	),
	doors: []door{
		{"github.com/gofiber/...", []string{"web/..."}, "the web framework stays out of the rules"},
		{"github.com/valyala/fasthttp/...", []string{"web/..."}, "the web framework stays out of the rules"},
		{"github.com/twilio/twilio-go/...", []string{"channels/twilio"}, "one carrier, one folder"},
		{"github.com/nicksnyder/go-i18n/...", []string{"locales"}, "one Speaker"},
		{"github.com/redis/go-redis/...", []string{"internal/hub", "internal/ratelimit"}, "Redis carries only what may be lost"},
		{"github.com/tink-crypto/...", []string{"internal/seal"}, "one place decides how things are sealed"},
		{"github.com/alexedwards/argon2id/...", []string{"internal/passwords"}, "one place decides what a password costs"},
		{"database/sql/...", []string{"store/..."}, "one store"},
		{"modernc.org/sqlite/...", []string{"store/..."}, "one store"},
		{"github.com/jackc/pgx/...", []string{"store/...", "internal/testenv"}, "one store"},
		{"github.com/pressly/goose/...", []string{"store/..."}, "one store"},
		{"github.com/mattn/go-sqlite3", nil, "it needs cgo and binds out-of-order $N to the wrong values"},
		{"github.com/gofiber/fiber/v2/middleware/proxy", nil, "CVE-2026-45045, without a patch in v2"},
		{"github.com/alecthomas/kong/...", []string{"cmd/..."}, "flags are the roof's"},
		{"github.com/nyaruka/phonenumbers/...", []string{"triage/extract/numbering", "internal/dialling/data"}, "the binary holds a cut of its numbering plans"},
		{"testing/...", forTest, "tests stay out of the binary"},
		{"go.uber.org/goleak/...", nil, "tests stay out of the binary"},
		{"pgregory.net/rapid/...", forTest, "tests stay out of the binary"},
		{"github.com/alicebob/miniredis/...", nil, "its author says that it is not for production"},
		{"github.com/chromedp/...", []string{"internal/testenv"}, "tests stay out of the binary"},
		{"github.com/getkin/kin-openapi/...", nil, "tests stay out of the binary"},
	},
	must: []string{
		"hotline", "locales", "intake", "triage", "cases",
		"channels", "channels/twilio", "channels/simulator", "channels/webchat",
		"store", "web", "web/hooks", "web/public", "web/console", "web/api",
		"internal/seal", "internal/hub", "internal/ratelimit", "internal/groupcommit", "internal/lifecycle", "internal/passwords",
		"cmd/hearline",
	},
}

// ruleFloors: the rules do not know each other. A sibling's question is a port,
// plugged in cmd/hearline.
func ruleFloors() (floors []floor) {
	for _, rule := range rules {
		floors = append(floors, floor{
			of:    rule,
			may:   []string{"hotline", "locales", "internal/groupcommit", rule},
			never: ioWords,
			why:   "rules decide; they do no I/O and do not call their siblings",
		})
	}
	return floors
}

// webFloors: the doors share what stands in web and do not lead through each
// other.
func webFloors() (floors []floor) {
	doors := []string{"web/hooks/...", "web/public/...", "web/console/...", "web/api/..."}
	may := slices.Concat([]string{"hotline", "locales", "channels", "internal/...", "web/..."}, rules)
	why := "the edge asks the rules; only the roof knows store and carriers"
	for i, of := range doors {
		may := may
		if of == "web/public/..." { // our own channel: receipt codes, and no carrier behind it
			may = append(slices.Clone(may), "channels/webchat")
		}
		floors = append(floors, floor{of: of, may: may, but: slices.Concat(forTest, slices.Delete(slices.Clone(doors), i, i+1)), why: why})
	}
	return append(floors, floor{of: "web/...", may: may, but: forTest, why: why})
}

func everything() []string {
	return slices.Concat([]string{"hotline", "locales", "channels/...", "store/...", "internal/...", "web/...", "cmd/..."}, rules)
}
