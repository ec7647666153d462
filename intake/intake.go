// Package intake hears a person. It decides what one more message from someone
// means for their conversation: words with a meaning of their own (STOP, HELP,
// ERASE, …), whether it is safe to write to them, the next question of the
// guided conversation, how urgent it has become, and which automatic text, if
// any, answers. The same package holds the staff side, so that everything that
// goes out to a person passes one set of rules.
//
// It knows nothing of carriers, databases or pages: it changes nouns that a
// store hands it under a lock, and the store saves them or does not.
//
// docs/intake.md draws the states.
package intake

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/groupcommit"
)

// Store keeps conversations. Receive loads the contact and open conversation of
// each arrival that is new by its provider id, calls advance for it in order,
// and saves everything in one transaction.
//
// MarkIncomplete notes once that a part of a message is missing and lets decide
// change its conversation, which it returns; "" when there was nothing to note.
type Store interface {
	MarkIncomplete(ctx context.Context, providerID string, decide func(*hotline.Exchange, hotline.Message)) (hotline.ConversationID, error)
	Receive(ctx context.Context, batch []hotline.Inbound, advance func(*hotline.Exchange, hotline.Inbound)) ([]hotline.Receipt, error)
}

// Triage reads one text. It must be pure and safe for concurrent use.
type Triage interface {
	Assess(text string, hints hotline.Hints) hotline.Assessment
}

// Commit sizes the group commit; zero values take its defaults.
type Commit struct {
	Workers, MaxBatch, MaxQueue int
	Timeout                     time.Duration
}

// Config is what New needs. All but Clues, Codes, Script, Commit and Log are required.
type Config struct {
	Store    Store
	Triage   Triage
	Clues    func(hotline.Inbound) []hotline.Clue           // what in a message may lead to other reports; pure; nil: nothing
	Mark     func(of hotline.ContactID, word string) string // keyed, so that a person's own word is kept unreadable; pure
	Codes    Codes                                          // nil: there are none
	Voice    *Voice
	Script   *hotline.Script     // nil: Shipped; see Use
	Announce func(hotline.Event) // must not block
	Now      func() time.Time
	NewID    hotline.NewID
	Commit   Commit
	Log      *slog.Logger // of our own mistakes; nil: silent
}

// Intake receives messages. Many calls of Receive share one transaction.
type Intake struct {
	store    Store
	triage   Triage
	clues    func(hotline.Inbound) []hotline.Clue
	announce func(hotline.Event)
	now      func() time.Time
	newID    hotline.NewID
	mark     func(hotline.ContactID, string) string
	codes    Codes
	voice    *Voice
	words    words
	script   atomic.Pointer[hotline.Script]
	commits  *groupcommit.Committer[hotline.Inbound, hotline.Receipt]
}

// New starts the workers that commit. Close ends them.
func New(cfg Config) (*Intake, error) {
	w, err := collectWords(cfg.Voice.speaker.Words())
	if err != nil {
		return nil, err
	}
	i := &Intake{
		store: cfg.Store, triage: cfg.Triage, clues: cfg.Clues, announce: cfg.Announce, now: cfg.Now, newID: cfg.NewID,
		mark: cfg.Mark, codes: cfg.Codes, voice: cfg.Voice, words: w,
	}
	i.Use(cfg.Script)
	seed := maphash.MakeSeed()
	i.commits = groupcommit.New(groupcommit.Config[hotline.Inbound]{
		Workers: cfg.Commit.Workers, MaxBatch: cfg.Commit.MaxBatch, MaxQueue: cfg.Commit.MaxQueue, Timeout: cfg.Commit.Timeout,
		Log: cfg.Log, Key: func(in hotline.Inbound) uint64 { return maphash.String(seed, in.From.Reveal()) },
	}, i.commit, poisoned)
	return i, nil
}

// Use makes a script the one that conversations go on with from their next message.
// nil means the shipped one. Answers to questions that it no longer has are kept.
func (i *Intake) Use(s *hotline.Script) {
	if s == nil {
		s = shipped
	}
	i.script.Store(s)
}

// Close takes no more messages, commits those that wait and ends the workers.
func (i *Intake) Close() { i.commits.Close() }

// Stats says how many commits there were and how many messages they held.
func (i *Intake) Stats() (batches, messages uint64) { return i.commits.Stats() }

// Receive files one message: when it returns without error the message is
// durable, assessed and in the queue, and so is whatever answers it. The same
// provider id again changes nothing and gives the first receipt.
//
// The errors are hotline.Invalid for a message that can never be filed, and
// hotline.Unavailable when the queue is full, the service is closing, or ctx
// ended first (the message may then still be filed); else the store's.
func (i *Intake) Receive(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error) {
	in = legible(in)
	if err := check(in); err != nil {
		return hotline.Receipt{}, err
	}
	in, err := i.readCode(ctx, in)
	if err != nil {
		return hotline.Receipt{}, err
	}
	in.Assessment = i.triage.Assess(in.Text.Reveal(), hotline.Hints{Language: in.Language})
	if i.clues != nil {
		in.Clues = append(in.Clues, i.clues(in)...)
	}
	receipt, err := i.commits.Do(ctx, in)
	switch {
	case errors.Is(err, groupcommit.ErrFull):
		return receipt, hotline.Errorf(hotline.Unavailable, "too many messages at once: %w", err)
	case errors.Is(err, groupcommit.ErrClosed), isContext(err):
		return receipt, hotline.Errorf(hotline.Unavailable, "the message was not filed in time: %w", err)
	}
	return receipt, err
}

// commit files a batch and tells the screens.
func (i *Intake) commit(ctx context.Context, batch []hotline.Inbound) ([]hotline.Receipt, error) {
	receipts, err := i.store.Receive(ctx, batch, i.advance)
	if err != nil {
		return nil, err
	}
	for _, r := range receipts {
		if !r.Duplicate {
			announce(i.announce, r.ConversationID, r.Priority, "message")
		}
	}
	return receipts, nil
}

// announce tells the queue's screens and those of one conversation.
func announce(tell func(hotline.Event), id hotline.ConversationID, p hotline.Priority, kind string) {
	tell(hotline.Event{Topic: "queue", Kind: kind, ConversationID: id, Priority: p})
	tell(hotline.Event{Topic: "conversation", Kind: kind, ConversationID: id, Priority: p})
}

// poisoned says whether one message of a batch may be to blame, so that the
// others are worth another try. A store that is away is nobody's fault.
func poisoned(err error) bool {
	code := hotline.CodeOf(err)
	return !isContext(err) && (code == hotline.Invalid || code == hotline.Internal)
}

func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
