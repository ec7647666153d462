package hotline_test

import (
	"testing"

	"github.com/hearline/hearline/hotline"
)

func TestSaysSafe(t *testing.T) {
	t.Parallel()
	free := hotline.Reason{Indicator: "Free", Weight: 3}
	for name, c := range map[string]struct {
		a    hotline.Assessment
		want bool
	}{
		"nothing":            {hotline.Assessment{Priority: hotline.Standard}, false},
		"safe":               {hotline.Assessment{Priority: hotline.Standard, Reasons: []hotline.Reason{free}}, true},
		"perhaps safe":       {hotline.Assessment{Priority: hotline.Standard, Reasons: []hotline.Reason{{Indicator: "Free", Weight: 2}}}, false},
		"safe, and urgent":   {hotline.Assessment{Priority: hotline.Urgent, Reasons: []hotline.Reason{free}}, false},
		"safe, and in haste": {hotline.Assessment{Priority: hotline.Standard, Reasons: []hotline.Reason{free, {Indicator: "TimePressure", Weight: 3}}}, false},
	} {
		if got := c.a.SaysSafe(); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
