package twilio

import (
	"context"
	"math"
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

// InboundSince implements channels.Historian, newest first. The errors are those
// of page, and hotline.Unavailable. Twilio's list knows neither the shared
// location of a message nor OptOutType, and of media only how many there are.
func (c *Carrier) InboundSince(ctx context.Context, since time.Time, page func([]hotline.Inbound) error) error {
	p := &openapi.ListMessageParams{}
	p.SetDateSentAfter(since.UTC()).SetPageSize(historyPageSize)
	var fault error
	err := c.pages(ctx, p, historyPages, func(listed []openapi.ApiV2010Message) bool {
		var heard []hotline.Inbound
		for i := range listed {
			in := remember(&listed[i])
			if in.At.IsZero() {
				in.At = since // not left out, and taken for late
			}
			if text(listed[i].Direction) == "inbound" && !in.At.Before(since.Truncate(time.Second)) {
				heard = append(heard, in)
			}
		}
		fault = page(heard)
		return fault == nil
	})
	if fault != nil {
		return fault
	}
	return err
}

// remember makes of a listed message what Hear would have made of its webhook,
// save the addresses of media.
func remember(m *openapi.ApiV2010Message) hotline.Inbound {
	channel, from := split(text(m.From))
	_, to := split(text(m.To))
	in := hotline.Inbound{
		Channel: channel, From: hotline.Address(from), To: to, ProviderID: text(m.Sid),
		Text: hotline.Text(decodeLong(text(m.Body))), Segments: 1, At: madeAt(m),
	}
	if n, err := strconv.Atoi(text(m.NumSegments)); err == nil {
		in.Segments = n
	}
	if n, err := strconv.Atoi(text(m.NumMedia)); err == nil && n > 0 {
		in.Media = make([]hotline.Media, min(n, maxMedia))
	}
	in.Incomplete = m.ErrorCode != nil && *m.ErrorCode == hotline.PartMissing
	return in
}

// Media implements channels.Historian. The error is hotline.Unavailable.
func (c *Carrier) Media(ctx context.Context, sid string) ([]hotline.Media, error) {
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
