package locales

import (
	"maps"
	"strings"
	"testing"
	"unicode"

	"github.com/hearline/hearline/hotline"
)

func speaker(t testing.TB) *Speaker {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every catalogue is complete, fits its segments and tells nobody what this is.
func TestCatalogues(t *testing.T) {
	t.Parallel()
	for _, lang := range Known() {
		problems, err := Check(Files(), lang)
		if err != nil {
			t.Errorf("%s: %v", lang, err)
		}
		for _, p := range problems {
			t.Error(p)
		}
	}
}

func TestEveryTextIsSaid(t *testing.T) {
	t.Parallel()
	s := speaker(t)
	for _, lang := range s.Languages() {
		if _, err := readCatalogue(s.words[lang], lang); err != nil {
			t.Fatal(err)
		}
		texts, err := readForms(Files(), lang)
		if err != nil {
			t.Fatal(err)
		}
		for key, forms := range texts {
			for count := range 120 {
				data := maps.Clone(longest)
				data["count"], data["danger"] = count, "In danger?"
				got := s.Say(lang, key, data)
				if got == key || got == "" || strings.ContainsAny(got, "{}<>") {
					t.Fatalf("%s: %s says %q", lang, key, got)
				}
				if len(forms) == 1 {
					break
				}
				if _, err := s.of(lang).count(key, data); err != nil {
					t.Fatalf("%s: %s for %d: %v", lang, key, count, err)
				}
			}
		}
	}
}

// English stays easy: about twelve words to a sentence, no shouting, no emoji.
func TestEnglishIsPlain(t *testing.T) {
	t.Parallel()
	texts, err := readForms(Files(), English)
	if err != nil {
		t.Fatal(err)
	}
	for key, forms := range texts {
		words, sentences := 0, 0
		for _, sentence := range strings.FieldsFunc(forms["other"], func(r rune) bool { return strings.ContainsRune(".?:", r) }) {
			if n := len(strings.Fields(sentence)); n > 0 {
				words, sentences = words+n, sentences+1
			}
			if n := len(strings.Fields(sentence)); n > 20 {
				t.Errorf("%s has a sentence of %d words", key, n)
			}
		}
		if words > 13*sentences {
			t.Errorf("%s has %d words in %d sentences", key, words, sentences)
		}
		for _, r := range forms["other"] {
			if r == '!' || unicode.Is(unicode.So, r) {
				t.Errorf("%s holds %q", key, r)
			}
		}
	}
}

func TestSayFallsBack(t *testing.T) {
	t.Parallel()
	s := speaker(t)
	for _, c := range []struct {
		lang hotline.Language
		key  string
		data map[string]any
		want string
	}{
		{"fr", "web.danger.call", map[string]any{"sos": "112"}, "Appelez le 112"},
		{"sv", "web.danger.call", map[string]any{"sos": "112"}, "Call 112"},
		{"", "web.chat.you", nil, "You"},
		{"en", "web.danger.call", nil, "Call "},
		{"en", "no.such.key", nil, "no.such.key"},
		{"en", "web.here.people", map[string]any{"count": 1}, "1 person here now."},
		{"ar", "web.here.wait", map[string]any{"count": 2}, "مدة الانتظار دقيقتان تقريبًا."},
		{"ar", "web.here.wait", map[string]any{"count": 11}, "مدة الانتظار 11 دقيقة تقريبًا."},
		{"en", "web.here.people", nil, "web.here.people"},
	} {
		if got := s.Say(c.lang, c.key, c.data); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.lang, c.key, got, c.want)
		}
	}
}

func TestParsePhraseRefuses(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"{{.name", "{{name}}", "{{.}}", "{{.a.b}}", "{{if .x}}", "{{.MAYBE}}", "{{.NO}}"} {
		if _, err := parsePhrase(src, map[string]string{"YES": "YES"}); err == nil {
			t.Errorf("%q was accepted", src)
		}
	}
}

func TestSegments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text, encoding string
		units, segments      int
	}{
		{"empty", "", GSM7, 0, 0},
		{"one full", strings.Repeat("a", 160), GSM7, 160, 1},
		{"one more", strings.Repeat("a", 161), GSM7, 161, 2},
		{"two full", strings.Repeat("a", 306), GSM7, 306, 2},
		{"extension counts two", "€", GSM7, 2, 1},
		{"escape is not cut", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), GSM7, 306, 3},
		{"one accent turns it all", strings.Repeat("a", 69) + "ç", UCS2, 70, 1},
		{"seventy-one", strings.Repeat("é", 70) + "ç", UCS2, 71, 2},
		{"surrogate is not cut", strings.Repeat("ç", 66) + "😀" + strings.Repeat("ç", 66), UCS2, 134, 3},
		{"apostrophe of a word processor", "can’t", UCS2, 5, 1},
	} {
		encoding, units, segments := Segments(c.text)
		if encoding != c.encoding || units != c.units || segments != c.segments {
			t.Errorf("%s: got %s %d %d, want %s %d %d", c.name, encoding, units, segments, c.encoding, c.units, c.segments)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	if len(Known()) != 34 {
		t.Errorf("%d languages, want 34", len(Known()))
	}
	seen := map[string]bool{}
	for _, l := range Known() {
		if n := NativeName(l); n == "" || n == string(l) || seen[n] {
			t.Errorf("%s: native name %q", l, n)
		}
		seen[NativeName(l)] = true
	}
	if Direction("ur") != "rtl" || Direction("am") != "ltr" || NativeName("xx") != "xx" || EnglishName("fa") != "Persian" {
		t.Error("names or directions are wrong")
	}
}

func BenchmarkSay(b *testing.B) {
	s := speaker(b)
	data := map[string]any{"name": "Harbour", "sos": "112"}
	b.ReportAllocs()
	for b.Loop() {
		s.Say("ar", "sms.first_contact", data)
	}
}
