package public

import (
	"html/template"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

// view is what every page shows, and the words it speaks. A handler adds what
// its own page needs.
type view struct {
	site   *Site
	chosen bool // the language came with ?l=

	Lang      hotline.Language
	Dir       string
	Emergency string
	Style     template.CSS
	Script    string

	Choices []choice // language chooser
	More    int      // number of all languages when Choices is cut short; 0 when complete

	Here *here // availability, start page

	Problem   string // what went wrong, already in the visitor's words
	Kept      bool   // a case stays although all was erased
	Reference string

	Draft     string // typed text, kept through any trouble
	Token     string // one-time token of the form
	FileToken string // of the form for pictures; "" where none is taken
	Code      []string
	Open      bool // the code is shown
	Paused    bool
	Check     string // outcome of "type it once": "right" or "wrong"
	Log       []bubble
	Report    *reportPage // the step for someone who has seen something
	Soon      bool        // the idle end is near
}

func (s *Site) view(c *fiber.Ctx) *view {
	lang, chosen := s.tongue.of(c)
	return &view{
		site: s, chosen: chosen, Lang: lang, Dir: locales.Direction(lang), Emergency: s.Emergency,
		Style: s.assets.style, Script: s.assets.scriptPath,
	}
}

// Say speaks in the page's language; pairs are names and values.
func (v *view) Say(key string, pairs ...any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		data[pairs[i].(string)] = pairs[i+1]
	}
	return v.site.Speaker.Say(v.Lang, key, data)
}

// Title is the neutral name in the tab and the bar.
func (v *view) Title() string {
	if v.site.Config.Title != "" {
		return v.site.Config.Title
	}
	return v.Say("web.service")
}

// Href is one of our own paths, with the chosen language carried on.
func (v *view) Href(path string) string {
	if !v.chosen {
		return path
	}
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + "l=" + string(v.Lang)
}

// Call is the words of the emergency link, the number kept in its own
// direction.
func (v *view) Call() template.HTML {
	return v.mark("bdi", v.Emergency, "web.danger.call", "sos", v.Emergency)
}

// LeaveNote says what leaving does, with the button's words marked.
func (v *view) LeaveNote() template.HTML {
	return v.mark("b", v.Say("web.exit.label"), "web.exit.note")
}

// LeaveText is the short word before the first message (P-11).
func (v *view) LeaveText() template.HTML {
	return v.mark("b", v.Say("web.exit.label"), "web.interruption.text")
}

// SentAt is the visitor's own message's state and time.
func (v *view) SentAt(clock string) template.HTML {
	return v.mark("bdi", clock, "web.chat.sent_at", "time", clock)
}

// mark says key and puts every occurrence of part in a tag.
func (v *view) mark(tag, part, key string, pairs ...any) template.HTML {
	text, part := template.HTMLEscapeString(v.Say(key, pairs...)), template.HTMLEscapeString(part)
	return template.HTML(strings.ReplaceAll(text, part, "<"+tag+">"+part+"</"+tag+">")) //nolint:gosec // escaped above
}

// Onion is our onion address without the scheme, "" for none.
func (v *view) Onion() string {
	_, host, _ := strings.Cut(v.site.Config.Onion, "://")
	return host
}

// Last is the newest message that the page shows.
func (v *view) Last() hotline.MessageID {
	if len(v.Log) == 0 {
		return ""
	}
	return v.Log[len(v.Log)-1].ID
}

// Presses are the words that a screen reader hears after one and two presses of
// Shift.
func (v *view) Presses(count int) string { return v.Say("web.exit.press", "count", count) }

// Fresh are the words for one to nine new messages, for the script.
func (v *view) Fresh() string {
	words := make([]string, 9)
	for i := range words {
		words[i] = v.Say("web.chat.fresh", "count", i+1)
	}
	return strings.Join(words, "|")
}

// bubble is one message as the visitor sees it.
type bubble struct {
	ID   hotline.MessageID
	Kind string // "you", "helper" or "auto": part of the class name
	Text string
	At   time.Time
	Zone *time.Location
	Lang hotline.Language
}

// Clock is the time of day without scripts; the script shows the visitor's own.
func (b bubble) Clock() string { return b.At.In(b.Zone).Format("15:04") }

// Stamp is the time for machines.
func (b bubble) Stamp() string { return b.At.UTC().Format(time.RFC3339) }
