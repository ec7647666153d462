package simulator

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/hearline/hearline/hotline"
)

// Twilio's limits: characters of a text, seconds of ValidityPeriod, and how far
// ahead SendAt may lie.
const (
	maxBodyRunes = 1600
	maxValidity  = 36_000
	leastAhead   = 5 * time.Minute
	mostAhead    = 35 * 24 * time.Hour
)

var serviceSID = regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`)

func (c *Carrier) createMessage(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuse(w, errParameter)
		return
	}
	m, files, p := c.readOrder(r.PostForm)
	if p != nil {
		refuse(w, p)
		return
	}
	m = c.newMessage(m, files)
	c.keep(m)
	c.depart(m)
	if c.chance.percent(c.faults.get().Hang) {
		c.tell(m.phone(), "accepted, answer withheld")
		c.hang(r)
	}
	answer(w, http.StatusCreated, c.resource(m))
}

// hang never answers: it waits until the caller has had enough.
func (c *Carrier) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-c.ctx.Done():
	}
	panic(http.ErrAbortHandler)
}

// readOrder checks what is to be sent, in Twilio's order: to whom, from whom,
// what, when.
func (c *Carrier) readOrder(f url.Values) (m Message, files []Attachment, p *problem) {
	m = Message{
		Direction: Outbound, To: f.Get("To"), From: f.Get("From"), Body: f.Get("Body"),
		Service: f.Get("MessagingServiceSid"), Status: hotline.Queued,
		callback: f.Get("StatusCallback"), discard: f.Get("ContentRetention") == "discard",
	}
	for _, address := range f["MediaUrl"] {
		files = append(files, Attachment{ContentType: typeOf(address), URL: address})
	}
	if p := c.checkEnds(m); p != nil {
		return m, nil, p
	}
	if p := checkContent(m, files, f); p != nil {
		return m, nil, p
	}
	if m.Service != "" {
		m.Status = hotline.Accepted
	}
	return m, files, c.schedule(&m, f)
}

func (c *Carrier) checkEnds(m Message) *problem {
	switch {
	case m.To == "":
		return errNoTo
	case !phoneNumber.MatchString(m.To):
		return errBadTo
	case m.From == "" && m.Service == "":
		return errNoFrom
	case m.Service != "" && !serviceSID.MatchString(m.Service):
		return errService
	case m.From != "" && m.From != c.cfg.Number && m.From != whatsApp+c.cfg.Number && m.From != c.cfg.Second:
		return errBadFrom
	case m.From != "" && isWhatsApp(m.From) != isWhatsApp(m.To):
		return errPair
	case c.optOuts.has(m.To):
		return errOptedOut
	}
	return nil
}

func checkContent(m Message, files []Attachment, f url.Values) *problem {
	switch {
	case m.Body == "" && len(files) == 0:
		return errNoBody
	case !utf8.ValidString(m.Body) || len(files) > maxFiles:
		return errParameter
	case utf8.RuneCountInString(m.Body) > maxBodyRunes:
		return errTooLong
	}
	if m.callback != "" {
		if u, err := url.Parse(m.callback); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return newProblem(http.StatusBadRequest, 21609, "The 'StatusCallback' URL is not a valid URL")
		}
	}
	if v := f.Get("ValidityPeriod"); v != "" {
		if n, err := strconv.Atoi(v); err != nil || n < 1 || n > maxValidity {
			return errParameter
		}
	}
	return nil
}

// schedule applies ScheduleType and SendAt.
func (c *Carrier) schedule(m *Message, f url.Values) *problem {
	if f.Get("ScheduleType") == "" && f.Get("SendAt") == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, f.Get("SendAt"))
	ahead := at.Sub(c.cfg.Now())
	switch {
	case f.Get("ScheduleType") != "fixed":
		return errParameter
	case m.Service == "":
		return errSchedule
	case err != nil || ahead < leastAhead || ahead > mostAhead:
		return errSendAt
	}
	m.Status, m.SendAt = hotline.Scheduled, at
	return nil
}
