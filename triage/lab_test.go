package triage

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// Development aid: prints tables and misses of LAB file(s).
func TestLab(t *testing.T) {
	files := os.Getenv("LAB")
	if files == "" {
		t.Skip()
	}
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	var set []Labelled
	for _, f := range strings.Split(files, ",") {
		b, _ := os.ReadFile(f)
		l, err := ReadLabelled(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range l {
			if lang := os.Getenv("LANGS"); lang == "" || strings.Contains(lang, string(x.Language)) {
				if h := os.Getenv("HELD"); h == "" || (h == "1") == x.Held {
					set = append(set, x)
				}
			}
		}
	}
	ev := e.Evaluate(set)
	if err := ev.Print(os.Stdout, os.Getenv("MISS") != ""); err != nil {
		t.Fatal(err)
	}
}
