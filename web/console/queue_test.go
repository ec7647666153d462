package console

import (
	"testing"
)

func TestQueueRenders(t *testing.T) {
	h := newHouse(t, seeds, nil)
	h.signIn(t, dina)
	a := h.get(t, "/o/queue")
	if a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body, h.log)
	}
}
