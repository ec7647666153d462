package channels_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

// outbox is the port as its comment describes it, without time: a delivery is
// due until it is claimed.
type outbox struct {
	mu      sync.Mutex
	due     []hotline.Outgoing
	claimed map[hotline.MessageID]hotline.ConversationID
	claims  int
	settled map[hotline.MessageID]hotline.SendResult
	batches int
	refuse  func([]hotline.SendResult) error
	changed chan struct{} // one for each settled delivery
}

func newOutbox(due ...hotline.Outgoing) *outbox {
	return &outbox{
		due: due, claimed: map[hotline.MessageID]hotline.ConversationID{},
		settled: map[hotline.MessageID]hotline.SendResult{}, changed: make(chan struct{}, 10_000),
	}
}

func (o *outbox) Claim(ctx context.Context, limit int, _ time.Duration) ([]hotline.Outgoing, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.claims++
	busy := map[hotline.ConversationID]bool{}
	for _, conversation := range o.claimed {
		busy[conversation] = true
	}
	var batch, rest []hotline.Outgoing
	for _, out := range o.due {
		if len(batch) == limit || busy[out.ConversationID] {
			rest = append(rest, out)
			continue
		}
		busy[out.ConversationID] = true
		o.claimed[out.MessageID] = out.ConversationID
		batch = append(batch, out)
	}
	o.due = rest
	return batch, ctx.Err()
}

func (o *outbox) Settle(_ context.Context, results []hotline.SendResult) ([]hotline.ConversationID, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refuse != nil {
		if err := o.refuse(results); err != nil {
			return nil, err
		}
	}
	o.batches++
	var ids []hotline.ConversationID
	for _, r := range results {
		ids = append(ids, o.claimed[r.MessageID])
		delete(o.claimed, r.MessageID)
		o.settled[r.MessageID] = r
		o.changed <- struct{}{}
	}
	return ids, nil
}

func (o *outbox) queue(out hotline.Outgoing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.due = append(o.due, out)
}

func (o *outbox) wait(t *testing.T, n int) {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for range n {
		select {
		case <-o.changed:
		case <-timeout:
			t.Fatal("not settled in time")
		}
	}
}

type sender func(context.Context, hotline.Outgoing) hotline.SendResult

func (s sender) Send(ctx context.Context, out hotline.Outgoing) hotline.SendResult {
	return s(ctx, out)
}

func done(context.Context, hotline.Outgoing) hotline.SendResult {
	return hotline.SendResult{State: hotline.Done, Delivery: hotline.Queued}
}

func delivery(i int) hotline.Outgoing {
	return hotline.Outgoing{
		MessageID: hotline.MessageID(fmt.Sprintf("m%d", i)), ConversationID: hotline.ConversationID(fmt.Sprintf("c%d", i)),
		Channel: hotline.SMS, To: "+15550100177", Text: "zq-marked-zq",
	}
}

// start runs a loop that never polls, so that only Wake and its own progress
// move it, and returns how to stop it.
func start(t *testing.T, cfg channels.LoopConfig) (loop *channels.Loop, stop func(), log *bytes.Buffer) {
	t.Helper()
	log = &bytes.Buffer{}
	cfg.Log, cfg.Now = slog.New(slog.NewTextHandler(log, nil)), clock
	if cfg.Poll == 0 {
		cfg.Poll = time.Hour
	}
	loop = channels.NewLoop(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- loop.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-ended:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(10 * time.Second):
				t.Error("the loop does not end")
			}
		})
	}
	t.Cleanup(stop)
	return loop, stop, log
}

func only(s sender) map[hotline.Channel]channels.Sender {
	return map[hotline.Channel]channels.Sender{hotline.SMS: s}
}

