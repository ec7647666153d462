package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

var messages = &table{name: "messages", keys: 2, copied: true, columns: columnsOf(`conversation_id text, id text, direction text, author text,
	author_id text, text_sealed bytea, extra_sealed bytea, text_key text, language text, provider_id text, delivery text,
	error_code bigint, last_word boolean, at bigint, updated_at bigint, kind text, priority bigint, lexicon text, assessment_sealed bytea`)}

func textPlace(id string) string       { return "messages.text_sealed/" + id }
func extraPlace(id string) string      { return "messages.extra_sealed/" + id }
func assessmentPlace(id string) string { return "messages.assessment_sealed/" + id }

// complete fills in what a rule may leave out.
func (s *Store) complete(m *hotline.Message, id hotline.ConversationID, now time.Time) {
	m.ConversationID = id
	if m.ID == "" {
		m.ID = hotline.MessageID(s.newID())
	}
	if m.At.IsZero() {
		m.At = now
	}
	if m.UpdatedAt.IsZero() {
		m.UpdatedAt = m.At
	}
}

func messageRow(key *seal.Key, m *hotline.Message) ([]any, error) {
	id := string(m.ID)
	sealedText, err := key.Seal([]byte(m.Text.Reveal()), textPlace(id))
	if err != nil {
		return nil, err
	}
	extra, err := sealExtra(key, m)
	if err != nil {
		return nil, err
	}
	var kind, lexicon string
	var priority int64
	assessment := []byte{}
	if a := m.Assessment; a != nil {
		kind, priority, lexicon = string(a.Kind), int64(a.Priority), a.Lexicon
		plain, err := json.Marshal(a)
		if err != nil {
			return nil, hotline.Errorf(hotline.Internal, "write an assessment: %w", err)
		}
		if assessment, err = key.Seal(plain, assessmentPlace(id)); err != nil {
			return nil, err
		}
	}
	return []any{
		string(m.ConversationID), id, string(m.Direction), string(m.Author), string(m.AuthorID), sealedText, extra, m.TextKey,
		string(m.Language), m.ProviderID, string(m.Delivery), int64(m.ErrorCode), m.LastWord, micros(m.At), micros(m.UpdatedAt),
		kind, priority, lexicon, assessment,
	}, nil
}

// extra is how media and place are kept inside the seal; hotline.Text would
// mask itself.
type extra struct {
	Media    []medium          `json:"media,omitempty"`
	Location *hotline.Location `json:"location,omitempty"`
	Call     bool              `json:"call,omitempty"`
}

type medium struct {
	ContentType string `json:"type"`
	URL         string `json:"url"`
}

func sealExtra(key *seal.Key, m *hotline.Message) ([]byte, error) {
	if len(m.Media) == 0 && m.Location == nil && !m.Call {
		return []byte{}, nil
	}
	e := extra{Location: m.Location, Call: m.Call}
	for _, one := range m.Media {
		e.Media = append(e.Media, medium{one.ContentType, one.URL.Reveal()})
	}
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, hotline.Errorf(hotline.Internal, "write media: %w", err)
	}
	return key.Seal(plain, extraPlace(string(m.ID)))
}

// sealedMessage is a message as it stands in its row.
type sealedMessage struct {
	m                       hotline.Message
	text, extra, assessment []byte
	at, updated             int64
}

const messageColumns = `m.conversation_id, m.id, m.direction, m.author, m.author_id, m.text_sealed, m.extra_sealed, m.text_key,
	m.language, m.provider_id, m.delivery, m.error_code, m.last_word, m.at, m.updated_at, m.assessment_sealed`

func (s *sealedMessage) scan(r row) error {
	m := &s.m
	return r.Scan((*string)(&m.ConversationID), (*string)(&m.ID), (*string)(&m.Direction), (*string)(&m.Author),
		(*string)(&m.AuthorID), &s.text, &s.extra, &m.TextKey, (*string)(&m.Language), &m.ProviderID,
		(*string)(&m.Delivery), &m.ErrorCode, &m.LastWord, &s.at, &s.updated, &s.assessment)
}

// open unseals a message. One damaged row does not hide a whole conversation:
// it is marked, with what of it could be read.
func (s *sealedMessage) open(key *seal.Key) hotline.Message {
	s.m.At, s.m.UpdatedAt = timeOf(s.at), timeOf(s.updated)
	s.m.Unreadable = s.unseal(key) != nil
	return s.m
}

