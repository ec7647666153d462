package intake

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
	"github.com/hearline/hearline/locales"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata")

// Transcripts are conversations to be read aloud. Lines that begin with
//
//	%  say what it is about
//	@  set the scene: "webchat", "wait 25h", "carrier STOP", "picture", "call", "staff …", "close", "case"
//	>  are the person's
//	<  are ours (written by -update)
//	#  are the state after it (written by -update)
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, file, play(t, string(src)))
		})
	}
}

// play speaks the person's lines and writes down the whole conversation.
func play(t *testing.T, src string) string {
	h := newHouse(t)
	stage := hotline.Inbound{Channel: hotline.SMS}
	var b strings.Builder
	for _, line := range strings.Split(src, "\n") {
		mark, rest, _ := strings.Cut(line, " ")
		switch mark {
		case "%":
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintln(&b, line)
		case "@":
			fmt.Fprintf(&b, "\n%s\n", line)
			if replies, spoke := h.scene(&stage, rest); spoke {
				h.print(&b, replies)
			}
		case ">":
			if !strings.HasSuffix(b.String(), stageMark(&stage)) || stageMark(&stage) == "" {
				b.WriteByte('\n')
			}
			fmt.Fprintln(&b, line)
			h.print(&b, h.hear(h.staged(&stage, rest)))
		}
		h.clock = h.clock.Add(time.Minute)
	}
	return b.String()
}

func stageMark(stage *hotline.Inbound) string {
	if stage.OptOut != "" {
		return "@ carrier " + string(stage.OptOut) + "\n"
	}
	return ""
}

// staged is the next message with what the scene says about it.
func (h *house) staged(stage *hotline.Inbound, text string) hotline.Inbound {
	in := h.inbound(text)
	in.Channel, in.OptOut, in.Answers = stage.Channel, stage.OptOut, stage.Answers
	if in.Channel == hotline.WebChat {
		in.From, in.To = "4071882613590644", ""
	}
	stage.OptOut, stage.Answers = "", nil
	return in
}

func (h *house) scene(stage *hotline.Inbound, what string) (replies []hotline.Message, spoke bool) {
	verb, rest, _ := strings.Cut(what, " ")
	switch verb {
	case "webchat":
		stage.Channel = hotline.WebChat
	case "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			h.t.Fatal(err)
		}
		h.clock = h.clock.Add(d)
	case "carrier":
		stage.OptOut = hotline.OptOut(rest)
	case "picture":
		in := h.staged(stage, "")
		in.Media = []hotline.Media{{ContentType: "image/jpeg", URL: "https://example.org/1"}}
		return h.hear(in), true
	case "call":
		in := h.staged(stage, "")
		in.Call = true
		if rest == "withheld" {
			in.From = hotline.WithheldAddress(in.ProviderID)
		}
		return h.hear(in), true
	case "staff":
		before := len(h.mem.messages)
		if err := h.desk.Reply(context.Background(), sam, h.conversation().ID, hotline.Text(rest), "", ""); err != nil {
			h.t.Fatal(err)
		}
		return h.mem.messages[before:], true
	case "close":
		before := len(h.mem.messages)
		if err := h.desk.Close(context.Background(), sam, h.conversation().ID); err != nil {
			h.t.Fatal(err)
		}
		return h.mem.messages[before:], true
	case "form": // question=value, question=- for skipped, question alone for own words
		for _, field := range strings.Fields(rest) {
			key, value, _ := strings.Cut(field, "=")
			a := hotline.Answer{Question: key, Value: strings.Trim(value, "-"), Skipped: value == "-"}
			if value == "" {
				a.Words = "on the form"
			}
			stage.Answers = append(stage.Answers, a)
		}
	case "case":
		h.change(func(x *hotline.Exchange) { x.Conversation.CaseID = "case-1" })
	default:
		h.t.Fatalf("no such scene: %s", what)
	}
	return nil, false
}

func (h *house) print(b *strings.Builder, replies []hotline.Message) {
	for _, m := range replies {
		fmt.Fprintf(b, "< %s\n", m.Text.Reveal())
	}
	fmt.Fprintf(b, "# %s\n", h.state())
}

// state says in words where the conversation stands.
func (h *house) state() string {
	c, contact := h.conversation(), h.contact()
	parts := []string{fmt.Sprintf("%d %s", c.Priority, c.Priority), string(c.Kind), "language " + string(c.Language), "safe: " + string(c.Safety)}
	add := func(when bool, what string) {
		if when {
			parts = append(parts, what)
		}
	}
	add(c.Step != "", "question: "+c.Step)
	add(c.HandedOff && c.State == hotline.Open, "with a person")
	add(!c.WaitingSince.IsZero(), "waiting")
	add(contact.OptedOut, "opted out")
	add(c.State != hotline.Open, string(c.State))
	return strings.Join(parts, ", ")
}

// paths are the ways through the conversation, said in every language: a person
// names the language first, and answers in the words that our texts name.
var paths = []struct {
	name  string
	lines []string
}{
	{"about oneself", []string{"{{.YES}}", "{{.NO}}", "{{.ME}}", "…", "3", "…", "{{.NO}}", "{{.YES}} 14:00"}},
	{"about someone else", []string{"{{.YES}}", "{{.UNSURE}}", "{{.OTHER}}", "…", "{{.TODAY}}", "…", "{{.SKIP}}"}},
	{"danger now", []string{"{{.YES}}", "{{.YES}}", "{{.HELP}}"}},
	{"not safe, then safe", []string{"{{.NO}}", "…", "{{.YES}}"}},
	{"own words", []string{"{{.YES}}", "{{.SAFE_WORD}}", "banana", "green door", "purple", "{{.YES}}", "banana"}},
	{"stop, start, erase", []string{"{{.STOP}}", "{{.START}}", "{{.ERASE}}", "{{.ERASE_YES}}"}},
	{"a person, and back later", []string{"{{.PERSON}}", "{{.YES}}", "+40m", "…", "{{.BACK}}"}},
}

// A reviewer reads one file aloud for each language.
func TestTranscriptsInEveryLanguage(t *testing.T) {
	t.Parallel()
	speaker := mustSpeak(t)
	for _, lang := range speaker.Languages() {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			fmt.Fprintf(&b, "%% %s\n", locales.EnglishName(lang))
			for _, p := range paths {
				h := newHouse(t)
				fmt.Fprintf(&b, "\n%% %s\n", p.name)
				for _, line := range append([]string{locales.NativeName(lang)}, p.lines...) {
					h.playLine(&b, speaker, lang, line)
				}
				fmt.Fprintf(&b, "# %s\n", h.state())
			}
			golden(t, filepath.Join("testdata", "languages", string(lang)+".txt"), b.String())
		})
	}
}

func (h *house) playLine(b *strings.Builder, speaker *locales.Speaker, lang hotline.Language, line string) {
	if wait, ok := strings.CutPrefix(line, "+"); ok {
		d, err := time.ParseDuration(wait)
		if err != nil {
			h.t.Fatal(err)
		}
		h.clock = h.clock.Add(d)
		fmt.Fprintf(b, "\n@ wait %s\n", wait)
		return
	}
	text, err := speaker.Fill(lang, line, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock = h.clock.Add(time.Minute)
	fmt.Fprintf(b, "\n> %s\n", text)
	for _, m := range h.text(text) {
		if m.Language != lang {
			h.t.Errorf("%s is answered in %s", text, m.Language)
		}
		fmt.Fprintf(b, "< %s\n", m.Text.Reveal())
	}
}

// golden compares with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-file +now); look, then run with -update\n%s", file, diff)
	}
}
