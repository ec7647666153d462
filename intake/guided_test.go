package intake

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// say sends texts a minute apart and returns what answered the last one. A text
// such as "+2h" moves the clock instead.
func (h *house) say(texts ...string) string {
	h.t.Helper()
	answer := ""
	for _, text := range texts {
		if wait, err := time.ParseDuration(strings.TrimPrefix(text, "+")); err == nil && strings.HasPrefix(text, "+") {
			h.clock = h.clock.Add(wait)
			continue
		}
		h.clock = h.clock.Add(time.Minute)
		answer = keys(h.text(text))
	}
	return answer
}

func TestPathsOfTheScript(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		steps  []string // a text, then what answers it, and so on
		facts  string   // answers in the end
		urgent hotline.Priority
	}{
		{
			"about oneself",
			[]string{
				"hello, I am not well here", "first_contact", "yes", "safe_yes danger", "no", "about", "me", "what",
				"I work all day", "need", "3", "where", "near the port", "in_line age", "no", "later", "yes 2pm", "later_yes",
			},
			"safe=yes danger=no about=me what need=talk where age=no later=yes", hotline.NoisePriority,
		},
		{
			"about someone else",
			[]string{
				"hello, my friend is there", "first_contact", "yes", "safe_yes danger", "not sure", "about", "someone else", "saw",
				"a woman cried", "when", "today", "where", "skip", "in_line sign", "a blue van", "",
			},
			"safe=yes danger=unsure about=other saw when where=skipped sign", hotline.Urgent,
		},
		{
			"danger now gets two questions",
			[]string{"hello to the team", "first_contact", "yes", "safe_yes danger", "yes", "emergency"},
			"safe=yes danger=yes", hotline.Emergency,
		},
		{
			"a safe place is urgent, in any digits",
			[]string{"hello, I need you", "first_contact", "yes", "safe_yes danger", "no", "about", "skip", "what", "skip", "need", "١", "where"},
			"safe=yes danger=no about=skipped what=skipped need=safe_place", hotline.Urgent,
		},
		{
			"a child is urgent",
			[]string{
				"hello to the team", "first_contact", "yes", "safe_yes danger", "no", "about", "me", "what", "skip", "need", "5", "where",
				"skip", "in_line age", "yes she is", "later", "no", "later_no",
			},
			"safe=yes danger=no about=me what=skipped need=unsure where=skipped age=yes later=no", hotline.Urgent,
		},
		{
			"own words instead of a number",
			[]string{"hello to the team", "first_contact", "yes", "safe_yes danger", "no", "about", "me", "what", "skip", "need", "a bed for tonight", "where"},
			"safe=yes danger=no about=me what=skipped need", hotline.NoisePriority,
		},
		{
			"a number that is not offered is asked again",
			[]string{"hello to the team", "first_contact", "yes", "safe_yes danger", "no", "about", "me", "what", "skip", "need", "9", "not_understood", "2", "where"},
			"safe=yes danger=no about=me what=skipped need=unclear need=food_or_doctor", hotline.Urgent,
		},
		{
			"a person at any time",
			[]string{"hello to the team", "first_contact", "yes", "safe_yes danger", "no", "about", "person", "in_line", "are you there", ""},
			"safe=yes danger=no", hotline.Standard,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			for n := 0; n < len(c.steps); n += 2 {
				if got := h.say(c.steps[n]); got != c.steps[n+1] {
					t.Fatalf("%q is answered with %q, want %q", c.steps[n], got, c.steps[n+1])
				}
			}
			if got := facts(h.conversation()); got != c.facts {
				t.Errorf("facts %q, want %q", got, c.facts)
			}
			if got := h.conversation().Priority; got > c.urgent {
				t.Errorf("priority %d, want %d", got, c.urgent)
			}
		})
	}
}

// facts are the answers to questions of the script, own words without value.
func facts(c hotline.Conversation) string {
	var out []string
	for _, a := range c.Answers {
		value := a.Value
		if a.Skipped {
			value = "skipped"
		}
		if value == valueOffered {
			continue
		}
		out = append(out, strings.TrimSuffix(a.Question+"="+value, "="))
	}
	return strings.Join(out, " ")
}

func TestSafeHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer, later string
		plan          hotline.Plan
	}{
		{"yes 2pm", "later_yes", hotline.Plan{Later: hotline.LaterYes, From: 14 * 60, To: 16 * 60}},
		{"YES at 23:30", "later_yes", hotline.Plan{Later: hotline.LaterYes, From: 23*60 + 30, To: 90}},
		{"yes", "later_yes", hotline.Plan{Later: hotline.LaterYes, From: dayFrom, To: dayTo}},
		{"14h", "later_yes", hotline.Plan{Later: hotline.LaterYes, From: 14 * 60, To: 16 * 60}},
		{"no never", "later_no", hotline.Plan{Later: hotline.LaterNo}},
		{"skip", "", hotline.Plan{}},
	} {
		h := newHouse(t)
		h.say("hello to the team", "yes", "no", "me", "skip", "3", "skip", "no")
		if got := h.say(c.answer); got != c.later || h.contact().Plan != c.plan {
			t.Errorf("%q: said %q, plan %+v", c.answer, got, h.contact().Plan)
		}
	}
}

