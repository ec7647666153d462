package console

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/hearline/hearline/campaigns"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/store/storetest"
)

var (
	rosa     = staffOf("u-rosa", "rosa", "Rosa Lind", hotline.Manager, "en", "es")
	approver = staffOf("u-noor", "noor", "Noor Osei", hotline.Manager, "en", "es")
)

// managers is a house with campaigns on a real store, and two managers.
type managers struct {
	*house
	db     *store.Store
	runner *campaigns.Runner
	law    *campaigns.Campaigns
}

// withStore lets the pages read audits where campaigns write them.
type withStore struct {
	Reader
	db *store.Store
}

func (w withStore) AuditOf(ctx context.Context, object, id string, limit int) ([]hotline.AuditEntry, error) {
	return w.db.AuditOf(ctx, object, id, limit)
}

func newManagers(tb testing.TB, h *house, people int) *managers {
	tb.Helper()
	now := h.tells
	db := storetest.Open(tb, storetest.Engines[0].NewURL(tb), storetest.NewKeys(tb), now)
	must := func(err error) {
		if err != nil {
			tb.Helper()
			tb.Fatal(err)
		}
	}
	hours, err := campaigns.NewHours("", func(string) []string { return nil })
	must(err)
	prices, err := campaigns.ShippedPrices()
	must(err)
	writer, table := campaigns.NewWriter(spoken(), "Alder Desk", "+15550100200"), campaigns.NewTimetable(hours, time.UTC)
	m := &managers{house: h, db: db}
	m.law = campaigns.New(campaigns.Config{
		Store: db, Reviewer: campaigns.NewCritic(writer, table, prices, now), Clock: table, Announce: h.hub.Publish, Now: now, NewID: storetest.NewID, TypeFrom: 50, Hold: time.Minute,
	})
	m.runner = campaigns.NewRunner(campaigns.RunnerConfig{
		Store: db, Clock: table, Senders: map[hotline.Channel][]string{hotline.SMS: {"+15550100200"}}, Announce: h.hub.Publish, Now: now, NewID: storetest.NewID, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	h.reach = &Reach{Law: m.law, Writer: writer, Hours: hours, Table: table, Reader: db, People: db, PerSecond: func(hotline.Channel) float64 { return 5 }}
	h.users[rosa.ID], h.users[approver.ID] = rosa, approver
	h.restart(tb)
	h.console.Reader = withStore{h.fake, db}
	var list []hotline.Subscriber
	for i := range people {
		u := hotline.Subscriber{
			Address: hotline.Address(fmt.Sprintf("+155501%05d", i)), Language: []hotline.Language{"en", "es", "tl"}[i%3], Country: "US", Region: "US-TX", Zones: []string{"America/Chicago"},
			Population: "farm workers", Tags: []string{"spring"}, SMS: hotline.OptInGiven,
		}
		if i%10 == 9 {
			u.SMS = hotline.OptInWithdrawn
		}
		list = append(list, u)
	}
	if len(list) > 0 {
		_, err = db.AddSubscribers(context.Background(), list, hotline.OptInEvent{Source: "import"})
		must(err)
	}
	return m
}

// as signs somebody in instead.
func (m *managers) as(tb testing.TB, u hotline.User) {
	tb.Helper()
	delete(m.cookies, "desk")
	m.signIn(tb, u)
}

// draft begins a campaign as Rosa, and returns the address of its pages.
func (m *managers) draft(tb testing.TB) string {
	tb.Helper()
	m.as(tb, rosa)
	a := m.post(tb, "/k/new", url.Values{"name": {"Papers and pay"}})
	where, ok := strings.CutSuffix(a.Header.Get("Location"), "/audience")
	if a.StatusCode != http.StatusSeeOther || !ok {
		tb.Fatalf("%d %s", a.StatusCode, a.body)
	}
	return where
}

// version is what the form on a page carries.
func (m *managers) version(tb testing.TB, page string) string {
	tb.Helper()
	body := m.get(tb, page).body
	_, rest, ok := strings.Cut(body, `name="version" value="`)
	if !ok {
		tb.Fatalf("no form on %s: %s", page, body)
	}
	version, _, _ := strings.Cut(rest, `"`)
	return version
}

func (m *managers) save(tb testing.TB, page string, form url.Values) answer {
	tb.Helper()
	if !form.Has("version") {
		form.Set("version", m.version(tb, page[:strings.LastIndex(page, "/")]+"/audience"))
	}
	return m.post(tb, page, form)
}

// ready writes, answers and checks the texts of a campaign.
func (m *managers) ready(tb testing.TB, k string) {
	tb.Helper()
	for lang, text := range map[string]string{"en": "{name}: new here? Ask us about pay.", "es": "{name}: hola. Escribe y pregunta por tu pago.", "tl": "{name}: bago dito? Magtanong tungkol sa sahod."} {
		for _, seen := range []string{"", "yes"} {
			if a := m.save(tb, k+"/message", url.Values{"l": {lang}, "text": {text}, "seen": {seen}}); a.StatusCode != http.StatusSeeOther {
				tb.Fatalf("%d %s", a.StatusCode, a.body)
			}
		}
	}
	m.as(tb, approver)
	for _, lang := range []string{"en", "es", "tl"} {
		if a := m.save(tb, k+"/message", url.Values{"l": {lang}, "do": {"check"}}); a.StatusCode != http.StatusSeeOther {
			tb.Fatalf("%d %s", a.StatusCode, a.body)
		}
	}
	m.as(tb, rosa)
}

func (m *managers) must(tb testing.TB, a answer, status int, says ...string) {
	tb.Helper()
	if a.StatusCode != status {
		tb.Fatalf("answered %d, want %d: %s", a.StatusCode, status, a.body)
	}
	for _, s := range says {
		if !strings.Contains(a.body, s) {
			tb.Errorf("%q is not in %s", s, a.body)
		}
	}
}

func (m *managers) campaign(tb testing.TB, k string) hotline.Campaign {
	tb.Helper()
	c, err := m.db.Campaign(context.Background(), hotline.CampaignID(strings.TrimPrefix(k, "/k/")))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestC01StepsHaveTheirOwnAddresses(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 30)
	k := m.draft(t)
	for _, step := range []string{"audience", "message", "schedule", "review"} {
		m.must(t, m.get(t, k+"/"+step), 200, "Papers and pay", `aria-current="step"`)
	}
	a := m.save(t, k+"/audience", url.Values{"channel": {"sms"}, "language": {"es"}, "then": {"leave"}})
	if a.Header.Get("Location") != "/k?said=saved" || len(m.campaign(t, k).Plan.Audience.Languages) != 1 {
		t.Errorf("%d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if a = m.save(t, k+"/audience", url.Values{"channel": {"sms"}, "then": {"message"}}); a.Header.Get("Location") != k+"/message" {
		t.Error(a.Header.Get("Location"))
	}
	m.must(t, m.save(t, k+"/audience", url.Values{"least": {"many"}}), 422, "whole number")
	m.must(t, m.save(t, k+"/audience", url.Values{"version": {"1"}}), 409, "changed this campaign meanwhile")
}

func TestC02C03CountAndSum(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 30)
	k := m.draft(t)
	m.must(t, m.get(t, k+"/audience"), 200, "Match the audience", "<dd>30</dd>", "Opted out <small>never included</small></dt><dd>3</dd>", "Will get it</dt><dd>27</dd>", "•••• 00")
	a := m.post(t, k+"/audience?part=sum", url.Values{"language": {"es"}})
	m.must(t, a, 200, "<dd>10</dd>", "Will get it")
	if strings.Contains(a.body, "+1555") || len(m.campaign(t, k).Plan.Audience.Languages) != 0 {
		t.Error("a live count shows numbers, or saves")
	}
}

func TestC04BlockersAndWarnings(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 30)
	k := m.draft(t)
	m.must(t, m.get(t, k+"/review"), 200, "Blocker", "Write the text in English", "disabled")
	m.must(t, m.save(t, k+"/review", url.Values{"do": {"submit"}}), 409, "Write the text in English")
	m.ready(t, k)
	m.must(t, m.save(t, k+"/review", url.Values{"do": {"submit"}}), 303)
}

func TestC05NeverIncluded(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 30)
	k := m.draft(t)
	m.must(t, m.get(t, k+"/audience"), 200, "Marked not safe to text <small>never included</small>", "In an open conversation <small>never included</small>")
	// No field of the form lifts them; the store proves that none can (storetest, "audience").
	m.must(t, m.save(t, k+"/audience", url.Values{"channel": {"sms"}, "include": {"opted_out"}}), 303)
	m.must(t, m.get(t, k+"/audience"), 200, "Will get it</dt><dd>27</dd>")
}

