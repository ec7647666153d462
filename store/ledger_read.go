package store

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Progress says how far a campaign is, by language and variant, over all its runs.
// Recipients less what is counted otherwise are still waiting.
func (s *Store) Progress(ctx context.Context, id hotline.CampaignID) (out []hotline.ProgressOf, err error) {
	err = s.read(ctx, query(func(r row) error {
		var lang, variant, what string
		var n int
		if err := r.Scan(&lang, &variant, &what, &n); err != nil {
			return err
		}
		if last := len(out) - 1; last < 0 || string(out[last].Language) != lang || out[last].Variant != variant {
			out = append(out, hotline.ProgressOf{Language: hotline.Language(lang), Variant: variant})
		}
		addProgress(&out[len(out)-1].Progress, what, n)
		return nil
	}, `SELECT k.language, k.variant, k.what, SUM(k.value) FROM lanes l JOIN lane_counts k ON k.lane = l.id WHERE l.campaign_id = $1
		GROUP BY k.language, k.variant, k.what ORDER BY k.language, k.variant, k.what`, string(id)))
	return out, err
}

func addProgress(p *hotline.Progress, what string, n int) {
	switch what {
	case "people":
		p.Recipients = n
	case "sent":
		p.Sent = n
	case "delivered":
		p.Delivered = n
	case "failed":
		p.Failed = n
	case "skipped":
		p.Skipped = n
	case "opted_out":
		p.OptedOut = n
	case "replied":
		p.Replied = n
	case "segments":
		p.Segments = n
	}
}

// LastOutcomes says what came of the last n messages of a campaign that the carrier
// took, or refused, since a time.
func (s *Store) LastOutcomes(ctx context.Context, id hotline.CampaignID, since time.Time, n int) (o hotline.Outcomes, err error) {
	err = s.read(ctx, query(func(r row) error {
		var failed, left bool
		if err := r.Scan(&failed, &left); err != nil {
			return err
		}
		o.Of++
		if failed {
			o.Failed++
		}
		if left {
			o.OptedOut++
		}
		return nil
	}, `SELECT r.state = 'failed' OR r.delivery IN ('failed', 'undelivered'), r.opted_out_at > 0
		FROM lanes l JOIN recipients r ON r.lane = l.id AND r.n >= l.next_n - $3 AND r.n < l.next_n AND r.state IN ('sent', 'failed') AND r.updated_at >= $2
		WHERE l.campaign_id = $1 ORDER BY r.tried_at DESC, r.n DESC LIMIT $4`, string(id), micros(since), int64(outcomesWithin*n), int64(n)))
	return o, err
}

// outcomesWithin is how far back the last outcomes are looked for, in multiples of
// how many are wanted: some of those before the front still wait or were skipped.
const outcomesWithin = 5

// MissingFor returns those of a carrier's ids that are not stored for the person of a
// recipient: what a look-up finds at the carrier may be another campaign's message to
// the same number.
func (s *Store) MissingFor(ctx context.Context, of hotline.MessageID, providerIDs []string) (missing []string, err error) {
	lane, n, ok := hotline.ParseRecipient(of)
	if !ok {
		return s.Missing(ctx, providerIDs)
	}
	known := map[string]bool{}
	err = s.read(ctx, query(func(r row) error {
		var id string
		err := r.Scan(&id)
		known[id] = true
		return err
	}, `SELECT o.provider_id FROM recipients r JOIN recipients o ON o.subscriber_id = r.subscriber_id AND o.subscriber_id <> ''
		WHERE r.lane = $1 AND r.n = $2 AND r.subscriber_id <> '' ORDER BY o.lane, o.n`, lane, n))
	for _, id := range providerIDs {
		if !known[id] {
			missing = append(missing, id)
		}
	}
	return missing, err
}

// CampaignYield counts the conversations that a campaign has led to.
func (s *Store) CampaignYield(ctx context.Context, id hotline.CampaignID) (y hotline.Yield, err error) {
	err = s.read(ctx, query(func(r row) error { return r.Scan(&y.Conversations, &y.Urgent, &y.Cases, &y.Waiting) },
		`SELECT COUNT(*), COUNT(*) FILTER (WHERE priority IN (1, 2)), COUNT(*) FILTER (WHERE case_id <> ''),
			COUNT(*) FILTER (WHERE state = 'open' AND waiting_since < 9223372036854775807) FROM conversations WHERE campaign_id = $1 AND campaign_id <> ''`, string(id)))
	return y, err
}
