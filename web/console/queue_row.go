package console

import (
	"cmp"
	"time"

	"github.com/hearline/hearline/hotline"
)

// queueGroup is the part of the list with one priority.
type queueGroup struct {
	Pri  priorityLook
	Sub  string // "2 waiting, 1 with no owner"
	Rule string // "Answer in 2 min."
	Rows []queueRow
}

// queueRow is one conversation in the list.
type queueRow struct {
	ID      hotline.ConversationID
	Pri     priorityLook
	Wait    waitView
	From    string
	Channel string
	Lang    langView
	Text    string
	Gloss   string
	Safe    safeView
	Owned   bool
	Owner   person
	Unread  int
	Alarm   bool // an emergency that nobody has
}

// langView names a language in English and in its own script.
type langView struct {
	Tag          hotline.Language
	Name, Native string // Native is empty where it is the same
}

// safeView is what the person said about being texted, and when.
type safeView struct {
	State hotline.Safety
	At    string
}

// safeties lists the states in the order menus show them.
var safeties = []hotline.Safety{hotline.Safe, hotline.NotAsked, hotline.Unsafe}

var safetyWords = map[hotline.Safety]string{hotline.Safe: "Safe", hotline.NotAsked: "Not asked", hotline.Unsafe: "Not safe"}

var channelWords = map[hotline.Channel]string{
	hotline.SMS: "SMS", hotline.WhatsApp: "WhatsApp", hotline.WebChat: "Web chat",
	hotline.Voice: "By phone", hotline.InPerson: "In person", hotline.Partner: "Partner",
}

var kindWords = map[hotline.Kind]string{
	hotline.Report: "Report", hotline.Question: "Question", hotline.Command: "Keyword", hotline.Noise: "Not a report",
}

// maxPreview is more than the widest row shows, in characters.
const maxPreview = 160

// wordless stands for a last message that has no text.
const wordless = "A call, a picture or a place, without words"

func (s *Console) row(v *visit, staff map[hotline.UserID]hotline.User, c hotline.Conversation, now time.Time) queueRow {
	r := queueRow{
		ID: c.ID, Pri: priorityView(c.Priority), Wait: viewWait(c.WaitingSince, now, s.Target(c.Priority)),
		From: fromText(c), Channel: channelWords[c.Channel], Lang: s.lang(c.Language),
		Text: cmp.Or(cut(c.Preview.Reveal(), maxPreview), wordless), Gloss: aboutText(c),
		Safe: s.safe(c), Owned: c.OwnerID != "", Unread: c.Unread,
	}
	if r.Owned {
		r.Owner = v.person(staff, c.OwnerID)
	}
	r.Alarm = c.Priority == hotline.Emergency && !r.Owned
	return r
}

// fromText tells two people apart and names neither.
func fromText(c hotline.Conversation) string {
	switch {
	case c.Address.Withheld():
		return "No number"
	case c.Channel == hotline.WebChat:
		return "Code " + c.Address.Masked()
	}
	return c.Address.Masked()
}

// aboutText is the small line under the message.
func aboutText(c hotline.Conversation) string {
	text := kindWords[c.Kind]
	if text == "" {
		text = "Not read yet"
	}
	if c.Step != "" && !c.HandedOff {
		text += ". First questions are on their way"
	}
	if c.CaseID != "" {
		text += ". Has a case"
	}
	if c.Campaign != "" {
		text += ". Answers a campaign"
	}
	return text
}

func (s *Console) lang(tag hotline.Language) langView {
	if tag == "" {
		return langView{Name: "Not known"}
	}
	v := langView{Tag: tag, Name: s.EnglishName(tag), Native: s.NativeName(tag)}
	if v.Native == v.Name {
		v.Native = ""
	}
	return v
}

func (s *Console) safe(c hotline.Conversation) safeView {
	v := safeView{State: c.Safety}
	if c.Safety == hotline.Safe || c.Safety == hotline.Unsafe {
		v.At = s.clock(c.SafetyAt)
	}
	return v
}

// cut shortens text to n characters.
func cut(text string, n int) string {
	seen := 0
	for i := range text {
		if seen == n {
			return text[:i] + "…"
		}
		seen++
	}
	return text
}