// Staff may write while the exchange lasts, to whoever waits for them, and at the
// agreed hours; never into a lock.
func TestStaffWriteOnlyWhenTheyMay(t *testing.T) {
	t.Parallel()
	throughScript := []string{"hello to the team", "yes", "no", "me", "skip", "3", "skip", "no"}
	for _, c := range []struct {
		name  string
		texts []string
		want  hotline.Lock
	}{
		{"the person has just written", []string{"hello", "yes"}, hotline.NoLock},
		{"a quarter of an hour of silence", []string{"hello", "yes", "+16m"}, hotline.SilentLock},
		{"the first question was never answered", []string{"hello", "+16m"}, hotline.SilentLock},
		{"they wait for a person", []string{"person", "yes", "+29m"}, hotline.NoLock},
		{"they have waited long", []string{"person", "yes", "+31m"}, hotline.AskLock},
		{"we may write later, and it is two", append(slices.Clone(throughScript), "yes 2pm", "+24h", "+3h30m"), hotline.AskLock},
		{"we may write later, and it is night", append(slices.Clone(throughScript), "yes 2pm", "+12h"), hotline.AskLock},
		{"we may not write first", append(slices.Clone(throughScript), "no", "+16m"), hotline.NoLock},
		{"not safe", []string{"hello", "no"}, hotline.UnsafeLock},
		{"opted out", []string{"hello", "stop"}, hotline.OptedOutLock},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.say(c.texts...)
			x := h.exchange()
			if got := h.desk.LockOf(&x); got != c.want {
				t.Fatalf("locked by %q, want %q; %s", got, c.want, h.state())
			}
			err := h.desk.Reply(context.Background(), sam, x.Conversation.ID, "I am here.", "", "")
			if (err == nil) != (c.want == hotline.NoLock) || err != nil && hotline.CodeOf(err) != hotline.Conflict {
				t.Errorf("reply: %v", err)
			}
		})
	}
}

func (h *house) exchange() hotline.Exchange {
	return hotline.Exchange{Conversation: h.conversation(), Contact: h.contact()}
}

// After our own answer silence counts anew, and ends the exchange for staff too.
func TestSilenceAfterAReply(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), context.Background()
	h.say("person", "yes", "+20m")
	id := h.conversation().ID
	for _, step := range []struct {
		wait time.Duration
		want bool
	}{{0, true}, {14 * time.Minute, true}, {2 * time.Minute, false}, {time.Hour, false}} {
		h.clock = h.clock.Add(step.wait)
		if err := h.desk.Reply(ctx, sam, id, "I am here.", "", ""); (err == nil) != step.want {
			t.Errorf("after %v: %v", step.wait, err)
		}
	}
	h.say("I am back")
	if got := keys(h.mem.messages[len(h.mem.messages)-1:]); got != "still_safe" {
		t.Errorf("after an hour away: %q", got)
	}
	if err := h.desk.Reply(ctx, sam, id, "Welcome back.", "", ""); err != nil {
		t.Error(err)
	}
}

func TestAskingFirst(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), context.Background()
	h.say("person", "yes", "+2h")
	id := h.conversation().ID
	if err := h.desk.AskSafe(ctx, sam, id); err != nil {
		t.Fatal(err)
	}
	if err := h.desk.AskSafe(ctx, sam, id); hotline.CodeOf(err) != hotline.Conflict {
		t.Errorf("asked twice: %v", err)
	}
	if err := h.desk.Reply(ctx, sam, id, "Hello", "", ""); hotline.CodeOf(err) != hotline.Conflict {
		t.Errorf("wrote before the answer: %v", err)
	}
	h.say("yes")
	if err := h.desk.Reply(ctx, sam, id, "Hello", "", ""); err != nil {
		t.Error(err)
	}
}

