package simulator_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/hearline/hearline/channels/simulator"
	"github.com/hearline/hearline/hotline"
)

func TestParseRate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"": 0, "0": 0, "2/s": 2, "0.5/s": 0.5, "30/m": 0.5, "90/min": 1.5, "3600/h": 1,
		"2": -1, "x/s": -1, "-1/s": -1, "2/day": -1, "NaN/s": -1, "1e9/s": -1, "/s": -1,
	} {
		got, err := simulator.ParseRate(text)
		if want < 0 {
			if hotline.CodeOf(err) != hotline.Invalid {
				t.Errorf("%q: %v, %v", text, got, err)
			}
		} else if err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestTraffic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &hotlineService{}
		c := simulator.New(connected(s))
		defer c.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
		defer cancel()
		c.Traffic(ctx, 2)
		if n := len(s.all()); n < 3590 || n > 3600 {
			t.Errorf("%d texts in half an hour at 2/s", n)
		}
		senders, whatsApp := map[string][]string{}, 0
		for _, call := range s.all() {
			from := call.form.Get("From")
			if strings.HasPrefix(from, "whatsapp:") {
				whatsApp++
			}
			if !strings.HasPrefix(strings.TrimPrefix(from, "whatsapp:"), "+1555011") {
				t.Fatal("a sender that is not reserved")
			}
			senders[from] = append(senders[from], call.form.Get("Body"))
		}
		if len(senders) < 400 || len(senders) > 500 || whatsApp == 0 {
			t.Errorf("%d senders, %d texts by WhatsApp", len(senders), whatsApp)
		}
		for _, texts := range senders {
			if len(texts) >= 2 && len([]rune(texts[1])) > 6 {
				t.Errorf("the second text of a story is a plain yes")
			}
		}
	})
}

// A service that hangs makes traffic slower, never unbounded.
func TestTrafficIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &hotlineService{answer: func(int, called) (int, error) { time.Sleep(10 * time.Second); return 200, nil }}
		c := simulator.New(connected(s))
		defer c.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		c.Traffic(ctx, 100)
		if n := len(s.all()); n > 8 {
			t.Errorf("%d texts under way at once", n)
		}
	})
}

func TestCount(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text string
		want simulator.Size
	}{
		{"", simulator.Size{Encoding: "GSM-7", Units: 0, Segments: 1}},
		{strings.Repeat("a", 160), simulator.Size{Encoding: "GSM-7", Units: 160, Segments: 1}},
		{strings.Repeat("a", 161), simulator.Size{Encoding: "GSM-7", Units: 161, Segments: 2}},
		{strings.Repeat("€", 80), simulator.Size{Encoding: "GSM-7", Units: 160, Segments: 1}},
		{"café", simulator.Size{Encoding: "GSM-7", Units: 4, Segments: 1}},
		{"ê", simulator.Size{Encoding: "UCS-2", Units: 1, Segments: 1}},
		{strings.Repeat("م", 70), simulator.Size{Encoding: "UCS-2", Units: 70, Segments: 1}},
		{strings.Repeat("م", 71), simulator.Size{Encoding: "UCS-2", Units: 71, Segments: 2}},
		{"🙏", simulator.Size{Encoding: "UCS-2", Units: 2, Segments: 1}},
	} {
		if got := simulator.Count(row.text); got != row.want {
			t.Errorf("%.10q: %+v, want %+v", row.text, got, row.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if s := simulator.Count(text); s.Segments < 1 || s.Units < len([]rune(text)) {
			t.Fatalf("%+v", s)
		}
	})
}

// BenchmarkCreate is the API without faults or callbacks, network left out.
func BenchmarkCreate(b *testing.B) {
	c := simulator.New(simulator.Config{})
	defer c.Close()
	h := c.Handler()
	form := order().Encode()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			create(h, form)
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "creates/s")
}
