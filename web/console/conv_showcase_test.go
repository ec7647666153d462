package console

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/hearline/hearline/hotline"
)

// TestShowcaseConversations serves told conversations and cases for somebody to
// look at, the way TestShowcase serves the queue, when HEARLINE_SHOWCASE_CONV
// is an address.
func TestShowcaseConversations(t *testing.T) {
	addr := os.Getenv("HEARLINE_SHOWCASE_CONV")
	if addr == "" {
		t.Skip("set HEARLINE_SHOWCASE_CONV to an address to look at the pages")
	}
	h := newHouse(t, seeds, time.Now)
	id := h.tell(t, english, englishTold)
	h.tell(t, arabic, arabicTold)
	h.tell(t, locked, englishTold)
	h.oneCase(id)
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	h.app.Get("/show", func(c *fiber.Ctx) error {
		if _, err := h.console.begin(c, dina); err != nil {
			return err
		}
		h.console.setSetting(c, themeCookie, c.Query("theme"), c.Query("theme") != "")
		return c.Redirect(c.Query("to"), fiber.StatusSeeOther)
	})
	end := time.AfterFunc(20*time.Minute, func() { h.console.Close(); _ = h.app.Shutdown() })
	defer end.Stop()
	if err := h.app.Listener(l); err != nil {
		t.Fatal(err)
	}
}

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
