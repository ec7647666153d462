package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

// proof of opt-ins in tests.
func (f *fixture) proof() hotline.OptInEvent {
	return hotline.OptInEvent{Wording: "I agree to get texts.", Language: "en", Source: "import", Proof: "form 7", ActorID: "manager", At: f.clock.Now()}
}

func joiner(n int) hotline.Subscriber {
	return hotline.Subscriber{
		Address: phone(n), Language: "es", Country: "US", Region: "US-TX", Zones: []string{"America/Chicago"}, Population: "farm workers",
		Tags: []string{"spring"}, Source: "import:spring", SMS: hotline.OptInGiven,
	}
}

func (f *fixture) subscribe(people ...hotline.Subscriber) []hotline.SubscriberAdded {
	f.Helper()
	added, err := f.s.AddSubscribers(f.ctx, people, f.proof())
	f.must(err)
	if len(added) != len(people) {
		f.Fatalf("%d answers for %d people", len(added), len(people))
	}
	return added
}

func testSubscribers(f *fixture) {
	again, twin := joiner(1), joiner(2)
	again.Tags, again.Language = []string{"summer", "spring"}, ""
	one := joiner(1)
	one.Person, twin.Person = "p-1", "p-1"
	added := f.subscribe(one, again, twin)
	if added[0].Change != hotline.SubscriberNew || added[1].Change != hotline.SubscriberUpdated || added[1].ID != added[0].ID || added[2].TwinOf != added[0].ID {
		f.Fatalf("%+v", added)
	}
	got, err := f.s.SubscriberOf(f.ctx, phone(1))
	f.must(err)
	want := one
	want.ID, want.Person, want.Tags, want.JoinedAt, want.SeenAt = added[0].ID, "", []string{"spring", "summer"}, f.clock.Now(), f.clock.Now()
	if d := cmp.Diff(want, got); d != "" {
		f.Error(d)
	}
	if same := f.subscribe(again); same[0].Change != hotline.SubscriberSame || same[0].ID != got.ID {
		f.Errorf("%+v", same)
	}
	events, err := f.s.OptIns(f.ctx, got.ID)
	if err != nil || len(events) != 1 || events[0].State != hotline.OptInGiven || events[0].Proof != "form 7" {
		f.Errorf("%+v, %v", events, err)
	}
	f.code(func() error { _, err := f.s.SubscriberOf(f.ctx, phone(9)); return err }(), hotline.NotFound)
	_, err = f.s.AddSubscribers(f.ctx, []hotline.Subscriber{{Address: phone(5), Region: "a\x00b"}}, f.proof())
	f.code(err, hotline.Invalid)
}

func testOptIns(f *fixture) {
	f.subscribe(joiner(1))
	say := func(n int, ch hotline.Channel, state hotline.OptIn) hotline.SubscriberID {
		id, err := f.s.SetOptIn(f.ctx, ch, hotline.Subscriber{Address: phone(n)}, hotline.OptInEvent{State: state, Source: "person"})
		f.must(err)
		return id
	}
	id := say(1, hotline.SMS, hotline.OptInWithdrawn)
	say(1, hotline.SMS, hotline.OptInWithdrawn)
	f.subscribe(joiner(1)) // an import does not bring it back
	got, err := f.s.Subscriber(f.ctx, id)
	if err != nil || got.SMS != hotline.OptInWithdrawn {
		f.Fatalf("%+v, %v", got, err)
	}
	say(1, hotline.SMS, hotline.OptInGiven) // the person does
	if got, _ = f.s.Subscriber(f.ctx, id); got.SMS != hotline.OptInGiven || got.WhatsApp != hotline.OptInUnknown {
		f.Errorf("%+v", got)
	}
	var states []hotline.OptIn
	events, err := f.s.OptIns(f.ctx, id)
	f.must(err)
	for _, e := range events {
		states = append(states, e.State)
	}
	if want := []hotline.OptIn{hotline.OptInGiven, hotline.OptInWithdrawn, hotline.OptInGiven}; !slices.Equal(states, want) {
		f.Errorf("history %v, want %v", states, want)
	}
	if id := say(7, hotline.SMS, hotline.OptInWithdrawn); id != "" {
		f.Error("somebody who never joined was kept for leaving")
	}
	joined := say(8, hotline.WhatsApp, hotline.OptInAsked)
	if got, err := f.s.Subscriber(f.ctx, joined); err != nil || got.WhatsApp != hotline.OptInAsked || got.SMS != hotline.OptInUnknown {
		f.Errorf("%+v, %v", got, err)
	}
}