func TestLiftingALock(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHouse(t)
	h.say("hello", "yes", "+1h")
	id := h.conversation().ID
	if err := h.desk.Lift(ctx, sam, id, "because"); hotline.CodeOf(err) != hotline.Invalid {
		t.Errorf("a reason of one's own: %v", err)
	}
	if err := h.desk.Lift(ctx, sam, id, "danger_now"); err != nil {
		t.Fatal(err)
	}
	if err := h.desk.Reply(ctx, sam, id, "Help is on its way.", "", ""); err != nil {
		t.Error(err)
	}
	if got := h.mem.audit[len(h.mem.audit)-2]; got.Action != "lock.lift" || got.Detail != "danger_now silent" {
		t.Errorf("audit: %+v", got)
	}
	for _, texts := range [][]string{{"hello", "no"}, {"hello", "stop"}} {
		h := newHouse(t)
		h.say(texts...)
		if err := h.desk.Lift(ctx, sam, h.conversation().ID, "supervisor"); hotline.CodeOf(err) != hotline.Conflict {
			t.Errorf("%v was lifted: %v", texts, err)
		}
	}
}

func TestOwnWords(t *testing.T) {
	t.Parallel()
	set := []string{"hello to the team", "yes", "no", "safe word", "Banana", "green door", "purple", "no"}
	for _, c := range []struct {
		name  string
		texts []string
		last  string
		check func(hotline.Conversation, hotline.Plan) bool
	}{
		{"asking for one", set[:4], "safe_word", nil},
		{"the second word", set[:5], "back_word", nil},
		{"the third word", set[:6], "alarm_word", nil},
		{"a plain answer", set[:7], "decoy_ask", nil},
		{"all set, and the script goes on", set, "words_set about", nil},
		{"skipping all", append(slices.Clone(set[:4]), "skip"), "about", func(_ hotline.Conversation, p hotline.Plan) bool { return p == hotline.Plan{} }},
		{"a word of ours", append(slices.Clone(set[:4]), "yes"), "word_taken", nil},
		{"a word of ours twice", append(slices.Clone(set[:4]), "yes", "help me out"), "back_word", nil},
		{"the same word again", append(slices.Clone(set[:6]), "Green door!"), "word_taken", nil},
		{"the safe word counts at once", append(slices.Clone(set[:5]), "banana!"), "", func(_ hotline.Conversation, p hotline.Plan) bool { return p.Paused }},
		{"a story instead", append(slices.Clone(set[:4]), "they have my passport in the office"), "about", func(c hotline.Conversation, p hotline.Plan) bool {
			return p == hotline.Plan{} && strings.Contains(facts(c), "what")
		}},
		{"the safe word", append(slices.Clone(set), "banana"), "", func(_ hotline.Conversation, p hotline.Plan) bool { return p.Paused }},
		{"nothing answers then", append(slices.Clone(set), "banana", "hello are you there"), "", nil},
		{"START does not open", append(slices.Clone(set), "banana", "start"), "", func(_ hotline.Conversation, p hotline.Plan) bool { return p.Paused }},
		{"the back word opens", append(slices.Clone(set), "banana", "+1h", "GREEN door"), "still_safe", func(c hotline.Conversation, p hotline.Plan) bool {
			return !p.Paused && c.Safety == hotline.NotAsked
		}},
		{"START opens without a back word", []string{"hello to the team", "yes", "no", "safe word", "banana", "skip", "skip", "no", "banana", "start"}, "still_safe", nil},
		{"a plain answer to the safe word", []string{"hello to the team", "yes", "no", "safe word", "banana", "skip", "skip", "yes", "banana"}, "decoy", func(_ hotline.Conversation, p hotline.Plan) bool { return p.Paused }},
		{"the alarm word", append(slices.Clone(set), "purple"), "decoy", func(c hotline.Conversation, p hotline.Plan) bool {
			return p.Duress && c.Priority == hotline.Emergency && c.HandedOff
		}},
		{"nobody is told more", append(slices.Clone(set), "purple", "who are you", "I am safe now"), "", func(c hotline.Conversation, _ hotline.Plan) bool {
			return c.Priority == hotline.Emergency
		}},
		{"STOP still stops", append(slices.Clone(set), "purple", "stop"), "opt_out", nil},
		{"no safe word before it is safe", []string{"hello to the team", "safe word"}, "safe", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			if got := h.say(c.texts...); got != c.last {
				t.Errorf("answered with %q, want %q", got, c.last)
			}
			if c.check != nil && !c.check(h.conversation(), h.contact().Plan) {
				t.Errorf("%s %+v", h.state(), h.contact().Plan)
			}
			for _, m := range h.mem.messages {
				if text := strings.ToLower(m.Text.Reveal()); text == "banana" || text == "green door" || text == "purple" {
					t.Error("an own word is kept readable")
				}
			}
		})
	}
}

