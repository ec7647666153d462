package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/hearline/hearline/channels/webchat"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
)

type benchChatsCmd struct {
	Database string        `help:"A SQLite path or a postgres:// URL. The benchmark makes a database of its own beside it and removes it afterwards." default:"./bench.db" placeholder:"PATH|URL"`
	Chats    int           `help:"Chats that are open at a time." default:"5000"`
	Rate     int           `help:"Replies of staff a second, over all chats." default:"200"`
	Duration time.Duration `help:"How long staff write." default:"20s"`
}

// chatsReport is what the benchmark prints. Memory is counted twice: what the
// server has resident more with all chats open than before, while nobody writes,
// and how much higher its peak is under the load than that of a server that has
// the same load on a few chats; both divided by the chats. Latencies run from
// the moment that a member of staff presses Send until the visitor's page, told
// by its stream, has read the list with the reply in it.
type chatsReport struct {
	Database string  `json:"database"`
	Chats    int     `json:"chats"`
	Seconds  float64 `json:"seconds"`
	Rate     float64 `json:"replies_per_s"`
	FewPeak  float64 `json:"peak_rss_mb_few_chats"`
	Peak     float64 `json:"peak_rss_mb"`
	OpenKB   float64 `json:"open_kb_per_chat"`
	LoadedKB float64 `json:"loaded_kb_per_chat"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Errors   int     `json:"errors"`
}

// fewChats is how many chats the server has that the other is compared with.
const fewChats = 64

// Run seeds the database, starts the real server in a process of its own, opens
// the chats and lets staff write.
func (c *benchChatsCmd) Run(ctx context.Context) error {
	if c.Chats < 1 || c.Rate < 1 || c.Duration < time.Second {
		return hotline.Errorf(hotline.Invalid, "--chats and --rate: at least 1; --duration: at least 1s")
	}
	ground, err := newBenchGround(ctx, c.Database)
	if err != nil {
		return err
	}
	defer ground.drop()
	seeded := chatSeed{count: c.Chats}
	report := chatsReport{Chats: c.Chats}
	if report.Database, err = seeded.plant(ctx, ground); err != nil {
		return err
	}
	if err := c.measure(ctx, ground, &seeded, &report); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

func (c *benchChatsCmd) measure(ctx context.Context, ground benchGround, seeded *chatSeed, r *chatsReport) error {
	few, err := c.load(ctx, ground, seeded, min(fewChats, c.Chats))
	if err != nil {
		return err
	}
	all, err := c.load(ctx, ground, seeded, c.Chats)
	if err != nil {
		return err
	}
	s := sample{latencies: all.latencies}
	r.Seconds, r.Rate = all.took.Seconds(), float64(len(all.latencies))/all.took.Seconds()
	r.FewPeak, r.Peak = few.peak, all.peak
	r.OpenKB = (all.open - all.before) * 1024 / float64(c.Chats)
	r.LoadedKB = (all.peak - few.peak) * 1024 / float64(max(1, c.Chats-fewChats))
	r.P50, r.P99, r.Errors = s.percentile(.5), s.percentile(.99), all.errors
	return nil
}

// crowdLoad is what one server showed; memory in MB.
type crowdLoad struct {
	before, open, peak float64
	took               time.Duration
	latencies          []time.Duration
	errors             int
}

// load lets staff write to so many open chats of a new server.
func (c *benchChatsCmd) load(ctx context.Context, ground benchGround, seeded *chatSeed, chats int) (l crowdLoad, err error) {
	server, err := startServer(ctx, ground)
	if err != nil {
		return l, err
	}
	defer server.stop()
	crowd := newChatCrowd(server.addr, seeded, chats)
	defer crowd.close()
	if err := crowd.warm(ctx); err != nil {
		return l, err
	}
	if l.before, err = server.memory("VmRSS:"); err != nil {
		return l, err
	}
	if err := crowd.open(); err != nil {
		return l, err
	}
	if l.open, err = server.memory("VmRSS:"); err != nil {
		return l, err
	}
	began := time.Now()
	crowd.write(ctx, c.Rate, c.Duration)
	l.took = time.Since(began)
	l.latencies, l.errors = crowd.result()
	l.peak, err = server.peakRSS()
	return l, err
}

// chatSeed is who is there when the benchmark begins: visitors with a session
// each, who may be written to, and one member of staff.
type chatSeed struct {
	count   int
	desk    string // the cookie of the member of staff
	cookies []string
	ids     []hotline.ConversationID
}

const seedBatch = 500

func (s *chatSeed) plant(ctx context.Context, ground benchGround) (engine string, err error) {
	db, err := ground.open(ctx)
	if err != nil {
		return "", err
	}
	defer db.Close()
	if err := s.plantStaff(ctx, db); err != nil {
		return "", err
	}
	for len(s.ids) < s.count {
		if err := s.plantChats(ctx, db, min(seedBatch, s.count-len(s.ids))); err != nil {
			return "", err
		}
	}
	return db.Engine(), nil
}

func (s *chatSeed) plantStaff(ctx context.Context, db *store.Store) error {
	user := hotline.User{ID: hotline.UserID(newID()), Login: "bench", Name: "Bench", Role: hotline.Operator, CreatedAt: time.Now()}
	if err := db.AddUser(ctx, user); err != nil {
		return err
	}
	s.desk = drawToken()
	sum := sha256.Sum256([]byte(s.desk))
	return db.AddSession(ctx, hotline.Session{
		TokenHash: base64.RawURLEncoding.EncodeToString(sum[:]), UserID: user.ID,
		CreatedAt: time.Now(), SeenAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
	})
}

func (s *chatSeed) plantChats(ctx context.Context, db *store.Store, n int) error {
	batch := make([]hotline.Inbound, n)
	for i := range batch {
		code, err := webchat.NewCode(rand.Reader)
		if err != nil {
			return err
		}
		batch[i] = hotline.Inbound{
			Channel: hotline.WebChat, From: code, ProviderID: "bench:" + strconv.Itoa(len(s.ids)+i),
			Text: hotline.Text(benchOpening(int64(i))), At: time.Now(),
		}
	}
	receipts, err := db.Receive(ctx, batch, func(x *hotline.Exchange, in hotline.Inbound) {
		now := time.Now()
		x.Conversation = hotline.Conversation{
			ID: hotline.ConversationID(newID()), ContactID: x.Contact.ID, Channel: in.Channel, Address: in.From,
			State: hotline.Open, Language: "en", Safety: hotline.Safe, SafetyAt: now, HandedOff: true, Priority: hotline.Standard,
			WaitingSince: now, LastInboundAt: now, CreatedAt: now, UpdatedAt: now,
		}
		x.Write(hotline.Message{
			ID: hotline.MessageID(newID()), ConversationID: x.Conversation.ID, Direction: hotline.In, Author: hotline.FromPerson,
			Text: in.Text, ProviderID: in.ProviderID, Delivery: hotline.Received, At: now, UpdatedAt: now,
		})
	})
	if err != nil {
		return err
	}
	for i, r := range receipts {
		cookie := drawToken()
		sum := sha256.Sum256([]byte(cookie))
		err := db.AddSession(ctx, hotline.Session{
			TokenHash: hex.EncodeToString(sum[:]), ConversationID: r.ConversationID, Address: batch[i].From,
			CreatedAt: time.Now(), SeenAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
		})
		if err != nil {
			return err
		}
		s.cookies, s.ids = append(s.cookies, cookie), append(s.ids, r.ConversationID)
	}
	return nil
}

// csrf is what the forms of a member of staff carry.
func (s *chatSeed) csrf() string {
	mac := hmac.New(sha256.New, []byte(s.desk))
	mac.Write([]byte("form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func drawToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// result gives the latencies in order, and how many replies were not shown or
// streams lost.
func (w *chatCrowd) result() ([]time.Duration, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.Sort(w.latencies)
	return w.latencies, w.errors
}
