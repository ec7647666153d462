package main

import (
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/ratelimit"
)

func TestCampaignSenders(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text    string
		want    campaignSender
		problem string
	}{
		{"+15550100200", campaignSender{hotline.SMS, "+15550100200", ratelimit.Limit{Events: 1, Per: time.Second}}, ""},
		{"+15550100200=12", campaignSender{hotline.SMS, "+15550100200", ratelimit.Limit{Events: 12, Per: time.Second}}, ""},
		{" whatsapp:+15550100200=80", campaignSender{hotline.WhatsApp, "+15550100200", ratelimit.Limit{Events: 80, Per: time.Second}}, ""},
		{"+15550100200=0.25", campaignSender{hotline.SMS, "+15550100200", ratelimit.Limit{Events: 1, Per: 4 * time.Second}}, ""},
		{"+15550100200=0", campaignSender{}, "above 0"},
		{"15550100200", campaignSender{}, "is no number"},
		{"MG00000000000000000000000000000000", campaignSender{}, "is no number"},
	}
	for _, c := range cases {
		got, err := campaignSettings{Senders: []string{c.text}}.senders()
		switch {
		case c.problem != "":
			if err == nil || !strings.Contains(err.Error(), c.problem) || hotline.CodeOf(err) != hotline.Invalid {
				t.Errorf("%q: %v does not say %q", c.text, err, c.problem)
			}
		case err != nil || len(got) != 1 || got[0] != c.want:
			t.Errorf("%q: %+v, %v", c.text, got, err)
		}
	}
	if _, err := (campaignSettings{Senders: []string{"+15550100200=1", "+15550100200=2"}}).senders(); err == nil {
		t.Error("the same number twice is taken")
	}
}
