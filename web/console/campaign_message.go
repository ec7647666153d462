package console

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

type messagePage struct {
	planPage
	Language   hotline.Language
	Label      string // in English
	Dir        string
	Tabs       []languageTab
	More       []filterOption // languages without people and text
	Fallback   []filterOption
	Text       string
	ContentSID string
	WhatsApp   bool
	Seen       string
	SeenBy     string
	Checked    string // who and when
	MayCheck   bool
	Size       sizeView
	Costs      []costRow
	Total      costRow
	PriceNote  string
	Sum        sumView
	Log        []logLine
}

type languageTab struct {
	Language   hotline.Language
	Name, Note string
	Mark       string // "ok", "warn", "stop"
	Here       bool
}

// sizeView is how a text looks and what it takes, as it is now in the form.
type sizeView struct {
	Problem  string
	Marked   template.HTML
	StopLine string
	Parts    []partView
	Line     string
	Letters  []campaigns.Letter
	Saved    string // what replacing the letters would come to
	Lock     string
	Dir      string
	Language hotline.Language
	Remarks  []campaigns.Remark
	Number   string
	Clock    string
}

type partView struct {
	Used, Of int
	Width    int // of 100
	Warn     bool
}

type costRow struct {
	Language                                                    hotline.Language
	Name, Text, People, Alphabet, Characters, Parts, Left, Cost string
	On                                                          bool
}

type logLine struct{ At, What, Who string }

func (k *plans) message(c *fiber.Ctx, v *visit) error {
	campaign, err := k.campaign(c)
	if err != nil {
		return err
	}
	return k.renderMessage(c, v, fiber.StatusOK, campaign, "")
}

// languageOf is the language whose tab is open.
func (k *plans) languageOf(c *fiber.Ctx, plan hotline.CampaignPlan) hotline.Language {
	lang := hotline.Language(c.FormValue("l", c.Query("l")))
	if slices.Contains(k.Languages, lang) {
		return lang
	}
	return plan.Fallback
}

func (k *plans) renderMessage(c *fiber.Ctx, v *visit, status int, campaign hotline.Campaign, problem string) error {
	head, r, err := k.head(c, v, campaign, "message", problem)
	if err != nil {
		return err
	}
	staff, err := k.names.all(c.UserContext())
	if err != nil {
		return err
	}
	plan := campaign.Plan
	lang := k.languageOf(c, plan)
	p := messagePage{
		planPage: head, Language: lang, Label: k.EnglishName(lang), Dir: k.Direction(lang), WhatsApp: plan.Channel == hotline.WhatsApp,
	}
	if t := campaigns.TextOf(&plan, lang, "", 0); t != nil {
		p.Text, p.ContentSID, p.Seen = t.Text, t.ContentSID, t.Seen
		p.MayCheck = t.WrittenBy != v.user.ID && head.Editable
		if t.SeenBy != "" {
			p.SeenBy = v.person(staff, t.SeenBy).Short
		}
		if t.CheckedBy != "" {
			p.Checked = v.person(staff, t.CheckedBy).Short + ", " + k.clock(t.CheckedAt)
		}
	}
	k.tabs(&p, plan, r)
	k.costs(&p, r)
	p.Size = k.size(lang, p.Text, k.regionsOf(c, plan, lang))
	if p.Sum, err = k.sumOf(c, plan.Channel, plan.Audience); err != nil {
		return err
	}
	if p.Log, err = k.log(c, v, campaign.ID); err != nil {
		return err
	}
	return k.pages.Render(c, status, "campaign_message", p)
}

func (k *plans) regionsOf(c *fiber.Ctx, plan hotline.CampaignPlan, lang hotline.Language) (out []string) {
	census, err := k.Reach.People.Census(c.UserContext(), plan.Channel, plan.Audience)
	if err != nil {
		return nil // the preview then shows what stands instead
	}
	for _, p := range census.Places {
		if p.Language == lang {
			out = append(out, p.Region)
		}
	}
	return out
}

