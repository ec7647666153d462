package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hearline/hearline/hotline"
)

const day = 24 * time.Hour

// blocked lists the subscribers whom the hotline's own conversations forbid to write
// to, on whichever channel it was said: few, so that this is where a query begins.
// 1: opted out, 2: not safe, 3: in a conversation.
const blocked = `SELECT b.id, MIN(b.why) AS why FROM (
	SELECT a.id, CASE WHEN c.opted_out THEN 1 ELSE 2 END AS why
	FROM contacts c JOIN subscriber_addresses a ON c.channel IN ('sms', 'whatsapp') AND (a.sms_index = c.address_index OR a.whatsapp_index = c.address_index)
	WHERE c.opted_out OR c.not_safe OR c.plan LIKE '%"paused":true%'
	UNION ALL
	SELECT a.id, 3 AS why
	FROM conversations v JOIN subscriber_addresses a ON a.sms_index = v.address_index OR a.whatsapp_index = v.address_index
	WHERE v.state = 'open' AND (v.priority IN (1, 2) OR v.waiting_since < 9223372036854775807)
	) b GROUP BY b.id`

// audience builds the queries about one audience. All of them share these parts, so
// that what was counted is what is written to.
type audience struct {
	args
	with, from, where string
	exclusion         string // NULL-free: '' for who is reached
}

func (s *Store) audienceOf(ch hotline.Channel, a hotline.Audience) *audience {
	q := &audience{from: "subscribers s LEFT JOIN blocked b ON b.id = s.id"}
	q.with = "WITH blocked AS (" + blocked + ") "
	var where []string
	list := func(column string, values []string) {
		if len(values) > 0 {
			where = append(where, q.oneOf(column, values))
		}
	}
	list("s.language", texts(a.Languages))
	list("s.country", a.Countries)
	list("s.region", a.Regions)
	list("s.population", a.Populations)
	list("s.source", a.Sources)
	if len(a.Tags) > 0 {
		where = append(where, "("+strings.Join(q.tags(a.Tags), " OR ")+")")
	}
	for _, without := range q.tags(a.WithoutTags) {
		where = append(where, "NOT "+without)
	}
	if !a.JoinedFrom.IsZero() {
		where = append(where, "s.joined_at >= "+q.add(micros(a.JoinedFrom)))
	}
	if !a.JoinedUntil.IsZero() {
		where = append(where, "s.joined_at < "+q.add(micros(a.JoinedUntil)))
	}
	if len(a.TookPartIn) > 0 {
		where = append(where, q.tookPart(a.TookPartIn, a.NotReplied))
	}
	if len(a.NotIn) > 0 {
		where = append(where, "NOT "+q.tookPart(a.NotIn, false))
	}
	if len(where) > 0 {
		q.where = " WHERE " + strings.Join(where, " AND ")
	}
	q.exclude(optInColumn(ch), a, s.now())
	return q
}

// oneOf is for statements whose parts are not written in the order in which they
// are read, unlike dialect.in.
func (q *audience) oneOf(column string, values []string) string {
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = q.add(v)
	}
	return column + " IN (" + strings.Join(places, ", ") + ")"
}

func (q *audience) tags(tags []string) (out []string) {
	for _, tag := range tags {
		out = append(out, `s.tags LIKE `+q.add("% "+likeEscape.Replace(tag)+" %")+` ESCAPE '\'`)
	}
	return out
}

var likeEscape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

func (q *audience) tookPart(ids []hotline.CampaignID, notReplied bool) string {
	silent := ""
	if notReplied {
		silent = " AND r.replied_at = 0"
	}
	return "EXISTS (SELECT 1 FROM recipients r JOIN lanes l ON l.id = r.lane WHERE r.subscriber_id = s.id AND r.subscriber_id <> '' AND r.state = 'sent'" +
		silent + " AND " + q.oneOf("l.campaign_id", texts(ids)) + ")"
}

// exclude says why somebody gets nothing, in the order of hotline.Exclusions.
func (q *audience) exclude(optIn string, a hotline.Audience, now time.Time) {
	cases := []string{
		"s." + optIn + " = 'withdrawn' OR b.why = 1", string(hotline.OptedOutOf),
		"b.why = 2", string(hotline.NotSafe),
		"b.why = 3", string(hotline.InConversation),
		"s." + optIn + " <> 'given'", string(hotline.NoConsent),
		"s.invalid", string(hotline.InvalidNumber),
		"s.twin_of <> ''", string(hotline.SamePerson),
	}
	if a.SeenWithin > 0 {
		cases = append(cases, "s.seen_at < "+q.add(micros(now.Add(-time.Duration(a.SeenWithin)*day))), string(hotline.NotSeen))
	}
	if a.Rest > 0 {
		cases = append(cases, "s.contacted_at > "+q.add(micros(now.Add(-time.Duration(a.Rest)*day))), string(hotline.ContactedLately))
	}
	var b strings.Builder
	b.WriteString("CASE")
	for i := 0; i < len(cases); i += 2 {
		b.WriteString(" WHEN " + cases[i] + " THEN '" + cases[i+1] + "'")
	}
	b.WriteString(" ELSE '' END")
	q.exclusion = b.String()
}

