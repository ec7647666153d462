package intake

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearline/hearline/hotline"
)

// Most of what people write moves the conversation on; words that end or erase
// it are drawn less often, so that long conversations come up too.
var (
	said     = []string{"hello", "me", "other", "2", "yes 2pm", "banana", "green door", "purple", "YES", "no", "not sure", "skip", "back", "person", "blah", "Sí", "نعم", "they have my passport in the office", ""}
	commands = []string{
		"safe word", "safe word", "Français", "English",
		"STOP", "start", "HELP", "?", "erase", "erase yes", "he has a knife", "no he is here", "safe now", "not safe",
		"صاحب العمل أخذ جواز سفري", "Is it safe for you to text right now? Reply YES or NO.",
	}
)

// event is one thing that happens to a conversation.
type event struct {
	text   string
	optOut hotline.OptOut
	staff  string
	wait   time.Duration
}

func drawEvent(t *rapid.T) event {
	e := event{wait: rapid.SampledFrom([]time.Duration{0, 3 * time.Second, time.Minute, time.Minute, 40 * time.Minute, 30 * time.Hour}).Draw(t, "wait")}
	switch rapid.IntRange(0, 29).Draw(t, "who") {
	case 0:
		e.staff = rapid.SampledFrom([]string{"reply", "close", "take", "case", "ask", "lift", "plain", "words", "calm"}).Draw(t, "staff")
	case 1:
		e.optOut = rapid.SampledFrom([]hotline.OptOut{"STOP", "START", "HELP"}).Draw(t, "optOut")
		e.text = string(e.optOut)
	case 2, 3, 4, 5:
		e.text = rapid.SampledFrom(commands).Draw(t, "command")
	default:
		e.text = rapid.SampledFrom(said).Draw(t, "text")
	}
	return e
}

// Whatever happens in whatever order, the promises of the package comment hold.
func TestPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(drawEvent), 1, 60).Draw(rt, "events")
		h, twin := newHouse(t), newHouse(t)
		w := &watch{t: rt, asked: map[hotline.ConversationID]map[string]int{}, automatic: map[hotline.ConversationID]int{}}
		inbound := 0
		for _, e := range events {
			h.clock, twin.clock = h.clock.Add(e.wait), twin.clock.Add(e.wait)
			if e.staff != "" {
				w.checkStaff(h, e.staff)
				twin.staff(e.staff)
				continue
			}
			inbound++
			before := h.snapshot()
			answer := h.happen(e)
			twin.happen(e)
			w.check(h, before, answer)
		}
		w.countInbound(h, inbound)
		if diff := cmp.Diff(h.mem.messages, twin.mem.messages); diff != "" {
			rt.Fatalf("the same events gave two conversations\n%s", diff)
		}
	})
}

func (h *house) happen(e event) []hotline.Message {
	in := h.inbound(e.text)
	in.OptOut = e.optOut
	if e.text == "" {
		in.Media = []hotline.Media{{ContentType: "image/jpeg", URL: "https://example.org/1"}}
	}
	return h.hear(in)
}

func (h *house) staff(what string) {
	if len(h.mem.order) == 0 {
		return
	}
	id := h.conversation().ID
	switch what {
	case "reply":
		_ = h.desk.Reply(context.Background(), sam, id, "I am here.", "", "") // refused where nothing may be sent
	case "close":
		_ = h.desk.Close(context.Background(), sam, id)
	case "ask":
		_ = h.desk.AskSafe(context.Background(), sam, id)
	case "lift":
		_ = h.desk.Lift(context.Background(), sam, id, "danger_now")
	case "plain":
		_ = h.desk.ReplyPlain(context.Background(), sam, id, "decoy", "")
	case "words":
		_ = h.desk.OfferWords(context.Background(), sam, id)
	case "calm":
		_ = h.desk.EndAlarm(context.Background(), sam, id, "mistake")
	case "take":
		h.change(func(x *hotline.Exchange) { x.Conversation.OwnerID = sam.ID })
	case "case":
		h.change(func(x *hotline.Exchange) { x.Conversation.CaseID = "case-1" })
	}
}

// moment is what stood before a message came.
type moment struct {
	id        hotline.ConversationID
	mayText   bool
	handedOff bool
	priority  hotline.Priority
}