func TestLoopResults(t *testing.T) {
	t.Parallel()
	later := hotline.SendResult{State: hotline.Pending, Delivery: hotline.Queued, RetryAt: noon.Add(time.Minute)}
	gaveUp := func(code int) hotline.SendResult {
		return hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Failed, ErrorCode: code}
	}
	cases := map[string]struct {
		change func(*hotline.Outgoing)
		want   hotline.SendResult
		sent   bool
	}{
		"sent":               {func(*hotline.Outgoing) {}, hotline.SendResult{State: hotline.Done, Delivery: hotline.Queued}, true},
		"unreadable":         {func(o *hotline.Outgoing) { o.Unreadable, o.LastWord = true, true }, gaveUp(hotline.Damaged), false},
		"third try":          {func(o *hotline.Outgoing) { o.Attempts = 2 }, hotline.SendResult{Attempts: 2, State: hotline.Done, Delivery: hotline.Queued}, true},
		"held":               {func(o *hotline.Outgoing) { o.Held = "opted_out" }, hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Canceled}, false},
		"last word":          {func(o *hotline.Outgoing) { o.Held, o.LastWord = "opted_out", true }, hotline.SendResult{State: hotline.Done, Delivery: hotline.Queued}, true},
		"no sender":          {func(o *hotline.Outgoing) { o.Channel = hotline.WhatsApp }, later, false},
		"held, may be there": {func(o *hotline.Outgoing) { o.Held, o.Unknown = "opted_out", true }, gaveUp(hotline.NoAnswer), false},
		"no sender, old":     {func(o *hotline.Outgoing) { o.Channel, o.CreatedAt = hotline.WhatsApp, noon.Add(-5*time.Hour) }, gaveUp(hotline.TooOld), false},
		"no sender, old last word": {func(o *hotline.Outgoing) {
			o.Channel, o.LastWord, o.CreatedAt = hotline.WhatsApp, true, noon.Add(-3*time.Minute)
		}, gaveUp(hotline.TooOld), false},
		"no sender, may be there": {func(o *hotline.Outgoing) {
			o.Channel, o.Unknown, o.CreatedAt = hotline.WhatsApp, true, noon.Add(-5*time.Hour)
		}, gaveUp(hotline.NoAnswer), false},
		"no sender, again": {func(o *hotline.Outgoing) { o.Channel, o.Unknown = hotline.WhatsApp, true }, hotline.SendResult{State: hotline.Unknown, Delivery: hotline.Queued, RetryAt: later.RetryAt}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := delivery(1)
			tc.change(&out)
			box, sent := newOutbox(out), false
			_, stop, log := start(t, channels.LoopConfig{Outbox: box, Senders: only(func(ctx context.Context, out hotline.Outgoing) hotline.SendResult {
				sent = true
				return done(ctx, out)
			})})
			box.wait(t, 1)
			stop()
			tc.want.MessageID = "m1"
			if got := box.settled["m1"]; got != tc.want || sent != tc.sent {
				t.Errorf("got %+v, sent %v", got, sent)
			}
			if strings.Contains(log.String(), "zq-marked") || strings.Contains(log.String(), "5550100") {
				t.Error("the log names a person")
			}
		})
	}
}

func TestLoopCountsWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	bad := delivery(1)
	bad.Unreadable = true
	box := newOutbox(bad, delivery(2))
	loop, stop, log := start(t, channels.LoopConfig{Outbox: box, Senders: only(done)})
	box.wait(t, 2)
	stop()
	stats := loop.Stats()
	if got := [3]uint64{stats.Unreadable.Load(), stats.GivenUp.Load(), stats.Sent.Load()}; got != [3]uint64{1, 1, 1} {
		t.Errorf("counted %v", got)
	}
	if !strings.Contains(log.String(), "cannot be unsealed") {
		t.Error("nobody is told")
	}
}

func TestLoopSaysOnceThatASenderIsMissing(t *testing.T) {
	t.Parallel()
	box := newOutbox()
	for i := range 5 {
		box.due = append(box.due, delivery(i))
	}
	_, stop, log := start(t, channels.LoopConfig{Outbox: box})
	box.wait(t, 5)
	stop()
	if n := strings.Count(log.String(), "no sender"); n != 1 {
		t.Errorf("logged %d times", n)
	}
}

