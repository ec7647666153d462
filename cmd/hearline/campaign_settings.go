package main

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/ratelimit"
)

// campaignSettings is what campaigns are sent with. Without a sender none are.
type campaignSettings struct {
	Senders          []string      `help:"Numbers that campaigns go out from, each with its messages per second, such as +15550100200=1 or whatsapp:+15550100200=80. They are not the hotline's own: a carrier's STOP on one must not end the other." env:"HEARLINE_CAMPAIGN_SENDERS" placeholder:"NUMBER=RATE,…"`
	MessagingService string        `help:"Messaging Service SID (MG…) of the campaign numbers, another one than the hotline's." env:"HEARLINE_CAMPAIGN_MESSAGING_SERVICE" placeholder:"SID"`
	Hours            string        `help:"Hours within which campaigns may reach people, where they are; only stricter than the rules of their countries." env:"HEARLINE_CAMPAIGN_HOURS" placeholder:"09:00-20:00"`
	TypeFrom         int           `help:"From how many people the approver types their number." default:"1000" env:"HEARLINE_CAMPAIGN_TYPE_FROM"`
	Hold             time.Duration `help:"How long an approved campaign can still be cancelled before it goes out." default:"60s" env:"HEARLINE_CAMPAIGN_HOLD"`
	AtOnce           int           `help:"Campaign messages on their way at a time, on this node." default:"64" env:"HEARLINE_CAMPAIGN_AT_ONCE"`
	Lease            time.Duration `help:"How long a node that died keeps its part of a campaign; longer than a try takes." default:"2m" hidden:"" env:"HEARLINE_CAMPAIGN_LEASE"`
}

// campaignSender is one number that campaigns go out from.
type campaignSender struct {
	channel hotline.Channel
	number  string // E.164
	rate    ratelimit.Limit
}

var senderForm = regexp.MustCompile(`^(whatsapp:)?(\+[1-9][0-9]{6,14})(?:=([0-9]+(?:\.[0-9]+)?))?$`)

// senders reads Senders. A number without a rate has that of a plain long code, one
// message a second.
func (c campaignSettings) senders() (all []campaignSender, err error) {
	seen := map[string]bool{}
	for _, text := range c.Senders {
		m := senderForm.FindStringSubmatch(strings.TrimSpace(text))
		if m == nil {
			return nil, hotline.Errorf(hotline.Invalid, "--campaign-senders: %q is no number with a rate; write such as +15550100200=1 or whatsapp:+15550100200=80", text)
		}
		s := campaignSender{channel: hotline.SMS, number: m[2], rate: ratelimit.Limit{Events: 1, Per: time.Second}}
		if m[1] != "" {
			s.channel = hotline.WhatsApp
		}
		if m[3] != "" {
			if s.rate, err = perSecond(m[3]); err != nil {
				return nil, err
			}
		}
		if seen[m[1]+m[2]] {
			return nil, hotline.Errorf(hotline.Invalid, "--campaign-senders: %s stands there twice", m[2])
		}
		seen[m[1]+m[2]] = true
		all = append(all, s)
	}
	return all, nil
}

// perSecond turns "12" or "0.5" into a limit whose burst is one second's worth, and
// at least one message.
func perSecond(text string) (ratelimit.Limit, error) {
	rate, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || rate <= 0 || rate > 100_000:
		return ratelimit.Limit{}, hotline.Errorf(hotline.Invalid, "--campaign-senders: a rate of %q; write messages per second, above 0", text)
	case rate < 1:
		return ratelimit.Limit{Events: 1, Per: time.Duration(float64(time.Second) / rate)}, nil
	}
	return ratelimit.Limit{Events: int(rate), Per: time.Second}, nil
}

func (c campaignSettings) validate() error {
	if _, err := c.senders(); err != nil {
		return err
	}
	if c.Hold < 0 || c.Hold > 24*time.Hour {
		return hotline.Errorf(hotline.Invalid, "--campaign-hold: %s is outside 0s to 24h", c.Hold)
	}
	if c.AtOnce < 0 || c.AtOnce > 1024 {
		return hotline.Errorf(hotline.Invalid, "--campaign-at-once: %d is outside 1 to 1024", c.AtOnce)
	}
	return nil
}
