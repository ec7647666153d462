package hotline

import "testing"

func TestRecipientIDs(t *testing.T) {
	t.Parallel()
	r := Recipient{Lane: 12, N: 345}
	if lane, n, ok := ParseRecipient(r.MessageID()); !ok || lane != 12 || n != 345 {
		t.Errorf("%q: %d, %d, %v", r.MessageID(), lane, n, ok)
	}
	for _, id := range []MessageID{"", "k", "k1", "k1-", "k-1", "k0-1", "k1-0", "x1-1", "k1.1", "019ff0a1-0000-7000-8000-000000000000"} {
		if _, _, ok := ParseRecipient(id); ok {
			t.Errorf("%q is taken for a recipient's", id)
		}
	}
}
