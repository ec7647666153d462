package intake

import (
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

func TestWords(t *testing.T) {
	t.Parallel()
	w := allWords(t)
	for text, want := range map[string]word{
		"STOP": wordStop, " stop. ": wordStop, "Ｓｔｏｐ": wordStop, "s\u200btop": wordStop, "opt-out": wordStop, "STOP 🛑": wordStop,
		"Arrêt": wordStop, "arret": wordStop, "توقّف": wordStop, "الغاء": wordStop, "إلغاء": wordStop, "退訂": wordStop, "HỦY": wordStop,
		"stop him": "", "make it stop": "", "please stop": "", "stop\nstop": "", "end it": "", "I want to quit my job": "",
		"Start": wordStart, "ابدا": wordStart, "help!!": wordHelp, "?": wordHelp, "؟؟": wordHelp, "？": wordHelp, "मदद": wordHelp,
		"help me": "", "0": wordSkip, "-": wordSkip, "—": wordSkip, "No comment.": wordSkip, "٠": wordSkip, "تخطى": wordSkip,
		"erase": wordErase, "ERASE, YES": wordEraseYes, "borrar sí": wordEraseYes, "مسح نعم": wordEraseYes,
		"Sí": wordYes, "si": wordYes, "OUI": wordYes, "نعم": wordYes, "no": wordNo, "لأ": wordNo, "لا": wordNo,
		"I don't know": wordUnsure, "I don’t know": wordUnsure, "No sé": wordUnsure, "غير متأكدة": wordUnsure,
		"it's safe now": wordSafe, "not safe": wordUnsafe, "c'est dangereux": wordUnsafe, "": "", "...": "", "👍": "",
		strings.Repeat("stop ", 50): "",
	} {
		if got := w.find(text, "").word; got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func allWords(t testing.TB) words {
	t.Helper()
	speaker, err := sharedSpeaker()
	if err != nil {
		t.Fatal(err)
	}
	w, err := collectWords(speaker.Words())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWordsKnowTheirLanguage(t *testing.T) {
	t.Parallel()
	w := allWords(t)
	for text, want := range map[string]hotline.Language{"Ayuda": "es", "aide": "fr", "نعم": "ar", "no": "", "Stop": "", "blah": "", "yes": "en"} {
		if got := w.find(text, "").language; got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// The words that our own texts name must be understood, in the language of the
// text and as what they mean.
func TestWordsWeAskForAreUnderstood(t *testing.T) {
	t.Parallel()
	w, speaker := allWords(t), mustSpeak(t)
	for _, lang := range speaker.Languages() {
		list := speaker.Words()[lang]
		for _, meaning := range locales.Meanings {
			if len(list.Forms[meaning]) == 0 {
				t.Errorf("%s has no word for %s", lang, meaning)
				continue
			}
			shown, err := speaker.Fill(lang, "{{."+strings.ToUpper(meaning)+"}}", nil)
			if got := w.find(shown, lang).word; err != nil || got != word(meaning) {
				t.Errorf("%s: %q is %q, want %q, %v", lang, shown, got, meaning, err)
			}
		}
	}
}

func mustSpeak(t testing.TB) *locales.Speaker {
	t.Helper()
	speaker, err := sharedSpeaker()
	if err != nil {
		t.Fatal(err)
	}
	return speaker
}

func TestWordListsNameTheirSourceAndFit(t *testing.T) {
	t.Parallel()
	for lang, list := range mustSpeak(t).Words() {
		if list.Source == "" {
			t.Errorf("%s has no source", lang)
		}
		for meaning, forms := range list.Forms {
			for _, f := range forms {
				if len(f) > longestWord {
					t.Errorf("%s, %s: %q is too long", lang, meaning, f)
				}
			}
		}
	}
}

// A word that means different things in different languages means what it means
// in the person's own; elsewhere it is no word.
func TestWordsOfSeveralLanguages(t *testing.T) {
	t.Parallel()
	w := words{}
	for _, f := range []struct {
		written string
		form    form
	}{
		{"tak", form{meaning: wordYes, language: "pl"}},
		{"tak", form{meaning: wordNo, language: "id"}},
		{"hindi", form{meaning: wordNo, language: "tl"}},
		{"hindi", form{meaning: wordLanguage, names: "hi"}},
		{"no", form{meaning: wordNo, language: "en"}},
		{"no", form{meaning: wordNo, language: "es"}},
	} {
		if err := w.add(f.written, f.form); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		text string
		lang hotline.Language
		want heard
	}{
		{"Tak", "pl", heard{word: wordYes, folded: "tak"}},
		{"Tak", "id", heard{word: wordNo, folded: "tak"}},
		{"Tak", "en", heard{folded: "tak"}},
		{"Hindi", "tl", heard{word: wordNo, folded: "hindi"}},
		{"Hindi", "en", heard{word: wordLanguage, names: "hi", folded: "hindi"}},
		{"NO!", "fr", heard{word: wordNo, folded: "no"}},
	} {
		if got := w.find(c.text, c.lang); got != c.want {
			t.Errorf("%q in %q: got %+v, want %+v", c.text, c.lang, got, c.want)
		}
	}
	if err := w.add("tak", form{meaning: wordStop, language: "pl"}); err == nil {
		t.Error("one form with two meanings in one language was accepted")
	}
}

func TestLanguageNames(t *testing.T) {
	t.Parallel()
	w := allWords(t)
	for text, want := range map[string]hotline.Language{
		"العربية": "ar", "عربي": "ar", "español": "es", "ESPANOL": "es", "हिन्दी": "hi", "हिंदी": "hi", "farsi": "fa", "فارسی": "fa",
		"አማርኛ": "am", "Tiếng Việt": "vi", "tieng viet": "vi", "中文": "zh", "По-русски": "ru", "မြန်မာ": "my", "ខ្មែរ": "km", "ไทย": "th",
		"Türkçe": "tr", "yoruba": "yo", "Soomaali": "so", "اردو": "ur", "தமிழ்": "ta", "සිංහල": "si", "Filipino": "tl",
	} {
		if got := w.find(text, "en"); got.word != wordLanguage || got.names != want {
			t.Errorf("%q asks for %q as %q, want %q", text, got.names, got.word, want)
		}
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"yes 2pm": 840, "yes 2 PM": 840, "YES 2:30pm": 870, "14:30": 870, "oui 14h": 840, "oui 14h30": 870, "yes at 5": 1020,
		"sí a las 9": 540, "yes 12am": 0, "12 pm": 720, "نعم ٢": 840, "yes 10 am": 600, "8": 480, "24:00": 0,
		"yes": -1, "yes 25": -1, "yes 2026": -1, "yes 14pm": -1, "yes 3:99": -1, "": -1,
	} {
		got, ok := clockIn(fold(text))
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Ｓｔｏｐ!")
	f.Add("توقّف")
	f.Fuzz(func(t *testing.T, s string) {
		once := fold(s)
		if twice := fold(once); twice != once {
			t.Errorf("%q folds to %q, then to %q", s, once, twice)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	w := allWords(b)
	for b.Loop() {
		w.find("near the old harbour, Dock Street", "en")
	}
}
