package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// People are brought in whole or not at all, the same table again changes nothing, and
// nobody's number is printed.
func TestCampaignPeople(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		folder := t.TempDir()
		write := func(name, text string) string {
			path := filepath.Join(folder, name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		good := write("good.csv", "Mobile No;Idioma;State;tags\n(555) 010-0171;es;US-TX;spring, new\n+1 555 010 0172;km;;\n555-010-0171;es;US-TX;again\n")
		bad := write("bad.csv", "phone,language\n+15550100173,es\n12,es\n+15550100174,xx\n")
		agreed := []string{"--consent", "sms", "--wording", "I agree to get texts.", "--proof", "form 7", "--country", "US", "--map", "Mobile No=phone"}
		cases := []struct {
			name string
			args []string
			fail bool
			says []string
		}{
			{"only looked at", append([]string{"import", good}, agreed...), false, []string{"3 rows: 3 can be taken (1 of them the same number again), 0 cannot", "Nothing was changed"}},
			{"nobody yet", []string{"count"}, false, []string{"0  match"}},
			{"without a proof", []string{"import", good, "--consent", "sms"}, true, []string{"--wording"}},
			{"brought in", append([]string{"import", good, "--commit"}, agreed...), false, []string{"2 new, 1 changed, 0 as they were"}},
			{"again", append([]string{"import", good, "--commit"}, agreed...), false, []string{"0 new, 0 changed, 3 as they were"}},
			{"rows that are wrong", []string{"import", bad, "--commit"}, true, []string{"row 3: phone", "row 4: language", "nothing was brought in"}},
			{"left out", []string{"import", bad, "--commit", "--reject-to", filepath.Join(folder, "rejected.csv")}, false, []string{"1 new"}},
			{"no number column", []string{"import", write("none.csv", "name\nx\n")}, true, []string{"--map"}},
			{"counted", []string{"count"}, false, []string{"3  match", "-1  no consent to campaigns", "2  would get it"}},
			{"counted by tag", []string{"count", "--tags", "again"}, false, []string{"1  would get it"}},
			{"shown", []string{"show", "+15550100171"}, false, []string{"•••• 0171", "again, new, spring", "given", "form 7"}},
			{"not there", []string{"show", "+15550100199"}, true, []string{"nobody has joined"}},
			{"exported", []string{"export", "--to", filepath.Join(folder, "all.csv")}, false, []string{"3 people"}},
			{"erased only when said so", []string{"erase", "+15550100171"}, true, []string{"--yes"}},
			{"erased", []string{"erase", "+15550100171", "--yes"}, false, []string{"Erased"}},
			{"gone", []string{"count"}, false, []string{"2  match"}},
		}
		for _, c := range cases {
			out, err := e.hearline(t, append([]string{"campaign", "people"}, c.args...)...)
			if (err != nil) != c.fail {
				t.Errorf("%s: %v %s", c.name, err, out)
			}
			for _, says := range c.says {
				if !strings.Contains(out, says) {
					t.Errorf("%s: %q is not in %q", c.name, says, out)
				}
			}
			if strings.Contains(out, "5550100171") || strings.Contains(out, "5550100172") {
				t.Errorf("%s: a number is printed: %s", c.name, out)
			}
		}
		all, err := os.ReadFile(filepath.Join(folder, "all.csv"))
		if err != nil || !strings.Contains(string(all), "'+15550100171,es,US") {
			t.Errorf("%s %v", all, err)
		}
		rejected, err := os.ReadFile(filepath.Join(folder, "rejected.csv"))
		if err != nil || strings.Count(string(rejected), "\n") != 3 {
			t.Errorf("%s %v", rejected, err)
		}
	})
}
