package main

import (
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
)

// Whoever calls gets at most one text a day, whatever became of the conversation in
// between, and none into a lock or without a number.
func TestMissedCalls(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		th := newTheatre(t, e)
		defer func() { th.close() }()
		from, serial := hotline.Address(phoneNumber), 0
		hear := func(in hotline.Inbound) hotline.Receipt {
			serial++
			in.Channel, in.To, in.At = hotline.SMS, "+15550100100", th.clock
			in.ProviderID = "CA" + string(rune('a'+serial))
			r, err := th.intake.Receive(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		texts := func(r hotline.Receipt) (n int) {
			messages, err := th.db.Messages(t.Context(), r.ConversationID, "", 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range messages {
				if m.TextKey == "sms.missed_call" {
					n++
				}
			}
			return n
		}
		first := hear(hotline.Inbound{From: from, Call: true})
		if n := texts(first); n != 1 || first.Priority != hotline.Standard {
			t.Errorf("%d texts for the first call, priority %d", n, first.Priority)
		}
		th.close()
		th.open()
		th.clock = th.clock.Add(time.Hour)
		if n := texts(hear(hotline.Inbound{From: from, Call: true})); n != 1 {
			t.Errorf("%d texts after a second call and a restart", n)
		}
		if err := th.desk.Close(t.Context(), hotline.User{ID: "u", Role: hotline.Operator}, first.ConversationID); err != nil {
			t.Fatal(err)
		}
		again := hear(hotline.Inbound{From: from, Call: true})
		if n := texts(again); n != 0 || again.ConversationID == first.ConversationID {
			t.Errorf("%d texts in a new conversation of the same day", n)
		}
		th.clock = th.clock.Add(25 * time.Hour)
		if n := texts(hear(hotline.Inbound{From: from, Call: true})); n != 1 {
			t.Errorf("%d texts a day later", n)
		}
		hear(hotline.Inbound{From: from, Text: "STOP"})
		th.clock = th.clock.Add(48 * time.Hour)
		if n := texts(hear(hotline.Inbound{From: from, Call: true})); n != 1 {
			t.Errorf("%d texts to a person who asked us to stop", n)
		}
		nobody := hear(hotline.Inbound{From: hotline.WithheldAddress("CA1"), Call: true})
		if n := texts(nobody); n != 0 || nobody.ConversationID == first.ConversationID {
			t.Errorf("%d texts to nobody", n)
		}
	})
}

// What staff take down is filed once on each one-way channel, waits in the queue, and
// finds the open conversation of the same number on the same channel.
func TestReportsTakenDown(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		th := newTheatre(t, e)
		defer func() { th.close() }()
		for _, ch := range []hotline.Channel{hotline.Voice, hotline.InPerson, hotline.Partner} {
			file := func(id string) hotline.Receipt {
				r, err := th.intake.Receive(t.Context(), intake.Handed{
					ID: id, Text: "They took my passport and I cannot leave", Place: "the farm", Channel: ch, Source: "u1", By: "u1", CallSafe: "yes",
					Contact: &intake.HandedContact{Channel: "phone", Address: phoneNumber},
				}.Inbound())
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			first, again, second := file("1"), file("1"), file("2")
			if first.Duplicate || !again.Duplicate || second.Duplicate || second.ConversationID != first.ConversationID {
				t.Errorf("%s: %+v, %+v, %+v", ch, first, again, second)
			}
			x, err := th.db.Conversation(t.Context(), first.ConversationID)
			c := &x.Conversation
			if err != nil || c.Channel != ch || c.Address != phoneNumber || c.Safety != hotline.Safe || c.WaitingSince.IsZero() || !c.HandedOff {
				t.Errorf("%s: %+v, %v", ch, c, err)
			}
			messages, err := th.db.Messages(t.Context(), first.ConversationID, "", 10)
			if err != nil || len(messages) != 2 || messages[0].Author != hotline.FromStaff || messages[0].AuthorID != "u1" {
				t.Errorf("%s: %d messages, %v", ch, len(messages), err)
			}
			trail, err := th.db.AuditOf(t.Context(), "conversation", string(first.ConversationID), 10)
			if err != nil || len(trail) != 2 {
				t.Errorf("%s: %d lines in the audit, %v", ch, len(trail), err)
			}
		}
		if n, err := th.db.Outstanding(t.Context()); n != 0 || err != nil {
			t.Errorf("%d texts wait to be sent, %v", n, err)
		}
	})
}
