package console

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// A script is a conversation as the tests tell it, one line per message:
// "in|" from the person, "auto|", "out|" from Dina, "note|" from Sam.
type script []string

var englishTold = script{
	"in|Hello, is anyone there? I clean in a house. The madam took my passport when I came.",
	"auto|Hello. This is Hearline. Is it safe for you to text right now? Reply YES or NO.",
	"in|yes",
	"auto|Are you, or someone else, in danger right now? Reply YES, NO or NOT SURE.",
	"in|not sure",
	"auto|In your own words, what is going on? Share as much or as little as you like. Or reply SKIP.",
	"in|She has not paid me for six months and she locks the door when she goes out. I am not allowed to go out alone.",
	"auto|What town or area is this in? A street or a place name is OK too. Or reply SKIP.",
	"in|skip",
	"auto|Thank you. A person will read this and write to you.",
	"out|I am a person. I have read your message. You choose what you tell us. Are you alone now?",
	"note|Same street word as an older report. She writes when the house is empty, so keep texts short.",
	"in|They told me tomorrow morning they will take me to another house. I am afraid.",
}

var arabicTold = script{
	"in|السلام عليكم. جواز سفري عند صاحب العمل ولم أستلم راتبي منذ خمسة أشهر.",
	"auto|مرحبا. هل الكتابة آمنة لك الآن؟ أجب بنعم أو لا.",
	"in|نعم",
	"auto|هل أنت أو أي شخص آخر في خطر الآن؟",
	"in|لا يسمحون لنا بالخروج من المنزل، والباب مقفل. أريد المساعدة من فضلك.",
	"out|أنا إنسان، قرأت رسالتك. أنت تختار ما تخبرنا به.",
	"in|نحن ثلاثة هنا. يهددوننا بالشرطة والترحيل.",
}

// tell puts a told conversation into the fake, read by the real triage.
func (h *house) tell(tb testing.TB, t told, lines script) hotline.ConversationID {
	tb.Helper()
	engine, err := triage.New()
	if err != nil {
		tb.Fatal(err)
	}
	id := h.add(t)
	h.mu.Lock()
	defer h.mu.Unlock()
	x := h.convs[id]
	start := h.now.Add(-time.Duration(len(lines)) * 2 * time.Minute)
	if len(lines) > 8 {
		start = start.Add(-20 * time.Hour)
	}
	h.messages[id] = nil
	for i, line := range lines {
		kind, text, _ := strings.Cut(line, "|")
		at := start.Add(time.Duration(i) * 2 * time.Minute)
		if i > len(lines)-4 {
			at = h.now.Add(-time.Duration(len(lines)-i) * 3 * time.Minute)
		}
		m := hotline.Message{
			ID: hotline.MessageID(fmt.Sprintf("%s-%04d", id, i)), ConversationID: id, Text: hotline.Text(text),
			Language: t.lang, At: at, UpdatedAt: at.Add(time.Minute),
		}
		switch kind {
		case "in":
			a := engine.Assess(text, hotline.Hints{Language: t.lang})
			if t.lang == "ar" {
				a.Kind, a.Reasons = hotline.Report, arabicReasons(text)
			}
			m.Direction, m.Author, m.Delivery, m.Assessment = hotline.In, hotline.FromPerson, hotline.Received, &a
		case "auto":
			m.Direction, m.Author, m.Delivery = hotline.Out, hotline.FromAutomatic, hotline.Delivered
		case "out":
			m.Direction, m.Author, m.AuthorID, m.Delivery, m.ErrorCode = hotline.Out, hotline.FromStaff, dina.ID, hotline.Undelivered, 30003
		case "note":
			m.Direction, m.Author, m.AuthorID = hotline.Note, hotline.FromStaff, sam.ID
		}
		h.messages[id] = append(h.messages[id], m)
	}
	x.Conversation.Answers = []hotline.Answer{
		{Question: "safe", Value: "unclear", Words: "hello?", At: start},
		{Question: "safe", Value: "yes", At: start.Add(4 * time.Minute)},
		{Question: "danger", Value: "unsure", At: start.Add(8 * time.Minute)},
		{Question: "what", Words: h.messages[id][0].Text, At: start.Add(12 * time.Minute)},
		{Question: "where", Skipped: true, At: start.Add(16 * time.Minute)},
	}
	return id
}

