package console

import (
	"fmt"
	"testing"

	"github.com/hearline/hearline/hotline"
)

func TestFoundInTheText(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil, nil)
	path := "/o/conv/" + string(h.sharedTold(t))
	h.signIn(t, dina)
	a := h.get(t, path)
	wants(t, a.body, "In the text", "Found by a machine",
		`<dt>Place</dt><dd><bdi>Dubai</bdi> <span class="faint">(United Arab Emirates)</span></dd>`,
		"<dt>Plate</dt><dd><bdi>AB12 CDE</bdi></dd>", "<dt>Age</dt><dd><bdi>15 years old</bdi></dd>",
		"<dt>Money</dt><dd><bdi>500 euros</bdi>, <bdi>$900</bdi></dd>")
	lacks(t, a.body, "Not known yet: place", ", age.")

	h, path = desk(t, dina, english, script{"in|I am not free"})
	lacks(t, h.get(t, path).body, "In the text")
}

// What is told again is shown once, and not what staff write.
func TestFoundRows(t *testing.T) {
	t.Parallel()
	var messages []hotline.Message
	for n := range foundShown + 3 {
		for range 2 {
			messages = append(messages, hotline.Message{Direction: hotline.In, Text: hotline.Text(fmt.Sprintf("it was %d euros", 100+n))})
		}
	}
	messages = append(messages, hotline.Message{Direction: hotline.Out, Text: "call +1 555 010 0199"})
	rows := foundRows(findIn(hotline.Conversation{}, messages))
	if len(rows) != 1 || rows[0].Name != "Money" || len(rows[0].Values) != foundShown || rows[0].More != 3 {
		t.Errorf("%+v", rows)
	}
}
