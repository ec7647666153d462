package public

import (
	"context"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/ratelimit"
)

// Receiver takes in what a visitor wrote. When it returns nil the message is
// durable. hotline.Unavailable means that the same message may be sent again.
type Receiver interface {
	Receive(ctx context.Context, in hotline.Inbound) (hotline.Receipt, error)
}

// Reader reads what was said. ConversationOf finds the newest conversation of a
// receipt code; hotline.NotFound when there is none or it was erased.
// MessagesShown leaves out those that Hider hides.
type Reader interface {
	Conversation(ctx context.Context, id hotline.ConversationID) (hotline.Exchange, error)
	MessagesShown(ctx context.Context, id hotline.ConversationID, after hotline.MessageID, limit int) ([]hotline.Message, error)
	ConversationOf(ctx context.Context, ch hotline.Channel, addr hotline.Address) (hotline.ConversationID, error)
}

// Sessions keeps who is on the page. Session returns hotline.NotFound for a
// session that is absent or past its absolute end.
type Sessions interface {
	AddSession(ctx context.Context, s hotline.Session) error
	Session(ctx context.Context, tokenHash string) (hotline.Session, error)
	ChangeSession(ctx context.Context, tokenHash string, change func(*hotline.Session) error) error
	DeleteSession(ctx context.Context, tokenHash string) error
}

// Eraser deletes all that was said in a conversation, and its key, because the
// person who said it asked.
type Eraser interface {
	EraseOwn(ctx context.Context, id hotline.ConversationID) (caseKept bool, err error)
}

// Hider keeps which messages of a conversation its visitor does not want to see
// again.
type Hider interface {
	HideMessages(ctx context.Context, id hotline.ConversationID, messages []hotline.MessageID) error
}

// Files keeps the pictures of a conversation; the same id again changes nothing.
type Files interface {
	AddFile(ctx context.Context, id hotline.ConversationID, f hotline.File) error
}

// Events carries hints that something changed.
type Events interface {
	Publish(e hotline.Event)
	Subscribe(ctx context.Context, match func(hotline.Event) bool) <-chan hotline.Event
}

// Limiter counts per key; retryAfter is set when ok is false.
type Limiter interface {
	Allow(ctx context.Context, key string, limit ratelimit.Limit) (ok bool, retryAfter time.Duration)
}

// Speaker turns a key and its data into text; Fill does so with a template that
// stands in no catalogue.
type Speaker interface {
	Fill(lang hotline.Language, template string, data map[string]any) (string, error)
	Say(lang hotline.Language, key string, data map[string]any) string
	Languages() []hotline.Language
}
