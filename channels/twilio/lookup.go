package twilio

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/hearline/hearline/hotline"
)

const (
	lookupPageSize = 50
	lookupPages    = 4 // newest first, so that one person's last 200 messages are seen
	// clockSkew is how far Twilio's clock, which counts whole seconds, may be
	// behind ours.
	clockSkew = 5 * time.Second
)

// find looks for a message that an earlier try may have left at the carrier:
// same recipient, sender and text, made since the delivery was queued. It does
// not filter by DateSent, which a message still in Twilio's queue does not have.
// The error's only use is that there is one.
func (c *Carrier) find(ctx context.Context, out hotline.Outgoing) (*openapi.ApiV2010Message, error) {
	p := &openapi.ListMessageParams{}
	p.SetTo(prefixed(out.Channel, out.To.Reveal())).SetPageSize(lookupPageSize)
	if from := c.from(out); from != "" {
		p.SetFrom(from)
	}
	since := out.CreatedAt.Add(-clockSkew)
	var found *openapi.ApiV2010Message
	err := c.pages(ctx, p, lookupPages, func(page []openapi.ApiV2010Message) (more bool) {
		for i := range page {
			if c.isOurs(&page[i], out, since) {
				found = &page[i]
				return false
			}
		}
		return true
	})
	return found, err
}

func (c *Carrier) isOurs(m *openapi.ApiV2010Message, out hotline.Outgoing, since time.Time) bool {
	return strings.HasPrefix(text(m.Direction), "outbound") &&
		text(m.Body) == out.Text.Reveal() &&
		text(m.Sid) != "" && !c.recent.ofAnother(text(m.Sid), out.MessageID) &&
		!madeAt(m).Before(since)
}

// pages calls each with one page after another until it says false, there are
// no more, or limit is reached.
func (c *Carrier) pages(ctx context.Context, p *openapi.ListMessageParams, limit int,
	each func([]openapi.ApiV2010Message) bool,
) error {
	token, number := "", ""
	for range limit {
		page, err := c.page(ctx, p, token, number)
		if err != nil {
			return err
		}
		if !each(page.Messages) || text(page.NextPageUri) == "" {
			return nil
		}
		next, err := url.Parse(*page.NextPageUri)
		if err != nil {
			return hotline.Errorf(hotline.Unavailable, "twilio: the list's next page has no readable address")
		}
		token, number = next.Query().Get("PageToken"), next.Query().Get("Page")
	}
	return nil
}

// page fetches one page. Its error never holds twilio-go's, whose text has the
// address asked for, and with it the phone number.
func (c *Carrier) page(ctx context.Context, p *openapi.ListMessageParams, token, number string) (*openapi.ListMessageResponse, error) {
	one, api, done := c.begin(ctx)
	defer done()
	page, err := api.PageMessage(p, token, number)
	if err != nil {
		return nil, hotline.Errorf(hotline.Unavailable, "twilio: listing messages failed, status %d, code %d", one.status, code(err))
	}
	return page, nil
}

// madeAt is when the carrier took the message, in Twilio's RFC 1123 form; zero
// when it does not say.
func madeAt(m *openapi.ApiV2010Message) time.Time {
	for _, s := range []string{text(m.DateCreated), text(m.DateSent)} {
		if at, err := time.Parse(time.RFC1123Z, s); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// recent remembers which message of ours the carrier's last ids stand for, so
// that the look-up of an unanswered try does not take an equal text sent a
// moment earlier for it.
type recent struct {
	mu    sync.Mutex
	ids   map[string]hotline.MessageID
	order []string
	next  int
}

const recentIDs = 4096

func newRecent() *recent {
	return &recent{ids: make(map[string]hotline.MessageID), order: make([]string, 0, recentIDs)}
}

func (r *recent) add(id string, of hotline.MessageID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.order) < recentIDs {
		r.order = append(r.order, id)
	} else {
		delete(r.ids, r.order[r.next])
		r.order[r.next] = id
		r.next = (r.next + 1) % recentIDs
	}
	r.ids[id] = of
}

// ofAnother says that the carrier's id stands for another message than this one.
// The same message may be looked up again: what came of it could not be stored.
func (r *recent) ofAnother(id string, message hotline.MessageID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	of, ok := r.ids[id]
	return ok && of != message
}
