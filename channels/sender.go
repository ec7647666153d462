package channels

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Outbox is where deliveries wait.
//
// Claim returns due deliveries, most important first and never two of one
// conversation at once, and leases them: until the lease ends or Settle reports
// them, nobody else gets them. A lease that ends unsettled means that the
// claimer died on the way; the delivery is then claimed again with Unknown set,
// because it may have been sent. One that cannot be unsealed comes back
// Unreadable and does not keep others from being sent.
//
// Settle records what came of tries, all or none, and returns the conversations
// whose ticks changed. Of a try whose lease somebody else has taken since, it
// records only that the carrier has the message.
type Outbox interface {
	Claim(ctx context.Context, limit int, lease time.Duration) ([]hotline.Outgoing, error)
	Settle(ctx context.Context, results []hotline.SendResult) ([]hotline.ConversationID, error)
}

// LoopConfig is what the sender loop needs.
type LoopConfig struct {
	Outbox  Outbox
	Senders map[hotline.Channel]Sender
	Log     *slog.Logger
	Now     func() time.Time
	// Workers is how many messages are on their way at once; 0 is 32.
	Workers int
	// Poll is how often the outbox is asked when nobody calls Wake; 0 is 1 s.
	Poll time.Duration
	// Lease must be longer than a try takes; 0 is 2 min.
	Lease time.Duration
	// Drain is how long tries under way may go on after Run's context ends;
	// 0 is 6 s.
	Drain time.Duration
	// OnChange is told which conversations' ticks changed; nil is nobody.
	OnChange func(ids []hotline.ConversationID)
}

// LoopStats counts tries since the start, by what came of them. Unreadable ones
// are also given up.
type LoopStats struct {
	Sent, Retried, Unknown, GivenUp, Unreadable atomic.Uint64
}

// Loop sends what waits in the outbox: it claims, sends, and settles what came
// of it.
type Loop struct {
	cfg     LoopConfig
	stats   LoopStats
	wake    chan struct{}
	results chan hotline.SendResult
	mute    sync.Map // of channels without a sender that were logged
	onWay   atomic.Int64
}

const (
	// noSenderDelay is how long a delivery waits whose channel has no sender:
	// until someone has configured one.
	noSenderDelay = time.Minute
	// drainWithin and settleWithin, which is for recording what came of the tries
	// that it has cut short, end before the 10 s that a part has to stop.
	drainWithin  = 6 * time.Second
	settleWithin = 2 * time.Second
)

// NewLoop makes a loop; Run runs it.
func NewLoop(cfg LoopConfig) *Loop {
	if cfg.Workers <= 0 {
		cfg.Workers = 32
	}
	if cfg.Poll <= 0 {
		cfg.Poll = time.Second
	}
	if cfg.Lease <= 0 {
		cfg.Lease = 2 * time.Minute
	}
	if cfg.Drain <= 0 {
		cfg.Drain = drainWithin
	}
	if cfg.OnChange == nil {
		cfg.OnChange = func([]hotline.ConversationID) {}
	}
	return &Loop{
		cfg: cfg, wake: make(chan struct{}, 1),
		// As many as can be on their way, so that no sender ever waits here.
		results: make(chan hotline.SendResult, cfg.Workers),
	}
}

// Wake tells the loop that something was queued. It never blocks.
func (l *Loop) Wake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Busy says that messages are on their way.
func (l *Loop) Busy() bool { return l.onWay.Load() > 0 }

// Stats returns the loop's counters.
func (l *Loop) Stats() *LoopStats { return &l.stats }

// Run sends until ctx ends, then lets tries under way finish for at most Drain,
// settles them and returns nil. It is called once.
func (l *Loop) Run(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	poll := time.NewTicker(l.cfg.Poll)
	defer poll.Stop()
	onWay, more := 0, true
	for ctx.Err() == nil {
		if free := l.cfg.Workers - onWay; more && free > 0 {
			n := l.claim(ctx, work, free)
			onWay += n
			more = n == free
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
			more = true
		case <-poll.C:
			more = true
		case first := <-l.results:
			onWay -= l.settle(work, l.gather(first))
			more = true // the next message of a settled conversation may be due
		}
	}
	l.drain(work, stop, onWay)
	return nil
}

// claim takes up to n deliveries and sets them on their way.
func (l *Loop) claim(ctx, work context.Context, n int) int {
	batch, err := l.cfg.Outbox.Claim(ctx, n, l.cfg.Lease)
	if err != nil {
		if ctx.Err() == nil {
			l.cfg.Log.Error("claiming deliveries failed", "err", err)
		}
		return 0
	}
	for _, out := range batch {
		go func() { l.results <- l.try(work, out) }()
	}
	return len(batch)
}

