package twilio

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/hearline/hearline/hotline"
)

const (
	historyPageSize = 1000 // Twilio's largest
	// historyPages is no limit: a list cut short would be taken for complete.
	historyPages = math.MaxInt
)

// InboundSince implements channels.Historian. The errors are
// hotline.Unavailable. Twilio's list knows neither the shared location of a
// message nor OptOutType; media are asked for message by message.
func (c *Carrier) InboundSince(ctx context.Context, since time.Time) ([]hotline.Inbound, error) {
	p := &openapi.ListMessageParams{}
	p.SetDateSentAfter(since.UTC()).SetPageSize(historyPageSize)
	var heard []hotline.Inbound
	var fault error
	err := c.pages(ctx, p, historyPages, func(page []openapi.ApiV2010Message) bool {
		for i := range page {
			m := &page[i]
			if text(m.Direction) != "inbound" || madeAt(m).Before(since.Truncate(time.Second)) {
				continue
			}
			var in hotline.Inbound
			if in, fault = c.remember(ctx, m); fault != nil {
				return false
			}
			heard = append(heard, in)
		}
		return true
	})
	if err == nil {
		err = fault
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(heard, func(a, b hotline.Inbound) int { return a.At.Compare(b.At) })
	return heard, nil
}

// remember makes of a listed message what Hear would have made of its webhook.
func (c *Carrier) remember(ctx context.Context, m *openapi.ApiV2010Message) (hotline.Inbound, error) {
	channel, from := split(text(m.From))
	_, to := split(text(m.To))
	in := hotline.Inbound{
		Channel: channel, From: hotline.Address(from), To: to, ProviderID: text(m.Sid),
		Text: hotline.Text(decodeLong(text(m.Body))), Segments: 1, At: madeAt(m),
	}
	if n, err := strconv.Atoi(text(m.NumSegments)); err == nil {
		in.Segments = n
	}
	if n, err := strconv.Atoi(text(m.NumMedia)); err != nil || n == 0 {
		return in, nil
	}
	var err error
	in.Media, err = c.listMedia(ctx, in.ProviderID)
	return in, err
}

func (c *Carrier) listMedia(ctx context.Context, sid string) ([]hotline.Media, error) {
	one, api, done := c.begin(ctx)
	defer done()
	page, err := api.PageMedia(sid, (&openapi.ListMediaParams{}).SetPageSize(maxMedia), "", "")
	if err != nil {
		return nil, hotline.Errorf(hotline.Unavailable, "twilio: listing media failed, status %d, code %d", one.status, code(err))
	}
	media := make([]hotline.Media, 0, len(page.MediaList))
	for i := range page.MediaList {
		uri := strings.TrimSuffix(text(page.MediaList[i].Uri), ".json")
		media = append(media, hotline.Media{
			ContentType: text(page.MediaList[i].ContentType),
			URL:         hotline.Text(strings.TrimRight(c.cfg.BaseURL, "/") + uri),
		})
	}
	return media, nil
}
