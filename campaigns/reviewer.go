package campaigns

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

//go:embed prices.toml
var pricesText []byte

// Prices are what one segment costs, in millionths of the currency's unit.
type Prices struct {
	Currency string           `toml:"currency"`
	SMS      map[string]int64 `toml:"sms"`
	WhatsApp map[string]int64 `toml:"whatsapp"`
}

// ShippedPrices are round figures of public lists, not of any contract.
func ShippedPrices() (p Prices, err error) {
	if err = toml.Unmarshal(pricesText, &p); err != nil {
		err = hotline.Errorf(hotline.Internal, "read the prices: %w", err)
	}
	return p, err
}

func (p Prices) of(ch hotline.Channel, country string) (micros int64, known bool) {
	table := p.SMS
	if ch == hotline.WhatsApp {
		table = p.WhatsApp
	}
	micros, known = table[country]
	return micros, known
}

// Critic reviews plans: what is missing, what may do harm, what it costs.
type Critic struct {
	writer *Writer
	table  *Timetable
	prices Prices
	now    func() time.Time
}

// NewCritic makes a Critic.
func NewCritic(w *Writer, t *Timetable, p Prices, now func() time.Time) *Critic {
	return &Critic{w, t, p, now}
}

// The most that a text may be.
const (
	mostCharacters = 1600 // in one request (Twilio 21617)
	mostSegments   = 10
	mostHoldOut    = 50 // percent
)

// review is one review being written.
type review struct {
	*Critic
	p      *hotline.CampaignPlan
	author hotline.UserID
	of     hotline.Census
	out    Review
}

// Review implements Reviewer.
func (k *Critic) Review(p *hotline.CampaignPlan, author hotline.UserID, of hotline.Census) Review {
	r := review{Critic: k, p: p, author: author, of: of}
	r.out.People, r.out.CostKnown = of.Reached, true
	r.out.Cost.Currency = k.prices.Currency
	r.audience()
	for _, lang := range r.languages() {
		r.language(lang)
	}
	if TextOf(p, p.Fallback, r.variant(), 0) == nil {
		r.say(true, "no_text", p.Fallback, "message", "Write the text in %s: people whose language has none get it.", locales.EnglishName(p.Fallback))
	}
	r.out.Issues = append(r.out.Issues, k.table.Check(p.Schedule, k.now())...)
	slices.SortStableFunc(r.out.Issues, func(a, b Issue) int {
		return cmp.Compare(order(a), order(b))
	})
	return r.out
}

func order(i Issue) int {
	if i.Blocker {
		return 0
	}
	return 1
}

func (r *review) say(blocker bool, code string, lang hotline.Language, step, format string, values ...any) {
	r.out.Issues = append(r.out.Issues, Issue{Blocker: blocker, Code: code, Language: lang, Step: step, Says: fmt.Sprintf(format, values...)})
}

func (r *review) audience() {
	if r.p.Channel == hotline.WhatsApp {
		// Whoever has not written to us in the last day gets templates only (63016), and
		// what became of one without an answer cannot be looked up by its words.
		r.say(true, "whatsapp", "", "audience", "WhatsApp takes only templates here, which cannot be sent yet. Choose text messages.")
	}
	switch {
	case r.of.Reached == 0:
		r.say(true, "nobody", "", "audience", "Nobody would get this. Widen the audience.")
	case r.of.Reached < r.p.Least:
		r.say(true, "too_few", "", "audience", "%d people would get this, fewer than the %d that you set as the least.", r.of.Reached, r.p.Least)
	}
	if r.p.HoldOut < 0 || r.p.HoldOut > mostHoldOut {
		r.say(true, "hold_out", "", "audience", "Hold out at most %d percent.", mostHoldOut)
	}
}

// languages are those with people or with a text, most people first.
func (r *review) languages() (out []hotline.Language) {
	for lang := range r.of.Languages {
		out = append(out, lang)
	}
	for _, t := range r.p.Texts {
		if !slices.Contains(out, t.Language) {
			out = append(out, t.Language)
		}
	}
	slices.SortFunc(out, func(a, b hotline.Language) int {
		return cmp.Or(cmp.Compare(r.of.Languages[b], r.of.Languages[a]), cmp.Compare(a, b))
	})
	return out
}

func (r *review) variant() string {
	for _, t := range r.p.Texts {
		if t.Variant != "" {
			return t.Variant
		}
	}
	return ""
}