// try makes one try and counts it.
func (l *Loop) try(ctx context.Context, out hotline.Outgoing) hotline.SendResult {
	l.onWay.Add(1)
	result := l.send(ctx, out)
	l.onWay.Add(-1)
	result.MessageID, result.Attempts = out.MessageID, out.Attempts
	switch result.State {
	case hotline.Done:
		l.stats.Sent.Add(1)
	case hotline.Unknown:
		l.stats.Unknown.Add(1)
	case hotline.GivenUp:
		l.stats.GivenUp.Add(1)
	default:
		l.stats.Retried.Add(1)
	}
	return result
}

func (l *Loop) send(ctx context.Context, out hotline.Outgoing) hotline.SendResult {
	switch {
	case out.Unreadable:
		l.stats.Unreadable.Add(1)
		l.cfg.Log.Error("a delivery cannot be unsealed and will not be sent: check the encryption keys and the database", "message", out.MessageID)
		return GiveUp(out, hotline.Damaged)
	case out.Held != "" && !out.LastWord && out.Unknown:
		return GiveUp(out, hotline.NoAnswer) // "canceled" would say that nothing arrived
	case out.Held != "" && !out.LastWord:
		return hotline.SendResult{State: hotline.GivenUp, Delivery: hotline.Canceled}
	}
	if sender, ok := l.cfg.Senders[out.Channel]; ok {
		return sender.Send(ctx, out)
	}
	return l.noSender(out)
}

// noSender lets a delivery wait whose channel has no sender, while it is young
// enough to be sent.
func (l *Loop) noSender(out hotline.Outgoing) hotline.SendResult {
	if _, logged := l.mute.LoadOrStore(out.Channel, true); !logged {
		l.cfg.Log.Warn("no sender is configured for a channel, its messages wait", "channel", out.Channel)
	}
	now := l.cfg.Now()
	switch {
	case Expired(out, now) && out.Unknown:
		return GiveUp(out, hotline.NoAnswer)
	case Expired(out, now):
		return GiveUp(out, hotline.TooOld)
	}
	state := hotline.Pending
	if out.Unknown {
		state = hotline.Unknown // an earlier try may still have arrived
	}
	return hotline.SendResult{State: state, Delivery: hotline.Queued, RetryAt: now.Add(noSenderDelay)}
}

// gather takes what else is there, so that one transaction settles it all.
func (l *Loop) gather(first hotline.SendResult) []hotline.SendResult {
	batch := []hotline.SendResult{first}
	for {
		select {
		case r := <-l.results:
			batch = append(batch, r)
		default:
			return batch
		}
	}
}

// settle records results and returns how many.
func (l *Loop) settle(ctx context.Context, batch []hotline.SendResult) int {
	if err := l.record(ctx, batch); err != nil {
		l.settleEach(ctx, batch, err)
	}
	return len(batch)
}

// settleEach keeps one result that the store refuses from taking the others
// with it. A refused one's lease ends, and it comes back to be looked up.
func (l *Loop) settleEach(ctx context.Context, batch []hotline.SendResult, err error) {
	refused := len(batch)
	if len(batch) > 1 && hotline.CodeOf(err) != hotline.Unavailable {
		for i := range batch {
			if one := l.record(ctx, batch[i:i+1]); one == nil {
				refused--
			}
		}
	}
	if refused > 0 {
		l.cfg.Log.Error("settling deliveries failed, they will be looked up", "deliveries", refused, "err", err)
	}
}

func (l *Loop) record(ctx context.Context, results []hotline.SendResult) error {
	changed, err := l.cfg.Outbox.Settle(ctx, results)
	if err == nil && len(changed) > 0 {
		l.cfg.OnChange(changed)
	}
	return err
}

// drain waits for tries under way. After Drain it cancels them, upon which
// senders return at once, most with Unknown.
func (l *Loop) drain(ctx context.Context, stop context.CancelFunc, onWay int) {
	timer := time.AfterFunc(l.cfg.Drain, stop)
	defer timer.Stop()
	settling, done := context.WithTimeout(context.WithoutCancel(ctx), l.cfg.Drain+settleWithin)
	defer done()
	for onWay > 0 {
		select {
		case first := <-l.results:
			onWay -= l.settle(settling, l.gather(first))
		case <-settling.Done():
			l.cfg.Log.Error("deliveries were left unsettled, they will be looked up", "deliveries", onWay)
			return
		}
	}
}