func TestLoopSendsManyAtOnceAndSettlesTogether(t *testing.T) {
	t.Parallel()
	const workers, n = 8, 200
	box := newOutbox()
	for i := range n {
		box.due = append(box.due, delivery(i))
	}
	var mu sync.Mutex
	now, most := 0, 0
	full := make(chan struct{})
	var changed []hotline.ConversationID
	loop, stop, _ := start(t, channels.LoopConfig{
		Outbox: box, Workers: workers, OnChange: func(ids []hotline.ConversationID) { changed = append(changed, ids...) },
		Senders: only(func(ctx context.Context, out hotline.Outgoing) hotline.SendResult {
			mu.Lock()
			now++
			if most = max(most, now); most == workers {
				select {
				case <-full:
				default:
					close(full)
				}
			}
			mu.Unlock()
			<-full // so that all workers are busy once
			mu.Lock()
			now--
			mu.Unlock()
			return done(ctx, out)
		}),
	})
	box.wait(t, n)
	stop()
	if most != workers {
		t.Errorf("%d at once", most)
	}
	if len(box.settled) != n || len(changed) != n || loop.Stats().Sent.Load() != n {
		t.Errorf("settled %d, announced %d", len(box.settled), len(changed))
	}
}

func TestLoopKeepsOneConversationInOrder(t *testing.T) {
	t.Parallel()
	box := newOutbox()
	for i := range 20 {
		out := delivery(i)
		out.ConversationID = "c"
		box.due = append(box.due, out)
	}
	var order []hotline.MessageID
	_, stop, _ := start(t, channels.LoopConfig{Outbox: box, Senders: only(func(ctx context.Context, out hotline.Outgoing) hotline.SendResult {
		order = append(order, out.MessageID)
		return done(ctx, out)
	})})
	box.wait(t, 20) // without a poll: settling one makes the next due
	stop()
	if len(order) != 20 || !slices.IsSortedFunc(order, func(a, b hotline.MessageID) int { return len(a) - len(b) }) {
		t.Errorf("order %v", order)
	}
}

func TestLoopWakes(t *testing.T) {
	t.Parallel()
	box := newOutbox(delivery(1))
	loop, stop, _ := start(t, channels.LoopConfig{Outbox: box, Senders: only(done)})
	box.wait(t, 1)
	box.queue(delivery(2))
	loop.Wake()
	loop.Wake()
	box.wait(t, 1)
	stop()
	if box.claims > 6 {
		t.Errorf("an idle loop asked %d times", box.claims)
	}
}

func TestLoopPolls(t *testing.T) {
	t.Parallel()
	box := newOutbox(delivery(1))
	start(t, channels.LoopConfig{Outbox: box, Senders: only(done), Poll: time.Millisecond})
	box.wait(t, 1)
	box.queue(delivery(2))
	box.wait(t, 1)
}

func TestLoopFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	box := newOutbox(delivery(1), delivery(2))
	began, release := make(chan struct{}, 2), make(chan struct{})
	_, stop, _ := start(t, channels.LoopConfig{Outbox: box, Senders: only(func(ctx context.Context, out hotline.Outgoing) hotline.SendResult {
		began <- struct{}{}
		<-release
		if ctx.Err() != nil {
			t.Error("cancelled before its time")
		}
		return done(ctx, out)
	})})
	<-began
	<-began
	go func() { release <- struct{}{}; release <- struct{}{} }()
	stop()
	if len(box.settled) != 2 {
		t.Errorf("settled %d", len(box.settled))
	}
}

func TestLoopCutsShortWhatTakesTooLong(t *testing.T) {
	t.Parallel()
	box := newOutbox(delivery(1))
	began := make(chan struct{})
	_, stop, _ := start(t, channels.LoopConfig{Outbox: box, Drain: 10 * time.Millisecond, Senders: only(func(ctx context.Context, _ hotline.Outgoing) hotline.SendResult {
		close(began)
		<-ctx.Done()
		return hotline.SendResult{State: hotline.Unknown}
	})})
	<-began
	stop()
	if box.settled["m1"].State != hotline.Unknown {
		t.Errorf("settled %+v", box.settled)
	}
}

func TestLoopSettlesTheRestWhenOneIsRefused(t *testing.T) {
	t.Parallel()
	box := newOutbox()
	for i := range 10 {
		box.due = append(box.due, delivery(i))
	}
	box.refuse = func(results []hotline.SendResult) error {
		if slices.ContainsFunc(results, func(r hotline.SendResult) bool { return r.MessageID == "m3" }) {
			return errors.New("refused")
		}
		return nil
	}
	_, stop, log := start(t, channels.LoopConfig{Outbox: box, Senders: only(done)})
	box.wait(t, 9)
	stop()
	if len(box.settled) != 9 || !strings.Contains(log.String(), "deliveries=1") {
		t.Errorf("settled %d; log %s", len(box.settled), log)
	}
}
