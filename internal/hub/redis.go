package hub

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/hearline/hearline/hotline"
)

const (
	// silence is how long the subscription may say nothing before it is asked
	// whether it still lives; twice that, and it is made anew.
	silence = 20 * time.Second
	// firstRetry and lastRetry bound the pause between tries while Redis is away.
	firstRetry = 50 * time.Millisecond
	lastRetry  = 2 * time.Second
	// farewell is how long Close waits for the last events to reach Redis.
	farewell = time.Second
)

// go-redis writes unstructured lines to standard error each time it cannot
// dial. What matters of that is logged here, once.
func init() { logging.Disable() }

// Redis is the hub of several nodes: a local hub, and one pub/sub channel that
// all nodes share. Subscribers of this node are served directly and need no
// Redis. While Redis is away the other nodes miss events; when it is back
// everybody gets a Resync.
type Redis struct {
	local     *Memory
	remote    *pump
	client    *redis.Client
	channel   string
	node      string
	log       *slog.Logger
	connected atomic.Bool
	ctx       context.Context
	cancel    context.CancelFunc
	listening sync.WaitGroup
}

// NewRedis returns a hub that shares events through the Redis at url, which
// need not answer yet. The error is hotline.Invalid, for a url that cannot be
// read. The hub works until ctx ends or it is closed; it must be closed.
func NewRedis(ctx context.Context, url string, log *slog.Logger) (*Redis, error) {
	options, err := parse(url)
	if err != nil {
		return nil, err
	}
	// Pub/sub ignores the database number: without it in the name two services
	// that share a Redis would wake each other's screens.
	return newRedis(ctx, options, fmt.Sprintf("hearline:events:%d", options.DB), log), nil
}

// Ping asks the Redis at url whether it answers. The errors are hotline.Invalid,
// for a url that cannot be read, and hotline.Unavailable. ctx bounds the wait.
func Ping(ctx context.Context, url string) error {
	options, err := parse(url)
	if err != nil {
		return err
	}
	client := redis.NewClient(options)
	defer client.Close()
	if err := client.Ping(ctx).Err(); err != nil {
		return hotline.Errorf(hotline.Unavailable, "Redis does not answer: start it, or correct HEARLINE_REDIS_URL: %w", err)
	}
	return nil
}

// parse reads a URL and sets what is the same for every client here.
func parse(url string) (*redis.Options, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		// The cause repeats the URL, which may hold a password.
		return nil, hotline.Errorf(hotline.Invalid, "the Redis URL cannot be read: it must look like redis://host:6379/0")
	}
	return tuned(options), nil
}

func tuned(options *redis.Options) *redis.Options {
	options.MaxRetries = -1 // send and listen have their own way to try again
	options.DialerRetries = 1
	options.DialTimeout = 2 * time.Second
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return options
}

func newRedis(ctx context.Context, options *redis.Options, channel string, log *slog.Logger) *Redis {
	ctx, cancel := context.WithCancel(ctx)
	r := &Redis{
		local: NewMemory(), client: redis.NewClient(options), channel: channel,
		node: newNode(), log: log, ctx: ctx, cancel: cancel,
	}
	r.remote = newPump(r.send)
	r.local.pump.deliver = func(batch []hotline.Event) {
		r.local.subscribers.deliver(batch)
		r.remote.add(batch...)
	}
	r.listening.Go(r.listen)
	return r
}

func newNode() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Publish implements Hub.
func (r *Redis) Publish(e hotline.Event) { r.local.Publish(e) }

// Subscribe implements Hub.
func (r *Redis) Subscribe(ctx context.Context, match func(hotline.Event) bool) <-chan hotline.Event {
	return r.local.Subscribe(ctx, match)
}

// Connected says whether events of other nodes arrive at present.
func (r *Redis) Connected() bool { return r.connected.Load() }

// Close sends what was published, for at most a second, and ends everything.
func (r *Redis) Close() error {
	if r.connected.Load() {
		defer time.AfterFunc(farewell, r.cancel).Stop()
	} else {
		r.cancel()
	}
	_ = r.local.Close()
	r.remote.close()
	r.cancel()
	r.listening.Wait()
	return r.client.Close()
}

// send gives a batch to the other nodes. While Redis is away it keeps trying,
// with one Resync in place of the batch, and what is published meanwhile
// gathers in the pump.
func (r *Redis) send(batch []hotline.Event) {
	for pause := firstRetry; ; pause = min(2*pause, lastRetry) {
		data, err := encode(r.node, batch)
		if err == nil {
			err = r.client.Publish(r.ctx, r.channel, data).Err()
		}
		if err == nil || r.ctx.Err() != nil {
			return
		}
		batch = []hotline.Event{resync}
		r.wait(pause)
	}
}

// listen hears the other nodes until the hub ends.
func (r *Redis) listen() {
	pause := firstRetry
	for first := true; r.ctx.Err() == nil; first = false {
		heard, err := r.subscribe(first)
		if heard {
			pause = firstRetry
		}
		if r.ctx.Err() != nil {
			return
		}
		if first || heard {
			r.log.Warn("live events of other nodes are missing: no Redis", "error", err.Error())
		}
		r.wait(pause)
		pause = min(2*pause, lastRetry)
	}
}

// subscribe listens on one subscription until it breaks. heard is true when it
// stood at all.
func (r *Redis) subscribe(first bool) (heard bool, err error) {
	subscription := r.client.Subscribe(r.ctx)
	// A blocked read does not see the context end.
	defer context.AfterFunc(r.ctx, func() { _ = subscription.Close() })()
	defer subscription.Close()
	defer r.connected.Store(false)
	if err := subscription.Subscribe(r.ctx, r.channel); err != nil {
		return false, err
	}
	asked := false
	for {
		message, err := subscription.ReceiveTimeout(r.ctx, silence)
		var timeout net.Error
		switch {
		case err == nil:
			asked = false
		case errors.As(err, &timeout) && timeout.Timeout() && !asked:
			asked = true
			err = subscription.Ping(r.ctx)
		}
		if err != nil {
			return heard, err
		}
		switch m := message.(type) {
		case *redis.Subscription:
			r.stand(first && !heard)
			heard = true
		case *redis.Message:
			r.hear([]byte(m.Payload))
		}
	}
}

// stand notes that the subscription stands. Unless it is the very first,
// events have been missed.
func (r *Redis) stand(first bool) {
	if !first {
		r.log.Info("live events of other nodes are back")
		r.local.subscribers.deliver([]hotline.Event{resync})
	}
	r.connected.Store(true)
}

func (r *Redis) hear(data []byte) {
	p, err := decode(data)
	if err != nil {
		r.log.Warn("a message on the events channel was not understood", "bytes", len(data))
		return
	}
	if p.Node != r.node {
		r.local.subscribers.deliver(p.Events)
	}
}

func (r *Redis) wait(pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.ctx.Done():
	}
}