func (r *review) language(lang hotline.Language) {
	l := LanguageReview{Language: lang, People: r.of.Languages[lang]}
	own := r.textsOf(lang)
	l.Text = len(own) > 0
	texts := own
	if !l.Text {
		l.FallsTo, texts = r.p.Fallback, r.textsOf(r.p.Fallback)
		if lang == r.p.Fallback { // there is no text at all yet, which is said already
			r.cost(&l)
			r.out.Languages = append(r.out.Languages, l)
			return
		}
		r.say(false, "falls_back", lang, "message", "%s has no text. %d people will get %s.", nameOf(lang), l.People, locales.EnglishName(r.p.Fallback))
	}
	l.Checked = l.Text
	for _, t := range texts {
		r.measure(&l, t)
		l.Checked = l.Checked && t.CheckedBy != ""
	}
	if l.Text {
		r.judge(lang, own, l.Checked)
	}
	r.cost(&l)
	r.out.Languages = append(r.out.Languages, l)
	r.out.Segments += l.Segments * l.People
	r.out.Cost.Micros += l.Cost.Micros
}

func nameOf(lang hotline.Language) string {
	if lang == "" {
		return "A language that is not known"
	}
	return locales.EnglishName(lang)
}

func (r *review) textsOf(lang hotline.Language) (out []hotline.CampaignText) {
	for _, t := range r.p.Texts {
		if t.Language == lang {
			out = append(out, t)
		}
	}
	return out
}

// measure takes the longest of a language's texts, with the longest values.
func (r *review) measure(l *LanguageReview, t hotline.CampaignText) {
	words, stop, err := r.writer.Preview(t.Text, t.Language, r.regions(l.Language))
	if err != nil {
		return // judge says so
	}
	encoding, units, segments := locales.Segments(words + " " + stop)
	if segments > l.Segments || segments == l.Segments && units > l.Characters {
		l.Encoding, l.Characters, l.Segments, l.Left = encoding, units, segments, left(encoding, units, segments)
	}
}

// left is how many more characters fit into the last segment.
func left(encoding string, units, segments int) int {
	alone, part := 160, 153
	if encoding != locales.GSM7 {
		alone, part = 70, 67
	}
	if segments <= 1 {
		return alone - units
	}
	return max(segments*part-units, 0)
}

func (r *review) regions(lang hotline.Language) (out []string) {
	for _, p := range r.of.Places {
		if p.Language == lang {
			out = append(out, p.Region)
		}
	}
	return out
}

// judge says what is wrong with the texts of a language.
func (r *review) judge(lang hotline.Language, texts []hotline.CampaignText, checked bool) {
	name := locales.EnglishName(lang)
	if !checked {
		r.say(true, "not_checked", lang, "message", "%s was not checked by a second speaker.", name)
	}
	for _, t := range texts {
		words, stop, err := r.writer.Preview(t.Text, lang, r.regions(lang))
		if err != nil {
			r.say(true, "gap", lang, "message", "%s: %s", name, hotline.MessageOf(err))
			continue
		}
		whole := words + " " + stop
		_, _, segments := locales.Segments(whole)
		switch {
		case words == "":
			r.say(true, "empty", lang, "message", "%s has an empty text. Write it, or remove the language.", name)
		case len([]rune(whole)) > mostCharacters || segments > mostSegments:
			r.say(true, "too_long", lang, "message", "%s is %d parts long. Shorten it to %d at most.", name, segments, mostSegments)
		}
		r.seen(lang, name, t)
		r.letters(lang, name, whole, segments)
		for _, remark := range Lint(lang, whole, r.writer.number) {
			if !remark.Fine {
				r.say(remark.Block || remark.Code == "telling_word" && t.Seen != "yes", remark.Code, lang, "message", "%s: %s", name, remark.Says)
			}
		}
	}
}

// seen asks whether somebody has thought of who else may see the phone.
func (r *review) seen(lang hotline.Language, name string, t hotline.CampaignText) {
	switch t.Seen {
	case "yes":
	case "unsure":
		r.say(false, "seen", lang, "message", "%s: you were not sure whether it is safe if someone else sees it.", name)
	case "no":
		r.say(true, "seen", lang, "message", "%s: you said that it is not safe if someone else sees it. Change the text.", name)
	default:
		r.say(true, "seen", lang, "message", "%s: is it safe if someone else sees it? Look at the locked phone and answer.", name)
	}
}

// letters says what a few letters cost.
func (r *review) letters(lang hotline.Language, name, whole string, segments int) {
	found := Letters(whole)
	if len(found) == 0 {
		return
	}
	_, _, fewer := locales.Segments(Shorten(whole))
	if fewer < segments {
		r.say(false, "letters", lang, "message", "%s: %d letters turn %d into %d parts.", name, len(found), fewer, segments)
	}
}

// cost multiplies segments with people and the price of their country.
func (r *review) cost(l *LanguageReview) {
	l.Cost.Currency = r.prices.Currency
	for _, p := range r.of.Places {
		if p.Language != l.Language {
			continue
		}
		price, known := r.prices.of(r.p.Channel, p.Country)
		if !known {
			r.out.CostKnown = false
		}
		l.Cost.Micros += price * int64(l.Segments) * int64(p.People)
	}
}