// tabs says how far each language is.
func (k *plans) tabs(p *messagePage, plan hotline.CampaignPlan, r campaigns.Review) {
	shown := map[hotline.Language]bool{}
	add := func(l campaigns.LanguageReview) {
		tab := languageTab{Language: l.Language, Name: k.NativeName(l.Language), Here: l.Language == p.Language}
		switch {
		case l.Text && l.Checked:
			tab.Mark, tab.Note = "ok", "Checked"
		case l.Text:
			tab.Mark, tab.Note = "stop", "Draft, not checked"
		default:
			tab.Mark, tab.Note = "warn", "Missing, uses "+k.EnglishName(plan.Fallback)
		}
		shown[l.Language] = true
		p.Tabs = append(p.Tabs, tab)
	}
	for _, l := range r.Languages {
		if l.Language != "" {
			add(l)
		}
	}
	for _, lang := range []hotline.Language{plan.Fallback, p.Language} {
		if !shown[lang] {
			add(campaigns.LanguageReview{Language: lang})
		}
	}
	for _, lang := range k.Languages {
		if !shown[lang] {
			p.More = append(p.More, filterOption{Value: string(lang), Label: k.EnglishName(lang)})
		}
		p.Fallback = append(p.Fallback, filterOption{Value: string(lang), Label: k.EnglishName(lang), On: lang == plan.Fallback})
	}
}

func (k *plans) costs(p *messagePage, r campaigns.Review) {
	for _, l := range r.Languages {
		row := costRow{
			Language: l.Language, Name: k.NativeName(l.Language), Text: "Own", People: thousands(l.People), Alphabet: l.Encoding, Characters: thousands(l.Characters), Parts: thousands(l.Segments),
			Left: thousands(l.Left), Cost: money(l.Cost), On: l.Language == p.Language,
		}
		if l.Language == "" {
			row.Name = "Not known"
		}
		switch {
		case !l.Text:
			row.Text = "Falls back to " + k.EnglishName(l.FallsTo)
		case !l.Checked:
			row.Text = "Own, draft"
		}
		p.Costs = append(p.Costs, row)
	}
	p.Total = costRow{People: thousands(r.People), Parts: thousands(r.Segments), Cost: money(r.Cost)}
	p.PriceNote = "Round prices of public lists; your account’s are what is billed"
	if !r.CostKnown {
		p.PriceNote = "For some countries no price is known; their part is left out"
	}
}

// size measures a text as it stands in the form.
func (k *plans) size(lang hotline.Language, text string, regions []string) sizeView {
	s := sizeView{Language: lang, Dir: k.Direction(lang), Clock: "21:04"}
	words, stop, err := k.Reach.Writer.Preview(text, lang, regions)
	if err != nil {
		s.Problem = hotline.MessageOf(err)
		return s
	}
	whole := words + " " + stop
	encoding, units, segments := k.Segments(whole)
	s.Letters, s.StopLine = campaigns.Letters(whole), stop
	s.Marked = mark(words, s.Letters)
	s.Lock, s.Remarks = campaigns.LockScreen(whole), campaigns.Lint(lang, whole, k.Reach.Writer.Number())
	s.Number = k.Reach.Writer.Number()
	of := partLength(encoding, segments)
	for i := range min(segments, 10) {
		used := min(of, units-i*of)
		s.Parts = append(s.Parts, partView{used, of, used * 100 / of, segments > 1})
	}
	s.Line = fmt.Sprintf("%d characters in %s, %d left, %d part%s", units, encoding, max(segments*of-units, 0), segments, partsWord(segments))
	if len(s.Letters) > 0 {
		_, short, fewer := k.Segments(campaigns.Shorten(whole))
		s.Saved = fmt.Sprintf("Without them: %d part%s, %d characters in %s", fewer, partsWord(fewer), short, locales.GSM7)
	}
	return s
}

func partsWord(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// partLength is how many characters one part holds (transport.md §6.4).
func partLength(encoding string, segments int) int {
	switch {
	case encoding == locales.GSM7 && segments <= 1:
		return 160
	case encoding == locales.GSM7:
		return 153
	case segments <= 1:
		return 70
	}
	return 67
}

// mark shows letters that cost in place.
func mark(words string, letters []campaigns.Letter) template.HTML {
	costly := map[string]bool{}
	for _, l := range letters {
		costly[l.Letter] = true
	}
	var b strings.Builder
	for _, r := range words {
		escaped := template.HTMLEscapeString(string(r))
		if costly[string(r)] {
			escaped = `<b class="bad">` + escaped + `</b>`
		}
		b.WriteString(escaped)
	}
	return template.HTML(b.String()) //nolint:gosec // every character is escaped above
}

// log is what was done to a campaign, the latest first.
func (k *plans) log(c *fiber.Ctx, v *visit, id hotline.CampaignID) (out []logLine, err error) {
	const shown = 30
	entries, err := k.Reader.AuditOf(c.UserContext(), "campaign", string(id), shown)
	if err != nil {
		return nil, err
	}
	staff, err := k.names.all(c.UserContext())
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		line := logLine{At: k.clock(e.At), What: campaignDid[e.Action], Who: "Hearline"}
		if line.What == "" {
			line.What = e.Action
		}
		if e.Detail != "" {
			line.What += ": " + detailWords(e.Detail)
		}
		if e.ActorID != "" {
			line.Who = v.person(staff, e.ActorID).Short
		}
		out = append(out, line)
	}
	return out, nil
}

