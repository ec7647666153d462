package store_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/store/storetest"
)

// Marked secrets: if one of these is found anywhere at rest, something was not
// sealed.
const (
	secretNumber = "+15550100177"
	secretMark   = "zq-secret-mark"
)

func secret(what string) hotline.Text { return hotline.Text(secretMark + "-" + what) }

// plant puts a secret into everything that can hold one, and returns the
// conversation.
func plant(t *testing.T, s *store.Store) hotline.ConversationID {
	t.Helper()
	ctx := context.Background()
	in := hotline.Inbound{
		Channel: hotline.SMS, From: secretNumber, To: "+15550100100", ProviderID: "SM1", Text: secret("text"), At: time.Now(),
		Media: []hotline.Media{{ContentType: "image/png", URL: secret("media")}}, Location: &hotline.Location{Label: secretMark},
	}
	receipts, err := s.Receive(ctx, []hotline.Inbound{in}, func(x *hotline.Exchange, in hotline.Inbound) {
		c := &x.Conversation
		c.ID, c.State, c.WaitingSince = hotline.ConversationID(storetest.NewID()), hotline.Open, in.At
		c.Answers = []hotline.Answer{{Question: "where", Words: secret("answer")}}
		x.Write(hotline.Message{
			Direction: hotline.In, Author: hotline.FromPerson, Text: in.Text, Media: in.Media, Location: in.Location, ProviderID: in.ProviderID,
			Clues:      []hotline.Clue{{Kind: hotline.CluePlate, Value: secret("plate")}, {Kind: hotline.CluePhone, Value: secretNumber}},
			Assessment: &hotline.Assessment{Reasons: []hotline.Reason{{Text: secretMark}}},
		})
		x.Write(hotline.Message{Direction: hotline.Out, Author: hotline.FromAutomatic, Text: secret("reply"), Delivery: hotline.Queued})
	})
	if err != nil {
		t.Fatal(err)
	}
	id := receipts[0].ConversationID
	_, err = s.OpenCase(ctx, id, hotline.Case{Status: hotline.CaseActive, Consent: hotline.ConsentGiven}, func(x *hotline.Exchange, c *hotline.Case) error {
		c.Summary, c.Persons = secret("summary"), []hotline.Person{{Role: hotline.NeedsHelp, Name: secret("name")}}
		x.Write(hotline.Message{Direction: hotline.Note, Author: hotline.FromStaff, Text: secret("note")})
		return nil
	})
	for _, err := range []error{
		err,
		s.AddFile(ctx, id, hotline.File{ID: "f", Body: []byte(secret("file"))}),
		s.AddSession(ctx, hotline.Session{TokenHash: "t", ConversationID: id, Address: hotline.Address(secret("code")), Draft: []hotline.Answer{{Question: "saw", Words: secret("draft")}}, ExpiresAt: time.Now().Add(time.Hour)}),
		s.AddQuarantined(ctx, hotline.Quarantined{Door: "/hooks", Reason: "bad_signature", Body: secret("body") + secretNumber}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return id
}

// clean fails when a secret can be read in data, as text or as Postgres prints
// bytes.
func clean(t *testing.T, where string, data []byte) {
	t.Helper()
	for _, s := range []string{secretMark, secretNumber, secretNumber[1:]} {
		if bytes.Contains(data, []byte(s)) || bytes.Contains(data, []byte(hex.EncodeToString([]byte(s)))) {
			t.Errorf("%s can be read in %s", s, where)
		}
	}
}

func cleanFiles(t *testing.T, folder string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil || len(files) == 0 {
		t.Fatal("nothing to search: ", err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		clean(t, filepath.Ext(f.Name()), data)
		info, err := f.Info()
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read %s: %v, %v", filepath.Ext(f.Name()), info.Mode(), err)
		}
	}
}

func TestNothingReadableInSQLite(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := storetest.Open(t, filepath.Join(folder, "hearline.db"), storetest.NewKeys(t), time.Now)
	id := plant(t, s)
	cleanFiles(t, folder) // file, WAL and index of the WAL
	backup := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(context.Background(), backup); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	clean(t, "a backup", data)
	wrapped := wrappedKey(t, storetest.Engines[0], backup, id)
	if !bytes.Contains(data, wrapped) {
		t.Fatal("the search is blind: the wrapped key is not found where it must be")
	}
	eraseAll(t, s, id)
	again := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(context.Background(), again); err != nil {
		t.Fatal(err)
	}
	if data, err = os.ReadFile(again); err != nil || bytes.Contains(data, wrapped) {
		t.Error("the wrapped key is still there: ", err)
	}
}

func wrappedKey(t *testing.T, e storetest.Engine, url string, id hotline.ConversationID) (wrapped []byte) {
	t.Helper()
	if err := rawDB(t, e, url).QueryRow("SELECT wrapped_key FROM conversations WHERE id = $1", string(id)).Scan(&wrapped); err != nil {
		t.Fatal(err)
	}
	return wrapped
}

func eraseAll(t *testing.T, s *store.Store, id hotline.ConversationID) {
	t.Helper()
	err := s.Change(context.Background(), id, func(x *hotline.Exchange) error { x.Conversation.State = hotline.Erased; return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// tables holds all that people told us, for the dump.
var tables = strings.Fields("contacts conversations messages scripts emergency_numbers links files forgotten hidden outbox cases persons users sessions audit quarantine checkpoints counters partners canaries tallies " +
	"subscribers subscriber_addresses subscriber_keys consents campaigns campaign_runs run_places lanes lane_blocks recipients lane_counts held_out")

func TestNothingReadableInPostgres(t *testing.T) {
	t.Parallel()
	e := storetest.Engines[1]
	url := e.NewURL(t)
	s := storetest.Open(t, url, storetest.NewKeys(t), time.Now)
	plant(t, s)
	db := rawDB(t, e, url)
	var n int
	if err := db.QueryRow("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'").Scan(&n); err != nil || n != len(tables)+1 {
		t.Fatalf("%d tables, %v: this test searches %d", n, err, len(tables))
	}
	for _, table := range tables {
		rows, err := db.Query("SELECT CAST(x AS TEXT) FROM " + table + " x")
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			clean(t, table, []byte(line))
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// After an erasure nothing of the conversation can be opened: what is left in
// an old copy of the rows has no key in the new ones.
func TestErasedCannotBeOpened(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		url, keys := e.NewURL(t), storetest.NewKeys(t)
		s := storetest.Open(t, url, keys, time.Now)
		id := plant(t, s)
		db := rawDB(t, e, url)
		wrapped := wrappedKey(t, e, url, id)
		key, err := keys.OpenKey(wrapped)
		if err != nil {
			t.Fatal(err)
		}
		var messageID string
		var sealed []byte
		if err := db.QueryRow("SELECT id, text_sealed FROM messages WHERE direction = 'in'").Scan(&messageID, &sealed); err != nil {
			t.Fatal(err)
		}
		if plain, err := key.Open(sealed, "messages.text_sealed/"+messageID); err != nil || !bytes.Contains(plain, []byte(secretMark)) {
			t.Fatalf("opened %q, %v", plain, err)
		}
		eraseAll(t, s, id)
		for _, left := range []string{
			"SELECT COUNT(*) FROM messages", "SELECT COUNT(*) FROM links", "SELECT COUNT(*) FROM outbox", "SELECT COUNT(*) FROM contacts", "SELECT COUNT(*) FROM sessions",
			"SELECT COUNT(*) FROM conversations WHERE LENGTH(wrapped_key) > 0 OR LENGTH(address_sealed) > 0 OR LENGTH(answers_sealed) > 0",
		} {
			var n int
			if err := db.QueryRow(left).Scan(&n); err != nil || n != 0 {
				t.Errorf("%s: %d, %v", left, n, err)
			}
		}
	})
}

// Errors of the database tell nothing of the values they are about.
func TestErrorsTellNothing(t *testing.T) {
	onEach(t, func(t *testing.T, e storetest.Engine) {
		s := storetest.Open(t, e.NewURL(t), storetest.NewKeys(t), time.Now)
		id := plant(t, s)
		err := s.Change(context.Background(), id, func(x *hotline.Exchange) error {
			x.Conversation.Step, x.Conversation.Safety = secretMark, "nonsense"
			return nil
		})
		if hotline.CodeOf(err) != hotline.Internal {
			t.Errorf("got %v", err)
		}
		clean(t, "an error", fmt.Appendf(nil, "%v %+v %q", err, err, err))
	})
}
