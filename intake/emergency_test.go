package intake

import (
	"context"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

type numberStore map[string]hotline.EmergencyNumber

func (s numberStore) EmergencyNumbers(context.Context) (out []hotline.EmergencyNumber, err error) {
	for _, n := range s {
		out = append(out, n)
	}
	return out, nil
}

func (s numberStore) SetEmergencyNumber(_ context.Context, n hotline.EmergencyNumber, _ hotline.AuditEntry) error {
	s[n.Country] = n
	return nil
}

func TestEmergencyNumbers(t *testing.T) {
	t.Parallel()
	ctx, told := context.Background(), 0
	library := map[string][]string{"KE": {"112", "999"}, "ET": {"911"}}
	countries := map[hotline.Address]string{"+254700000000": "KE", "+251911000000": "ET", "+999": "", "+88500000": "XX"}
	e := NewEmergencies(EmergencyConfig{
		Store: numberStore{}, Library: func(c string) []string { return library[c] }, Country: func(a hotline.Address) string { return countries[a] },
		Zones: func(hotline.Address) []string { return []string{"Africa/Nairobi"} }, Usual: "112", Zone: "Europe/Rome",
		Announce: func(hotline.Event) { told++ }, Now: func() time.Time { return time.Unix(1, 0) }, NewID: func() string { return "id" },
	})
	where := func(ch hotline.Channel, a hotline.Address, want string) {
		t.Helper()
		if got := e.Where(ch, a); got != want {
			t.Errorf("%s %s: %q, want %q", ch, a.Reveal(), got, want)
		}
	}
	where(hotline.SMS, "+254700000000", "112")
	where(hotline.WhatsApp, "+251911000000", "911")
	where(hotline.SMS, "+999", "112")
	where(hotline.SMS, "+88500000", "") // the country is known, its number is not
	where(hotline.WebChat, "4071882613590644", "112")
	if got := e.ZonesOf(hotline.WebChat, "4071882613590644"); got[0] != "Europe/Rome" {
		t.Errorf("zones of the web page: %v", got)
	}

	if err := e.Set(ctx, sam, hotline.EmergencyNumber{Country: "KE", Number: "999"}); hotline.CodeOf(err) != hotline.Forbidden {
		t.Errorf("by an operator: %v", err)
	}
	for _, n := range []hotline.EmergencyNumber{{Country: "KE", Number: "call 9"}, {Country: "KE", Number: "123456"}, {Country: "", Number: "112"}} {
		if err := e.Set(ctx, ada, n); hotline.CodeOf(err) != hotline.Invalid {
			t.Errorf("%+v: %v", n, err)
		}
	}
	if err := e.Set(ctx, ada, hotline.EmergencyNumber{Country: "KE", Number: "999"}); err != nil {
		t.Fatal(err)
	}
	if err := e.Set(ctx, ada, hotline.EmergencyNumber{Country: "ET", Number: ""}); err != nil {
		t.Fatal(err)
	}
	where(hotline.SMS, "+254700000000", "999")
	where(hotline.SMS, "+251911000000", "")
	if n, checked := e.Number("KE"); !checked || n.CheckedBy != ada.ID || told != 2 {
		t.Errorf("%+v, %v, told %d times", n, checked, told)
	}
}

// Where no number is known the text says so, and nobody is told to call nothing.
func TestDangerWithoutANumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.intake.voice.Emergency = func(hotline.Channel, hotline.Address) string { return "" }
	got := h.text("hello")[0].Text.Reveal()
	if want := "Hi, this is Harbour. A person will text you soon. Is it safe to text now? Reply YES or NO. In danger? Call your emergency number. Reply STOP to end."; got != want {
		t.Errorf("said %q", got)
	}
}
