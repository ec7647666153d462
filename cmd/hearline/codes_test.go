package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
)

// One person on a phone, on the web page and on the telephone: the receipt code
// works on every channel, leads staff from one to the other, and stands nowhere.
func TestReceiptWorksOnEveryChannel(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		a := e.app(t, quiet(), time.Now, func(*settings) {})
		n := 0
		hear := func(ch hotline.Channel, from hotline.Address, text string) hotline.ConversationID {
			t.Helper()
			n++
			receipt, err := a.intake.Receive(t.Context(), hotline.Inbound{
				Channel: ch, From: from, To: benchNumber, ProviderID: "SMcodes" + string(rune('a'+n)), Text: hotline.Text(text), At: time.Now(),
			})
			if err != nil {
				t.Fatal(err)
			}
			return receipt.ConversationID
		}
		joined := func(one, other hotline.ConversationID) {
			t.Helper()
			for from, to := range map[hotline.ConversationID]hotline.ConversationID{one: other, other: one} {
				some, err := a.db.SamePerson(t.Context(), from, 5)
				if err != nil || len(some) != 1 || some[0].ID != to {
					t.Errorf("from %s to %+v, %v", from, some, err)
				}
			}
		}
		code := a.codes.New()
		page := hear(hotline.WebChat, code, "hello")
		handset := hear(hotline.SMS, "+15550100171", " "+strings.Join(webchat.Groups(code), "-")+" ")
		joined(page, handset)

		other := hear(hotline.SMS, "+15550100172", "hello")
		hear(hotline.SMS, "+15550100172", "yes")
		hear(hotline.SMS, "+15550100172", "code")
		given := hotline.Address(strings.ReplaceAll(codeIn(t, a, other), " ", ""))
		if is, err := a.codes.given(t.Context(), given); !is || err != nil {
			t.Fatalf("the code is not known: %v", err)
		}
		joined(other, hear(hotline.WebChat, given, "I go on here"))

		by, _ := operator(t, a)
		if id, err := intake.NewLookup(a.codes, a.desk).ByCode(t.Context(), by, code.Reveal()); id != page || err != nil {
			t.Errorf("read aloud: %s, %v", id, err)
		}
	})
}

var codePattern = regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`)

func codeIn(t *testing.T, a *app, id hotline.ConversationID) string {
	t.Helper()
	messages, err := a.db.Messages(t.Context(), id, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if m.TextKey == "sms.code_here" {
			return codePattern.FindString(m.Text.Reveal())
		}
	}
	t.Fatal("no code was given")
	return ""
}
