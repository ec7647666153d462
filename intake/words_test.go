package intake

import (
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
)

func TestWords(t *testing.T) {
	t.Parallel()
	w, err := readWords()
	if err != nil {
		t.Fatal(err)
	}
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
		if got, _, _ := w.find(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestWordsKnowTheirLanguage(t *testing.T) {
	t.Parallel()
	w, err := readWords()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]hotline.Language{"Ayuda": "es", "aide": "fr", "نعم": "ar", "no": "", "Stop": "", "blah": "", "yes": "en"} {
		if _, got, _ := w.find(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// What our own texts tell people to write must be understood.
func TestWordsWeAskForAreUnderstood(t *testing.T) {
	t.Parallel()
	w, err := readWords()
	if err != nil {
		t.Fatal(err)
	}
	for lang, pairs := range map[string]map[string]word{
		"en": {"YES": wordYes, "NO": wordNo, "NOT SURE": wordUnsure, "SKIP": wordSkip, "STOP": wordStop, "START": wordStart, "ERASE": wordErase, "ERASE YES": wordEraseYes},
		"es": {"SI": wordYes, "NO": wordNo, "NO SÉ": wordUnsure, "SALTAR": wordSkip, "STOP": wordStop, "START": wordStart, "BORRAR": wordErase, "BORRAR SI": wordEraseYes},
		"fr": {"OUI": wordYes, "NON": wordNo, "JE NE SAIS PAS": wordUnsure, "PASSER": wordSkip, "STOP": wordStop, "START": wordStart, "EFFACER": wordErase, "EFFACER OUI": wordEraseYes},
		"ar": {"نعم": wordYes, "لا": wordNo, "غير متأكد": wordUnsure, "تخطي": wordSkip, "توقف": wordStop, "ابدأ": wordStart, "مسح": wordErase, "مسح نعم": wordEraseYes},
	} {
		for form, want := range pairs {
			if got, _, _ := w.find(form); got != want {
				t.Errorf("%s: %q is %q, want %q", lang, form, got, want)
			}
		}
	}
}

func TestWordListsNameTheirSourceAndFit(t *testing.T) {
	t.Parallel()
	var lists map[string]map[string]any
	if err := toml.Unmarshal([]byte(wordFile), &lists); err != nil {
		t.Fatal(err)
	}
	for lang, list := range lists {
		if list["source"] == nil {
			t.Errorf("%s has no source", lang)
		}
		for meaning, forms := range list {
			known := meaning == "source"
			for _, w := range allWords {
				known = known || meaning == string(w)
			}
			if !known {
				t.Errorf("%s: no such meaning: %s", lang, meaning)
			}
			if forms, ok := forms.([]any); ok {
				for _, f := range forms {
					if len(f.(string)) > longestWord {
						t.Errorf("%s: %q is too long", lang, f)
					}
				}
			}
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
	w, err := readWords()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		w.find("near the old harbour, Dock Street")
	}
}
