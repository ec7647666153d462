package intake

import (
	"fmt"
	"hash/maphash"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

// maxAutomatic is how many automatic texts one conversation gets; then a person
// has to write. It ends any loop with a machine on the other side. The longest
// way through the script as shipped takes twelve.
const maxAutomatic = 14

// automatic are the texts intake may send, without their "sms." or "chat.".
var automatic = []string{
	"first_contact", "missed_call", "still_safe", "safe_yes", "safe_no", "emergency", "outside_hours", "waiting", "in_line",
	"opt_out", "opt_in", "help", "erase_confirm", "erase_done", "erase_partial", "not_understood", "media", "part_missing",
	"closing", "language", "language_set", "later_yes", "later_no", "safe_word", "back_word", "alarm_word", "decoy_ask",
	"words_set", "word_taken", "decoy", "decoy_later", "decoy_wrong", "code_here", "code_known", "code_unknown",
}

// Settings are the words of one deployment, and what it knows of the places that
// people write from.
type Settings struct {
	Name    string             // neutral service name, at most 12 characters
	InfoURL string             // neutral page, at most 22 characters
	Menu    []hotline.Language // offered by number when we cannot tell a language, at most 9; nil: DefaultMenu

	// Emergency gives the number to call where a person is, at most 5 characters
	// such as "112"; "" when it is not known, and nil when it never is.
	Emergency func(hotline.Channel, hotline.Address) string
	// Zones names the time zones that a person may be in; none, or nil: not known.
	Zones func(hotline.Channel, hotline.Address) []string
	// Opens says that nobody reads at this moment, and when somebody does, such as
	// "08:00". nil: somebody always does.
	Opens func(now time.Time) (at string, closed bool)
}

// DefaultMenu are the languages of the menu of a deployment that does not choose.
var DefaultMenu = []hotline.Language{"en", "es", "fr", "pt", "sw", "tl", "ar", "ru", "hi"}

// Voice says automatic texts in a conversation's language and channel.
type Voice struct {
	Settings
	speaker *locales.Speaker
	data    sync.Map // of values, by surroundings
	seed    maphash.Seed
	own     sync.Map // by language, hashes of every text it can say, without digits, to know an echo
}

// surroundings are what the values of a text depend on.
type surroundings struct {
	language hotline.Language
	plain    bool // only the letters of any phone
	sos      string
}

// NewVoice makes a Voice with the words of one deployment.
func NewVoice(s *locales.Speaker, set Settings) *Voice {
	if set.Menu == nil {
		set.Menu = DefaultMenu
	}
	return &Voice{Settings: set, speaker: s, seed: maphash.MakeSeed()}
}

// learn remembers all texts of one language, to know them when they come back.
func (v *Voice) learn(lang hotline.Language) map[uint64]bool {
	if known, ok := v.own.Load(lang); ok {
		return known.(map[uint64]bool)
	}
	own := map[uint64]bool{}
	for _, sos := range []string{"", "1"} {
		for _, ch := range []hotline.Channel{hotline.SMS, hotline.WhatsApp, hotline.WebChat} {
			data := v.values(surroundings{lang, ch == hotline.SMS, sos})
			for _, name := range automatic {
				own[v.hash(v.speaker.Say(lang, v.key(ch, name), data))] = true
			}
			for _, step := range shipped.Steps {
				own[v.hash(v.speaker.Say(lang, "ask."+step.Key, data))] = true
			}
		}
	}
	v.own.Store(lang, own)
	return own
}

// key is the catalogue's key of a text on a channel: the web page has its own
// wording where "text" or "reply" would be wrong.
func (v *Voice) key(ch hotline.Channel, name string) string {
	if strings.Contains(name, ".") {
		return name
	}
	if ch == hotline.WebChat && v.speaker.Says("chat."+name) {
		return "chat." + name
	}
	return "sms." + name
}

// language is the one a text will really be in.
func (v *Voice) language(want hotline.Language) hotline.Language {
	if v.speaker.Has(want) {
		return want
	}
	return locales.English
}

// echoes says whether text is one of our own automatic texts come back. Numbers
// differ from place to place.
func (v *Voice) echoes(text string, lang hotline.Language) bool {
	return len(text) > shortestEcho && v.learn(v.language(lang))[v.hash(strings.TrimSpace(text))]
}

// shortestEcho is a length, in bytes, that all our texts are above.
const shortestEcho = 8

func (v *Voice) hash(text string) uint64 { return maphash.String(v.seed, withoutDigits(text)) }

func withoutDigits(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, text)
}

