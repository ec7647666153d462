package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
)

// plantTexts adds people who texted just now, and whom staff may answer.
func (s *chatSeed) plantTexts(ctx context.Context, db *store.Store, n int) error {
	batch := make([]hotline.Inbound, n)
	for i := range batch {
		batch[i] = hotline.Inbound{
			Channel: hotline.SMS, From: hotline.Address(fmt.Sprintf("+15569%06d", i)), To: benchNumber, ProviderID: "bench-text:" + strconv.Itoa(i), Text: hotline.Text(benchOpening(int64(i))), At: time.Now(),
		}
	}
	receipts, err := db.Receive(ctx, batch, func(x *hotline.Exchange, in hotline.Inbound) {
		now := time.Now()
		x.Conversation = hotline.Conversation{
			ID: hotline.ConversationID(newID()), ContactID: x.Contact.ID, Channel: in.Channel, Address: in.From, To: in.To, State: hotline.Open, Language: "en",
			Safety: hotline.Safe, SafetyAt: now, HandedOff: true, Priority: hotline.Standard, WaitingSince: now, LastInboundAt: now, CreatedAt: now, UpdatedAt: now,
		}
		x.Write(hotline.Message{
			ID: hotline.MessageID(newID()), ConversationID: x.Conversation.ID, Direction: hotline.In, Author: hotline.FromPerson, Text: in.Text,
			ProviderID: in.ProviderID, Delivery: hotline.Received, At: now, UpdatedAt: now,
		})
	})
	for _, r := range receipts {
		s.ids = append(s.ids, r.ConversationID)
	}
	return err
}

// replyWatch notes when the carrier gets an answer of staff.
type replyWatch struct {
	mu      sync.Mutex
	arrived map[string]chan time.Time // by the text
}

// before watches what is sent from the hotline's own number.
func (w *replyWatch) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.ParseForm() == nil && r.PostForm.Get("From") == benchNumber {
			w.mu.Lock()
			if told := w.arrived[r.PostForm.Get("Body")]; told != nil {
				told <- time.Now()
			}
			w.mu.Unlock()
		}
		next.ServeHTTP(rw, r)
	})
}

func (w *replyWatch) await(text string) chan time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.arrived == nil {
		w.arrived = map[string]chan time.Time{}
	}
	w.arrived[text] = make(chan time.Time, 4)
	return w.arrived[text]
}

// deskWatch is a member of staff who looks at the queue and answers people.
type deskWatch struct {
	crowd   *chatCrowd
	watch   *replyWatch
	queue   sample
	replies sample
	errors  int
	running sync.WaitGroup
}

func newDeskWatch(addr string, staff *chatSeed, watch *replyWatch) *deskWatch {
	return &deskWatch{crowd: newChatCrowd(addr, staff, 0), watch: watch}
}

// How often the queue is looked at, and somebody answered.
const (
	lookEvery   = 500 * time.Millisecond
	answerEvery = 500 * time.Millisecond
	answerMost  = 5 * time.Second
)

func (d *deskWatch) start(ctx context.Context) {
	var mu sync.Mutex
	note := func(into *sample, took time.Duration, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			d.errors++
			return
		}
		into.latencies = append(into.latencies, took)
	}
	d.running.Go(func() {
		every(ctx, lookEvery, func(int) {
			begun := time.Now()
			err := d.look(ctx)
			if ctx.Err() == nil {
				note(&d.queue, time.Since(begun), err)
			}
		})
	})
	d.running.Go(func() {
		every(ctx, answerEvery, func(n int) {
			if took, err := d.answer(ctx, n); ctx.Err() == nil {
				note(&d.replies, took, err)
			}
		})
	})
}

func every(ctx context.Context, d time.Duration, do func(n int)) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do(n)
		}
	}
}

func (d *deskWatch) wait() {
	d.running.Wait()
	d.queue.sort()
	d.replies.sort()
}

// look opens the queue's page.
func (d *deskWatch) look(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.crowd.addr+"/o/queue", nil)
	if err != nil {
		return err
	}
	req.AddCookie(&http.Cookie{Name: "desk", Value: d.crowd.seed.desk})
	resp, err := d.crowd.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the queue was answered %d", resp.StatusCode)
	}
	return nil
}

// answer sends a reply and waits until the carrier has it.
func (d *deskWatch) answer(ctx context.Context, n int) (time.Duration, error) {
	staff := d.crowd.seed
	text := "We read what you wrote. This is answer " + strconv.Itoa(n) + "."
	told, begun := d.watch.await(text), time.Now()
	status, err := d.crowd.post(ctx, "/o/conv/"+string(staff.ids[n%len(staff.ids)])+"/reply", url.Values{"csrf": {staff.csrf()}, "once": {drawToken()}, "text": {text}})
	if err != nil {
		return 0, err
	}
	if status != http.StatusSeeOther {
		return 0, fmt.Errorf("a reply was answered %d", status)
	}
	select {
	case at := <-told:
		return at.Sub(begun), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(answerMost):
		return 0, context.DeadlineExceeded
	}
}

// callbacksEach is how often the carrier calls back for a message: sent, delivered.
const callbacksEach = 2

// bareLoop posts the same message to the same carrier as often as it can, and waits
// until the carrier has called back for all of them, as the campaign does.
func (b *campaignBench) bareLoop(ctx context.Context) float64 {
	var sent, called atomic.Int64
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0
	}
	sink := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "<Response></Response>")
		called.Add(1)
	})}
	go func() { _ = sink.Serve(listener) }()
	defer sink.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: b.Connections, MaxConnsPerHost: b.Connections}}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, b.Bare)
	defer cancel()
	var all sync.WaitGroup
	begun := time.Now()
	for range b.Connections {
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				if b.bare(ctx, client, "http://"+listener.Addr().String(), n) == nil {
					sent.Add(1)
				}
			}
		})
	}
	all.Wait()
	for end := time.Now().Add(b.Bare); called.Load() < callbacksEach*sent.Load() && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	return float64(sent.Load()) / time.Since(begun).Seconds()
}

func (b *campaignBench) bare(ctx context.Context, client *http.Client, sink string, n int) error {
	form := url.Values{
		"To": {benchSender(int64(n))}, "From": {benchCampaignNumber}, "Body": {strings.ReplaceAll(benchCampaignText, "{name}", "Alder Desk") + " Reply STOP to end."},
		"StatusCallback": {sink + "/hooks/twilio/status?message=k1-" + strconv.Itoa(n)}, "ValidityPeriod": {"14400"},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.address+"/2010-04-01/Accounts/"+benchAccount+"/Messages.json", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.SetBasicAuth(benchAccount, benchToken)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusCreated {
		return fmt.Errorf("the carrier answered %d", resp.StatusCode)
	}
	return nil
}
