package triage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

var engine = sync.OnceValues(triage.New)

func load(t testing.TB) *triage.Engine {
	t.Helper()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func labelled(t testing.TB, path string) []triage.Labelled {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set, err := triage.ReadLabelled(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return set
}

// own is the invented messages of this package.
func own(t testing.TB) []triage.Labelled {
	t.Helper()
	names, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(names) == 0 {
		t.Fatalf("no test messages: %v", err)
	}
	var set []triage.Labelled
	for _, n := range names {
		set = append(set, labelled(t, n)...)
	}
	return set
}

// shared is the development messages beside the project, of the languages that
// have a lexicon; the test is left out where they are absent.
func shared(t testing.TB) []triage.Labelled {
	t.Helper()
	for dir := "../.."; ; dir = filepath.Join("..", dir) {
		path := filepath.Join(dir, "shared", "data", "triage-dev.jsonl")
		if _, err := os.Stat(path); err == nil {
			return labelled(t, path)
		}
		if abs, err := filepath.Abs(dir); err != nil || abs == "/" {
			break
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("shared/data/triage-dev.jsonl is absent")
	}
	t.Skip("shared/data/triage-dev.jsonl is absent: those messages are left out")
	return nil
}

func only(set []triage.Labelled, keep func(triage.Labelled) bool) []triage.Labelled {
	return slices.DeleteFunc(slices.Clone(set), func(l triage.Labelled) bool { return !keep(l) })
}

// checkSpans says what is wrong with the reasons of a text.
func checkSpans(text string, a hotline.Assessment) error {
	last := 0
	for _, r := range a.Reasons {
		switch {
		case r.Start < last:
			return fmt.Errorf("%s at %d comes after one at %d", r.Indicator, r.Start, last)
		case r.Start < 0 || r.End > len(text) || r.Start >= r.End:
			return fmt.Errorf("%s spans %d to %d of %d bytes", r.Indicator, r.Start, r.End, len(text))
		case text[r.Start:r.End] != r.Text:
			return fmt.Errorf("%s quotes %q, the text has %q", r.Indicator, r.Text, text[r.Start:r.End])
		}
		last = r.Start
	}
	return nil
}

func checkSound(text string, a hotline.Assessment) error {
	if err := checkSpans(text, a); err != nil {
		return err
	}
	switch {
	case a.LanguageConfidence < 0 || a.LanguageConfidence > 1, a.Score < 0 || a.Score > 1:
		return fmt.Errorf("confidence %v, score %v outside 0 to 1", a.LanguageConfidence, a.Score)
	case a.Kind == hotline.Report != (a.Priority <= hotline.Standard):
		return fmt.Errorf("kind %s with priority %s", a.Kind, a.Priority)
	case a.Kind != hotline.Report && (len(a.Exploitation) > 0 || len(a.Means) > 0 || a.Minor || a.Self):
		return fmt.Errorf("a %s carries labels", a.Kind)
	case a.Lexicon == "":
		return fmt.Errorf("no lexicon version")
	}
	return nil
}

func TestSoundOnMessages(t *testing.T) {
	t.Parallel()
	e := load(t)
	for _, l := range own(t) {
		a := e.Assess(l.Text, hotline.Hints{})
		if err := checkSound(l.Text, a); err != nil {
			t.Errorf("%s: %v", l.ID, err)
		}
		if a.Kind != hotline.Noise && a.Priority < hotline.Standard && len(a.Reasons) == 0 {
			t.Errorf("%s: %s without a reason", l.ID, a.Priority)
		}
	}
}

func TestSoundOnRandomText(t *testing.T) {
	t.Parallel()
	e := load(t)
	var pieces []string
	for _, l := range own(t) {
		pieces = append(pieces, strings.Fields(l.Text)...)
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("ااوبل ـ'’.?!0123٣㎏ﷺﬃe\u0301\u200d🆘"))),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })), 0, 30).Draw(t, "parts")
		text := strings.Join(parts, rapid.SampledFrom([]string{" ", "", ", ", "\n"}).Draw(t, "between"))
		if err := checkSound(text, e.Assess(text, hotline.Hints{})); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzAssess(f *testing.F) {
	e := load(f)
	for _, l := range own(f) {
		f.Add(l.Text)
	}
	f.Add("\xff\xfe\x00'’\u0640")
	f.Fuzz(func(t *testing.T, text string) {
		if err := checkSound(text, e.Assess(text, hotline.Hints{})); err != nil {
			t.Fatal(err)
		}
	})
}

func TestSameAnswerFromEveryEngineAndGoroutine(t *testing.T) {
	t.Parallel()
	e := load(t)
	other, err := triage.New()
	if err != nil {
		t.Fatal(err)
	}
	set := own(t)
	want := make([]hotline.Assessment, len(set))
	for i, l := range set {
		want[i] = e.Assess(l.Text, hotline.Hints{})
		if diff := cmp.Diff(want[i], other.Assess(l.Text, hotline.Hints{})); diff != "" {
			t.Fatalf("%s: another engine says otherwise:\n%s", l.ID, diff)
		}
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range set {
				k := (i + g*13) % len(set)
				if got := e.Assess(set[k].Text, hotline.Hints{}); !cmp.Equal(want[k], got) {
					t.Errorf("%s: another goroutine says otherwise", set[k].ID)
				}
			}
		})
	}
	wg.Wait()
}

// TestTimeGrowsWithLength gives 100 kB of what could be costly and compares it
// with 10 kB of the same, so that the machine's speed does not matter.
func TestTimeGrowsWithLength(t *testing.T) {
	e := load(t)
	for name, piece := range map[string]string{
		"keywords": "help me he locked me in and beat me now ", "one letter": "a ", "one word": "a", "negations": "not no never ", "ages": "she is 15 years old ",
		"questions": "can you? ", "arabic clitics": "وبالوبالوبال ", "marks": "e\u0301\u0301", "numbers": "1,2,3.4:", "phrases": "take out of my wages take out of my ", "emoji": "🆘🔪",
	} {
		t.Run(name, func(t *testing.T) {
			small, big := fastest(e, strings.Repeat(piece, 10_000/len(piece))), fastest(e, strings.Repeat(piece, 100_000/len(piece)))
			if big > 40*small && big > 50*time.Millisecond {
				t.Errorf("10 kB took %v, 100 kB %v", small, big)
			}
			if big > 2*time.Second {
				t.Errorf("100 kB took %v", big)
			}
		})
	}
}

func fastest(e *triage.Engine, text string) time.Duration {
	best := time.Hour
	for range 3 {
		start := time.Now()
		e.Assess(text, hotline.Hints{})
		best = min(best, time.Since(start))
	}
	return best
}