func TestUnderAlarmOnlyPlainTextsGoOut(t *testing.T) {
	t.Parallel()
	h, ctx := newHouse(t), context.Background()
	h.say("hello to the team", "yes", "no", "safe word", "banana", "green door", "purple", "no", "purple")
	id := h.conversation().ID
	if err := h.desk.Reply(ctx, sam, id, "Are you hurt?", "", ""); hotline.CodeOf(err) != hotline.Conflict {
		t.Errorf("reply: %v", err)
	}
	if err := h.desk.ReplyPlain(ctx, sam, id, "emergency", ""); hotline.CodeOf(err) != hotline.Invalid {
		t.Errorf("a text that is not plain: %v", err)
	}
	if err := h.desk.ReplyPlain(ctx, sam, id, "decoy_later", ""); err != nil {
		t.Fatal(err)
	}
	if got := h.mem.messages[len(h.mem.messages)-1]; got.Text != h.desk.PlainText(&hotline.Conversation{Language: "en", Channel: hotline.SMS}, "decoy_later") {
		t.Errorf("said %q", got.Text.Reveal())
	}
	if err := h.desk.EndAlarm(ctx, sam, id, "met_in_person"); err != nil {
		t.Fatal(err)
	}
	if err := h.desk.Reply(ctx, sam, id, "Are you hurt?", "", ""); err != nil {
		t.Error(err)
	}
	if err := h.desk.EndAlarm(ctx, sam, id, "mistake"); hotline.CodeOf(err) != hotline.Conflict {
		t.Errorf("ended twice: %v", err)
	}
}

func TestErasingForgetsThePlan(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.say("hello to the team", "yes", "no", "safe word", "banana", "skip", "skip", "no", "banana", "erase", "erase yes")
	if c := h.contact(); c.Plan != (hotline.Plan{}) || !c.Unsafe {
		t.Errorf("%+v", c)
	}
}

func TestComingBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, last string
		texts      []string
	}{
		{"after a while", "still_safe", []string{"hello to the team", "yes", "no", "+31m", "me"}},
		{"the answer counts, and the script goes on", "what", []string{"hello to the team", "yes", "no", "+31m", "me", "yes"}},
		{"with danger", "first_contact", []string{"hello to the team", "yes", "no", "+31m", "he has a knife"}},
		{"to the question itself", "safe_yes danger", []string{"hello to the team", "+5h", "yes"}},
		{"soon", "about", []string{"hello to the team", "yes", "+28m", "no"}},
		{"not safe any more", "safe_no", []string{"hello to the team", "yes", "no", "+31m", "me", "no"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := newHouse(t).say(c.texts...); got != c.last {
				t.Errorf("answered with %q, want %q", got, c.last)
			}
		})
	}
}

// What comes in pieces is one answer, and the question in between stays open.
func TestParts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.say("they have my passport in the office,")
	for _, part := range []string{"and my phone,", "and we are nine people"} {
		h.clock = h.clock.Add(3 * time.Second)
		if got := keys(h.text(part)); got != "" {
			t.Errorf("%q is answered with %q", part, got)
		}
	}
	c := h.conversation()
	if got := c.Answers[0].Words.Reveal(); c.Step != "safe" || got != "they have my passport in the office,\nand my phone,\nand we are nine people" {
		t.Errorf("kept %q, open %q", got, c.Step)
	}
	if got := h.say("yes"); got != "safe_yes danger" {
		t.Errorf("then %q", got)
	}
}

func TestChoosingALanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, last string
		texts      []string
		lang       hotline.Language
	}{
		{"not known", "first_contact language", []string{"xyz"}, ""},
		{"known", "first_contact", []string{"hello"}, "en"},
		{"by number", "safe", []string{"xyz", "3"}, "fr"},
		{"by number in other digits", "safe", []string{"xyz", "٧"}, "ar"},
		{"a number that is not in the menu", "safe", []string{"xyz", "77"}, ""},
		{"by name first", "first_contact", []string{"Français"}, "fr"},
		{"by name later", "about", []string{"hello", "yes", "no", "العربية"}, "ar"},
		{"by name after the questions", "language_set", []string{"person", "yes", "español"}, "es"},
		{"back again", "about", []string{"hello", "yes", "no", "francais", "English"}, "en"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			if got := h.say(c.texts...); got != c.last {
				t.Errorf("answered with %q, want %q", got, c.last)
			}
			if got := h.conversation().Language; got != c.lang {
				t.Errorf("language %q, want %q", got, c.lang)
			}
		})
	}
}

func TestOutsideHours(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opens = "08:00"
	if got := h.text("hello"); keys(got) != "outside_hours" || !strings.Contains(got[0].Text.Reveal(), "08:00") {
		t.Errorf("answered with %q", keys(got))
	}
	if got := h.say("yes"); got != "safe_yes danger" {
		t.Errorf("then %q", got)
	}
}

// A text of ours that comes back is known by its words, whatever number it names.
func TestEchoesAreKnownWithAnyNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.say("hello", "yes")
	echo := h.mem.messages[1].Text.Reveal()
	if got := h.say(strings.ReplaceAll(echo, "112", "999")); got != "" {
		t.Errorf("an echo is answered with %q", got)
	}
}
