package twilio

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/hearline/hearline/hotline"
)

const (
	lookupPageSize = 50
	lookupPages    = 4 // newest first, so that one person's last 200 messages are seen
)

// ClockSkew is how far Twilio's clock and ours may be apart: the look-up of a try
// without an answer allows for it, and a machine that is further off must be set
// right, or a message could be sent twice.
const ClockSkew = time.Minute

// find looks for a message that an earlier try may have left at the carrier:
// same recipient, sender and text, made since the delivery was queued, and not
// known as another message of ours: an equal text may have been sent to the same
// person a moment before. It does not filter by DateSent, which a message still
// in Twilio's queue does not have. The error's only use is that there is one.
func (c *Carrier) find(ctx context.Context, out hotline.Outgoing) (*openapi.ApiV2010Message, error) {
	p := &openapi.ListMessageParams{}
	p.SetTo(prefixed(out.Channel, out.To.Reveal())).SetPageSize(lookupPageSize)
	if from := c.from(out); from != "" {
		p.SetFrom(from)
	}
	since := out.CreatedAt.Add(-ClockSkew)
	var found *openapi.ApiV2010Message
	var fault error
	err := c.pages(ctx, p, lookupPages, func(page []openapi.ApiV2010Message) (more bool) {
		var like []*openapi.ApiV2010Message
		for i := range page {
			if c.mayBe(&page[i], out, since) {
				like = append(like, &page[i])
			}
		}
		found, fault = c.notStored(ctx, out.MessageID, like)
		return found == nil && fault == nil
	})
	return found, cmp.Or(err, fault)
}

// notStored returns the first message whose id is not stored; nil when all are.
func (c *Carrier) notStored(ctx context.Context, of hotline.MessageID, like []*openapi.ApiV2010Message) (*openapi.ApiV2010Message, error) {
	if len(like) == 0 {
		return nil, nil
	}
	ids := make([]string, len(like))
	for i, m := range like {
		ids[i] = text(m.Sid)
	}
	missing, err := c.cfg.Missing(ctx, of, ids)
	if err != nil {
		return nil, err
	}
	for _, m := range like {
		if slices.Contains(missing, text(m.Sid)) {
			return m, nil
		}
	}
	return nil, nil
}

// mayBe says that a listed message can be what became of a delivery.
func (c *Carrier) mayBe(m *openapi.ApiV2010Message, out hotline.Outgoing, since time.Time) bool {
	return strings.HasPrefix(text(m.Direction), "outbound") &&
		sameWords(text(m.Body), out.Text.Reveal()) &&
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
