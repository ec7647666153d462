package intake

import (
	"testing"

	"github.com/hearline/hearline/hotline"
)

// toCampaign is a text to a number that campaigns go out from.
func (h *house) toCampaign(text string) []hotline.Message {
	h.t.Helper()
	in := h.inbound(text)
	in.To, in.ToCampaign, in.Campaign = "+15550100200", true, "spring"
	return h.hear(in)
}

// TestACampaignsStop: the word that ends campaigns never cuts the way to us.
func TestACampaignsStop(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	replies := h.toCampaign("Stop")
	if len(replies) != 1 || replies[0].TextKey != "sms.opt_out" {
		t.Fatalf("%+v", replies)
	}
	if h.contact().OptedOut {
		t.Error("the person can no longer be answered")
	}
	c := h.conversation()
	if !c.WaitingSince.IsZero() || c.Campaign != "spring" {
		t.Errorf("waits since %v, of campaign %q", c.WaitingSince, c.Campaign)
	}
	if replies = h.toCampaign("my boss keeps my passport, he locks the door at night"); len(replies) == 0 {
		t.Error("a report after STOP is not answered")
	}
	if c = h.conversation(); c.WaitingSince.IsZero() || c.Priority > hotline.Urgent {
		t.Errorf("priority %v, waits since %v", c.Priority, c.WaitingSince)
	}
	h.toCampaign("STOP")
	if c = h.conversation(); c.WaitingSince.IsZero() {
		t.Error("who has told us something no longer waits")
	}
}

func TestTheHotlinesStopEndsCampaignsToo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text       string
		toCampaign bool
		word       hotline.OptIn
		optedOut   bool
	}{
		{"STOP", false, hotline.OptInWithdrawn, true},
		{"START", false, "", false},
		{"START", true, hotline.OptInGiven, false},
		{"ARRET", true, hotline.OptInWithdrawn, false},
		{"stop him", true, "", false},
	} {
		h := newHouse(t)
		in := h.inbound(c.text)
		in.ToCampaign = c.toCampaign
		var x hotline.Exchange
		x.Contact = hotline.Contact{ID: "c"}
		in.Assessment = h.intake.triage.Assess(c.text, hotline.Hints{})
		h.intake.advance(&x, in)
		if x.Campaigns != c.word || x.Contact.OptedOut != c.optedOut {
			t.Errorf("%q, to a campaign %v: %q, opted out %v", c.text, c.toCampaign, x.Campaigns, x.Contact.OptedOut)
		}
	}
}
