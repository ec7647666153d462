package console

import (
	"context"
	"time"

	"github.com/hearline/hearline/cases"
	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/intake"
	"github.com/hearline/hearline/internal/ratelimit"
	"github.com/hearline/hearline/triage"
)

// Reader reads what the screens show. ConversationOf answers hotline.NotFound when the
// address has none.
type Reader interface {
	Queue(ctx context.Context, f hotline.QueueFilter, after hotline.QueueCursor, limit int) ([]hotline.Conversation, error)
	QueueCounts(ctx context.Context) ([]hotline.QueueCount, error)
	Conversation(ctx context.Context, id hotline.ConversationID) (hotline.Exchange, error)
	Messages(ctx context.Context, id hotline.ConversationID, after hotline.MessageID, limit int) ([]hotline.Message, error)
	AuditOf(ctx context.Context, object, objectID string, limit int) ([]hotline.AuditEntry, error)
	ConversationOf(ctx context.Context, ch hotline.Channel, address hotline.Address) (hotline.ConversationID, error)
}

// Pipe takes in a report that staff took down, as it does every message. The same
// ProviderID again changes nothing.
type Pipe interface {
	Receive(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error)
}

// Files keeps the pictures of conversations; hotline.NotFound for one that is not
// there.
type Files interface {
	File(ctx context.Context, id hotline.ConversationID, file hotline.FileID) (hotline.File, error)
}

// Links finds other conversations in which one of the clues was told: how many,
// and the newest of them without what is sealed.
type Links interface {
	// SamePerson finds those in which somebody had a receipt code of this one.
	SamePerson(ctx context.Context, id hotline.ConversationID, limit int) ([]hotline.Conversation, error)
	Sharing(ctx context.Context, id hotline.ConversationID, clues []hotline.Clue, newest int) (count int, some []hotline.Conversation, err error)
}

// CaseReader reads cases.
type CaseReader interface {
	Case(ctx context.Context, id hotline.CaseID) (hotline.Case, error)
	Cases(ctx context.Context, before hotline.CaseID, limit int) ([]hotline.Case, error)
}

// Desk is the staff side of a conversation. A text under the same once is
// written once, whenever and wherever it is sent again.
type Desk interface {
	Reply(ctx context.Context, by hotline.User, id hotline.ConversationID, text hotline.Text, lang hotline.Language, once string) error
	Note(ctx context.Context, by hotline.User, id hotline.ConversationID, text hotline.Text, once string) error
	Close(ctx context.Context, by hotline.User, id hotline.ConversationID) error
	LockOf(x *hotline.Exchange) hotline.Lock
	AskSafe(ctx context.Context, by hotline.User, id hotline.ConversationID) error
	Lift(ctx context.Context, by hotline.User, id hotline.ConversationID, reason string) error
	OfferWords(ctx context.Context, by hotline.User, id hotline.ConversationID) error
	ReplyPlain(ctx context.Context, by hotline.User, id hotline.ConversationID, name, once string) error
	PlainText(c *hotline.Conversation, name string) hotline.Text
	EndAlarm(ctx context.Context, by hotline.User, id hotline.ConversationID, reason string) error
	Opened(ctx context.Context, by hotline.User, id hotline.ConversationID) error
	Reveal(ctx context.Context, by hotline.User, id hotline.ConversationID, reason string) (hotline.Address, error)
}

// Queue is the law of who answers whom next.
type Queue interface {
	Take(ctx context.Context, by hotline.User, id hotline.ConversationID) error
	TakeNext(ctx context.Context, by hotline.User, langs []hotline.Language) (hotline.ConversationID, error)
	Release(ctx context.Context, by hotline.User, id hotline.ConversationID) error
	SetPriority(ctx context.Context, by hotline.User, id hotline.ConversationID, p hotline.Priority, reason triage.OverrideReason) error
	SetLabel(ctx context.Context, by hotline.User, id hotline.ConversationID, v triage.Verdict) error
	UndoPriority(ctx context.Context, by hotline.User, id hotline.ConversationID, done triage.PriorityChange) error
}

// Casework is the law of the case database.
type Casework interface {
	Open(ctx context.Context, by hotline.User, conv hotline.ConversationID) (hotline.Case, error)
	Save(ctx context.Context, by hotline.User, id hotline.CaseID, version int, e cases.Edit) (hotline.Case, error)
	Viewed(ctx context.Context, by hotline.User, id hotline.CaseID, what string) error
}

// Scripts keeps the published versions of the guided conversation. Script answers
// hotline.NotFound for a version that is not there.
type Scripts interface {
	Scripts(ctx context.Context, limit int) ([]hotline.Script, error)
	Script(ctx context.Context, version int) (hotline.Script, error)
}

// Publisher is the law of the guided conversation.
type Publisher interface {
	Check(s hotline.Script) []intake.ScriptProblem
	Publish(ctx context.Context, by hotline.User, s hotline.Script, after int) error
	Rehearse(s hotline.Script, lang hotline.Language, ch hotline.Channel, texts []string) []intake.Rehearsed
}

// Emergencies knows the emergency numbers, and which of them staff have checked.
type Emergencies interface {
	Number(country string) (n hotline.EmergencyNumber, checked bool)
	Set(ctx context.Context, by hotline.User, n hotline.EmergencyNumber) error
}

// Lookup finds a conversation by a receipt code that a caller reads aloud.
type Lookup interface {
	ByCode(ctx context.Context, by hotline.User, typed string) (hotline.ConversationID, error)
}

// Health says whether everything arrives: the latest canaries, how many messages
// of each hour the carrier took and we stored, what waits to be sent since when
// (zero: nothing waits), and how many requests were put aside.
type Health interface {
	Canaries(ctx context.Context, limit int) ([]hotline.Canary, error)
	Tallies(ctx context.Context, since time.Time) ([]hotline.Tally, error)
	Outstanding(ctx context.Context) (int, error)
	OldestOutstanding(ctx context.Context) (time.Time, error)
	QuarantinedCount(ctx context.Context) (int, error)
}

// Staff finds members of staff.
type Staff interface {
	User(ctx context.Context, id hotline.UserID) (hotline.User, error)
	UserByLogin(ctx context.Context, login string) (hotline.User, error)
	Users(ctx context.Context) ([]hotline.User, error)
}

// Sessions keeps who is signed in. Session answers hotline.NotFound for one
// that has ended.
type Sessions interface {
	AddSession(ctx context.Context, s hotline.Session) error
	Session(ctx context.Context, tokenHash string) (hotline.Session, error)
	ChangeSession(ctx context.Context, tokenHash string, change func(*hotline.Session) error) error
	DeleteSession(ctx context.Context, tokenHash string) error
}

// Passwords checks a password; an empty hash takes as long as a real one.
type Passwords interface {
	Verify(ctx context.Context, password, hash string) (bool, error)
}

// Events carries hints that something changed. The channel closes when ctx ends.
type Events interface {
	Publish(e hotline.Event)
	Subscribe(ctx context.Context, match func(hotline.Event) bool) <-chan hotline.Event
}

// Limiter counts tries.
type Limiter interface {
	Allow(ctx context.Context, key string, limit ratelimit.Limit) (ok bool, retryAfter time.Duration)
}