// arabicReasons stand for words that triage learns to read.
func arabicReasons(text string) (out []hotline.Reason) {
	for _, r := range []hotline.Reason{
		{Indicator: "WithholdsDocuments", Text: "جواز سفري عند صاحب العمل", Weight: 3},
		{Indicator: "TakesEarnings", Text: "لم أستلم راتبي", Weight: 3},
		{Indicator: "RestrictsMovement", Text: "لا يسمحون لنا بالخروج", Weight: 3},
		{Indicator: "LockedIn", Text: "الباب مقفل", Weight: 2},
		{Indicator: "ThreatOfLawEnforcement", Text: "يهددوننا بالشرطة والترحيل", Weight: 3},
		{Indicator: "Threats", Text: "يهددوننا", Weight: 1},
	} {
		if r.Start = strings.Index(text, r.Text); r.Start >= 0 {
			r.End = r.Start + len(r.Text)
			out = append(out, r)
		}
	}
	return out
}

var (
	english = told{201, 2, 190 * time.Second, "sms", "en", "safe", "u-dina", 1, "report", "They told me"}
	arabic  = told{202, 2, 728 * time.Second, "whatsapp", "ar", "safe", "", 1, "report", "نحن"}
	locked  = told{203, 2, 400 * time.Second, "sms", "en", "unsafe", "u-sam", 0, "report", "no"}
)

// oneCase puts a case with people into the fake.
func (h *house) oneCase(conv hotline.ConversationID) hotline.CaseID {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := h.now.Add(-9 * 24 * time.Hour)
	c := hotline.Case{
		ID: "01900000-0000-7000-8000-00000000c317", Number: 317, Status: hotline.CaseActive, ConversationID: conv, OwnerID: dina.ID,
		Consent: hotline.ConsentGiven, Trafficking: hotline.PossibleVictim,
		Exploitation: []hotline.Exploitation{hotline.Servitude},
		Means:        []hotline.Means{hotline.TakesEarnings, hotline.RestrictsMovement, hotline.WithholdsDocuments},
		Summary:      "Told of child care work with one day off. Passport taken on arrival.\nNo pay since November.",
		Persons: []hotline.Person{
			{ID: "p1", Role: hotline.NeedsHelp, Name: "Invented Name", Gender: "Feminine", AgeBand: "24--26", Citizenship: "ET", Language: "am", CreatedAt: at},
			{ID: "p2", Role: hotline.Perpetrator, Name: "Other Name", Gender: "Feminine", AgeBand: "39--47", CreatedAt: at},
			{ID: "p3", Role: hotline.Perpetrator, Gender: "Masculine", Citizenship: "ET", Language: "am", CreatedAt: at},
		},
		Version: 4, OpenedAt: at, UpdatedAt: h.now.Add(-time.Hour),
	}
	for n := range c.Persons {
		c.Persons[n].CaseID = c.ID
	}
	h.cases[c.ID] = c
	h.convs[conv].Conversation.CaseID = c.ID
	h.audit = append(h.audit,
		hotline.AuditEntry{ID: "a1", At: at, ActorID: dina.ID, Action: "case.create", Object: "case", ObjectID: string(c.ID)},
		hotline.AuditEntry{ID: "a2", At: at.Add(2 * time.Hour), ActorID: leila.ID, Action: "case.open", Object: "case", ObjectID: string(c.ID), Detail: "record"},
		hotline.AuditEntry{ID: "a3", At: at.Add(50 * time.Hour), ActorID: sam.ID, Action: "case.save", Object: "case", ObjectID: string(c.ID), Detail: "means, people"},
	)
	return c.ID
}
