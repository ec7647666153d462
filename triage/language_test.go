package triage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hearline/hearline/hotline"
)

// sure is the confidence from which the service answers in the language.
const sure = 0.6

func TestSureOfLanguagesWithALexicon(t *testing.T) {
	t.Parallel()
	e := load(t)
	for _, l := range own(t) {
		a := e.Assess(l.Text, hotline.Hints{})
		if len(strings.Fields(l.Text)) >= 4 && (a.Language != l.Language || a.LanguageConfidence < sure) {
			t.Errorf("%s: %s with confidence %.2f", l.ID, a.Language, a.LanguageConfidence)
		}
	}
}

func TestSharedMessagesLanguage(t *testing.T) {
	t.Parallel()
	e := load(t)
	readable := e.Languages()
	for _, l := range shared(t) {
		a := e.Assess(l.Text, hotline.Hints{})
		switch mine := slices.Contains(readable, l.Language); {
		case mine && len(strings.Fields(l.Text)) >= 4 && (a.Language != l.Language || a.LanguageConfidence < sure-0.02):
			t.Errorf("%s: %s with confidence %.2f", l.ID, a.Language, a.LanguageConfidence)
		case !mine && slices.Contains(readable, a.Language) && a.LanguageConfidence >= sure:
			t.Errorf("%s: claimed as %s with confidence %.2f", l.ID, a.Language, a.LanguageConfidence)
		case !mine && a.Kind == hotline.Noise && l.Kind == hotline.Report:
			t.Errorf("%s: a report in %s was called noise", l.ID, l.Language)
		}
	}
}

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
		"Potrzebuję pomocy natychmiast proszę", "Saya dikurung di rumah majikan", "کمک کنید من زندانی هستم", "میری مدد کریں مجھے بند کیا ہے", "𐎠𐎭𐎶 𐎠𐎭𐎶", "mambo niko hapa ndani",
	} {
		if a := e.Assess(text, hotline.Hints{}); a.Kind != hotline.Report || a.Priority > hotline.Standard {
			t.Errorf("%q: %s, %s", text, a.Kind, a.Priority)
		}
	}
}
