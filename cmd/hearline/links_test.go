package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/hearline/hearline/hotline"
)

// Three people tell of one van, each in their own way; the one who asks to be
// forgotten leaves no link behind.
func TestReportsOfOneVanLeadToEachOther(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, e *estate) {
		a := e.app(t, quiet(), time.Now, func(*settings) {})
		user, _ := operator(t, a)
		tell := func(n int, text hotline.Text) hotline.Inbound {
			in := hotline.Inbound{
				Channel: hotline.SMS, From: hotline.Address(fmt.Sprintf("+155501001%02d", n)), To: "+15550100100",
				ProviderID: fmt.Sprintf("SMvan%d", n), Text: text, At: time.Now(),
			}
			if _, err := a.intake.Receive(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			return in
		}
		shared := func(in hotline.Inbound, want int) {
			t.Helper()
			if n, _, err := a.db.Sharing(t.Context(), conversationOf(t, a.db, in.From), cluesOf(in), 5); n != want || err != nil {
				t.Errorf("shared with %d, want %d, %v", n, want, err)
			}
		}
		first := tell(71, "they came in a white van, plate AB12 CDE")
		second := tell(72, "van number plate ab12cde")
		tell(73, "لوحة السيارة AB12-CDE")
		tell(74, "a white van, I saw no plate")
		shared(first, 2)
		shared(second, 2)
		if err := a.desk.Erase(t.Context(), user, conversationOf(t, a.db, "+15550100173")); err != nil {
			t.Fatal(err)
		}
		shared(first, 1)
	})
}
