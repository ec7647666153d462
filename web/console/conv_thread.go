package console

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/hearline/hearline/hotline"
)

// threadView is the list of messages, oldest first.
type threadView struct {
	Earlier  int // messages before these; 0 when all are shown
	Messages []messageView
	Last     hotline.MessageID // of the newest message from the person
	FirstNew hotline.MessageID // what was new when the page was opened; empty when nothing was
}

// messageView is one message, or one note.
type messageView struct {
	ID       hotline.MessageID
	Day      string // the date, on the first message of a day
	Look     string // "in", "out", "auto" or "note"
	Who      string
	At       string
	New      bool // no member of staff had opened it
	Lang     hotline.Language
	Text     []segment
	Empty    bool // a picture or a place without words
	Damaged  bool // it cannot be read
	Call     bool // a call that nobody took
	Part     bool // the carrier lost a part of it
	Media    string
	Pictures []string // addresses
	Place    string
	Sent     sentView
	Again    bool // it did not arrive: offer its words for another try
}

// sentView is how far a message of ours has come.
type sentView struct {
	Shape string // "half", "ring", "tick", "cross"; empty when there is nothing to say
	Word  string
}

func (k *conversations) thread(v *visit, staff map[hotline.UserID]hotline.User, x hotline.Exchange, messages []hotline.Message, found reasonList, look threadLook) threadView {
	t := threadView{FirstNew: look.since}
	if skip := len(messages) - messagesShown; skip > 0 && !look.all {
		t.Earlier, messages = skip, messages[skip:]
	}
	firstNew := unreadFrom(messages, x.Conversation.Unread)
	day := ""
	for i, m := range messages {
		w := k.message(v, staff, x.Conversation, m)
		w.Text = segments(shownText(m), found.spans(m))
		w.New = m.Direction == hotline.In && (i >= firstNew || look.since != "" && m.ID >= look.since)
		if w.New && t.FirstNew == "" {
			t.FirstNew = m.ID
		}
		if d := k.day(m.At); d != day {
			w.Day, day = d, d
		}
		if m.Direction == hotline.In {
			t.Last = m.ID
		}
		t.Messages = append(t.Messages, w)
	}
	return t
}

// offerAgain marks what staff wrote and the carrier could not deliver, where
// writing is allowed.
func (t *threadView) offerAgain(may bool) {
	for i := range t.Messages {
		m := &t.Messages[i]
		m.Again = may && m.Look == "out" && m.Sent.Shape == "cross"
	}
}

// words is the text of a message that is offered for another try; else empty.
func (t *threadView) words(id hotline.MessageID) string {
	var text strings.Builder
	for _, m := range t.Messages {
		if m.Again && m.ID == id {
			for _, s := range m.Text {
				text.WriteString(s.Text)
			}
		}
	}
	return text.String()
}

// threadLook is how the messages are asked for.
type threadLook struct {
	all   bool              // from the very first
	since hotline.MessageID // new since the page was opened, and still marked so
}

// unreadFrom is the index of the first of the last n messages from the person.
func unreadFrom(messages []hotline.Message, n int) int {
	for i := len(messages) - 1; i >= 0; i-- {
		if n <= 0 {
			return i + 1
		}
		if messages[i].Direction == hotline.In {
			n--
		}
	}
	return 0
}

// shownText hides the code that the person was sent, but for its end: whoever knows
// it can come back in their place.
func shownText(m hotline.Message) string {
	text := m.Text.Reveal()
	if m.TextKey != "sms.code_here" {
		return text
	}
	digits := 0
	out := []rune(text)
	for i := len(out) - 1; i >= 0; i-- {
		if unicode.IsDigit(out[i]) {
			if digits++; digits > 4 {
				out[i] = '•'
			}
		}
	}
	return string(out)
}

