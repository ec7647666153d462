package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/locales"
	"github.com/hearline/hearline/store"
)

// theatre is the service without its doors, over a real database, with a clock
// that a test moves.
type theatre struct {
	t       *testing.T
	e       *estate
	speaker *locales.Speaker
	triage  intake.Triage
	clock   time.Time
	db      *store.Store
	intake  *intake.Intake
	desk    *intake.Desk
}

func newTheatre(t *testing.T, e *estate) *theatre {
	t.Helper()
	th := &theatre{t: t, e: e, clock: time.Date(2026, 5, 12, 9, 0, 0, 0, time.UTC)}
	var err error
	if th.speaker, err = locales.New(); err != nil {
		t.Fatal(err)
	}
	if th.triage, err = newTriage(); err != nil {
		t.Fatal(err)
	}
	th.open()
	return th
}

// open is a start of the service; close and open are a restart.
func (th *theatre) open() {
	th.t.Helper()
	now := func() time.Time { return th.clock }
	var err error
	if th.db, err = store.Open(context.Background(), store.Config{URL: th.e.database, Keys: th.e.keys, Now: now, NewID: newID}); err != nil {
		th.t.Fatal(err)
	}
	voice := intake.NewVoice(th.speaker, intake.Settings{
		Name: "Harbour", InfoURL: "harbour.example",
		Zones: func(hotline.Channel, hotline.Address) []string { return []string{"Europe/Lisbon"} },
	})
	mark := func(of hotline.ContactID, word string) string { return th.e.keys.Index("word/"+string(of), word) }
	quiet := func(hotline.Event) {}
	th.intake, err = intake.New(intake.Config{Store: th.db, Triage: th.triage, Mark: mark, Voice: voice, Announce: quiet, Now: now, NewID: newID})
	if err != nil {
		th.t.Fatal(err)
	}
	th.desk = intake.NewDesk(th.db, voice, quiet, now, newID)
}

func (th *theatre) close() {
	th.intake.Close()
	if err := th.db.Close(); err != nil {
		th.t.Error(err)
	}
}

// What people write, and how long after. Own words of the person are among it.
var (
	written = []string{
		"hello", "yes", "no", "not sure", "me", "other", "1", "3", "skip", "back", "person", "yes 2pm", "today", "safe word", "banana", "green door", "purple",
		"they have my passport in the office", "he has a knife and he is coming", "I saw a girl in the van", "near the old harbour", "help", "stop", "start",
		"erase", "erase", "erase yes", "safe now", "not safe", "no he is here", "please stop him", "نعم", "صاحب العمل أخذ جواز سفري", "si", "español", "?", "thank you", "I am safe now",
	}
	waited = []time.Duration{0, 2 * time.Second, 40 * time.Second, time.Minute, 3 * time.Minute, 20 * time.Minute, 50 * time.Minute, 30 * time.Hour}
	acts   = []string{"reply", "reply", "close", "ask", "lift", "plain", "words", "calm", "restart"}
)

// A conversation of chance: texts, repeated deliveries, delays, what staff do, and
// restarts of the service. Whatever happens, nothing is sent into a lock, no
// question whose answer stands is asked again, and every word that was said is kept.
func TestProveConversations(t *testing.T) {
	conversations := scaled(100, 10_000)
	onEngines(t, func(t *testing.T, e *estate) {
		th := newTheatre(t, e)
		defer func() { th.close() }()
		for n := range conversations {
			p := &played{theatre: th, chance: rand.New(rand.NewPCG(uint64(n), 7)), from: hotline.Address(fmt.Sprintf("+1555%07d", n))}
			p.play()
			if t.Failed() {
				t.Fatalf("conversation %d:\n%s", n, strings.Join(p.script, "\n"))
			}
		}
	})
}

// played is one conversation of chance.
type played struct {
	*theatre
	chance *rand.Rand
	from   hotline.Address
	script []string // what happened so far
	sent   []hotline.Inbound
	seen   map[hotline.MessageID]bool
	id     hotline.ConversationID
	ids    []hotline.ConversationID // all that there were, the newest last
}

func (p *played) play() {
	p.seen = map[hotline.MessageID]bool{}
	for range 3 + p.chance.IntN(14) {
		p.clock = p.clock.Add(waited[p.chance.IntN(len(waited))])
		switch n := p.chance.IntN(10); {
		case n == 0 && p.id != "":
			p.act(acts[p.chance.IntN(len(acts))])
		case n == 1 && len(p.sent) > 0: // the carrier delivers one again
			p.hear(p.sent[p.chance.IntN(len(p.sent))])
		default:
			in := hotline.Inbound{
				Channel: hotline.SMS, From: p.from, To: "+15550100100", At: p.clock,
				ProviderID: fmt.Sprintf("SM%s%04d", p.from.Reveal()[1:], len(p.sent)), Text: hotline.Text(written[p.chance.IntN(len(written))]),
			}
			p.sent = append(p.sent, in)
			p.hear(in)
		}
		if p.t.Failed() {
			return
		}
	}
	p.allKept()
}

func (p *played) say(format string, values ...any) {
	p.script = append(p.script, p.clock.Format("2 15:04:05 ")+fmt.Sprintf(format, values...))
}

func (p *played) fail(format string, values ...any) {
	p.t.Helper()
	p.t.Errorf(format, values...)
}

func (p *played) exchange() hotline.Exchange {
	if p.id == "" {
		return hotline.Exchange{}
	}
	x, err := p.db.Conversation(context.Background(), p.id)
	if err != nil {
		p.fail("read: %v", err)
	}
	return x
}