func TestC06C07C08C09C11Texts(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 30)
	k := m.draft(t)
	m.must(t, m.save(t, k+"/message", url.Values{"l": {"en"}, "text": {"{name}: about {region|your area}."}}), 303)
	m.must(t, m.get(t, k+"/message"), 200, "Draft, not checked", "Missing, uses English", "Falls back to English", // C-06
		"GSM-7", "All languages", "$", // C-07
		"Alder Desk: about your area.",            // C-09
		"Reply STOP to end.", "cannot be removed") // C-11
	text := "{name}: ¿Trabajas aquí?"
	m.must(t, m.save(t, k+"/message", url.Values{"l": {"es"}, "text": {text}}), 303)
	m.must(t, m.get(t, k+"/message?l=es"), 200, `<b class="bad">í</b>`, "in “aquí”", "Without them: 1 part") // C-08
	m.must(t, m.save(t, k+"/message", url.Values{"l": {"es"}, "text": {text}, "do": {"shorten"}}), 303)
	c := m.campaign(t, k)
	if got := campaigns.TextOf(&c.Plan, "es", "", 0); got == nil || got.Text != "{name}: ¿Trabajas aqui?" {
		t.Errorf("%+v", got)
	}
	m.must(t, m.post(t, k+"/message?part=size", url.Values{"l": {"en"}, "text": {"{nam}"}}), 200, "There is no gap {nam}")
}