func (s *sealedMessage) unseal(key *seal.Key) error {
	m, id := &s.m, string(s.m.ID)
	plain, err := key.Open(s.text, textPlace(id))
	if err != nil {
		return err
	}
	m.Text = hotline.Text(plain)
	if len(s.extra) > 0 {
		var e extra
		if err := openJSON(key, s.extra, extraPlace(id), &e); err != nil {
			return err
		}
		m.Location, m.Call = e.Location, e.Call
		for _, one := range e.Media {
			m.Media = append(m.Media, hotline.Media{ContentType: one.ContentType, URL: hotline.Text(one.URL)})
		}
	}
	if len(s.assessment) > 0 {
		var a hotline.Assessment
		if err := openJSON(key, s.assessment, assessmentPlace(id), &a); err != nil {
			return err
		}
		m.Assessment = &a
	}
	return nil
}

func openJSON(key *seal.Key, sealed []byte, place string, into any) error {
	plain, err := key.Open(sealed, place)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return hotline.Errorf(hotline.Internal, "%s does not hold what it should", place)
	}
	return nil
}

// Messages returns messages of a conversation, oldest first, after the given
// one ("" for the start). An erased or unknown conversation has none.
func (s *Store) Messages(ctx context.Context, id hotline.ConversationID, after hotline.MessageID, limit int) ([]hotline.Message, error) {
	return s.messages(ctx, messagesOf+" ORDER BY m.id LIMIT $3", id, after, limit)
}

// MessagesShown is Messages without those that HideMessages hides. An open page
// without scripts asks for them four times a minute, so it is one statement.
func (s *Store) MessagesShown(ctx context.Context, id hotline.ConversationID, after hotline.MessageID, limit int) ([]hotline.Message, error) {
	return s.messages(ctx, messagesOf+` AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.conversation_id = m.conversation_id AND h.message_id = m.id)
		ORDER BY m.id LIMIT $3`, id, after, limit)
}

// messagesOf brings the conversation's key with each message; one that was erased
// has none.
const messagesOf = "SELECT c.wrapped_key, " + messageColumns + ` FROM messages m JOIN conversations c ON c.id = m.conversation_id
	WHERE m.conversation_id = $1 AND m.id > $2`

func (s *Store) messages(ctx context.Context, text string, id hotline.ConversationID, after hotline.MessageID, limit int) ([]hotline.Message, error) {
	var wrapped []byte
	var found []*sealedMessage
	err := s.read(ctx, query(func(r row) error {
		m := &sealedMessage{}
		found = append(found, m)
		return m.scan(led{r, &wrapped})
	}, text, string(id), string(after), limit))
	if err != nil || len(wrapped) == 0 {
		return nil, err
	}
	key, err := s.keys.OpenKey(wrapped)
	if err != nil {
		return nil, err
	}
	out := make([]hotline.Message, len(found))
	for i, m := range found {
		out[i] = m.open(key)
	}
	return out, nil
}

// led is a row with one column before those that its scan knows.
type led struct {
	row
	first any
}

func (l led) Scan(rest ...any) error { return l.row.Scan(append([]any{l.first}, rest...)...) }

// CountInbound counts the messages from people with a time in [from, to),
// erased ones included, to compare with what the carrier says it delivered.
func (s *Store) CountInbound(ctx context.Context, from, to time.Time) (int, error) {
	var n int
	err := s.read(ctx, query(func(r row) error { return r.Scan(&n) },
		`SELECT (SELECT COUNT(*) FROM messages WHERE direction = 'in' AND at >= $1 AND at < $2)
			+ (SELECT COUNT(*) FROM forgotten WHERE at >= $1 AND at < $2)`, micros(from), micros(to)))
	return n, err
}

// Stored counts the inbound messages, how many different carrier ids they have,
// and how many carry an assessment: equal numbers after a crash say that
// nothing is doubled or half there.
func (s *Store) Stored(ctx context.Context) (inbound, providerIDs, assessed int, err error) {
	err = s.read(ctx, query(func(r row) error { return r.Scan(&inbound, &providerIDs, &assessed) },
		`SELECT COUNT(*), COUNT(DISTINCT provider_id), COUNT(*) FILTER (WHERE LENGTH(assessment_sealed) > 0)
			FROM messages WHERE direction = 'in'`))
	return inbound, providerIDs, assessed, err
}

// Missing returns those of the carrier's ids that were never stored, in their
// order. What was erased is not missing.
func (s *Store) Missing(ctx context.Context, providerIDs []string) ([]string, error) {
	var missing []string
	for start := 0; start < len(providerIDs); start += maxList {
		part := providerIDs[start:min(start+maxList, len(providerIDs))]
		seen := map[string]bool{}
		marks := make([]string, len(part))
		for i, id := range part {
			marks[i] = s.markOf(id)
		}
		err := s.read(ctx, s.seenQuery(part, marks, func(id string, _ duplicate) { seen[id] = true }))
		if err != nil {
			return nil, err
		}
		for i, id := range part {
			if !seen[id] && !seen[marks[i]] {
				missing = append(missing, id)
			}
		}
	}
	return missing, nil
}

// maxList bounds the values of one IN list.
const maxList = 1024
