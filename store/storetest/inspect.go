package storetest

import (
	"bytes"
	"database/sql"
	"strings"
	"testing"
)

// impossible selects rows that no crash may leave behind, whatever the moment.
// Each query returns how many there are.
var impossible = []struct{ what, query string }{
	{"messages without a conversation", "SELECT COUNT(*) FROM messages m WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = m.conversation_id)"},
	{"conversations without a message", "SELECT COUNT(*) FROM conversations c WHERE c.state <> 'erased' AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id)"},
	{"conversations without a contact", "SELECT COUNT(*) FROM conversations c WHERE c.state <> 'erased' AND NOT EXISTS (SELECT 1 FROM contacts k WHERE k.id = c.contact_id AND k.address_index = c.address_index)"},
	{"conversations without a key or an address", "SELECT COUNT(*) FROM conversations WHERE state <> 'erased' AND (LENGTH(wrapped_key) = 0 OR LENGTH(address_sealed) = 0)"},
	{"contacts without a conversation", "SELECT COUNT(*) FROM contacts k WHERE NOT k.opted_out AND NOT k.not_safe AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.address_index = k.address_index AND c.contact_id = k.id)"},
	{"inbound messages without text, id or assessment", "SELECT COUNT(*) FROM messages WHERE direction = 'in' AND (LENGTH(text_sealed) = 0 OR provider_id = '' OR kind = '' OR priority = 0 OR LENGTH(assessment_sealed) = 0)"},
	{"a last message that is not there", "SELECT COUNT(*) FROM conversations c WHERE c.state <> 'erased' AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.id = c.last_inbound_id AND m.direction = 'in')"},
	{"a last message that has a later one", "SELECT COUNT(*) FROM conversations c WHERE c.state <> 'erased' AND EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'in' AND m.id > c.last_inbound_id)"},
	{"outbox rows without their message", "SELECT COUNT(*) FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = o.conversation_id AND m.id = o.message_id AND m.direction = 'out')"},
	{"outbox rows of messages the carrier has", "SELECT COUNT(*) FROM outbox o JOIN messages m ON m.conversation_id = o.conversation_id AND m.id = o.message_id WHERE m.provider_id <> ''"},
	{"messages to send that are not in the outbox", "SELECT COUNT(*) FROM messages m WHERE m.direction = 'out' AND m.delivery = 'queued' AND m.provider_id = '' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.conversation_id = m.conversation_id AND o.message_id = m.id)"},
}

// Unread is a count of its own kind: it is right while no staff member has
// looked at anything.
const wrongUnread = "SELECT COUNT(*) FROM conversations c WHERE c.unread <> (SELECT COUNT(*) FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'in')"

// Whole fails when the rows of a database contradict each other, or when SQLite
// finds its file damaged. nobodyLooked also holds the unread counts against the
// messages.
func Whole(t testing.TB, url string, nobodyLooked bool) {
	t.Helper()
	db := raw(t, url)
	checks := impossible
	if nobodyLooked {
		checks = append(checks[:len(checks):len(checks)], struct{ what, query string }{"wrong unread counts", wrongUnread})
	}
	for _, c := range checks {
		var n int
		if err := db.QueryRow(c.query).Scan(&n); err != nil {
			t.Errorf("%s: %v", c.what, err)
		} else if n > 0 {
			t.Errorf("%s: %d", c.what, n)
		}
	}
	if driverOf(url) != "sqlite" {
		return
	}
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("the file is damaged: %s, %v", verdict, err)
	}
}

// Sending counts what has left or may have left: messages the carrier has given
// an id, and tries whose outcome is open.
func Sending(t testing.TB, url string) (sent, open int) {
	t.Helper()
	const query = "SELECT (SELECT COUNT(*) FROM messages WHERE direction = 'out' AND provider_id <> ''), (SELECT COUNT(*) FROM outbox WHERE state <> 'pending')"
	if err := raw(t, url).QueryRow(query).Scan(&sent, &open); err != nil {
		t.Fatal(err)
	}
	return sent, open
}

// Dump returns every row of every table of a Postgres database as text, bytes
// in hexadecimal.
func Dump(t testing.TB, url string) []byte {
	t.Helper()
	db := raw(t, url)
	var out bytes.Buffer
	for _, table := range column(t, db, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name") {
		for _, row := range column(t, db, `SELECT CAST(x AS TEXT) FROM "`+table+`" x`) {
			out.WriteString(table + row + "\n")
		}
	}
	return out.Bytes()
}

func column(t testing.TB, db *sql.DB, query string) (values []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		values = append(values, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return values
}

func raw(t testing.TB, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driverOf(url), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func driverOf(url string) string {
	if strings.HasPrefix(url, "postgres") {
		return "pgx"
	}
	return "sqlite"
}
