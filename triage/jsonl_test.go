package triage_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

func run(t *testing.T, in string) ([]map[string]json.RawMessage, error) {
	t.Helper()
	var out strings.Builder
	err := triage.RunJSONL(strings.NewReader(in), &out, load(t))
	var lines []map[string]json.RawMessage
	for line := range strings.Lines(out.String()) {
		var m map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("output line %q: %v", line, err)
		}
		lines = append(lines, m)
	}
	return lines, err
}

func TestJSONLFields(t *testing.T) {
	t.Parallel()
	lines, err := run(t, `{"id":"a","text":"They locked me in & beat me, help me","lang":"xx","priority":"noise"}`+"\n\n"+`{"id":"b","text":"<b>thanks</b>"}`)
	if err != nil || len(lines) != 2 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	want := []string{"exploitation", "id", "kind", "lang", "lang_confidence", "means", "minor", "priority", "reasons", "score", "self"}
	for _, l := range lines {
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(l))); diff != "" {
			t.Errorf("fields differ:\n%s", diff)
		}
	}
	if p := string(lines[0]["priority"]); p != `"emergency"` {
		t.Errorf("priority %s", p)
	}
	var reasons []map[string]any
	if err := json.Unmarshal(lines[0]["reasons"], &reasons); err != nil || len(reasons) == 0 {
		t.Fatalf("reasons %s: %v", lines[0]["reasons"], err)
	}
	if diff := cmp.Diff([]string{"end", "indicator", "start", "text", "weight"}, slices.Sorted(maps.Keys(reasons[0]))); diff != "" {
		t.Errorf("fields of a reason differ:\n%s", diff)
	}
	for _, field := range []string{"exploitation", "means"} {
		if got := string(lines[1][field]); got != "[]" {
			t.Errorf("empty %s is %s", field, got)
		}
	}
}

func TestJSONLBadLines(t *testing.T) {
	t.Parallel()
	const secret = "SECRET-TEXT"
	for name, c := range map[string]struct{ in, want string }{
		"not JSON":   {`{"id":"a","text":"` + secret, "line 2: not JSON"},
		"an array":   {`["` + secret + `"]`, "line 2"},
		"no text":    {`{"id":"` + secret + `"}`, `line 2: no "text"`},
		"wrong type": {`{"id":"a","text":7}`, `line 2: field "text"`},
		"too long":   {`{"id":"a","text":"` + strings.Repeat("x", 1<<20) + `"}`, "line 2: longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, err := run(t, `{"id":"1","text":"hi"}`+"\n"+c.in+"\n"+`{"id":"3","text":"hello"}`+"\n")
			if len(lines) != 2 {
				t.Errorf("%d good lines came out, want 2", len(lines))
			}
			if hotline.CodeOf(err) != hotline.Invalid || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secret) {
				t.Errorf("error %v, want Invalid with %q and no text", err, c.want)
			}
		})
	}
}

type broken struct{}

var errBroken = errors.New("pipe is gone")

func (broken) Write([]byte) (int, error) { return 0, errBroken }
func (broken) Read([]byte) (int, error)  { return 0, errBroken }

func TestJSONLBrokenPipes(t *testing.T) {
	t.Parallel()
	if err := triage.RunJSONL(strings.NewReader(`{"id":"1","text":"hi"}`), broken{}, load(t)); !errors.Is(err, errBroken) {
		t.Errorf("writing gave %v", err)
	}
	if err := triage.RunJSONL(broken{}, io.Discard, load(t)); !errors.Is(err, errBroken) {
		t.Errorf("reading gave %v", err)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	text := "They locked me in\x1b[2J, help me"
	var b strings.Builder
	if err := triage.Explain(&b, text, load(t).Assess(text, hotline.Hints{}), false); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.Contains(got, "report · emergency") || !strings.Contains(got, "LockedIn") || strings.Contains(got, "\x1b") {
		t.Errorf("explanation reads:\n%s", got)
	}
}
