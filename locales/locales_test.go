package locales

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
)

// worst are the longest values that a text may be filled with.
var worst = map[string]any{
	"name": "Twelve Chars", "who": "Ten Letter", "sos": "99999", "open": "23:59", "mins": "999",
	"url": "https://example.org/in", "count": 3, "time": "23:59", "ref": "a1b2c3d4e5f6",
}

// pluralForms are the forms CLDR asks of each language that has a catalogue.
var pluralForms = map[hotline.Language][]string{
	"en": {"one", "other"}, "es": {"many", "one", "other"}, "fr": {"many", "one", "other"},
	"ar": {"few", "many", "one", "other", "two", "zero"},
}

// text is every form of one message; a message without plurals has only other.
type text map[string]string

func read(t *testing.T, lang hotline.Language) map[string]text {
	t.Helper()
	src, err := os.ReadFile("active." + string(lang) + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := toml.Unmarshal(src, &tree); err != nil {
		t.Fatal(err)
	}
	out := map[string]text{}
	flatten("", tree, out)
	return out
}

func flatten(prefix string, tree map[string]any, out map[string]text) {
	for name, v := range tree {
		switch v := v.(type) {
		case string:
			out[prefix+name] = text{"other": v}
		case map[string]any:
			if _, plural := v["other"].(string); !plural {
				flatten(prefix+name+".", v, out)
				continue
			}
			forms := text{}
			for form, s := range v {
				forms[form] = s.(string)
			}
			out[prefix+name] = forms
		}
	}
}

func speaker(t testing.TB) *Speaker {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCataloguesHoldTheSameKeysAndPlaceholders(t *testing.T) {
	t.Parallel()
	english := read(t, English)
	for _, lang := range speaker(t).Languages() {
		other := read(t, lang)
		for key := range other {
			if english[key] == nil {
				t.Errorf("%s: %s does not exist in English", lang, key)
			}
		}
		for key, forms := range english {
			if other[key] == nil {
				t.Errorf("%s: %s is missing", lang, key)
				continue
			}
			compare(t, lang, key, forms, other[key])
		}
	}
}

func compare(t *testing.T, lang hotline.Language, key string, english, other text) {
	t.Helper()
	want := gapsOf(t, english["other"])
	var have []string
	for form, s := range other {
		have = append(have, form)
		if strings.TrimSpace(s) == "" || s != strings.TrimSpace(s) {
			t.Errorf("%s: %s.%s is empty or has space around it", lang, key, form)
		}
		got := gapsOf(t, s)
		// Arabic says "two minutes" in one word: a form for exactly one number may leave it out.
		spelled := slices.Contains([]string{"zero", "one", "two"}, form) && cmp.Equal(append(got, "count"), want)
		if !cmp.Equal(got, want) && !spelled {
			t.Errorf("%s: %s.%s has placeholders %v, English %v", lang, key, form, got, want)
		}
	}
	if len(english) > 1 {
		slices.Sort(have)
		if diff := cmp.Diff(pluralForms[lang], have); diff != "" {
			t.Errorf("%s: %s plural forms (-want +got)\n%s", lang, key, diff)
		}
	}
}

func gapsOf(t *testing.T, s string) []string {
	t.Helper()
	p, err := parsePhrase(s)
	if err != nil {
		t.Fatal(err)
	}
	names := p.gaps()
	slices.Sort(names)
	return names
}

func TestEveryTextIsSaid(t *testing.T) {
	t.Parallel()
	s := speaker(t)
	for _, lang := range s.Languages() {
		for key, forms := range read(t, lang) {
			for count := range 120 {
				data := map[string]any{}
				for k, v := range worst {
					data[k] = v
				}
				data["count"] = count
				got := s.Say(lang, key, data)
				if got == key || got == "" || strings.ContainsAny(got, "{}<>") {
					t.Fatalf("%s: %s says %q", lang, key, got)
				}
				if len(forms) == 1 {
					break
				}
				if _, err := s.catalogue[lang].count(key, data); err != nil {
					t.Fatalf("%s: %s for %d: %v", lang, key, count, err)
				}
			}
		}
	}
}

func TestTextMessagesFitTheirSegments(t *testing.T) {
	t.Parallel()
	s := speaker(t)
	for _, lang := range s.Languages() {
		for key := range read(t, lang) {
			if !strings.HasPrefix(key, "sms.") && !strings.HasPrefix(key, "ask.") {
				continue
			}
			encoding, units, segments := Segments(s.Say(lang, key, worst))
			if encoding == GSM7 && segments > 1 || segments > 2 {
				t.Errorf("%s: %s is %d units of %s: %d segments", lang, key, units, encoding, segments)
			}
			if lang != "ar" && encoding == UCS2 {
				t.Errorf("%s: %s holds a character outside GSM-7", lang, key)
			}
		}
	}
}

// Nothing that arrives on a phone by itself may tell a bystander what this is.
func TestAutomaticTextsAreDiscreet(t *testing.T) {
	t.Parallel()
	telling := []string{
		"traffick", "victim", "police", "abuse", "hotline", "report", "trata", "víctima", "polic",
		"abuso", "traite", "victime", "violence", "اتجار", "ضحية", "شرطة", "بلاغ",
	}
	for _, lang := range speaker(t).Languages() {
		for key, forms := range read(t, lang) {
			if strings.HasPrefix(key, "web.") {
				continue
			}
			for _, word := range telling {
				if strings.Contains(strings.ToLower(forms["other"]), word) {
					t.Errorf("%s: %s says %q", lang, key, word)
				}
			}
		}
	}
}

// English stays easy: about twelve words to a sentence, no shouting, no emoji.
func TestEnglishIsPlain(t *testing.T) {
	t.Parallel()
	for key, forms := range read(t, English) {
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
		{"km", "web.danger.call", map[string]any{"sos": "112"}, "Call 112"},
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
	for _, src := range []string{"{{.name", "{{name}}", "{{.}}", "{{.a.b}}", "{{if .x}}"} {
		if _, err := parsePhrase(src); err == nil {
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
