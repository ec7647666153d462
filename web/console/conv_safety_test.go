package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// silent is a conversation in which the person last wrote so long ago.
func silent(t *testing.T, ago time.Duration, change func(*hotline.Exchange)) (*house, string) {
	t.Helper()
	h, path := desk(t, dina, english, englishTold)
	x := h.conv(path)
	c := &x.Conversation
	c.Safety, c.LastInboundAt, c.AnsweredAt, c.WaitingSince, c.OwnerID = hotline.Safe, h.now.Add(-ago), h.now.Add(-ago), time.Time{}, dina.ID
	if change != nil {
		change(x)
	}
	return h, path
}

func waits(x *hotline.Exchange) { x.Conversation.WaitingSince = x.Conversation.LastInboundAt }

func TestSafetyStrip(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ago    time.Duration
		change func(*hotline.Exchange)
		wants  []string
		lacks  []string
	}{
		"open":   {time.Minute, nil, []string{"Safe to text: yes", "Offer a safe word", `name="text"`}, []string{"Write anyway", "alarm word"}},
		"silent": {time.Hour, nil, []string{"The person is silent", "Write anyway", "There is danger now", "Reply, locked"}, []string{"Ask if it is still safe"}},
		"waits":  {time.Hour, waits, []string{"Ask first whether it is still safe", "Ask if it is still safe", "Write anyway"}, nil},
		"paused": {
			time.Minute, func(x *hotline.Exchange) { x.Contact.Plan.Paused = true },
			[]string{"Paused by the person&#39;s safe word", "Reply, locked"},
			[]string{"Write anyway", "Ask if it is still safe"},
		},
		"alarm": {
			time.Minute, func(x *hotline.Exchange) { x.Contact.Plan.Duress = true },
			[]string{"The person sent their alarm word.", "Plain texts that can be sent now", "Your request was received.", "End the alarm"},
			[]string{`id="reply" name="text"`},
		},
		"plan": {
			time.Minute, func(x *hotline.Exchange) {
				x.Contact.Plan = hotline.Plan{Later: hotline.LaterYes, From: 840, To: 960, SafeWord: "mark"}
			},
			[]string{"we may write first from 14:00 to 16:00 where they are, has a safe word"},
			[]string{"Offer a safe word"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, path := silent(t, c.ago, c.change)
			body := h.get(t, path).body
			wants(t, body, c.wants...)
			lacks(t, body, c.lacks...)
		})
	}
}

func TestSafetyActions(t *testing.T) {
	t.Parallel()
	alarm := func(x *hotline.Exchange) { x.Contact.Plan.Duress = true }
	for name, c := range map[string]struct {
		ago    time.Duration
		change func(*hotline.Exchange)
		act    string
		form   url.Values
		status int
		want   string // in the page that follows
	}{
		"ask":                      {time.Hour, waits, "/ask", nil, http.StatusSeeOther, "Asked whether it is still safe"},
		"ask a silent person":      {time.Hour, nil, "/ask", nil, http.StatusConflict, "silent for 15 minutes"},
		"lift":                     {time.Hour, nil, "/lift", url.Values{"reason": {"danger_now"}}, http.StatusSeeOther, "You can write for 15 minutes"},
		"lift without a reason":    {time.Hour, nil, "/lift", nil, http.StatusUnprocessableEntity, "Choose a reason"},
		"lift what is hard":        {time.Hour, func(x *hotline.Exchange) { x.Contact.Plan.Paused = true }, "/lift", url.Values{"reason": {"danger_now"}}, http.StatusConflict, "safe word"},
		"offer a safe word":        {time.Minute, nil, "/words", nil, http.StatusSeeOther, "Asked for a safe word"},
		"a plain text":             {time.Minute, alarm, "/plain", url.Values{"name": {"decoy"}, "once": {"w"}}, http.StatusSeeOther, "On its way"},
		"a text that is not plain": {time.Minute, alarm, "/plain", url.Values{"name": {"emergency"}}, http.StatusUnprocessableEntity, "plain texts"},
		"a reply under alarm":      {time.Minute, alarm, "/reply", url.Values{"text": {"Are you hurt?"}}, http.StatusConflict, "Only a plain text may be sent"},
		"end the alarm":            {time.Minute, alarm, "/calm", url.Values{"reason": {"met_in_person"}}, http.StatusSeeOther, "The alarm has ended"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, path := silent(t, c.ago, c.change)
			form := c.form
			if form == nil {
				form = url.Values{}
			}
			before := len(h.said(path))
			a := h.post(t, path+c.act, form)
			if a.StatusCode != c.status {
				t.Fatalf("%d\n%s", a.StatusCode, a.body)
			}
			body := a.body
			if a.StatusCode == http.StatusSeeOther {
				body = h.get(t, strings.TrimPrefix(a.Header.Get("Location"), "http://example.com")).body
			} else if len(h.said(path)) != before {
				t.Error("something was sent")
			}
			wants(t, body, c.want)
		})
	}
}

func TestAnswersOfTheScriptAreReadable(t *testing.T) {
	t.Parallel()
	h, path := desk(t, dina, english, englishTold)
	h.conv(path).Conversation.Answers = []hotline.Answer{
		{Question: "about", Value: "other", At: h.now},
		{Question: "need", Value: "safe_place", At: h.now},
		{Question: "language", Value: "offered"},
		{Question: "house_colour", Words: "blue", At: h.now},
	}
	body := h.get(t, path).body
	wants(t, body, "Someone else", "What would help most", "A safe place", "House colour", "blue")
	lacks(t, body, ">Language<", "Under 18")
}
