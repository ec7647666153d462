package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/store"
	"github.com/hearline/hearline/store/storetest"
)

// The wrapped key of an erased conversation is in none of the live files of
// SQLite while the store is open, in whatever order pages were split, filled
// and freed before.
func TestErasedKeysLeaveTheLiveFiles(t *testing.T) {
	t.Parallel()
	const people = 120
	path := filepath.Join(t.TempDir(), "hearline.db")
	s := storetest.Open(t, path, storetest.NewKeys(t), time.Now)
	ids := write(t, s, people)
	keys := map[hotline.ConversationID][]byte{}
	for _, id := range ids {
		keys[id] = wrappedKey(t, storetest.Engines[0], path, id)
		if !live(t, path, keys[id]) {
			t.Fatal("the search is blind: a wrapped key is not found where it must be")
		}
	}
	for n, id := range ids {
		if n%3 == 0 {
			continue
		}
		eraseAll(t, s, id)
		if live(t, path, keys[id]) {
			t.Fatalf("the key of erased conversation %d can still be read", n)
		}
	}
	write(t, s, people)
	for n, id := range ids {
		if gone := !live(t, path, keys[id]); gone != (n%3 != 0) {
			t.Errorf("the key of conversation %d is gone: %v", n, gone)
		}
	}
}

// While somebody reads, the log cannot be emptied: the erasure is not held up,
// and the next chance makes up for it.
func TestErasedKeysLeaveTheLogOnceNobodyReads(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "hearline.db")
	s := storetest.Open(t, path, storetest.NewKeys(t), time.Now)
	id := write(t, s, 1)[0]
	key := wrappedKey(t, storetest.Engines[0], path, id)
	reader, err := rawDB(t, storetest.Engines[0], path).BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := reader.QueryRow("SELECT COUNT(*) FROM conversations").Scan(&n); err != nil {
		t.Fatal(err)
	}
	eraseAll(t, s, id)
	if err := s.Scrub(ctx); err != nil {
		t.Fatal("a busy log is no failure: ", err)
	}
	if !live(t, path, key) {
		t.Fatal("nobody held the log, so this test shows nothing")
	}
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.Scrub(ctx); err != nil || live(t, path, key) {
		t.Error("the key is still in the log: ", err)
	}
}

// A process that was killed after an erasure leaves its log behind; the next
// one empties it.
func TestScrubAfterACrash(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hearline.db")
	keys := storetest.NewKeys(t)
	write(t, storetest.Open(t, path, keys, time.Now), 1)
	if size(t, path+"-wal") == 0 {
		t.Fatal("the log is empty already, so this test shows nothing")
	}
	if err := storetest.Open(t, path, keys, time.Now).Scrub(context.Background()); err != nil || size(t, path+"-wal") != 0 {
		t.Errorf("%d bytes left in the log, %v", size(t, path+"-wal"), err)
	}
}

// write lets people write one message each, and returns their conversations.
func write(t *testing.T, s *store.Store, people int) []hotline.ConversationID {
	t.Helper()
	var ids []hotline.ConversationID
	for range people {
		in := hotline.Inbound{Channel: hotline.WebChat, From: hotline.Address(storetest.NewID()), ProviderID: storetest.NewID(), Text: "help", At: time.Now()}
		receipts, err := s.Receive(context.Background(), []hotline.Inbound{in}, func(x *hotline.Exchange, in hotline.Inbound) {
			x.Conversation.ID, x.Conversation.State = hotline.ConversationID(storetest.NewID()), hotline.Open
			x.Write(hotline.Message{Direction: hotline.In, Author: hotline.FromPerson, Text: in.Text})
		})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, receipts[0].ConversationID)
	}
	return ids
}

// live says whether key can be read in the database, its log or the log's index.
func live(t *testing.T, path string, key []byte) bool {
	t.Helper()
	for _, end := range []string{"", "-wal", "-shm"} {
		data, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, key) {
			return true
		}
	}
	return false
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", filepath.Ext(path), err))
	}
	return info.Size()
}
