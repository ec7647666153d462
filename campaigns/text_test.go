package campaigns

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

func newWriter(t testing.TB) *Writer {
	t.Helper()
	speaker, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	return NewWriter(speaker, "Alder Desk", "+15550100100")
}

func TestText(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	plan := &hotline.CampaignPlan{Fallback: "en", Texts: []hotline.CampaignText{
		{Language: "en", Text: "{name}: new here? Ask us about pay in {region|your area}. "},
		{Language: "es", Variant: "A", Text: "{name}: hola"},
		{Language: "es", Variant: "B", Text: "{name}: buenas"},
		{Language: "am", Text: "{name}፦ ስለ ክፍያ {number}"},
	}}
	cases := []struct {
		r        hotline.Recipient
		want     string
		segments int
	}{
		{hotline.Recipient{Language: "en", Region: "the valley"}, "Alder Desk: new here? Ask us about pay in the valley. Reply STOP to end.", 1},
		{hotline.Recipient{Language: "en", Region: "US-TX"}, "Alder Desk: new here? Ask us about pay in your area. Reply STOP to end.", 1},
		{hotline.Recipient{Language: "tl"}, "Alder Desk: new here? Ask us about pay in your area. Reply STOP to end.", 1},
		{hotline.Recipient{Language: "es", Variant: "B"}, "Alder Desk: buenas Responde STOP para terminar.", 1},
		{hotline.Recipient{Language: "am"}, "Alder Desk፦ ስለ ክፍያ +15550100100 ለማቆም «አቁም» ይበሉ።", 1},
	}
	for _, c := range cases {
		got, segments, ok := w.Text(plan, 0, &c.r)
		if !ok || got.Reveal() != c.want || segments != c.segments {
			t.Errorf("%s: %q, %d, %v; want %q", c.r.Language, got.Reveal(), segments, ok, c.want)
		}
	}
	if _, _, ok := w.Text(plan, 1, &hotline.Recipient{Language: "en"}); ok {
		t.Error("a step without a text has one")
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	for text, problem := range map[string]string{
		"{name} and {region|here}": "", "plain": "", "{ name }": "", "{nmae}": "no gap {nmae}", "{name": "not closed", "name}": "without its {", "{region}": "Say what stands",
		"{first name}": "no gap {first}",
	} {
		_, err := parseText(text)
		if problem == "" && err != nil || problem != "" && (err == nil || !strings.Contains(err.Error(), problem) || hotline.CodeOf(err) != hotline.Invalid) {
			t.Errorf("%q: %v does not say %q", text, err, problem)
		}
	}
}

// TestPreviewIsTheWorst: nobody gets more than what the manager was shown.
func TestPreviewIsTheWorst(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	rapid.Check(t, func(r *rapid.T) {
		regions := rapid.SliceOfN(rapid.StringMatching(`[A-Za-z áéí]{0,20}|US-TX`), 1, 5).Draw(r, "regions")
		lang := rapid.SampledFrom([]hotline.Language{"en", "es", "km"}).Draw(r, "language")
		text := rapid.StringMatching(`[a-zA-Z ]{0,150}`).Draw(r, "text") + "{region|near you}{name}"
		words, stop, err := w.Preview(text, lang, regions)
		if err != nil {
			r.Fatal(err)
		}
		plan := &hotline.CampaignPlan{Fallback: lang, Texts: []hotline.CampaignText{{Language: lang, Text: text}}}
		for _, region := range regions {
			got, _, ok := w.Text(plan, 0, &hotline.Recipient{Language: lang, Region: region})
			if !ok || len([]rune(got.Reveal())) > len([]rune(words+" "+stop)) {
				r.Errorf("%q is longer than the preview", got.Reveal())
			}
		}
	})
}

func TestLetters(t *testing.T) {
	t.Parallel()
	text := "¿Trabajas aquí? Pregúntanos – es gratis…"
	var found []string
	for _, l := range Letters(text) {
		found = append(found, l.Letter+l.Instead+":"+l.Word)
	}
	if got := strings.Join(found, " "); got != "íi:aquí úu:Pregúntanos –-: ……" && got != "íi:aquí úu:Pregúntanos –-: …...:gratis" {
		t.Errorf("found %s", got)
	}
	if got := Shorten(text); got != "¿Trabajas aqui? Preguntanos - es gratis..." {
		t.Errorf("got %q", got)
	}
	for _, other := range []string{"ሰላም", "مرحبا café", "plain", "", "naïve 日本"} {
		if found := Letters(other); len(found) > 0 {
			t.Errorf("%q: %+v is offered", other, found)
		}
	}
}

func TestLockScreen(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"short": "short",
		"Alder Desk: ¿Trabajas aquí? Pregúntanos sobre": "Alder Desk: ¿Trabajas aquí? Pregúntanos…",
		"សួស្តី " + strings.Repeat("ក", 50):             "សួស្តី " + strings.Repeat("ក", 36) + "…",
	} {
		if got := LockScreen(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestLint(t *testing.T) {
	t.Parallel()
	cases := []struct {
		lang  hotline.Language
		text  string
		codes string
	}{
		{"en", "Alder Desk: new here? Ask us about pay.", ""},
		{"en", "Are you a victim? Write to us.", "telling_word"},
		{"en", "Alder Desk: new in town? Ask us about your pay and papers. We are no police.", "telling_word_later"},
		{"es", "¿Eres víctima? Escribe.", "telling_word"},
		{"en", "Ask us: https://bit.ly/x1", "shortener"},
		{"en", "Ask us at hotline.example/pay", "telling_word telling_link"},
		{"en", "Ask us at alder.example/pay", "link"},
		{"en", "Call Sam on +1 555 010 0177", "personal"},
		{"en", "Call us on +1 555 010 0100", ""},
	}
	for _, c := range cases {
		var codes []string
		for _, r := range Lint(c.lang, c.text, "+15550100100") {
			if !r.Fine {
				codes = append(codes, r.Code)
			}
			if r.Says == "" || r.Block != (r.Code == "shortener") {
				t.Errorf("%q: %+v", c.text, r)
			}
		}
		if got := strings.Join(codes, " "); got != c.codes {
			t.Errorf("%q: %s, want %s", c.text, got, c.codes)
		}
	}
}

func TestReview(t *testing.T) {
	t.Parallel()
	now := moment(t, "2026-05-12T12:00Z")
	prices, err := ShippedPrices()
	if err != nil {
		t.Fatal(err)
	}
	k := NewCritic(newWriter(t), NewTimetable(mustHours(t, ""), time.UTC), prices, func() time.Time { return now })
	checked := func(lang hotline.Language, text string) hotline.CampaignText {
		return hotline.CampaignText{Language: lang, Text: text, Seen: "yes", CheckedBy: "leila", CheckedAt: now}
	}
	good := hotline.CampaignPlan{
		Channel: hotline.SMS, Fallback: "en", Schedule: hotline.Schedule{Kind: hotline.AtOnce},
		Texts: []hotline.CampaignText{checked("en", "{name}: new here? Ask us about pay."), checked("es", "{name}: ¿Trabajas aquí? Pregúntanos.")},
	}
	census := hotline.Census{
		Matching: 300, Reached: 300, Languages: map[hotline.Language]int{"en": 100, "es": 150, "tl": 50},
		Places: []hotline.Place{{Language: "en", Country: "US", People: 100}, {Language: "es", Country: "US", People: 150}, {Language: "tl", Country: "XX", People: 50}},
	}
	r := k.Review(&good, "rosa", census)
	if r.Blockers() || r.People != 300 || r.CostKnown || r.Cost.Micros != 250*8300 || r.Segments != 300 {
		t.Errorf("%+v", r)
	}
	if l := r.Languages[0]; l.Language != "es" || l.Encoding != locales.UCS2 || l.Segments != 1 || !l.Checked || l.Left < 0 {
		t.Errorf("%+v", l)
	}
	if l := r.Languages[2]; l.Language != "tl" || l.Text || l.FallsTo != "en" || l.Segments != 1 {
		t.Errorf("%+v", l)
	}
	cases := []struct {
		name   string
		change func(*hotline.CampaignPlan, *hotline.Census)
		code   string
		blocks bool
	}{
		{"a language without a text", func(*hotline.CampaignPlan, *hotline.Census) {}, "falls_back", false},
		{"nobody", func(_ *hotline.CampaignPlan, c *hotline.Census) { *c = hotline.Census{} }, "nobody", true},
		{"too few", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Least = 301 }, "too_few", true},
		{"no fallback", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Texts = p.Texts[1:] }, "no_text", true},
		{"not checked", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Texts[0].CheckedBy = "" }, "not_checked", true},
		{"not asked who may see it", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Texts[0].Seen = "" }, "seen", true},
		{"not safe", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Texts[0].Seen = "no" }, "seen", true},
		{"not sure", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Texts[0].Seen = "unsure" }, "seen", false},
		{"a wrong gap", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Texts[0].Text = "{nam}" }, "gap", true},
		{"letters", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Texts[1].Text += strings.Repeat(" más", 12) }, "letters", false},
		{"a shortener", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Texts[0].Text += " bit.ly/a" }, "shortener", true},
		{"WhatsApp", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Channel = hotline.WhatsApp }, "whatsapp", true},
		{"too long", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Texts[0].Text = strings.Repeat("word ", 400) }, "too_long", true},
		{"no schedule", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.Schedule.Kind = "" }, "no_kind", true},
		{"half held out", func(p *hotline.CampaignPlan, _ *hotline.Census) { p.HoldOut = 60 }, "hold_out", true},
	}
	for _, c := range cases {
		plan, people := clonePlan(good), census
		c.change(&plan, &people)
		found := false
		for _, issue := range k.Review(&plan, "rosa", people).Issues {
			found = found || issue.Code == c.code && issue.Blocker == c.blocks && issue.Says != "" && issue.Step != ""
		}
		if !found {
			t.Errorf("%s: no issue %q", c.name, c.code)
		}
	}
}

func FuzzGaps(f *testing.F) {
	f.Add("{name}: {region|here} {")
	w := newWriter(f)
	f.Fuzz(func(t *testing.T, text string) {
		if parsed, err := parseText(text); err == nil {
			w.fill(parsed, "x")
		}
		Letters(text)
		Shorten(text)
		LockScreen(text)
		Lint("en", text, "")
	})
}

func BenchmarkText(b *testing.B) {
	w := newWriter(b)
	plan := &hotline.CampaignPlan{Fallback: "en", Texts: []hotline.CampaignText{{Language: "en", Text: "{name}: new here? Ask us about pay, papers or housing in {region|your area}. It is free."}}}
	r := &hotline.Recipient{Language: "en", Region: "US-TX"}
	b.ReportAllocs()
	for b.Loop() {
		w.Text(plan, 0, r)
	}
}
