package triage_test

import (
	"slices"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// sure is the confidence from which the service answers in the language.
const sure = 0.6

// Longer messages are named right, and surely, save a few; what is named wrong
// is hardly ever claimed with confidence, since the service would answer in it.
func TestLanguages(t *testing.T) {
	t.Parallel()
	e := load(t)
	type count struct{ all, right, sure, claimed int }
	pooled, each := count{}, map[hotline.Language]*count{}
	for _, l := range slices.Concat(own(t), shared(t)) {
		if len([]rune(l.Text)) < longText {
			continue
		}
		if each[l.Language] == nil {
			each[l.Language] = &count{}
		}
		a := e.Assess(l.Text, hotline.Hints{})
		for _, c := range []*count{&pooled, each[l.Language]} {
			c.all++
			switch sure := a.LanguageConfidence >= sure; {
			case a.Language == l.Language && sure:
				c.right++
				c.sure++
			case a.Language == l.Language:
				c.right++
			case sure:
				c.claimed++
				if c == &pooled && testing.Verbose() {
					t.Logf("%s: claimed as %s with confidence %.2f", l.ID, a.Language, a.LanguageConfidence)
				}
			}
		}
	}
	share := func(n, of int) float64 { return float64(n) / float64(of) }
	if right := share(pooled.right, pooled.all); right < 0.97 {
		t.Errorf("%.3f are named right", right)
	}
	if sure := share(pooled.sure, pooled.all); sure < 0.85 {
		t.Errorf("%.3f are named right and surely", sure)
	}
	if claimed := share(pooled.claimed, pooled.all); claimed > 0.015 {
		t.Errorf("%.3f are claimed for another language", claimed)
	}
	for lang, c := range each {
		if !slices.Contains(e.Languages(), lang) {
			continue
		}
		if right := share(c.right, c.all); right < 0.8 {
			t.Errorf("%s: %.3f of %d are named right", lang, right, c.all)
		}
	}
}

// longText is how many letters a text needs to be named for sure.
const longText = 25

func TestShortAnswers(t *testing.T) {
	t.Parallel()
	e := load(t)
	for text, lang := range map[string]hotline.Language{"oui": "fr", "نعم": "ar", "yes": "en", "ayuda": "es"} {
		a := e.Assess(text, hotline.Hints{})
		if a.Language != lang || a.LanguageConfidence <= 0 || a.LanguageConfidence >= sure {
			t.Errorf("%q: %s with confidence %.2f", text, a.Language, a.LanguageConfidence)
		}
	}
	if a := e.Assess("si", hotline.Hints{}); a.LanguageConfidence >= sure {
		t.Errorf("\"si\", which many languages say, is %s with confidence %.2f", a.Language, a.LanguageConfidence)
	}
	if a := e.Assess("ok", hotline.Hints{Language: "fr"}); a.Language != "fr" {
		t.Errorf("a short answer left the conversation's language for %s", a.Language)
	}
	if a := e.Assess("Me tienen encerrada y no puedo salir", hotline.Hints{Language: "fr"}); a.Language != "es" {
		t.Errorf("the hint overrode clear Spanish with %s", a.Language)
	}
}

func TestUnreadableIsShownToAPerson(t *testing.T) {
	t.Parallel()
	e := load(t)
	for _, text := range []string{
		"", "დამეხმარეთ გთხოვთ", "कृपया मदद कीजिए, मुझे बंद कर दिया है", "ช่วยด้วยค่ะ", "请帮帮我", "Помогите, меня заперли", "βοήθεια παρακαλώ",
		"Potrzebuję pomocy natychmiast proszę", "Saya dikurung di rumah majikan", "کمک کنید من زندانی هستم", "میری مدد کریں مجھے بند کیا ہے", "𐎠𐎭𐎶 𐎠𐎭𐎶", "Ndiri mukati memba",
	} {
		if a := e.Assess(text, hotline.Hints{}); a.Kind != hotline.Report || a.Priority > hotline.Standard {
			t.Errorf("%q: %s, %s", text, a.Kind, a.Priority)
		}
	}
}
