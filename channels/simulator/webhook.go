package simulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Twilio's codes for a webhook that failed, told to the fallback address.
const (
	codeBadAnswer    = 11200
	codeNoConnection = 11205
)

// longestHold is how long the fault Reorder keeps a message when no other one
// comes to overtake it.
const longestHold = 2 * time.Second

// held is the one message that waits to be overtaken.
type held struct {
	mu   sync.Mutex
	wait func(context.Context)
}

// put keeps bring for later; it is false when one is already kept.
func (h *held) put(bring func(context.Context)) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.wait != nil {
		return false
	}
	h.wait = bring
	return true
}

func (h *held) release(ctx context.Context) {
	h.mu.Lock()
	bring := h.wait
	h.wait = nil
	h.mu.Unlock()
	if bring != nil {
		bring(ctx)
	}
}

// bring carries an inbound message to the service, as the faults let it.
func (c *Carrier) bring(ctx context.Context, m Message, keyword string) error {
	if c.cfg.WebhookURL == "" {
		return nil
	}
	f := c.faults.get()
	if c.chance.percent(f.LoseWebhook) {
		c.tell(m.phone(), "webhook lost")
		return nil
	}
	late := func(ctx context.Context) { _ = c.webhook(ctx, m, keyword) }
	if c.chance.percent(f.Reorder) && c.held.put(late) {
		c.tell(m.phone(), "webhook held back")
		c.later(longestHold, c.held.release)
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.ctx, cancel)()
	err := c.webhook(ctx, m, keyword)
	c.held.release(c.ctx)
	return err
}

// webhook calls the webhook, and the fallback when it fails.
func (c *Carrier) webhook(ctx context.Context, m Message, keyword string) error {
	form := c.inboundForm(m, keyword)
	token := c.chance.hex16()
	code := c.post(ctx, c.cfg.WebhookURL, form, token)
	if code == codeNoConnection && ctx.Err() == nil {
		code = c.post(ctx, c.cfg.WebhookURL, form, token)
	}
	if c.chance.percent(c.faults.get().Duplicate) {
		c.tell(m.phone(), "webhook made twice")
		c.post(ctx, c.cfg.WebhookURL, form, token)
	}
	if code != 0 && c.cfg.FallbackURL != "" && ctx.Err() == nil {
		c.tell(m.phone(), "webhook failed, fallback called")
		form.Set("ErrorCode", strconv.Itoa(code))
		form.Set("ErrorUrl", c.cfg.WebhookURL)
		code = c.post(ctx, c.cfg.FallbackURL, form, token)
	}
	c.ticked(m.SID, code == 0)
	if code != 0 {
		c.tell(m.phone(), "nobody took the message")
		return hotline.Errorf(hotline.Unavailable, "the service did not take the message (%d)", code)
	}
	return nil
}

// ticked records whether the service took an inbound message.
func (c *Carrier) ticked(sid string, taken bool) {
	m, ok := c.box.change(sid, func(m *Message) bool {
		m.Taken, m.failed = taken, !taken
		return true
	})
	if ok {
		c.showStatus(m)
	}
}

// post makes one signed call; 0 means that it was answered with 2xx. Only the
// token is the same when a call is repeated.
func (c *Carrier) post(ctx context.Context, address string, form url.Values, token string) (code int) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return codeNoConnection
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set("X-Twilio-Signature", Sign(c.cfg.AuthToken, address, form))
	req.Header.Set("I-Twilio-Idempotency-Token", token)
	res, err := c.cfg.Client.Do(req)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return codeBadAnswer
	case err != nil:
		return codeNoConnection
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 64<<10)
	if res.StatusCode/100 != 2 {
		return codeBadAnswer
	}
	return 0
}