func (h *house) snapshot() moment {
	if len(h.mem.order) == 0 {
		return moment{mayText: true}
	}
	c, contact := h.conversation(), h.contact()
	if c.State != hotline.Open {
		return moment{mayText: !contact.OptedOut && !contact.Unsafe}
	}
	return moment{id: c.ID, mayText: c.HardLock(contact) == hotline.NoLock, handedOff: c.HandedOff, priority: c.Priority}
}

// watch checks the promises as a conversation goes on.
type watch struct {
	t         *rapid.T
	asked     map[hotline.ConversationID]map[string]int
	automatic map[hotline.ConversationID]int
}

var commandTexts = "help opt_out opt_in erase_confirm erase_done erase_partial safe_no still_safe first_contact " +
	"language_set safe_word back_word alarm_word decoy_ask words_set word_taken decoy safe"

// checkStaff lets staff act; whatever they do, nothing goes into a lock.
func (w *watch) checkStaff(h *house, what string) {
	if len(h.mem.order) == 0 {
		return
	}
	x, before := h.exchange(), len(h.mem.messages)
	lock := h.desk.LockOf(&x)
	h.staff(what)
	for _, m := range h.mem.messages[before:] {
		asks := strings.HasSuffix(m.TextKey, "still_safe") && lock == hotline.AskLock
		free := x.Contact.Plan.Duress && m.TextKey == "" && m.Text != h.desk.PlainText(&x.Conversation, "decoy")
		if m.Direction == hotline.Out && (lock != hotline.NoLock && !asks || free) {
			w.t.Fatalf("%s by staff was sent into the lock %q", m.TextKey, lock)
		}
		if m.Author == hotline.FromAutomatic {
			w.automatic[x.Conversation.ID]--
			w.count(x.Conversation.ID, m)
		}
	}
}

func (w *watch) check(h *house, before moment, answer []hotline.Message) {
	c := h.conversation()
	after := c.HardLock(h.contact()) == hotline.NoLock
	if len(answer) > 2 {
		w.t.Fatalf("%d texts at once: %s", len(answer), keys(answer))
	}
	for _, m := range answer {
		if m.LastWord && !before.mayText || !m.LastWord && !after {
			w.t.Fatalf("%s was sent into a lock", m.TextKey)
		}
		if before.id == c.ID && before.handedOff && !strings.Contains(commandTexts, keys([]hotline.Message{m})) {
			w.t.Fatalf("%s was sent after the hand-over", m.TextKey)
		}
		if n := len(c.Answers); n > 0 && c.Answers[n-1].Question == languageQuestion && c.Answers[n-1].Value != valueOffered {
			continue // the same question, in the language that was asked for
		}
		w.count(c.ID, m)
	}
	relieved := before.priority == hotline.Emergency && c.Priority == hotline.Urgent // "I am safe now", or no to danger
	if before.id == c.ID && c.Priority > before.priority && !relieved || c.Priority == 0 {
		w.t.Fatalf("priority went from %d to %d", before.priority, c.Priority)
	}
}

func (w *watch) count(id hotline.ConversationID, m hotline.Message) {
	if w.asked[id] == nil {
		w.asked[id] = map[string]int{}
	}
	key := m.TextKey
	if key == "sms.first_contact" && w.automatic[id] == 0 {
		key = "ask.safe"
	}
	if w.asked[id][key]++; strings.HasPrefix(key, "ask.") && w.asked[id][key] > 2 {
		w.t.Fatalf("%s was asked %d times", key, w.asked[id][key])
	}
	if !m.LastWord {
		if w.automatic[id]++; w.automatic[id] > maxAutomatic {
			w.t.Fatalf("%d automatic texts", w.automatic[id])
		}
	}
}

func (w *watch) countInbound(h *house, want int) {
	seen := map[string]bool{}
	for _, m := range h.mem.messages {
		if m.Direction != hotline.In {
			continue
		}
		if seen[m.ProviderID] || m.Assessment == nil || m.Author != hotline.FromPerson || m.Delivery != hotline.Received {
			w.t.Fatalf("%s was written twice or half", m.ProviderID)
		}
		seen[m.ProviderID] = true
	}
	if len(seen) != want {
		w.t.Fatalf("%d of %d messages written", len(seen), want)
	}
}