// Census counts an audience: who matches, who of them is excluded and why, and who
// is reached, by language and place.
func (s *Store) Census(ctx context.Context, ch hotline.Channel, a hotline.Audience) (hotline.Census, error) {
	q := s.audienceOf(ch, a)
	c := hotline.Census{Excluded: map[hotline.Exclusion]int{}, Languages: map[hotline.Language]int{}, Countries: map[string]int{}}
	var why string
	var p hotline.Place
	err := s.readWhole(ctx, query(func(r row) error {
		if err := r.Scan(&why, (*string)(&p.Language), &p.Country, &p.Region, &p.Zones, &p.People); err != nil {
			return err
		}
		c.Matching += p.People
		if why != "" {
			c.Excluded[hotline.Exclusion(why)] += p.People
			return nil
		}
		c.Reached += p.People
		c.Languages[p.Language] += p.People
		c.Countries[p.Country] += p.People
		c.Places = append(c.Places, p)
		return nil
	}, q.with+"SELECT "+q.exclusion+" AS why, s.language, s.country, s.region, s.zones, COUNT(*) FROM "+q.from+q.where+
		" GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 1, 2, 3, 4, 5", q.args...))
	return c, err
}

// Examples are some of those whom an audience reaches, with their numbers, to be
// shown masked: the same ones each time, and not those who joined together.
func (s *Store) Examples(ctx context.Context, ch hotline.Channel, a hotline.Audience, n int) (out []hotline.Subscriber, err error) {
	q := s.audienceOf(ch, a)
	where := q.where + " AND "
	if q.where == "" {
		where = " WHERE "
	}
	err = s.readWhole(ctx, query(func(r row) error {
		var wrapped, sealed []byte
		u, err := scanSubscriber(r, &wrapped, &sealed)
		if err != nil {
			return err
		}
		if u.Address, err = s.openNumber(wrapped, sealed, string(u.ID)); err != nil {
			return err
		}
		out = append(out, u)
		return nil
	}, q.with+"SELECT "+subscriberColumns+", k.wrapped_key, a.address_sealed FROM (SELECT s.id AS id FROM "+q.from+where+q.exclusion+" = '' ORDER BY SUBSTR(s.id, 30), s.id LIMIT "+
		q.add(int64(n))+") x JOIN subscribers s ON s.id = x.id JOIN subscriber_addresses a ON a.id = s.id JOIN subscriber_keys k ON k.id = a.key_id ORDER BY SUBSTR(s.id, 30), s.id", q.args...))
	return out, err
}

// Facets counts the values that an audience can be chosen by.
func (s *Store) Facets(ctx context.Context) (f hotline.Facets, err error) {
	for _, facet := range []struct {
		column string
		into   *[]hotline.Facet
	}{{"language", &f.Languages}, {"country", &f.Countries}, {"region", &f.Regions}, {"population", &f.Populations}, {"source", &f.Sources}} {
		*facet.into, err = s.facet(ctx, facet.column)
		if err != nil {
			return f, err
		}
	}
	for _, l := range f.Languages {
		f.People += l.Count
	}
	sets, err := s.facet(ctx, "tags")
	if err != nil {
		return f, err
	}
	f.Tags = facetsOf(sets)
	return f, nil
}

func (s *Store) facet(ctx context.Context, column string) (out []hotline.Facet, err error) {
	err = s.readWhole(ctx, query(func(r row) error {
		var f hotline.Facet
		err := r.Scan(&f.Value, &f.Count)
		out = append(out, f)
		return err
	}, "SELECT "+column+", COUNT(*) FROM subscribers GROUP BY "+column+" ORDER BY 2 DESC, 1"))
	return out, err
}

// facetsOf takes sets of tags apart.
func facetsOf(sets []hotline.Facet) (out []hotline.Facet) {
	count := map[string]int{}
	for _, set := range sets {
		for tag := range strings.FieldsSeq(set.Value) {
			count[tag] += set.Count
		}
	}
	for tag, n := range count {
		out = append(out, hotline.Facet{Value: tag, Count: n})
	}
	slices.SortFunc(out, func(a, b hotline.Facet) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
	return out
}
