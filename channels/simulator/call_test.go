package simulator_test

import (
	"strings"
	"testing"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
)

const voiceURL = "https://hotline.example/hooks/twilio/voice"

func TestCall(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		withheld bool
		from     string
	}{
		"with its number": {false, person},
		"without":         {true, "+266696687"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &hotlineService{}
			cfg := connected(s)
			cfg.VoiceURL = voiceURL
			l := newLine(t, cfg)
			sid, err := l.Call(t.Context(), person, row.withheld)
			if err != nil || !strings.HasPrefix(sid, "CA") {
				t.Fatalf("%q, %v", sid, err)
			}
			c := s.all()[0]
			if c.form.Get("From") != row.from || c.form.Get("To") != simulator.DefaultNumber || c.form.Get("CallSid") != sid {
				t.Errorf("form %v", c.form)
			}
			if want := expectedSignature(voiceURL, c); c.signature != want {
				t.Errorf("signature %s, want %s", c.signature, want)
			}
			if n := len(l.Messages()); n != 0 {
				t.Errorf("%d messages in the list of the API", n)
			}
		})
	}
}

func TestCallNobodyTakes(t *testing.T) {
	t.Parallel()
	s := &hotlineService{answer: func(int, called) (int, error) { return 503, nil }}
	cfg := connected(s)
	cfg.VoiceURL = voiceURL
	l := newLine(t, cfg)
	if _, err := l.Call(t.Context(), person, false); hotline.CodeOf(err) != hotline.Unavailable {
		t.Errorf("got %v", err)
	}
	if _, err := l.Call(t.Context(), "whatsapp:"+person, false); hotline.CodeOf(err) != hotline.Invalid {
		t.Errorf("got %v", err)
	}
	if a := l.control("POST", "/calls", `{"from":"`+person+`"}`); a.status != 200 || a.json(t)["taken"] != false {
		t.Errorf("the page is told %d %s", a.status, a.body)
	}
}
