package web

import "testing"

func TestOwns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		prefixes []string
		path     string
		want     bool
	}{
		{[]string{"/hooks/"}, "/hooks/twilio/sms", true},
		{[]string{"/hooks"}, "/hooks/twilio/sms", true},
		{[]string{"/hooks/"}, "/hooks", true},
		{[]string{"/hooks/"}, "/hooksmith", false},
		{[]string{"/o", "/me"}, "/me", true},
		{[]string{"/o", "/me"}, "/offline", false},
		{nil, "/anything", true},
	} {
		if got := owns(c.prefixes, c.path); got != c.want {
			t.Errorf("owns(%q, %q) = %v", c.prefixes, c.path, got)
		}
	}
}
