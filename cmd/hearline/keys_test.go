package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/internal/seal"
)

func (e *estate) keysCommand(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	return invoke(t, []string{"HEARLINE_DATABASE=" + e.database}, append(append([]string{"keys"}, args...), "--keys-file", e.keysFile)...)
}

// masters are how many master keys the file holds.
func (e *estate) masters(t *testing.T) (keys *seal.Keyring, n int, newestInUse bool) {
	t.Helper()
	text, err := os.ReadFile(e.keysFile)
	if err != nil {
		t.Fatal(err)
	}
	if keys, err = seal.Parse(text); err != nil {
		t.Fatal(err)
	}
	n, newestInUse = keys.Masters()
	return keys, n, newestInUse
}

// The master key is replaced while people write: no message is refused, and all
// that was acknowledged opens with the new key alone.
func TestRotateUnderLoad(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		acked := &acknowledged{ids: map[string]int64{}}
		s := e.serve(t)
		l := s.load(4)
		l.acked = acked.add
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		over := make(chan sample, 1)
		go func() { over <- l.run(ctx, time.Minute, crashMessage) }()
		more := func() {
			enough := acked.count.Load() + 300
			eventually(t, "messages are acknowledged", func() bool { return acked.count.Load() >= enough })
		}
		more()
		for range 2 { // the second finds a rotation that was begun
			if out, code := e.keysCommand(t, "rotate"); code != 0 || !strings.Contains(out, "hearline keys retire") {
				t.Fatalf("exit code %d: %s", code, out)
			}
			if _, n, newest := e.masters(t); n != 2 || !newest {
				t.Errorf("%d master keys, newest in use: %v", n, newest)
			}
			more()
		}
		if out, code := e.keysCommand(t, "retire"); code == 0 || !strings.Contains(out, "--restarted") {
			t.Errorf("retired although a server may use the old key: exit code %d: %s", code, out)
		}
		cancel()
		if got := <-over; got.errors > 0 {
			t.Errorf("%d webhooks failed", got.errors)
		}
		if code := s.stop(t, patience); code != 0 {
			t.Errorf("exit code %d:\n%s", code, s.stderr.Bytes())
		}
		for _, args := range [][]string{{"rotate"}, {"retire", "--restarted"}} {
			if out, code := e.keysCommand(t, args...); code != 0 {
				t.Fatalf("%v: exit code %d: %s", args, code, out)
			}
		}
		var n int
		if e.keys, n, _ = e.masters(t); n != 1 {
			t.Errorf("%d master keys are left", n)
		}
		proveStored(t, e, acked, l.next.Load())
	})
}

// Several nodes get the new key before anything is under it.
func TestRotateInSteps(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		for _, step := range []struct {
			args   []string
			fails  bool
			says   string
			n      int
			newest bool
		}{
			{[]string{"retire", "--restarted"}, true, "keys rotate", 1, true},
			{[]string{"rotate", "--prepare"}, false, "not in use yet", 2, false},
			{[]string{"rotate", "--prepare"}, false, "not in use yet", 2, false},
			{[]string{"retire", "--restarted"}, true, "keys rotate", 2, false},
			{[]string{"rotate"}, false, "under the new master key", 2, true},
			{[]string{"rotate", "--prepare"}, true, "in use already", 2, true},
			{[]string{"retire", "--restarted"}, false, "gone", 1, true},
		} {
			out, code := e.keysCommand(t, step.args...)
			if (code != 0) != step.fails || !strings.Contains(out, step.says) {
				t.Errorf("%v: exit code %d: %s", step.args, code, out)
			}
			if _, n, newest := e.masters(t); n != step.n || newest != step.newest {
				t.Errorf("%v: %d master keys, newest in use: %v", step.args, n, newest)
			}
		}
	})
}

// A key that is still needed is not removed, whatever the operator says.
func TestRetireRefusesWhatIsNeeded(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		if out, code := e.keysCommand(t, "rotate"); code != 0 {
			t.Fatalf("exit code %d: %s", code, out)
		}
		late := e.open(t) // a node that still has the old file
		in := hotline.Inbound{Channel: hotline.SMS, From: "+15550100177", ProviderID: "SM1", Text: "hello", At: time.Now()}
		_, err := late.Receive(t.Context(), []hotline.Inbound{in}, func(x *hotline.Exchange, in hotline.Inbound) {
			x.Conversation.ID, x.Conversation.State = hotline.ConversationID(newID()), hotline.Open
			x.Write(hotline.Message{Direction: hotline.In, Author: hotline.FromPerson, Text: in.Text})
		})
		if err != nil {
			t.Fatal(err)
		}
		if out, code := e.keysCommand(t, "retire", "--restarted"); code == 0 || !strings.Contains(out, "1 values") {
			t.Errorf("exit code %d: %s", code, out)
		}
		if _, n, _ := e.masters(t); n != 2 {
			t.Errorf("%d master keys", n)
		}
	})
}

// Two at a time would each make a key, and the file of one overwrite the other's.
func TestOneRotationAtATime(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		unlock, err := storage{Database: e.database, KeysFile: e.keysFile}.lockKeys()
		if err != nil {
			t.Fatal(err)
		}
		if out, code := e.keysCommand(t, "rotate"); code == 0 || !strings.Contains(out, "wait") {
			t.Errorf("exit code %d: %s", code, out)
		}
		unlock()
		if out, code := e.keysCommand(t, "rotate"); code != 0 {
			t.Errorf("exit code %d: %s", code, out)
		}
	})
}

func TestRotateKeysOfTheEnvironment(t *testing.T) {
	t.Parallel()
	out, code := invoke(t, []string{"HEARLINE_KEYS=anything"}, "keys", "rotate")
	if code != exitBadSetting {
		t.Errorf("exit code %d", code)
	}
	oneLineAbout(t, out, "--keys-file")
}

// Other keys than the database's own are made by nobody and serve nothing: who
// asked us to stop would not be known under them.
func TestOtherKeysAreRefused(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		t.Parallel()
		if _, err := e.open(t).Receive(t.Context(), []hotline.Inbound{{
			Channel: hotline.SMS, From: "+15550100177", To: "+15550100100", ProviderID: "SM1", Text: "help", At: time.Now(),
		}}, func(x *hotline.Exchange, in hotline.Inbound) {
			x.Conversation.ID, x.Conversation.State, x.Conversation.Safety = hotline.ConversationID(newID()), hotline.Open, hotline.NotAsked
		}); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(e.keysFile); err != nil {
			t.Fatal(err)
		}
		database := []string{"HEARLINE_DATABASE=" + e.database}
		out, code := invoke(t, database, "init", "--keys-file", e.keysFile)
		if code != exitBadSetting {
			t.Errorf("exit code %d: %s", code, out)
		}
		oneLineAbout(t, out, "--keys-file")
		if err := writeKeys(e.keysFile); err != nil {
			t.Fatal(err)
		}
		out, code = invoke(t, database, "serve", "--keys-file", e.keysFile, "--addr", "127.0.0.1:0", "--metrics-addr", "off")
		if code != exitBadSetting {
			t.Errorf("exit code %d: %s", code, out)
		}
		oneLineAbout(t, out, "other keys")
		if out, code = invoke(t, database, "doctor", "--keys-file", e.keysFile); code == 0 || !strings.Contains(out, "other keys") {
			t.Errorf("exit code %d: %s", code, out)
		}
	})
}