// values are what the texts of a conversation are filled with.
func (v *Voice) values(s surroundings) map[string]any {
	if known, ok := v.data.Load(s); ok {
		return known.(map[string]any)
	}
	danger := "sms.danger"
	if s.sos == "" {
		danger = "sms.danger_unknown"
	}
	values := map[string]any{
		"name": v.Name, "url": v.InfoURL, "menu": v.menu(s.plain), "sos": s.sos,
		"danger": v.speaker.Say(s.language, danger, map[string]any{"sos": s.sos}),
	}
	v.data.Store(s, values)
	return values
}

// menu lists languages by number; a text message has them in the letters of any
// phone.
func (v *Voice) menu(plain bool) string {
	items := make([]string, len(v.Menu))
	for i, lang := range v.Menu {
		name := locales.NativeName(lang)
		if plain {
			name = locales.PlainName(lang)
		}
		items[i] = fmt.Sprintf("%d %s", i+1, name)
	}
	return strings.Join(items, " ")
}

// line is one automatic text to be said.
type line struct {
	name  string                      // of an automatic text, or a catalogue's key
	texts map[hotline.Language]string // an administrator's own wording, where there is one
	last  bool                        // goes out although a lock begins with it
	more  map[string]any              // values beside those of every text
}

// write adds one automatic text to a conversation.
func (v *Voice) write(x *hotline.Exchange, l line, id string, now time.Time) {
	c := &x.Conversation
	c.Asked++
	if !c.AnsweredAt.After(c.LastInboundAt) {
		c.AnsweredAt = now
	}
	key, text, lang := v.word(c, l)
	x.Write(hotline.Message{
		ID: hotline.MessageID(id), ConversationID: c.ID,
		Direction: hotline.Out, Author: hotline.FromAutomatic,
		Text: hotline.Text(text), TextKey: key, Language: lang, Delivery: firstDelivery(c.Channel), LastWord: l.last,
		At: now, UpdatedAt: now,
	})
}

// word finds the wording of a text: an administrator's own in the person's
// language, the catalogue's, or an administrator's own in English.
func (v *Voice) word(c *hotline.Conversation, l line) (key, text string, lang hotline.Language) {
	key, lang = v.key(c.Channel, l.name), v.language(c.Language)
	data := v.values(surroundings{lang, c.Channel == hotline.SMS, v.emergency(c)})
	if l.more != nil {
		data = maps.Clone(data)
		maps.Copy(data, l.more)
	}
	for _, try := range []hotline.Language{lang, locales.English} {
		if own := l.texts[try]; own != "" && (try == lang || !v.speaker.Says(key)) {
			if filled, err := v.speaker.Fill(try, own, data); err == nil {
				return key, filled, try
			}
		}
	}
	return key, v.speaker.Say(lang, key, data), lang
}

func (v *Voice) emergency(c *hotline.Conversation) string {
	if v.Emergency == nil {
		return ""
	}
	return v.Emergency(c.Channel, c.Address)
}

// say answers the person with one automatic text, if it may go out: a last word
// only when no lock was there before the message. It reports whether the text was
// written.
func (t *turn) say(name string) bool { return t.speak(line{name: name}) }

func (t *turn) speak(l line) bool {
	c := &t.x.Conversation
	free := c.HardLock(t.x.Contact) == hotline.NoLock
	if t.locked || !l.last && (!free || c.Asked >= maxAutomatic) {
		return false
	}
	if t.muted {
		return true
	}
	t.i.voice.write(t.x, l, t.i.newID(), t.now)
	return true
}

// firstDelivery is the state an outbound message begins in: the web page reads
// it from the store, everything else goes through the outbox.
func firstDelivery(ch hotline.Channel) hotline.Delivery {
	if ch == hotline.WebChat {
		return hotline.Sent
	}
	return hotline.Queued
}
