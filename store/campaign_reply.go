package store

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
)

// answersWithin is how long after a campaign's message what its recipient writes is
// taken for an answer to it.
const answersWithin = 30 * day

// byPeople is the shard of what people themselves do: too little to be in each
// other's way.
const byPeople = "people"

func addressColumn(ch hotline.Channel) string {
	if ch == hotline.WhatsApp {
		return "whatsapp_index"
	}
	return "sms_index"
}

// campaignWord keeps what somebody has said about campaigns on a channel: the
// opt-in, its proof, and on whose message they left. Who never joined, and leaves,
// stays unknown.
func (s *Store) campaignWord(index string, x *hotline.Exchange, now time.Time) []stmt {
	ch := x.Conversation.Channel
	column, at := optInColumn(ch), micros(now)
	who := "(SELECT a.id FROM subscriber_addresses a WHERE a." + addressColumn(ch) + " = $1)"
	statements := []stmt{
		do("INSERT INTO consents (subscriber_id, id, channel, state, wording, language, source, proof, actor_id, at) SELECT s.id, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), "+
			"'', CAST($5 AS TEXT), 'person', '', '', CAST($6 AS BIGINT) FROM subscribers s WHERE s.id = "+who+" AND s."+column+" <> CAST($4 AS TEXT)",
			index, s.newID(), string(ch), string(x.Campaigns), string(x.Conversation.Language), at),
		do("UPDATE subscribers SET "+column+" = $2, seen_at = $3 WHERE id = "+who+" AND "+column+" <> $2", index, string(x.Campaigns), at),
	}
	if x.Campaigns != hotline.OptInWithdrawn {
		return statements
	}
	// The last message of each campaign that they got.
	last := "r.subscriber_id = " + who + " AND r.subscriber_id <> '' AND r.state = 'sent' AND r.opted_out_at = 0 AND r.sent_at > $2"
	since := micros(now.Add(-answersWithin))
	return append(statements,
		do("INSERT INTO lane_counts (lane, language, variant, what, shard, value) SELECT r.lane, r.language, r.variant, 'opted_out', '"+byPeople+"', COUNT(*) FROM recipients r WHERE "+last+
			" GROUP BY r.lane, r.language, r.variant"+addUp, index, since),
		do("UPDATE recipients AS r SET opted_out_at = $3, updated_at = $3 WHERE "+last, index, since, at))
}

// CampaignAnswered finds the campaign whose message somebody got last, within 30 days,
// and notes once that they have written; "" when there is none.
func (s *Store) CampaignAnswered(ctx context.Context, ch hotline.Channel, from hotline.Address) (id hotline.CampaignID, err error) {
	index, now := s.indexOf(ch, from), s.now()
	err = s.update(ctx, func(t *tx) error {
		id = ""
		var lane, n, replied int64
		err := t.run(ctx, query(func(r row) error { return r.Scan(&lane, &n, &replied, (*string)(&id)) },
			"SELECT r.lane, r.n, r.replied_at, l.campaign_id FROM recipients r JOIN lanes l ON l.id = r.lane WHERE r.subscriber_id = (SELECT a.id FROM subscriber_addresses a WHERE a."+
				addressColumn(ch)+" = $1) AND r.subscriber_id <> '' AND r.state = 'sent' AND r.sent_at > $2 ORDER BY r.sent_at DESC, r.lane DESC, r.n DESC LIMIT 1"+s.d.forUpdate("r"),
			index, micros(now.Add(-answersWithin))))
		if err != nil || id == "" || replied > 0 {
			return err
		}
		return t.run(ctx,
			do("INSERT INTO lane_counts (lane, language, variant, what, shard, value) SELECT r.lane, r.language, r.variant, 'replied', '"+byPeople+"', 1 FROM recipients r WHERE r.lane = $1 AND r.n = $2"+addUp, lane, n),
			do("UPDATE recipients SET replied_at = $3 WHERE lane = $1 AND n = $2", lane, n, micros(now)),
			do("UPDATE subscribers SET seen_at = $2 WHERE id = (SELECT a.id FROM subscriber_addresses a WHERE a."+addressColumn(ch)+" = $1)", index, micros(now)))
	})
	return id, err
}