func (k *conversations) message(v *visit, staff map[hotline.UserID]hotline.User, conv hotline.Conversation, m hotline.Message) messageView {
	ours, others := pictures(conv.ID, m.Media)
	w := messageView{
		ID: m.ID, At: m.At.In(k.Zone).Format("15:04"), Lang: m.Language, Empty: m.Text == "", Damaged: m.Unreadable,
		Part: m.Direction == hotline.In && m.ErrorCode == hotline.PartMissing,
		Call: m.Call, Media: mediaText(others), Pictures: ours, Place: placeText(m.Location),
	}
	switch {
	case m.Direction == hotline.Note:
		w.Look, w.Who = "note", v.person(staff, m.AuthorID).Short
	case m.Direction == hotline.In:
		w.Look, w.Who = "in", fromText(conv)
		if m.Author == hotline.FromStaff {
			who := v.person(staff, m.AuthorID)
			if w.Who = "Taken down by " + who.Short; who.Me {
				w.Who = "Taken down by you"
			}
		}
		if w.Lang == "" && m.Assessment != nil {
			w.Lang = m.Assessment.Language
		}
	case m.Author == hotline.FromAutomatic:
		w.Look, w.Who, w.Sent = "auto", "Automatic", k.sent(conv.Channel, m)
	default:
		w.Look, w.Who, w.Sent = "out", v.person(staff, m.AuthorID).Short, k.sent(conv.Channel, m)
	}
	return w
}

// sent tells the delivery in words. A message that failed says why.
func (k *conversations) sent(ch hotline.Channel, m hotline.Message) sentView {
	at := k.clock(m.UpdatedAt)
	if ch == hotline.WebChat {
		return sentView{"tick", "On their page"}
	}
	switch m.Delivery {
	case hotline.Queued, hotline.Scheduled, hotline.Accepted:
		return sentView{"half", "Queued"}
	case hotline.Sending:
		return sentView{"half", "Sending"}
	case hotline.Sent:
		return sentView{"ring", "Sent, no receipt yet"}
	case hotline.PartiallyDelivered:
		return sentView{"ring", "Partly delivered " + at}
	case hotline.Delivered:
		return sentView{"tick", "Delivered " + at}
	case hotline.Read:
		return sentView{"tick", "Read " + at}
	case hotline.Failed, hotline.Undelivered:
		return sentView{"cross", "Failed " + at + failureText(m.ErrorCode)}
	case hotline.Canceled:
		return sentView{"cross", "Not sent" + failureText(m.ErrorCode)}
	}
	return sentView{}
}

func failureText(code int) string {
	if code == 0 {
		return ""
	}
	if words, ok := carrierErrors[code]; ok {
		return fmt.Sprintf(", %s (error %d)", words, code)
	}
	return fmt.Sprintf(" (error %d)", code)
}

func mediaText(media []hotline.Media) string {
	pictures := 0
	for _, m := range media {
		if len(m.ContentType) > 6 && m.ContentType[:6] == "image/" {
			pictures++
		}
	}
	switch files := len(media) - pictures; {
	case len(media) == 0:
		return ""
	case media[0].URL == "": // those with an address come first
		return counted(len(media), "attachment") + " could not be fetched from the carrier"
	case files == 0:
		return counted(pictures, "picture") + ", at the carrier. Not loaded here"
	case pictures == 0:
		return counted(files, "file") + ", at the carrier. Not loaded here"
	default:
		return counted(pictures, "picture") + " and " + counted(files, "file") + ", at the carrier. Not loaded here"
	}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func placeText(l *hotline.Location) string {
	if l == nil {
		return ""
	}
	at := fmt.Sprintf("%.5f, %.5f", l.Latitude, l.Longitude)
	if l.Label != "" {
		return "Shared a place: " + l.Label + " (" + at + ")"
	}
	return "Shared a place: " + at
}

// day names a date the way a person would.
func (s *Console) day(at time.Time) string {
	at, now := at.In(s.Zone), s.Now().In(s.Zone)
	switch date := at.Format(time.DateOnly); date {
	case now.Format(time.DateOnly):
		return "Today, " + at.Format("2 January")
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "Yesterday, " + at.Format("2 January")
	}
	if at.Year() == now.Year() {
		return at.Format("Monday 2 January")
	}
	return at.Format("Monday 2 January 2006")
}