func TestC10LockedPhone(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 30)
	k := m.draft(t)
	m.must(t, m.save(t, k+"/message", url.Values{"l": {"en"}, "text": {"{name}: are you a victim? We can help."}}), 303)
	m.must(t, m.get(t, k+"/message"), 200, "Is this safe if someone else sees it?", "Alder Desk: are you a victim? We can help", "tells what this is about")
}

func TestC13Hours(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 30)
	k := m.draft(t)
	m.must(t, m.get(t, k+"/schedule"), 200, "300 a minute", "First message", "Last message", "Mo-Sa 09:00-21:00", "Tested again at the moment of sending")
	m.must(t, m.save(t, k+"/schedule", url.Values{"kind": {"instant"}, "at": {"2026-05-13T04:00"}}), 303)
	m.must(t, m.get(t, k+"/schedule"), 200, "are in quiet hours then")
	m.must(t, m.save(t, k+"/schedule", url.Values{"kind": {"instant"}, "at": {"tomorrow"}}), 422, "such as 2026-05-12T10:00")
	m.must(t, m.save(t, k+"/schedule", url.Values{"kind": {"instant"}, "at": {"2020-01-01T04:00"}}), 303)
	m.must(t, m.get(t, k+"/schedule"), 200, "The time of sending is past")
}

