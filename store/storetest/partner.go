package storetest

import (
	"time"

	"github.com/hearline/hearline/hotline"
)

func testPartners(f *fixture) {
	add := func(name, hash string) error {
		return f.s.AddPartner(f.ctx, hotline.PartnerKey{ID: NewID(), Name: name, KeyHash: hash, CreatedAt: f.clock.Now()})
	}
	f.must(add("harbour", "h1"))
	f.must(add("anchor", "h2"))
	f.code(add("harbour", "h3"), hotline.Conflict)
	f.code(add("har\x00bour", "h4"), hotline.Invalid)

	start := f.clock.Now()
	p, err := f.s.UsePartner(f.ctx, "h1")
	if err != nil || p.Name != "harbour" {
		f.Errorf("%+v, %v", p, err)
	}
	f.clock.Add(10 * time.Second)
	_, err = f.s.UsePartner(f.ctx, "h1")
	f.must(err)
	list, err := f.s.Partners(f.ctx)
	if err != nil || len(list) != 2 || list[0].Name != "anchor" || !list[0].LastUsedAt.IsZero() || !list[1].LastUsedAt.Equal(start) {
		f.Errorf("%+v, %v", list, err)
	}

	f.must(f.s.RevokePartner(f.ctx, "harbour"))
	f.must(f.s.RevokePartner(f.ctx, "harbour"))
	_, err = f.s.UsePartner(f.ctx, "h1")
	f.code(err, hotline.Unauthenticated)
	f.code(f.s.RevokePartner(f.ctx, "nobody"), hotline.NotFound)
	if list, _ = f.s.Partners(f.ctx); list[1].RevokedAt.IsZero() || !list[0].RevokedAt.IsZero() {
		f.Errorf("%+v", list)
	}
}

func testPartnersOneKey(f *fixture) {
	for _, hash := range []string{"", "unknown", "h\x00"} {
		_, err := f.s.UsePartner(f.ctx, hash)
		if code := hotline.CodeOf(err); code != hotline.Unauthenticated && code != hotline.Invalid {
			f.Errorf("%q: %v", hash, err)
		}
	}
}
