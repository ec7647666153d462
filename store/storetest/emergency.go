package storetest

import (
	"github.com/google/go-cmp/cmp"

	"github.com/hearline/hearline/hotline"
)

func testEmergencyNumbers(f *fixture) {
	set := func(country, number string) hotline.EmergencyNumber {
		n := hotline.EmergencyNumber{Country: country, Number: number, Note: "asked the embassy", CheckedAt: f.clock.Now(), CheckedBy: "admin"}
		f.must(f.s.SetEmergencyNumber(f.ctx, n, hotline.AuditEntry{ID: NewID(), At: f.clock.Now(), ActorID: "admin", Action: "emergency.set", Object: "emergency", ObjectID: country}))
		return n
	}
	set("KE", "112")
	first, second := set("ET", ""), set("KE", "999")
	got, err := f.s.EmergencyNumbers(f.ctx)
	if diff := cmp.Diff([]hotline.EmergencyNumber{first, second}, got); diff != "" || err != nil {
		f.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if trail, err := f.s.AuditOf(f.ctx, "emergency", "KE", 10); err != nil || len(trail) != 2 {
		f.Errorf("%d audit entries, %v", len(trail), err)
	}
	f.code(f.s.SetEmergencyNumber(f.ctx, hotline.EmergencyNumber{Country: "K\x00"}, hotline.AuditEntry{ID: NewID()}), hotline.Invalid)
}