func (p *played) hear(in hotline.Inbound) {
	p.say("> %s (%s)", in.Text.Reveal(), in.ProviderID)
	before, known := p.exchange(), p.id
	receipt, err := p.intake.Receive(context.Background(), in)
	if err != nil {
		p.fail("receive: %v", err)
		return
	}
	if p.id = receipt.ConversationID; !slices.Contains(p.ids, p.id) {
		p.ids = append(p.ids, p.id)
	}
	after := p.exchange()
	fresh := p.news()
	if receipt.Duplicate && len(fresh) > 0 {
		p.fail("a repeated delivery was answered")
	}
	same := known == p.id
	wasLocked := same && before.Conversation.HardLock(before.Contact) != hotline.NoLock
	for _, m := range fresh {
		switch lock := after.Conversation.HardLock(after.Contact); {
		case m.LastWord && wasLocked, !m.LastWord && lock != hotline.NoLock:
			p.fail("%s was sent into the lock %q", m.TextKey, lock)
		case same && p.stands(before.Conversation, m) && !renamed(after.Conversation):
			p.fail("%s was asked although its answer stands", m.TextKey)
		}
	}
	p.send(after)
}

// stands says whether an automatic text asks what had been answered before. Safety
// is asked about again on purpose; a language that was asked for repeats.
func (p *played) stands(c hotline.Conversation, m hotline.Message) bool {
	key, asks := strings.CutPrefix(m.TextKey, "ask.")
	if !asks || key == "safe" || len(c.Answers) == 0 {
		return false
	}
	said := p.sent[len(p.sent)-1].Text.Reveal()
	stands := false
	for _, a := range c.Answers {
		if a.Question == key {
			stands = a.Value != "left" && a.Value != "unclear"
		}
	}
	return stands && said != "back"
}

func renamed(c hotline.Conversation) bool {
	n := len(c.Answers)
	return n > 0 && c.Answers[n-1].Question == "language"
}

// news are the outbound messages that were not there before.
func (p *played) news() (fresh []hotline.Message) {
	all, err := p.db.Messages(context.Background(), p.id, "", 500)
	if err != nil {
		p.fail("messages: %v", err)
	}
	for _, m := range all {
		if m.Direction == hotline.Out && !p.seen[m.ID] {
			p.seen[m.ID] = true
			p.say("< %s", m.TextKey)
			fresh = append(fresh, m)
		}
	}
	return fresh
}

// act is what staff do, and now and then the service begins anew.
func (p *played) act(what string) {
	p.say("@ %s", what)
	ctx, by, x := context.Background(), hotline.User{ID: "u-1", Role: hotline.Operator}, p.exchange()
	lock := p.desk.LockOf(&x)
	var err error
	switch what {
	case "reply":
		err = p.desk.Reply(ctx, by, p.id, "I am a person. I read what you wrote.", "", "")
	case "close":
		err = p.desk.Close(ctx, by, p.id)
	case "ask":
		err = p.desk.AskSafe(ctx, by, p.id)
	case "lift":
		err = p.desk.Lift(ctx, by, p.id, "danger_now")
	case "plain":
		err = p.desk.ReplyPlain(ctx, by, p.id, "decoy", "")
	case "words":
		err = p.desk.OfferWords(ctx, by, p.id)
	case "calm":
		err = p.desk.EndAlarm(ctx, by, p.id, "mistake")
	case "restart":
		p.theatre.close()
		p.open()
	}
	if err != nil && hotline.CodeOf(err) != hotline.Conflict {
		p.fail("%s: %v", what, err)
	}
	for range p.news() {
		if lock != hotline.NoLock && (what != "ask" || lock != hotline.AskLock) {
			p.fail("%s was sent into the lock %q", what, lock)
		}
	}
	p.send(p.exchange())
}

// send claims what waits, as the loop does, and finds every lock that stands.
func (p *played) send(x hotline.Exchange) {
	out, err := p.db.Claim(context.Background(), 50, time.Minute)
	if err != nil {
		p.fail("claim: %v", err)
	}
	var results []hotline.SendResult
	for _, o := range out {
		if lock := x.Conversation.HardLock(x.Contact); o.ConversationID == x.Conversation.ID && o.Held != lock {
			p.fail("the outbox is held by %q, the conversation by %q", o.Held, lock)
		}
		results = append(results, hotline.SendResult{MessageID: o.MessageID, Attempts: o.Attempts + 1, State: hotline.Done, Delivery: hotline.Sent, ProviderID: "SMout" + string(o.MessageID)})
	}
	if _, err := p.db.Settle(context.Background(), results); err != nil {
		p.fail("settle: %v", err)
	}
}

// allKept finds every word that was said, once, unless it was erased.
func (p *played) allKept() {
	kept, erased := map[string]int{}, false
	for _, id := range p.ids {
		if x, err := p.db.Conversation(context.Background(), id); err != nil || x.Conversation.State == hotline.Erased {
			erased = true
			continue
		}
		all, err := p.db.Messages(context.Background(), id, "", 500)
		if err != nil {
			p.fail("messages: %v", err)
		}
		for _, m := range all {
			if m.Direction == hotline.In {
				kept[m.ProviderID]++
				p.sameWords(m)
			}
		}
	}
	for _, in := range p.sent {
		if n := kept[in.ProviderID]; n != 1 && !(erased && n == 0) {
			p.fail("%s is kept %d times", in.ProviderID, n)
		}
	}
}

func (p *played) sameWords(m hotline.Message) {
	i := slices.IndexFunc(p.sent, func(in hotline.Inbound) bool { return in.ProviderID == m.ProviderID })
	if i < 0 || m.Text != p.sent[i].Text && m.Text != "•••" {
		p.fail("%s was changed", m.ProviderID)
	}
}
