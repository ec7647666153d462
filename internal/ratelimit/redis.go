package ratelimit

import (
	"context"
	"encoding/base64"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/hearline/hearline/hotline"
)

const (
	// patience with Redis: whoever waits for the answer is waiting for a page.
	patience = 250 * time.Millisecond
	// rest is how long Redis is left alone after it failed.
	rest = time.Second
)

// gcra is some, run by Redis so that nodes cannot overtake each other. Times are
// microseconds of the caller's clock. "%.0f", because Lua turns a number of this
// size into 1.7e+15. It returns how many events there was room for or, below 0, what
// is left to wait.
var gcra = redis.NewScript(`
local now, interval, span, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local due = tonumber(redis.call('GET', KEYS[1]) or '0') or 0
due = math.min(math.max(due, now), now + span)
local room = now + span - due
local got = math.min(want, math.floor(room / interval))
if got <= 0 then return room - interval end
due = due + got * interval
redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000))
return got
`)

// go-redis writes unstructured lines to standard error each time it cannot
// dial. What matters of that is logged here, once.
func init() { logging.Disable() }

// RedisConfig is what NewRedis needs.
type RedisConfig struct {
	URL    string // redis://host:6379/0
	Secret []byte // keys the hashes; the same on all nodes
	Now    func() time.Time
	Log    *slog.Logger
}

// Redis limits across nodes. While Redis is away each node limits on its own.
type Redis struct {
	client   *redis.Client
	prefix   string
	secret   []byte
	now      func() time.Time
	log      *slog.Logger
	fallback *Memory
	// restUntil is when Redis may be asked again, in microseconds; 0 when it answers.
	restUntil atomic.Int64
}

// NewRedis returns a limiter over the Redis at cfg.URL, which need not answer
// yet. The error is hotline.Invalid, for a URL that cannot be read.
func NewRedis(cfg RedisConfig) (*Redis, error) {
	options, err := redis.ParseURL(cfg.URL)
	if err != nil {
		// The cause repeats the URL, which may hold a password.
		return nil, hotline.Errorf(hotline.Invalid, "the Redis URL cannot be read: it must look like redis://host:6379/0")
	}
	options.MaxRetries = -1 // the fallback is quicker
	options.DialerRetries = 1
	options.DialTimeout = patience
	options.ReadTimeout = patience
	options.WriteTimeout = patience
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &Redis{
		client: redis.NewClient(options), prefix: "hearline:rate:", secret: cfg.Secret,
		now: cfg.Now, log: cfg.Log, fallback: NewMemory(cfg.Now),
	}, nil
}

// Close lets go of the connections.
func (r *Redis) Close() error { return r.client.Close() }

// Allow implements Limiter.
func (r *Redis) Allow(ctx context.Context, key string, limit Limit) (bool, time.Duration) {
	got, wait := r.Take(ctx, key, 1, limit)
	return got > 0, wait
}

// Take implements Limiter.
func (r *Redis) Take(ctx context.Context, key string, want int, limit Limit) (got int, retryAfter time.Duration) {
	if limit.off() {
		return want, 0
	}
	now := r.now()
	if !r.mayAsk(now) {
		return r.fallback.Take(ctx, key, want, limit)
	}
	answer, err := r.ask(ctx, key, want, limit, now)
	if err != nil {
		if ctx.Err() == nil { // else the caller gave up, and Redis may be well
			r.failed(now, err)
		}
		return r.fallback.Take(ctx, key, want, limit)
	}
	if r.restUntil.Swap(0) != 0 {
		r.log.Info("rate limits are shared again")
	}
	if answer < 0 {
		return 0, time.Duration(-answer) * time.Microsecond
	}
	return int(answer), 0
}

// mayAsk lets one caller through when the rest is over; the others go on
// without Redis until that one has an answer.
func (r *Redis) mayAsk(now time.Time) bool {
	until := r.restUntil.Load()
	if until == 0 {
		return true
	}
	return now.UnixMicro() >= until && r.restUntil.CompareAndSwap(until, now.Add(rest).UnixMicro())
}

func (r *Redis) failed(now time.Time, err error) {
	if r.restUntil.Swap(now.Add(rest).UnixMicro()) == 0 {
		r.log.Warn("rate limits count on each node alone: no Redis", "error", err.Error())
	}
}

func (r *Redis) ask(ctx context.Context, key string, want int, limit Limit, now time.Time) (answer int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	name := hash(r.secret, key)
	return gcra.Run(ctx, r.client,
		[]string{r.prefix + base64.RawURLEncoding.EncodeToString(name[:])},
		now.UnixMicro(), limit.interval().Microseconds(), limit.span().Microseconds(), want).Int64()
}