var campaignDid = map[string]string{
	"campaign.create": "Begun", "campaign.edit": "Changed", "campaign.rename": "Renamed", "campaign.check": "Text checked", "campaign.submit": "Submitted for approval",
	"campaign.approve": "Approved", "campaign.refuse": "Sent back", "campaign.cancel": "Cancelled before it went out", "campaign.discard": "Discarded", "campaign.start": "Sending began",
	"campaign.pause": "Paused", "campaign.resume": "Resumed", "campaign.stop": "Stopped for good", "campaign.halt": "Paused itself", "campaign.finished": "Finished", "campaign.stopped": "Stopped",
}

var stopReasons = map[string]string{
	"failures": "more than 5 % of the last 200 messages failed", "opt_outs": "more than 3 % of the last 200 people opted out", "too_few": "fewer people than the least that was set",
	"staff": "staff stopped it",
}

func detailWords(detail string) string {
	if words := stopReasons[detail]; words != "" {
		return words
	}
	return detail
}

func (k *plans) saveMessage(c *fiber.Ctx, v *visit) error {
	campaign, err := k.campaign(c)
	if err != nil {
		return err
	}
	lang := k.languageOf(c, campaign.Plan)
	text := strings.TrimSpace(strings.ReplaceAll(c.FormValue("text"), "\r\n", "\n"))
	if c.Query("part") == "size" { // a live measure: nothing is saved
		return k.pages.RenderPart(c, "campaign_message", "size", k.size(lang, text, k.regionsOf(c, campaign.Plan, lang)))
	}
	switch c.FormValue("do") {
	case "check":
		return k.check(c, v, campaign, lang)
	case "shorten":
		text = campaigns.Shorten(text)
	}
	return k.save(c, v, "message", func(plan *hotline.CampaignPlan) error {
		return writeText(c, v, plan, lang, text, k.Languages)
	}, k.renderMessage)
}

// writeText puts what the form says into the plan; an empty text removes it.
func writeText(c *fiber.Ctx, v *visit, plan *hotline.CampaignPlan, lang hotline.Language, text string, known []hotline.Language) error {
	if !hotline.Clean(text) {
		return hotline.Errorf(hotline.Invalid, "The text holds characters that cannot be sent. Type it anew.")
	}
	if fallback := hotline.Language(c.FormValue("fallback")); slices.Contains(known, fallback) {
		plan.Fallback = fallback
	}
	t := campaigns.TextOf(plan, lang, "", 0)
	if text == "" {
		plan.Texts = slices.DeleteFunc(plan.Texts, func(t hotline.CampaignText) bool { return t.Language == lang && t.Variant == "" && t.Step == 0 })
		return nil
	}
	if t == nil {
		plan.Texts = append(plan.Texts, hotline.CampaignText{Language: lang})
		t = &plan.Texts[len(plan.Texts)-1]
	}
	changed := t.Text != text
	t.Text, t.ContentSID = text, strings.TrimSpace(c.FormValue("content_sid"))
	if seen := c.FormValue("seen"); !changed && seen != t.Seen && slices.Contains([]string{"yes", "unsure", "no"}, seen) {
		t.Seen, t.SeenBy = seen, v.user.ID
	}
	return nil
}

func (k *plans) check(c *fiber.Ctx, v *visit, campaign hotline.Campaign, lang hotline.Language) error {
	version := c.FormValue("version")
	_, err := k.Reach.Law.Check(c.UserContext(), v.user, campaign.ID, atoi(version), lang)
	if problem, status, show := refused(err); show {
		return k.renderMessage(c, v, status, campaign, problem)
	}
	if err != nil {
		return err
	}
	return c.Redirect(fmt.Sprintf("/k/%s/message?said=textchecked&l=%s", campaign.ID, lang), fiber.StatusSeeOther)
}
