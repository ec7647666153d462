package hooks

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/hearline/hearline/channels"
	"github.com/hearline/hearline/hotline"
)

// The reasons for putting a request aside. A malformed request with a good
// signature is a message someone wrote: reconciliation will file it, and until
// then it is here.
const (
	badSignature = "bad_signature"
	malformed    = "malformed"
	// trouble is ours, and its budget is of log lines.
	trouble = "trouble"
)

const (
	// admissionsPerSecond bounds what a flood of forged requests can write:
	// with keptBytes, 80 kB a second and reason; the store keeps the newest.
	admissionsPerSecond = 20
	keptBytes           = 4 << 10
	// admitWithin, after all of patience, still ends before the carrier's 15 s.
	admitWithin = 3 * time.Second
)

// ward puts refused requests into quarantine, a bounded number a second for
// each reason, so that forgeries cannot crowd out what Twilio itself sent.
type ward struct {
	cfg   Config
	mu    sync.Mutex
	taken map[string]*budget
}

type budget struct {
	second time.Time
	spent  int
}

func newWard(cfg Config) *ward {
	return &ward{cfg: cfg, taken: map[string]*budget{badSignature: {}, malformed: {}, trouble: {}}}
}

// admit keeps the request or counts it as dropped. It has no error: the answer
// to the carrier is the same either way.
func (w *ward) admit(ctx context.Context, r channels.Request, reason string) {
	now := w.cfg.Now()
	if !w.spend(reason, now) {
		w.cfg.Stats.Dropped.Add(1)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, admitWithin)
	defer cancel()
	err := w.cfg.Quarantine.AddQuarantined(ctx, hotline.Quarantined{
		ID: w.cfg.NewID(), At: now, Door: r.Path, Reason: reason,
		ProviderID: claimedID(r.Body), Body: hotline.Text(r.Body[:min(len(r.Body), keptBytes)]),
	})
	if err != nil {
		w.cfg.Stats.Dropped.Add(1)
		w.cfg.Log.Error("quarantine failed", "door", r.Path, "reason", reason, "err", err)
		return
	}
	w.cfg.Stats.Quarantined.Add(1)
}

func (w *ward) spend(reason string, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.taken[reason]
	if second := now.Truncate(time.Second); !second.Equal(b.second) {
		b.second, b.spent = second, 0
	}
	b.spent++
	return b.spent <= admissionsPerSecond
}

// claimedID finds the id of the message or call in a body that may be no form at all, so that
// an administrator can ask the carrier about it. It is "" unless it looks like
// one, because it is not sealed.
func claimedID(body []byte) string {
	for part := range bytes.SplitSeq(body, []byte{'&'}) {
		name, value, _ := bytes.Cut(part, []byte{'='})
		if string(name) != "MessageSid" && string(name) != "CallSid" {
			continue
		}
		if !looksLikeID(value) {
			return ""
		}
		return string(value)
	}
	return ""
}

// looksLikeID accepts two capital letters and hexadecimal digits ("SM…"), which
// leaves no room for a name or a number.
func looksLikeID(id []byte) bool {
	if len(id) != 34 || id[0] < 'A' || id[0] > 'Z' || id[1] < 'A' || id[1] > 'Z' {
		return false
	}
	for _, c := range id[2:] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}
