package main

import (
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/triage"
)

// A stored message is counted by both reviews, and nothing that was written is
// printed.
func TestTriageReviews(t *testing.T) {
	t.Parallel()
	engine, err := triage.New()
	if err != nil {
		t.Fatal(err)
	}
	onEngines(t, func(t *testing.T, e *estate) {
		db := e.open(t)
		in := hotline.Inbound{
			Channel: hotline.SMS, From: "+15550100", To: "+15550199", ProviderID: "SMreview", At: time.Now(),
			Text: "my boss took my passport", Assessment: engine.Assess("my boss took my passport", hotline.Hints{}),
		}
		_, err := db.Receive(t.Context(), []hotline.Inbound{in}, func(x *hotline.Exchange, in hotline.Inbound) {
			c := &x.Conversation
			c.ID, c.State, c.Safety = hotline.ConversationID(newID()), hotline.Open, hotline.NotAsked
			c.Language, c.CreatedAt, c.Kind, c.Priority = "en", in.At, in.Assessment.Kind, in.Assessment.Priority
			x.Write(hotline.Message{
				ID: hotline.MessageID(newID()), Direction: hotline.In, Author: hotline.FromPerson, Text: in.Text,
				ProviderID: in.ProviderID, Delivery: hotline.Received, At: in.At, Assessment: &in.Assessment,
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		for command, want := range map[string]string{"report": " en ", "reassess": "would stay as they are 1"} {
			out, code := invoke(t, []string{"HEARLINE_DATABASE=" + e.database}, "triage", command, "--keys-file", e.keysFile)
			if flat := strings.Join(strings.Fields(out), " "); code != 0 || !strings.Contains(flat, want) || strings.Contains(flat, "passport") {
				t.Errorf("%s: exit code %d: %s", command, code, out)
			}
		}
	})
}