func testEraseSubscriber(f *fixture) {
	added := f.subscribe(joiner(1), joiner(2))
	f.must(f.s.EraseSubscriber(f.ctx, added[0].ID))
	f.must(f.s.EraseSubscriber(f.ctx, added[0].ID))
	_, err := f.s.SubscriberOf(f.ctx, phone(1))
	f.code(err, hotline.NotFound)
	if events, err := f.s.OptIns(f.ctx, added[0].ID); err != nil || len(events) != 0 {
		f.Errorf("%+v, %v", events, err)
	}
	seen := 0
	f.must(f.s.EachSubscriber(f.ctx, func(part []hotline.Subscriber) error {
		for _, u := range part {
			seen++
			if u.Address != phone(2) {
				f.Error("another number than the one who stayed")
			}
		}
		return nil
	}))
	if seen != 1 {
		f.Errorf("%d are there", seen)
	}
}

// testSubscribersConcurrently brings the same people from two sides.
func testSubscribersConcurrently(f *fixture) {
	failed := make(chan error, 2)
	for range 2 {
		go func() {
			for part := range 5 {
				var people []hotline.Subscriber
				for i := range 40 {
					people = append(people, joiner(part*20+i))
				}
				if _, err := f.s.AddSubscribers(context.Background(), people, f.proof()); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	f.must(<-failed)
	f.must(<-failed)
	facets, err := f.s.Facets(f.ctx)
	if err != nil || facets.People != 120 {
		f.Errorf("%d people, %v", facets.People, err)
	}
}

// crowd makes people of all kinds, some of whom have told the hotline something.
func (f *fixture) crowd(n int) []hotline.Subscriber {
	chance := rand.New(rand.NewPCG(1, 2))
	pick := func(values ...string) string { return values[chance.IntN(len(values))] }
	people := make([]hotline.Subscriber, n)
	for i := range people {
		people[i] = hotline.Subscriber{
			ID: hotline.SubscriberID(NewID()), Address: phone(i), Language: hotline.Language(pick("en", "es", "km")), Country: pick("US", "KH"), Region: pick("", "US-TX"),
			Population: pick("", "farm workers", "students"), Tags: strings.Fields(pick("", "a", "a b", "b_c", "bxc")), Source: pick("s1", "s2"),
			SMS: hotline.OptIn(pick("", "given", "given", "given", "withdrawn", "asked")), WhatsApp: hotline.OptIn(pick("", "given", "withdrawn")),
			Invalid: chance.IntN(20) == 0, JoinedAt: f.clock.Now().Add(-time.Duration(chance.IntN(200)) * 24 * time.Hour),
			ContactedAt: f.clock.Now().Add(-time.Duration(chance.IntN(30)) * 24 * time.Hour),
			Zones:       strings.Fields(pick("", "America/Chicago", "Asia/Phnom_Penh")),
		}
		people[i].SeenAt = people[i].JoinedAt
		if i > 0 && chance.IntN(10) == 0 {
			people[i].Person = hotline.Text(fmt.Sprintf("p%d", chance.IntN(i)))
		}
	}
	added := f.subscribe(people...)
	for i := range people {
		people[i].TwinOf = added[i].TwinOf
	}
	return people
}

// told lets some of the crowd tell the hotline something that forbids campaigns.
func (f *fixture) told(people []hotline.Subscriber) (why map[hotline.SubscriberID]hotline.Exclusion) {
	why = map[hotline.SubscriberID]hotline.Exclusion{}
	for i := 0; i < len(people); i += 7 {
		in := f.sms(i, "help")
		if i%2 == 1 {
			in.Channel = hotline.WhatsApp
		}
		kind := i / 7 % 6
		f.receive(func(x *hotline.Exchange, in hotline.Inbound) {
			file(x, in)
			c := &x.Conversation
			switch kind {
			case 0:
				x.Contact.OptedOut = true
			case 1:
				x.Contact.Unsafe = true
			case 2:
				x.Contact.Plan.Paused = true
			case 3: // urgent, and answered
				c.WaitingSince = time.Time{}
			case 4: // nothing urgent, waiting
				c.Priority = hotline.Info
			case 5: // over
				c.Priority, c.WaitingSince = hotline.Info, time.Time{}
			}
		}, in)
		why[people[i].ID] = []hotline.Exclusion{hotline.OptedOutOf, hotline.NotSafe, hotline.NotSafe, hotline.InConversation, hotline.InConversation, hotline.NotExcluded}[kind]
	}
	return why
}

// testCensus compares what is counted with what the same rules say of each person,
// one by one.
func testCensus(f *fixture) {
	people := f.crowd(240)
	told := f.told(people)
	now := f.clock.Now()
	for _, ch := range hotline.CampaignChannels {
		for n, a := range []hotline.Audience{
			{},
			{Languages: []hotline.Language{"es", "km"}},
			{Countries: []string{"KH"}, Populations: []string{"students"}},
			{Tags: []string{"a"}},
			{Tags: []string{"b_c"}},
			{WithoutTags: []string{"b"}, SeenWithin: 90},
			{Rest: 14, Sources: []string{"s1"}},
			{JoinedFrom: now.AddDate(0, 0, -60), JoinedUntil: now.AddDate(0, 0, -10)},
			{Regions: []string{"US-TX"}, SeenWithin: 30, Rest: 7},
		} {
			want := hotline.Census{Excluded: map[hotline.Exclusion]int{}, Languages: map[hotline.Language]int{}, Countries: map[string]int{}}
			for _, u := range people {
				if !matches(u, a) {
					continue
				}
				want.Matching++
				if why := excluded(u, ch, a, told[u.ID], now); why != "" {
					want.Excluded[why]++
					continue
				}
				want.Reached++
				want.Languages[u.Language]++
				want.Countries[u.Country]++
			}
			got, err := f.s.Census(f.ctx, ch, a)
			f.must(err)
			sum := 0
			for _, p := range got.Places {
				sum += p.People
			}
			if sum != got.Reached {
				f.Errorf("%s %d: places have %d people, of %d", ch, n, sum, got.Reached)
			}
			got.Places = nil
			if d := cmp.Diff(want, got); d != "" {
				f.Errorf("%s %d: %s", ch, n, d)
			}
			some, err := f.s.Examples(f.ctx, ch, a, 10)
			if err != nil || len(some) != min(10, want.Reached) {
				f.Errorf("%s %d: %d examples of %d, %v", ch, n, len(some), want.Reached, err)
			}
			for _, u := range some {
				at := slices.IndexFunc(people, func(p hotline.Subscriber) bool { return p.ID == u.ID })
				if u.Address != people[at].Address || excluded(people[at], ch, a, told[u.ID], now) != "" || !matches(people[at], a) {
					f.Errorf("%s %d: an example who is not reached", ch, n)
				}
			}
		}
	}
}

func matches(u hotline.Subscriber, a hotline.Audience) bool {
	one := func(values []string, has string) bool { return len(values) == 0 || slices.Contains(values, has) }
	tagged := func(tags []string) bool {
		return slices.ContainsFunc(tags, func(tag string) bool { return slices.Contains(u.Tags, tag) })
	}
	return (len(a.Languages) == 0 || slices.Contains(a.Languages, u.Language)) && one(a.Countries, u.Country) && one(a.Regions, u.Region) &&
		one(a.Populations, u.Population) && one(a.Sources, u.Source) && (len(a.Tags) == 0 || tagged(a.Tags)) && !tagged(a.WithoutTags) &&
		(a.JoinedFrom.IsZero() || !u.JoinedAt.Before(a.JoinedFrom)) && (a.JoinedUntil.IsZero() || u.JoinedAt.Before(a.JoinedUntil))
}

func excluded(u hotline.Subscriber, ch hotline.Channel, a hotline.Audience, told hotline.Exclusion, now time.Time) hotline.Exclusion {
	ago := func(days int) time.Time { return now.Add(-time.Duration(days) * 24 * time.Hour) }
	switch {
	case u.OptInOn(ch) == hotline.OptInWithdrawn:
		return hotline.OptedOutOf
	case told != "":
		return told
	case u.OptInOn(ch) != hotline.OptInGiven:
		return hotline.NoConsent
	case u.Invalid:
		return hotline.InvalidNumber
	case u.TwinOf != "":
		return hotline.SamePerson
	case a.SeenWithin > 0 && u.SeenAt.Before(ago(a.SeenWithin)):
		return hotline.NotSeen
	case a.Rest > 0 && u.ContactedAt.After(ago(a.Rest)):
		return hotline.ContactedLately
	}
	return ""
}
