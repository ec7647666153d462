package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Twilio's page sizes.
const (
	defaultPage = 50
	largestPage = 1000
)

func (c *Carrier) fetchMessage(w http.ResponseWriter, r *http.Request) {
	m, ok := c.box.get(r.PathValue("sid"))
	if !ok {
		refuse(w, errNotFound)
		return
	}
	answer(w, http.StatusOK, c.resource(m))
}

func (c *Carrier) listMessages(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	match, ok := filter(q)
	if !ok {
		refuse(w, errParameter)
		return
	}
	at, ok := readPlace(q)
	if !ok {
		refuse(w, errParameter)
		return
	}
	found, more := c.box.newest(at.before, at.size, match)
	out := struct {
		Messages []messageResource `json:"messages"`
		paging
	}{Messages: make([]messageResource, 0, len(found))}
	for _, m := range found {
		out.Messages = append(out.Messages, c.resource(m))
	}
	var last uint64
	if more {
		last = found[len(found)-1].seq
	}
	out.paging = at.paging(c.accountPath()+"/Messages.json", q, len(found), last)
	answer(w, http.StatusOK, out)
}

// place is where a page of a list begins: a token that stays right while new
// messages arrive on top.
type place struct {
	size   int
	page   int
	before uint64 // seq; 0 on the first page
}

// pageToken begins a token; what follows is the seq in hexadecimal.
const pageToken = "PASM"

func readPlace(q url.Values) (p place, ok bool) {
	p.size = defaultPage
	if s := q.Get("PageSize"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return p, false
		}
		p.size = min(n, largestPage)
	}
	if s := q.Get("Page"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return p, false
		}
		p.page = n
	}
	token := q.Get("PageToken")
	if token == "" {
		return p, p.page == 0
	}
	if len(token) <= len(pageToken) || token[:len(pageToken)] != pageToken {
		return p, false
	}
	seq, err := strconv.ParseUint(token[len(pageToken):], 16, 64)
	p.before = seq
	return p, err == nil && seq > 0
}

// paging describes the page; last is the seq of its last message, 0 when no
// page follows.
func (p place) paging(path string, q url.Values, count int, last uint64) paging {
	q.Del("PageToken")
	q.Set("PageSize", strconv.Itoa(p.size))
	at := func(page int, seq uint64) string {
		q.Set("Page", strconv.Itoa(page))
		if seq > 0 {
			q.Set("PageToken", pageToken+strconv.FormatUint(seq, 16))
		}
		address := withQuery(path, q)
		q.Del("PageToken")
		return address
	}
	out := paging{
		Page: p.page, PageSize: p.size, Start: p.page * p.size, End: p.page*p.size + max(count-1, 0),
		First: at(0, 0), URI: at(p.page, p.before),
	}
	if last > 0 {
		next := at(p.page+1, last)
		out.Next = &next
	}
	return out
}

// filter reads To, From and the three DateSent parameters. The bounds are
// inclusive; a plain DateSent means that whole day, UTC.
func filter(q url.Values) (match func(*Message) bool, ok bool) {
	to, from := q.Get("To"), q.Get("From")
	since, until := time.Time{}, time.Time{}
	for name, apply := range map[string]func(t time.Time, whole bool){
		"DateSent": func(t time.Time, _ bool) {
			since = t.UTC().Truncate(24 * time.Hour)
			until = since.Add(24*time.Hour - time.Nanosecond)
		},
		"DateSent>": func(t time.Time, _ bool) { since = t },
		"DateSent<": func(t time.Time, whole bool) {
			if until = t.Add(time.Second - time.Nanosecond); whole {
				until = t.Add(24*time.Hour - time.Nanosecond)
			}
		},
	} {
		if q.Get(name) == "" {
			continue
		}
		t, whole, err := readTime(q.Get(name))
		if err != nil {
			return nil, false
		}
		apply(t, whole)
	}
	dated := !since.IsZero() || !until.IsZero()
	return func(m *Message) bool {
		switch {
		case m.note, to != "" && m.To != to, from != "" && m.From != from:
			return false
		case dated && (m.DateSent.IsZero() || m.DateSent.Before(since)):
			return false
		}
		return until.IsZero() || !m.DateSent.After(until)
	}, true
}

// readTime reads a day (whole) or a moment.
func readTime(s string) (t time.Time, whole bool, err error) {
	if t, err = time.Parse(time.DateOnly, s); err == nil {
		return t, true, nil
	}
	t, err = time.Parse(time.RFC3339, s)
	return t, false, err
}