func TestC14C15C16Approval(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 60)
	k := m.draft(t)
	m.ready(t, k)
	m.must(t, m.save(t, k+"/review", url.Values{"do": {"submit"}}), 303)
	m.must(t, m.save(t, k+"/review", url.Values{"do": {"approve"}, "people": {"54"}, "typed": {"54"}}), 403, "Somebody else has to approve it")
	m.as(t, approver)
	m.must(t, m.get(t, k+"/review"), 200, "Alder Desk: new here? Ask us about pay.", "Approve for 54 people", "$", "Type the number of people")
	m.must(t, m.save(t, k+"/review", url.Values{"do": {"approve"}, "people": {"54"}, "typed": {"45"}}), 422, "Type 54")
	m.must(t, m.save(t, k+"/review", url.Values{"do": {"approve"}, "people": {"53"}, "typed": {"53"}}), 409, "54 people would get it now")
	m.must(t, m.save(t, k+"/review", url.Values{"do": {"approve"}, "people": {"54"}, "typed": {"54"}}), 303)
	m.must(t, m.get(t, k+"/review"), 200, "Goes out in 60 s", "Cancel, nothing has gone out") // C-16
	m.must(t, m.save(t, k+"/schedule", url.Values{"kind": {"instant"}, "per_minute": {"10"}}), 303)
	if c := m.campaign(t, k); c.State != hotline.CampaignDraft || !c.Approval.At.IsZero() { // any change takes the approval back
		t.Errorf("%s, approved %v", c.State, c.Approval.At)
	}
	m.must(t, m.get(t, k+"/review"), 200, "Changed since it was approved last", "The schedule was another one")
}

func TestC17C18C20Progress(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 60)
	k := m.draft(t)
	m.ready(t, k)
	m.must(t, m.save(t, k+"/review", url.Values{"do": {"submit"}}), 303)
	m.as(t, approver)
	m.must(t, m.save(t, k+"/review", url.Values{"do": {"approve"}, "people": {"54"}, "typed": {"54"}}), 303)
	m.advance(2 * time.Minute)
	if err := m.runner.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	lanes, err := m.db.OpenLanes(t.Context())
	if err != nil || len(lanes) != 1 {
		t.Fatalf("%+v, %v", lanes, err)
	}
	taken, err := m.db.Take(t.Context(), lanes[0], 40, time.Minute)
	if err != nil || len(taken) != 40 {
		t.Fatalf("%d, %v", len(taken), err)
	}
	var results []hotline.RecipientResult
	for _, r := range taken {
		results = append(results, hotline.RecipientResult{Lane: r.Lane, N: r.N, State: hotline.RecipientSent, ProviderID: "SM" + string(r.MessageID()), Delivery: hotline.Delivered, Segments: 1, At: m.clock()})
	}
	if err := m.db.Record(t.Context(), results, "a"); err != nil {
		t.Fatal(err)
	}
	m.must(t, m.get(t, k), 200, "40 of 54 sent", "<progress", "Pause", "Stop for good", "limit 5 %", "limit 3 %", "Approved by Noor Osei")
	m.must(t, m.get(t, k+"?part=live"), 200, "40 of 54 sent")
	m.must(t, m.post(t, k+"/state", url.Values{"do": {"pause"}}), 303)
	m.must(t, m.get(t, k), 200, "Resume", "Paused")
	m.must(t, m.post(t, k+"/state", url.Values{"do": {"resume"}}), 303)
	if err := m.runner.Halt(t.Context(), m.campaign(t, k).ID, "failures"); err != nil {
		t.Fatal(err)
	}
	m.must(t, m.get(t, k), 200, "It paused itself: more than 5 % of the last 200 messages failed")
	m.must(t, m.post(t, k+"/state", url.Values{"do": {"stop"}}), 303)
	m.must(t, m.post(t, k+"/state", url.Values{"do": {"resume"}}), 409)
	m.must(t, m.post(t, k+"/state", url.Values{"do": {"discard"}}), 409, "Stop it for good instead")
}

func TestC19AnswersCarryTheCampaign(t *testing.T) {
	t.Parallel()
	h := newHouse(t, seeds, nil)
	m := newManagers(t, h, 3)
	k := m.draft(t)
	id := h.tell(t, english, englishTold)
	h.convs[id].Conversation.Campaign = m.campaign(t, k).ID
	m.as(t, dina)
	m.must(t, m.get(t, "/o/queue"), 200, "Answers a campaign")
	m.must(t, m.get(t, "/o/conv/"+string(id)), 200, "answers a campaign")
	m.users["u-ada"] = staffOf("u-ada", "ada", "Ada Obi", hotline.Administrator)
	m.as(t, m.users["u-ada"])
	m.must(t, m.get(t, "/o/conv/"+string(id)), 200, `<a href="`+k+`">answers a campaign</a>`)
}

