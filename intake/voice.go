package intake

import (
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

// maxAutomatic is how many automatic texts one conversation gets; then a person
// has to write. It ends any loop with a machine on the other side. The longest
// way through the script takes eight.
const maxAutomatic = 8

// automatic are the texts intake may send, without their "sms." or "chat.".
var automatic = []string{
	"first_contact", "safe_yes", "safe_no", "emergency", "in_line", "opt_out", "opt_in", "help",
	"erase_confirm", "erase_done", "erase_partial", "not_understood", "media", "closing",
}

// Voice says automatic texts in a conversation's language and channel.
type Voice struct {
	speaker *locales.Speaker
	data    map[string]any
	own     map[string]bool // every text it can say, to know an echo
}

// NewVoice makes a Voice with the words of one deployment.
func NewVoice(s *locales.Speaker, set Settings) *Voice {
	v := &Voice{speaker: s, own: map[string]bool{}, data: map[string]any{
		"name": set.Name, "sos": set.Emergency, "url": set.InfoURL,
	}}
	for _, lang := range s.Languages() {
		for _, name := range automatic {
			v.own[s.Say(lang, "sms."+name, v.data)] = true
			v.own[s.Say(lang, v.key(hotline.WebChat, name), v.data)] = true
		}
		for _, q := range script {
			v.own[s.Say(lang, q.text, v.data)] = true
		}
	}
	return v
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

// echoes says whether text is one of our own automatic texts come back.
func (v *Voice) echoes(text string) bool { return v.own[strings.TrimSpace(text)] }

// write adds one automatic text to a conversation.
func (v *Voice) write(x *hotline.Exchange, name string, last bool, id string, now time.Time) {
	c := &x.Conversation
	c.Asked++
	key, lang := v.key(c.Channel, name), v.language(c.Language)
	x.Write(hotline.Message{
		ID: hotline.MessageID(id), ConversationID: c.ID,
		Direction: hotline.Out, Author: hotline.FromAutomatic,
		Text:    hotline.Text(v.speaker.Say(lang, key, v.data)),
		TextKey: key, Language: lang, Delivery: firstDelivery(c.Channel), LastWord: last,
		At: now, UpdatedAt: now,
	})
}

// say answers the person with one automatic text, if it may go out. last marks
// the one confirmation that goes out although a lock begins with it; it is said
// only when no lock was there before. It reports whether the text was written.
func (t *turn) say(name string, last bool) bool {
	c := &t.x.Conversation
	if ok, _ := c.MayText(t.x.Contact); t.locked || !last && (!ok || c.Asked >= maxAutomatic) {
		return false
	}
	t.i.voice.write(t.x, name, last, t.i.newID(), t.now)
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