func TestC21Copy(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 30)
	k := m.draft(t)
	m.ready(t, k)
	a := m.post(t, "/k/new", url.Values{"of": {strings.TrimPrefix(k, "/k/")}})
	m.must(t, a, 303)
	c := m.campaign(t, strings.TrimSuffix(a.Header.Get("Location"), "/audience"))
	if c.Name != "Papers and pay (copy)" || len(c.Plan.Texts) != 3 || c.State != hotline.CampaignDraft {
		t.Errorf("%+v", c)
	}
	m.must(t, m.post(t, "/k/new", url.Values{"name": {" "}}), 422, "Give the campaign a name")
	m.must(t, m.get(t, "/k"), 200, "Papers and pay (copy)")
}

func TestCampaignsAreForManagers(t *testing.T) {
	t.Parallel()
	m := newManagers(t, newHouse(t, nil, nil), 3)
	m.must(t, m.get(t, "/k"), 303)
	m.as(t, dina)
	m.must(t, m.get(t, "/k"), 403)
	m.as(t, rosa)
	m.must(t, m.get(t, "/k/nothing/audience"), 404)
	m.must(t, m.get(t, "/k/people"), 200, "3 joined", "farm workers")
	m.must(t, m.get(t, "/o/queue"), 403)
}

// TestCampaignPagesInABrowser: nothing keeps anybody out, the count follows the form
// within a second, and the measure follows the text.
func TestCampaignPagesInABrowser(t *testing.T) {
	t.Parallel()
	b := newTab(t, nil)
	m := newManagers(t, b.house, 60)
	b.serve(t)
	k := m.draft(t)
	m.ready(t, k)
	b.scheme(t, "light")
	b.run(t, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(b.base+"/o/signin"))
	b.until(t, `document.readyState === "complete"`)
	b.fill(t, "login", "rosa")
	b.fill(t, "password", "right rosa")
	b.submit(t, "/o/signin")
	b.says(t, "/k", "Papers and pay")
	for _, step := range []string{"audience", "message", "schedule", "review"} {
		b.run(t, chromedp.Navigate(b.base+k+"/"+step))
		b.until(t, `document.readyState === "complete"`)
		b.looks(t, scene{name: "campaign-" + step})
	}
	b.run(t, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(b.base+k+"/audience"))
	b.until(t, `document.readyState === "complete"`)
	b.eval(t, `document.querySelector("[name=language][value=es]").click()`)
	b.until(t, `document.querySelector(".addup__sum dd").textContent === "18"`)
	b.eval(t, `document.querySelector("form[data-guard]").dispatchEvent(new Event("submit"))`) // as if saved: else the page asks first
	b.run(t, chromedp.Navigate(b.base+k+"/message"))
	b.until(t, `document.readyState === "complete"`)
	b.eval(t, `const text = document.querySelector("#txt"); text.value = "{name}: naïve ’quote’"; text.dispatchEvent(new Event("input", {bubbles: true}))`)
	b.until(t, `document.querySelector("[data-part=size]").textContent.includes("Letters outside")`)
	b.eval(t, `document.querySelector("form[data-guard]").dispatchEvent(new Event("submit"))`)
	b.run(t, chromedp.Navigate(b.base+"/k"))
	b.looks(t, scene{name: "campaigns"})
}

// serve opens the door of a house that has begun anew.
func (b *browser) serve(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	app := b.app
	go func() { _ = app.Listener(l) }()
	t.Cleanup(func() { _ = app.ShutdownWithTimeout(5 * time.Second) })
	b.base = "http://" + l.Addr().String()
}
